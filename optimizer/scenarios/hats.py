r"""Hat functions: what a number of lost days puts on the nodes of a loss curve (MODEL 3, 4)."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.scenario import N_WEIGHTS, NODES

LAST: Final = len(NODES) - 1
_LAST_DAY: Final = float(NODES[LAST])
_SEGMENT: Final = np.searchsorted(NODES, np.arange(_LAST_DAY + 1.0), side="right") - 1
"""The node at or below each whole day; all nodes are whole days."""


@numba.njit(nogil=True, cache=True)
def segment_of(days: float) -> int:
    """Return the last node at or below these days; the first one for less than none."""
    if days >= _LAST_DAY:
        return LAST
    return int(_SEGMENT[max(int(days), 0)])


@numba.njit(nogil=True, cache=True)
def add_hats(segment: int, mass: float, days: float, out: FloatArray) -> None:
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
    out
        Weights of a curve.  Shape ``(18,)``.
    """
    node = NODES[segment]
    if segment == LAST:
        out[LAST] += mass
        out[N_WEIGHTS - 1] += days - node * mass
        return
    above = (days - node * mass) / (NODES[segment + 1] - node)
    out[segment] += mass - above
    out[segment + 1] += above


@numba.njit(nogil=True, cache=True)
def add_point(days: float, mass: float, out: FloatArray) -> None:
    """Add the hat weights of one number of lost days.  Shape of ``out`` ``(18,)``."""
    add_hats(segment_of(days), mass, mass * days, out)
