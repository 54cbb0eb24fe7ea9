r"""
The mean loss of an outage of d days where alternates may step in (MODEL 4), by plain enumeration.

.. math:: \sum_{\rho_1} \sum_{\rho_2} P(\rho_1, \rho_2)\,\mathrm{loss}(\ell(d, \rho_1, \rho_2))

over every whole day that each alternate may still be out, compiled.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import NODES

STRETCH: Final = np.searchsorted(NODES, np.arange(NODES[-1] + 1.0), side="right") - 1
"""The last node not beyond a whole day."""


class StandIn(NamedTuple):
    """
    One alternate of a SKU.

    `ramp_days` until it begins, `later` how much longer its lead time is than the primary's,
    `share` of demand it supplies, `is_hit` whether the strike on the primary hits it too.
    """

    ramp_days: float
    later: float
    share: float
    is_hit: bool


NOBODY: Final = StandIn(ramp_days=0.0, later=0.0, share=0.0, is_hit=False)


def mean_loss_by_days(
    curve: FloatArray, slope: float, alternates: list[StandIn], chance: FloatArray
) -> FloatArray:
    """
    Return the mean loss of an outage of 1, 2, … days.

    Parameters
    ----------
    curve, slope
        Loss at the nodes ``(17,)`` [currency], and beyond the last [currency/day].
    alternates
        One or two.
    chance
        Probability of every number of days that they are out already, 0 … longest, along one axis
        each.

    Returns
    -------
    FloatArray
        Shape ``(longest,)``. [currency]
    """
    longest = chance.shape[-1] - 1
    two = chance if chance.ndim == 2 else chance[None, :]
    first, second = alternates if chance.ndim == 2 else (NOBODY, *alternates)
    or_more = np.cumsum(two[::-1], axis=0)[::-1]
    steep = np.append(np.diff(curve) / np.diff(NODES), slope)
    return _by_days(longest, first, second, two, or_more, curve, steep, STRETCH, NODES)


@numba.njit(cache=True, nogil=True)
def _by_days(  # noqa: PLR0917
    longest: int,
    first: StandIn,
    second: StandIn,
    chance: FloatArray,
    or_more: FloatArray,
    curve: FloatArray,
    steep: FloatArray,
    stretch: IntArray,
    nodes: FloatArray,
) -> FloatArray:
    """Enumerate; from where an alternate begins too late on, all is the same."""
    mean = np.zeros(longest)
    for day in range(1, longest + 1):
        for one in range(chance.shape[0]):
            begin = _begins(first, one, day)
            row = or_more[one] if begin >= day else chance[one]
            left = row.sum()
            for two in range(chance.shape[1]):
                other = _begins(second, two, day)
                lost = _lost(day, begin, first.share, other, second.share)
                node = stretch[min(int(lost), len(stretch) - 1)]
                loss = curve[node] + (lost - nodes[node]) * steep[node]
                if other >= day:
                    mean[day - 1] += left * loss
                    break
                mean[day - 1] += row[two] * loss
                left -= row[two]
            if begin >= day:
                break
    return mean


@numba.njit(cache=True, nogil=True)
def _begins(alternate: StandIn, out: int, day: int) -> float:
    still = max(out, day) if alternate.is_hit else out
    return max(0.0, max(alternate.ramp_days, still) + alternate.later)


@numba.njit(cache=True, nogil=True)
def _lost(day: int, begin: float, share: float, other: float, its_share: float) -> float:
    """Return the rate missing on every stretch of the outage, times the stretch."""
    if other < begin:
        begin, share, other, its_share = other, its_share, begin, share
    begin, other = min(begin, day), min(other, day)
    one, both = max(0.0, 1.0 - share), max(0.0, 1.0 - share - its_share)
    return begin + one * (other - begin) + both * (day - other)
