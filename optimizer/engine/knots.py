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
    scenario
        Scenario of each entry.  Shape ``(E,)``.
    factor
        f of the last entries, those of the price shocks; it is 1 for all before them.
    n_scenarios
        S.
    """

    start: IntArray
    day: Int32Array
    entry: IntArray
    scenario: Int32Array
    factor: FloatArray
    n_scenarios: int


def build_knots(lost: LostDays, scenarios: ScenarioSet) -> Knots:
    """Return the knots of every outage profile, then of every category's price shocks."""
    shocks, factor = _price_shocks(scenarios)
    parts = [_sorted_by_day(part) for part in (lost, shocks)]
    n_knots, n_entries = len(parts[0].day), len(lost.days)
    return Knots(
        start=np.concatenate([parts[0].start, parts[1].start[1:] + n_knots]),
        day=np.concatenate([part.day for part in parts]),
        entry=np.concatenate([parts[0].entry, parts[1].entry[1:] + n_entries]),
        scenario=np.concatenate([part.scenario for part in parts]),
        factor=factor[_stable_order(shocks)],
        n_scenarios=len(scenarios),
    )


def _price_shocks(scenarios: ScenarioSet) -> tuple[LostDays, FloatArray]:
    """Days of every category's price shocks as if they were lost days, and their factors."""
    dearer = (scenarios.price_days > 0) & (scenarios.price_multiplier != 1.0)
    category, scenario = np.nonzero(dearer.T)
    shocks = LostDays(
        start=np.searchsorted(category, np.arange(len(scenarios.categories) + 1)),
        scenario=scenario.astype(np.int32),
        days=scenarios.price_days[scenario, category].astype(np.int32),
        n_scenarios=len(scenarios),
    )
    return shocks, scenarios.price_multiplier[scenario, category] - 1.0


def _stable_order(lost: LostDays) -> IntArray:
    """Return the order of entries by (profile, day)."""
    profile = np.repeat(np.arange(len(lost)), np.diff(lost.start))
    return np.lexsort((lost.days, profile))


def _sorted_by_day(lost: LostDays) -> Knots:
    """Return the knots of lost days, entries of a day in the order of their scenarios."""
    n_profiles, last_day = len(lost), int(lost.days.max(initial=0))
    count = np.zeros(n_profiles + 1, dtype=np.int64)

    def count_days(first: int, end: int) -> None:
        _count_days(first, end, lost.start, lost.days, last_day, count)

    over_ranges(count_days, n_profiles)
    start = np.cumsum(count)
    knots = Knots(
        start=start,
        day=np.empty(start[-1], dtype=np.int32),
        entry=np.append(np.empty(start[-1], dtype=np.int64), len(lost.days)),
        scenario=np.empty(len(lost.days), dtype=np.int32),
        factor=np.empty(0),
        n_scenarios=lost.n_scenarios,
    )

    def sort(first: int, end: int) -> None:
        _sort_by_day(first, end, lost.start, lost.days, lost.scenario, last_day, knots)

    over_ranges(sort, n_profiles)
    return knots


@numba.njit(nogil=True, cache=True)
def _count_days(
    first: int, end: int, start: IntArray, days: Int32Array, last_day: int, count: IntArray
) -> None:
    seen = np.full(last_day + 1, -1, dtype=np.int64)
    for profile in range(first, end):
        for e in range(start[profile], start[profile + 1]):
            if seen[days[e]] != profile:
                seen[days[e]] = profile
                count[profile + 1] += 1


@numba.njit(nogil=True, cache=True)
def _sort_by_day(
    first: int,
    end: int,
    start: IntArray,
    days: Int32Array,
    scenario: Int32Array,
    last_day: int,
    knots: Knots,
) -> None:
    place = np.zeros(last_day + 2, dtype=np.int64)
    for profile in range(first, end):
        place[:] = 0
        for e in range(start[profile], start[profile + 1]):
            place[days[e] + 1] += 1
        at, knot = start[profile], knots.start[profile]
        for day in range(last_day + 1):
            entries = place[day + 1]
            place[day] = at
            if entries > 0:
                knots.day[knot] = day
                knots.entry[knot] = at
                knot += 1
            at += entries
        for e in range(start[profile], start[profile + 1]):
            knots.scenario[place[days[e]]] = scenario[e]
            place[days[e]] += 1


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
                mass += weight[knots.scenario[e]] * factor_of(e, knots)
            day = float(knots.day[knot])
            mass_beyond += mass
            moment += mass * day
            square += mass * day * day
            sums[knot, 0] = mass_beyond
            sums[knot, 1] = moment
            sums[knot, 2] = square


@numba.njit(cache=True, inline="always")
def factor_of(e: int, knots: Knots) -> float:
    """Return f of an entry."""
    shock = e - (len(knots.scenario) - len(knots.factor))
    return float(knots.factor[shock]) if shock >= 0 else 1.0


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
