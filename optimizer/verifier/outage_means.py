r"""
The mean loss of an outage of d days where alternates may step in (MODEL 4), by plain enumeration.

.. math:: \sum_{\rho_1} \sum_{\rho_2} P(\rho_1, \rho_2)\,\mathrm{loss}(\ell(d, \rho_1, \rho_2))

over every whole day that each alternate may still be out, compiled.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.scenario import NODES


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
    two = chance if chance.ndim == 2 else chance[None, :]
    first, second = alternates if chance.ndim == 2 else (NOBODY, *alternates)
    steep = np.append(np.diff(curve) / np.diff(NODES), slope)
    return _by_days(first, second, two, curve, steep, NODES)


@numba.njit(cache=True, nogil=True)
def _by_days(  # noqa: PLR0917
    first: StandIn,
    second: StandIn,
    chance: FloatArray,
    curve: FloatArray,
    steep: FloatArray,
    nodes: FloatArray,
) -> FloatArray:
    """Enumerate; until one of them delivers, all who are waited for as long lose alike."""
    longest = chance.shape[1] - 1
    mean, nobody_until = np.zeros(longest), np.zeros(longest + 1)
    lag, its_lag = _lag(first), _lag(second)
    for one in range(chance.shape[0]):
        for two in range(chance.shape[1]):
            likely, begin, other = chance[one, two], _begins(first, one), _begins(second, two)
            idle = min(_idle(first, begin, longest), _idle(second, other, longest))
            nobody_until[idle] += likely
            node = 0
            for day in range(idle + 1, longest + 1):
                lost = _lost(
                    float(day),
                    max(begin, day + lag),
                    first.share,
                    max(other, day + its_lag),
                    second.share,
                )
                while node + 1 < len(nodes) and nodes[node + 1] <= lost:
                    node += 1
                mean[day - 1] += likely * (curve[node] + (lost - nodes[node]) * steep[node])
    node, waiting = 0, nobody_until.sum()
    for day in range(1, longest + 1):
        waiting -= nobody_until[day - 1]
        while node + 1 < len(nodes) and nodes[node + 1] <= day:
            node += 1
        mean[day - 1] += waiting * (curve[node] + (day - nodes[node]) * steep[node])
    return mean


@numba.njit(cache=True, nogil=True)
def _begins(alternate: StandIn, out: int) -> float:
    """Return from which day on an alternate delivers that the strike itself does not hit."""
    return max(0.0, max(alternate.ramp_days, float(out)) + alternate.later)


@numba.njit(cache=True, nogil=True)
def _lag(alternate: StandIn) -> float:
    """Return how long after the outage's end one that is hit too delivers: at once if it is not."""
    return alternate.later if alternate.is_hit else -np.inf


@numba.njit(cache=True, nogil=True)
def _idle(alternate: StandIn, begin: float, longest: int) -> int:
    """Return the last whole day up to which an alternate delivers nothing, whatever the outage."""
    if alternate.share == 0.0 or (alternate.is_hit and alternate.later >= 0.0):
        return longest
    return min(int(begin), longest)


@numba.njit(cache=True, nogil=True)
def _lost(day: float, begin: float, share: float, other: float, its_share: float) -> float:
    """Return the rate missing on every stretch of the outage, times the stretch."""
    if other < begin:
        begin, share, other, its_share = other, its_share, begin, share
    begin, other = min(begin, day), min(other, day)
    one, both = max(0.0, 1.0 - share), max(0.0, 1.0 - share - its_share)
    return begin + one * (other - begin) + both * (day - other)
