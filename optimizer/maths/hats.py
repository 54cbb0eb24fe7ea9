r"""Hat functions: what a number of lost days puts on the nodes of a loss curve (MODEL 3, 4)."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import NODES

LAST: Final = len(NODES) - 1
_LAST_DAY: Final = float(NODES[LAST])
_SEGMENT: Final = np.searchsorted(NODES, np.arange(_LAST_DAY + 1.0), side="right") - 1
"""The node at or below each whole day; all nodes are whole days."""
_PER_DAY: Final = 1.0 / np.diff(NODES)


@numba.njit(nogil=True, cache=True)
def segment_of(days: float) -> int:
    """Return the last node at or below these days; the first one for less than none."""
    if days >= _LAST_DAY:
        return LAST
    return int(_SEGMENT[max(int(days), 0)])


@numba.njit(nogil=True, cache=True)
def share_above(days: float, segment: int) -> float:
    """Return the share of the way from a node to the next one; from the last node on, days."""
    beyond = days - NODES[segment]
    return float(beyond if segment == LAST else beyond * _PER_DAY[segment])


@numba.njit(nogil=True, cache=True)
def add_hats(segment: int, mass: float, days: float, weight: FloatArray) -> None:
    r"""
    Add the hat weights of lost days that all lie between two neighbouring nodes.

    .. math:: w_{k+1} = \frac{E[\ell] - m\,n_k}{n_{k+1} - n_k}, \qquad w_k = m - w_{k+1}

    and beyond the last node m on it and :math:`E[\ell] - 365\,m` on the days beyond: a curve that
    is linear between nodes is read at all of them at once.

    Parameters
    ----------
    segment
        k, the node below.
    mass
        Of the lost days. m [-]
    days
        Mass times days, summed. [day]
    weight
        Of a curve, added to.  Shape ``(18,)``.
    """
    beyond = days - NODES[segment] * mass
    if segment == LAST:
        weight[LAST] += mass
        weight[LAST + 1] += beyond
        return
    above = beyond * _PER_DAY[segment]
    weight[segment] += mass - above
    weight[segment + 1] += above


@numba.njit(nogil=True, cache=True)
def add_point(days: float, mass: float, weight: FloatArray) -> None:
    """Add the hat weights of one number of lost days.  Shape of ``weight`` ``(18,)``."""
    add_hats(segment_of(days), mass, mass * days, weight)


@numba.njit(nogil=True, cache=True)
def add_points(row: IntArray, days: FloatArray, mass: FloatArray, weight: FloatArray) -> None:
    """Add the hat weights of many numbers of lost days, each to its row of ``weight``."""
    for entry in range(len(row)):
        add_point(days[entry], mass[entry], weight[row[entry]])
