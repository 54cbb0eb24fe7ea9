"""Days of supply lost by every outage profile in every scenario (MODEL 4)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray, ranges
from optimizer.domain.scenario import LostDays, OutageProfiles, ScenarioSet

ENTRIES_AT_ONCE: Final = 500_000
"""Few enough for the columns of a chunk to be a small part of what they end in."""


class Futures(NamedTuple):
    """Outages by supplier ``(J, S)``; surges by category ``(C + 1, S)``, a last row for none."""

    outage_days: IntArray
    surge_multiplier: FloatArray
    surge_days: IntArray


class Touched(NamedTuple):
    """
    The scenarios that can cost a profile any days: its primary is out or its category surges.

    Profiles alike in both share a list: profile p has ``scenario[start[k]:start[k + 1]]``,
    ``k = list_of[p]``.
    """

    start: IntArray
    scenario: IntArray
    list_of: IntArray


class Lost(NamedTuple):
    """Entries of a range of profiles: how many each has, and `LostDays`' two columns."""

    entries: IntArray
    scenario: Int32Array
    days: Int32Array


def lost_days(scenarios: ScenarioSet, profiles: OutageProfiles) -> LostDays:
    r"""
    Return the whole days of supply lost, everything starting on day 0.

    .. math:: \lceil g\,e + (g - 1)\,m \rceil, \qquad
        e = \int_0^d \Bigl(1 - \sum_j \kappa_j\,[t \ge b_j]\Bigr)^+ dt, \quad
        b_j = \max(ramp_j, outage_j)

    Parameters
    ----------
    scenarios
        Outages :math:`d` and surges :math:`(g, m)`.
    profiles
        Primaries, surge categories and alternates; :math:`0 < \kappa_j \le 1`.  A category on
        which no hazard acts has no surge.

    Returns
    -------
    LostDays
        Rounded to 9 decimals before it is rounded up, and never negative.

    Notes
    -----
    Most outages are 0: only pairs whose primary is out or whose category surges are computed.
    """
    profiles = _without_absent(profiles)
    futures = _futures(scenarios)
    category = _category_row(scenarios, profiles)
    touched = _touched(futures, profiles.primary, category)
    lost_by = partial(_lost_by, futures, profiles, category, touched)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lost_by, _chunks(touched)))
    return LostDays(
        start=np.cumsum(np.concatenate([[0], *(part.entries for part in parts)])),
        scenario=np.concatenate([part.scenario for part in parts]),
        days=np.concatenate([part.days for part in parts]),
        n_scenarios=len(scenarios),
    )


def _futures(scenarios: ScenarioSet) -> Futures:
    n_scenarios = len(scenarios)
    return Futures(
        outage_days=np.ascontiguousarray(scenarios.outage_days.T),
        surge_multiplier=np.vstack([scenarios.surge_multiplier.T, np.ones(n_scenarios)]),
        surge_days=np.vstack([scenarios.surge_days.T, np.zeros(n_scenarios, dtype=np.int64)]),
    )


def _touched(futures: Futures, primary: IntArray, category: IntArray) -> Touched:
    n_categories = len(futures.surge_days)
    list_of, pairs = pd.factorize(primary * n_categories + category)
    out, surging = futures.outage_days > 0, futures.surge_days > 0
    lists = [
        np.flatnonzero(out[j] | surging[c])
        for j, c in zip(*divmod(pairs, n_categories), strict=True)
    ]
    start = np.concatenate([[0], np.cumsum([len(one) for one in lists])])
    return Touched(start, np.concatenate(lists), list_of)


def _chunks(touched: Touched) -> list[range]:
    """Return the profiles in ranges of about `ENTRIES_AT_ONCE` touched scenarios."""
    ends = np.cumsum(np.diff(touched.start)[touched.list_of])
    first = np.flatnonzero(np.diff(ends // ENTRIES_AT_ONCE, prepend=-1))
    return [range(a, b) for a, b in pairwise([*first.tolist(), len(ends)])]


def _lost_by(
    futures: Futures, profiles: OutageProfiles, category: IntArray, touched: Touched, chunk: range
) -> Lost:
    """Return the lost days of a range of profiles."""
    profile, scenario = _pairs(touched, chunk)
    gap = _supply_gap(futures.outage_days, profiles, profile, scenario)
    multiplier = futures.surge_multiplier[category[profile], scenario]
    surge_days = futures.surge_days[category[profile], scenario]
    days = _whole_days(multiplier * gap + (multiplier - 1.0) * surge_days)
    some = days > 0
    return Lost(
        entries=np.bincount(profile[some] - chunk.start, minlength=len(chunk)),
        scenario=scenario[some].astype(np.int32),
        days=days[some].astype(np.int32),
    )


def _pairs(touched: Touched, chunk: range) -> tuple[IntArray, IntArray]:
    """Return every profile of a range with every scenario that touches it."""
    of = touched.list_of[chunk.start : chunk.stop]
    first = touched.start[of]
    profile, place = ranges(first, touched.start[of + 1] - first)
    return profile + chunk.start, touched.scenario[place]


def _category_row(scenarios: ScenarioSet, profiles: OutageProfiles) -> IntArray:
    """Return each profile's row of `Futures.surge_days`.  Shape ``(P,)``."""
    rows = {name: row for row, name in enumerate(scenarios.categories)}
    names = profiles.surge_category
    return np.array([rows.get(name, len(rows)) for name in names], dtype=np.int64)


def _without_absent(profiles: OutageProfiles) -> OutageProfiles:
    """Return the profiles with absent alternates as present ones that supply nothing."""
    present = profiles.alternate >= 0
    return replace(
        profiles,
        ramp_days=np.where(present, profiles.ramp_days, 0.0),
        capacity_share=np.where(present, profiles.capacity_share, 0.0),
    )


def _supply_gap(
    outage_days: IntArray, profiles: OutageProfiles, profile: IntArray, scenario: IntArray
) -> FloatArray:
    r"""
    Return the days of supply missing, for pairs of a profile and a scenario.

    .. math:: e = d - \sum_j \kappa_j\,(d - b_j)^+ + (\kappa_1 + \kappa_2 - 1)^+\,
        \min_j (d - b_j)^+

    The last term takes back what two alternates together would supply beyond the demand.
    """
    out = outage_days[profiles.primary[profile], scenario]
    first_share, second_share = profiles.capacity_share[profile].T
    begin = [
        np.maximum(
            profiles.ramp_days[profile, j],
            outage_days[profiles.alternate[profile, j], scenario],
        )
        for j in (0, 1)
    ]
    first, second = (np.maximum(out - b, 0.0) for b in begin)
    surplus = np.maximum(first_share + second_share - 1.0, 0.0) * np.minimum(first, second)
    gap: FloatArray = out - first_share * first - second_share * second + surplus
    return gap


def _whole_days(days: FloatArray) -> IntArray:
    """Round up to whole days, after rounding to 9 decimals; at least 0."""
    return np.maximum(np.ceil(days.round(9)), 0.0).astype(np.int64)
