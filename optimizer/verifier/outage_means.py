r"""
The mean loss of an outage of d days when alternates may step in (MODEL 4), by plain enumeration.

.. math:: \sum_{\rho_1} \sum_{\rho_2} P(\rho_1, \rho_2)\,\mathrm{loss}(\ell(d, \rho_1, \rho_2))

over the whole days for which each alternate is still out, compiled.

Why enumeration: it shares no step with the optimiser's hat weights, so an error in either shows.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.scenario import NODES


class Alternate(NamedTuple):
    """
    One alternate of a SKU.

    `ramp_days` is its ramp-up time, `later` its lead time less the primary's, `share` the share of
    demand it can supply, `is_hit` whether the strike on the primary hits it too.
    """

    ramp_days: float
    later: float
    share: float
    is_hit: bool


NOBODY: Final = Alternate(ramp_days=0.0, later=0.0, share=0.0, is_hit=False)


def mean_loss_by_days(
    curve: FloatArray, slope: float, alternates: list[Alternate], chance: FloatArray
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
        Probability of every number of days, 0 … longest, for which they are still out; one axis
        per alternate.

    Returns
    -------
    FloatArray
        Shape ``(longest,)``. [currency]
    """
    joint = chance if chance.ndim == 2 else chance[None, :]
    first, second = alternates if chance.ndim == 2 else (NOBODY, *alternates)
    steep = np.append(np.diff(curve) / np.diff(NODES), slope)
    return _by_days(first, second, joint, curve, steep, NODES)


@numba.njit(cache=True, nogil=True)
def _by_days(  # noqa: PLR0917
    first: Alternate,
    second: Alternate,
    chance: FloatArray,
    curve: FloatArray,
    steep: FloatArray,
    nodes: FloatArray,
) -> FloatArray:
    """Enumerate; up to the day on which one of them delivers, equal waits lose the same."""
    longest = chance.shape[1] - 1
    mean, nobody_until = np.zeros(longest), np.zeros(longest + 1)
    lag, its_lag = _lag(first), _lag(second)
    for out in range(chance.shape[0]):
        for its_out in range(chance.shape[1]):
            likely = chance[out, its_out]
            begin, other = _begins(first, out), _begins(second, its_out)
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
def _begins(alternate: Alternate, out: int) -> float:
    """Return the day from which an alternate that is not hit delivers."""
    return max(0.0, max(alternate.ramp_days, float(out)) + alternate.later)


@numba.njit(cache=True, nogil=True)
def _lag(alternate: Alternate) -> float:
    """Return how long after the outage's end a hit alternate delivers, -inf if it is not hit."""
    return alternate.later if alternate.is_hit else -np.inf


@numba.njit(cache=True, nogil=True)
def _idle(alternate: Alternate, begin: float, longest: int) -> int:
    """Return the last whole day until which an alternate delivers nothing in any outage."""
    if alternate.share == 0.0 or (alternate.is_hit and alternate.later >= 0.0):
        return longest
    return min(int(begin), longest)


@numba.njit(cache=True, nogil=True)
def _lost(day: float, begin: float, share: float, other: float, its_share: float) -> float:
    """Return the days lost: the missing rate on every stretch of the outage, times its length."""
    if other < begin:
        begin, share, other, its_share = other, its_share, begin, share
    begin, other = min(begin, day), min(other, day)
    missing, missing_both = max(0.0, 1.0 - share), max(0.0, 1.0 - share - its_share)
    return begin + missing * (other - begin) + missing_both * (day - other)
