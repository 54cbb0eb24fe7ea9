"""The compiled part of `lost_days`: outages and surges of every supply, in the order of strikes."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray
from optimizer.scenarios.spells import Spells
from optimizer.scenarios.supplies import Supplies
from optimizer.scenarios.threads import over_ranges

PROFILES_AT_ONCE: Final = 256
_ROUNDING: Final = 1e-9


class Entries(NamedTuple):
    """
    Entries of the profiles: counted where there is room for none, else filled in.

    Those of profile p are ``start[p]:start[p + 1]`` of `scenario`, `hazard` and `days`.
    """

    count: IntArray
    start: IntArray
    scenario: Int32Array
    hazard: Int32Array
    days: FloatArray

    @classmethod
    def none(cls, count: IntArray) -> Entries:
        """Return entries that are only counted."""
        return cls.empty(count)._replace(count=count)

    @classmethod
    def empty(cls, count: IntArray) -> Entries:
        """Return room for so many entries of each profile."""
        start = np.concatenate([[0], np.cumsum(count)])
        return cls(
            count=np.zeros_like(count),
            start=start,
            scenario=np.empty(start[-1], dtype=np.int32),
            hazard=np.empty(start[-1], dtype=np.int32),
            days=np.empty(start[-1]),
        )


def lose_by_supply(outages: Spells, surges: Spells, supply: Supplies, entries: Entries) -> None:
    """
    Count or fill in the days that every supply loses to outages and surges; see `lost_days`.

    Parameters
    ----------
    outages
        By supplier.
    surges
        Those within the horizon, by category, the last one none.
    entries
        Of which the first P profiles are written.
    """
    over_ranges(
        partial(_lose_by_range, outages, surges, supply, entries),
        len(supply.primary),
        PROFILES_AT_ONCE,
    )


def _lose_by_range(
    outages: Spells, surges: Spells, supply: Supplies, entries: Entries, profiles: range
) -> None:
    _lose((profiles.start, profiles.stop), outages, surges, supply, entries)


@numba.njit(nogil=True, cache=True)
def _lose(
    profiles: tuple[int, int],
    outages: Spells,
    surges: Spells,
    supply: Supplies,
    entries: Entries,
) -> None:
    cursor = np.empty(2, dtype=np.int64)
    for profile in range(profiles[0], profiles[1]):
        for n in range(2):
            cursor[n] = outages.start[max(supply.alternate[profile, n], 0)]
        category = supply.category[profile]
        surge, last_surge = surges.start[category], surges.start[category + 1]
        primary = supply.primary[profile]
        for row in range(outages.start[primary], outages.start[primary + 1]):
            if outages.start_day[row] < 0.0:
                continue
            while surge < last_surge and _is_before(surges, surge, outages, row):
                _put(profile, surges, surge, _surge_days(surges, surge), entries)
                surge += 1
            days = _outage_days(outages, row, supply, profile, cursor)
            _put(profile, outages, row, days, entries)
        for rest in range(surge, last_surge):
            _put(profile, surges, rest, _surge_days(surges, rest), entries)


@numba.njit(nogil=True, cache=True)
def _put(profile: int, spells: Spells, row: int, days: float, entries: Entries) -> None:
    """Add an entry, if any days are lost and there is room."""
    if days <= _ROUNDING:
        return
    place = entries.start[profile] + entries.count[profile]
    entries.count[profile] += 1
    if len(entries.days):
        entries.scenario[place] = spells.scenario[row]
        entries.hazard[place] = spells.hazard[row]
        entries.days[place] = days


@numba.njit(nogil=True, cache=True)
def _is_before(one: Spells, row: int, other: Spells, other_row: int) -> bool:
    """Return whether a row's strike comes before another's in the order of (scenario, strike)."""
    if one.scenario[row] != other.scenario[other_row]:
        return bool(one.scenario[row] < other.scenario[other_row])
    return bool(one.strike[row] < other.strike[other_row])


@numba.njit(nogil=True, cache=True)
def _surge_days(surges: Spells, row: int) -> float:
    r"""Return :math:`(g - 1)\,m`."""
    return float((surges.multiplier[row] - 1.0) * surges.days[row])


@numba.njit(nogil=True, cache=True)
def _outage_days(
    outages: Spells, row: int, supply: Supplies, profile: int, cursor: IntArray
) -> float:
    r"""
    Return the days lost to one outage of the primary.

    .. math:: \ell = d - \sum_j \kappa_j\,(d - b_j)^+ + (\kappa_1 + \kappa_2 - 1)^+\,
        \min_j (d - b_j)^+

    The last term takes back what two alternates together would supply beyond the demand.

    Parameters
    ----------
    cursor
        Of each alternate the first outage that is no older than the last one asked for; moved on.
    """
    days = float(outages.days[row])
    lost, supplied, least = days, 0.0, days
    for n in range(2):
        alternate = supply.alternate[profile, n]
        if alternate < 0:
            least = 0.0
            continue
        out = _days_out(outages, row, alternate, cursor, n)
        begin = max(supply.ramp_days[profile, n], out) + supply.extra_lead_days[profile, n]
        served = max(days - max(begin, 0.0), 0.0)
        share = supply.share[profile, n]
        lost -= share * served
        supplied += share
        least = min(least, served)
    return lost + max(supplied - 1.0, 0.0) * least


@numba.njit(nogil=True, cache=True)
def _days_out(outages: Spells, row: int, alternate: int, cursor: IntArray, n: int) -> float:
    r"""Return how long an alternate is still out when a strike begins, :math:`\rho_j`. [day]"""
    place, end = cursor[n], outages.start[alternate + 1]
    while place < end and _is_before(outages, place, outages, row):
        place += 1
    cursor[n] = place
    out = 0.0
    older = place - 1
    if older >= outages.start[alternate] and outages.scenario[older] == outages.scenario[row]:
        left = outages.latest_end[older] - outages.start_day[row]
        out = max(out, np.ceil(left - _ROUNDING))
    same = place < end and outages.scenario[place] == outages.scenario[row]
    if same and outages.strike[place] == outages.strike[row]:
        out = max(out, float(outages.days[row]))
    return out
