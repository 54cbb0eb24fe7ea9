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
    Entries of the profiles: counted in `found`, and filled in unless there is room for none.

    Those of profile p are ``start[p]:start[p + 1]`` of `strike` and `days`.
    """

    found: IntArray
    start: IntArray
    strike: Int32Array
    days: FloatArray

    @classmethod
    def room(cls, n_entries: IntArray) -> Entries:
        """Return room for so many entries of each profile."""
        start = np.concatenate([[0], np.cumsum(n_entries)])
        return cls(
            found=np.zeros_like(n_entries),
            start=start,
            strike=np.empty(start[-1], dtype=np.int32),
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
    order, surge_order = outages.order, surges.order
    for profile in range(profiles[0], profiles[1]):
        for n in range(2):
            cursor[n] = outages.start[max(supply.alternate[profile, n], 0)]
        category, primary = supply.category[profile], supply.primary[profile]
        surge, last_surge = surges.start[category], surges.start[category + 1]
        for row in range(outages.start[primary], outages.start[primary + 1]):
            if outages.start_day[row] < 0.0:
                continue
            while surge < last_surge and surge_order[surge] < order[row]:
                _put(profile, surges, surge, _surge_days(surges, surge), entries)
                surge += 1
            days = _outage_days(outages, row, supply, profile, cursor)
            _put(profile, outages, row, days, entries)
        for rest in range(surge, last_surge):
            _put(profile, surges, rest, _surge_days(surges, rest), entries)


@numba.njit(nogil=True, cache=True)
def _put(profile: int, spells: Spells, row: int, days: float, entries: Entries) -> None:
    """Add an entry, if any days are lost."""
    if days <= _ROUNDING:
        return
    place = entries.start[profile] + entries.found[profile]
    entries.found[profile] += 1
    if len(entries.days):
        entries.strike[place] = spells.row[row]
        entries.days[place] = days


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
        end = outages.start[alternate + 1]
        while cursor[n] < end and outages.order[cursor[n]] < outages.order[row]:
            cursor[n] += 1
        out = _days_out(outages, row, alternate, cursor[n])
        begin = max(supply.ramp_days[profile, n], out) + supply.extra_lead_days[profile, n]
        served = max(days - max(begin, 0.0), 0.0)
        lost -= supply.share[profile, n] * served
        supplied += supply.share[profile, n]
        least = min(least, served)
    return lost + max(supplied - 1.0, 0.0) * least


@numba.njit(nogil=True, cache=True)
def _days_out(outages: Spells, row: int, alternate: int, place: int) -> float:
    r"""
    Return how long an alternate is still out when a strike begins, :math:`\rho_j`. [day]

    Parameters
    ----------
    place
        The first outage of the alternate that is no older than the strike.
    """
    out = 0.0
    if place > outages.start[alternate] and outages.scenario[place - 1] == outages.scenario[row]:
        out = np.ceil(outages.latest_end[place - 1] - outages.start_day[row] - _ROUNDING)
    if place < outages.start[alternate + 1] and outages.order[place] == outages.order[row]:
        out = max(out, float(outages.days[row]))
    return max(out, 0.0)
