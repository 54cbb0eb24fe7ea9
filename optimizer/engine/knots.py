r"""
Whole-day tables: the weighted loss of every option from a few sums per outage profile.

.. math:: H_p(a) = \tfrac12 \sum_s w_s\,f_{ps}\,((\text{days}_{ps} - a)^+)^2, \qquad
          \sum_s w_s\,f_{ps}\,\text{short}(\text{days}_{ps}; a, q) = \frac{H_p(a) - H_p(a + q)}{q}

:math:`H_p` is piecewise quadratic with knots at whole days; from the far end, three sums per knot
say all of it (ALGORITHMS 2).  A category's price shocks are one more profile, whose factor f is
:math:`\pi - 1`; an outage profile has the factor 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.engine.threads import over_ranges


class Knots(NamedTuple):
    """
    The days on which profiles lose supply, sorted by (profile, day).

    Attributes
    ----------
    start
        Knots of profile p are ``start[p]:start[p + 1]``.  Shape ``(P + 1,)``.
    day
        Day of each knot.  Shape ``(K,)``. [whole days]
    entry
        Entries of knot k are ``entry[k]:entry[k + 1]``.  Shape ``(K + 1,)``.
    scenario, factor
        Scenario of each entry and its f.  Shape ``(entries,)``.
    n_scenarios
        S.
    """

    start: IntArray
    day: FloatArray
    entry: IntArray
    scenario: Int32Array
    factor: FloatArray
    n_scenarios: int


def build_knots(lost: LostDays, scenarios: ScenarioSet) -> Knots:
    """Return the knots of every outage profile, then of every category's price shocks."""
    n_outages = len(lost.start) - 1
    outage_profile = np.repeat(np.arange(n_outages), np.diff(lost.start))
    scenario, category = np.nonzero(
        (scenarios.price_days > 0) & (scenarios.price_multiplier != 1.0)
    )
    profile = np.concatenate([outage_profile, n_outages + category])
    day = np.concatenate([lost.days, scenarios.price_days[scenario, category]]).astype(np.int64)
    factor = np.concatenate(
        [np.ones(len(lost.days)), scenarios.price_multiplier[scenario, category] - 1.0]
    )
    in_scenario = np.concatenate([lost.scenario, scenario]).astype(np.int32)
    order = np.lexsort((in_scenario, day, profile))
    profile, day = profile[order], day[order]
    first = np.flatnonzero(
        np.concatenate([[True], (np.diff(profile) != 0) | (np.diff(day) != 0)])[: len(profile)]
    )
    n_profiles = n_outages + len(scenarios.categories)
    return Knots(
        start=np.searchsorted(profile[first], np.arange(n_profiles + 1)),
        day=day[first].astype(np.float64),
        entry=np.append(first, len(profile)),
        scenario=in_scenario[order],
        factor=factor[order],
        n_scenarios=len(scenarios),
    )


def knot_sums(knots: Knots, weight: FloatArray) -> FloatArray:
    """
    Return the sums of weights, first and second moments from each knot to the far end.

    Parameters
    ----------
    weight
        Of each scenario.  Shape ``(S,)``.

    Returns
    -------
    FloatArray
        Shape ``(K + 1, 3)``; the last row is of the far end, where nothing is left.
    """
    sums = np.zeros((len(knots.day) + 1, 3))

    def work(first: int, end: int) -> None:
        _sum_from_the_end(first, end, knots, weight, sums)

    over_ranges(work, len(knots.start) - 1)
    return sums


@numba.njit(nogil=True, cache=True)
def _sum_from_the_end(
    first: int, end: int, knots: Knots, weight: FloatArray, sums: FloatArray
) -> None:
    for profile in range(first, end):
        mass_beyond = moment = square = 0.0
        for knot in range(knots.start[profile + 1] - 1, knots.start[profile] - 1, -1):
            mass = 0.0
            for e in range(knots.entry[knot], knots.entry[knot + 1]):
                mass += weight[knots.scenario[e]] * knots.factor[e]
            day = knots.day[knot]
            mass_beyond += mass
            moment += mass * day
            square += mass * day * day
            sums[knot, 0] = mass_beyond
            sums[knot, 1] = moment
            sums[knot, 2] = square


@numba.njit(cache=True, inline="always")
def knot_beyond(profile: int, cover: float, knots: Knots) -> int:
    """Return the first knot of a profile that lies beyond a cover [days], K where none does."""
    if profile < 0:
        return len(knots.day)
    low, end = knots.start[profile], knots.start[profile + 1]
    high = end
    while low < high:
        middle = (low + high) // 2
        if knots.day[middle] > cover:
            high = middle
        else:
            low = middle + 1
    return int(low) if low < end else len(knots.day)


@numba.njit(cache=True, inline="always")
def half_square(knot: int, cover: float, sums: FloatArray) -> float:
    """Return H at a cover [days] whose next knot this is, from the sums of `knot_sums`."""
    squares = sums[knot, 2] - 2.0 * cover * sums[knot, 1]
    return float(0.5 * (squares + cover * cover * sums[knot, 0]))
