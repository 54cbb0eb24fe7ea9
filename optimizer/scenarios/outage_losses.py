"""The compiled part of `lost_days`: outages and surges of every supply, in the order of strikes."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray
from optimizer.maths.lost_days import ROUNDING
from optimizer.scenarios.spells import OutageSpells


class Chains(NamedTuple):
    """
    The distinct supplies: who delivers, and which category's surges act.  Shape ``(U,)``.

    `category` is a row of the surges' categories; an absent alternate, -1, comes last.
    """

    primary: IntArray
    category: IntArray
    alternate: IntArray


class StruckOptions(NamedTuple):
    """
    What strikes the supplies: filled in up to `found`.

    Entries of supply u are ``start[u]:start[u + 1]``; the columns are those of `LostDays`.
    """

    found: IntArray
    start: IntArray
    strike: Int32Array
    days: FloatArray
    out: Int32Array

    @classmethod
    def room(cls, n_entries: IntArray) -> StruckOptions:
        """Return room for so many entries of each supply."""
        start = np.concatenate([[0], np.cumsum(n_entries)])
        return cls(
            found=np.zeros_like(n_entries),
            start=start,
            strike=np.empty(start[-1], dtype=np.int32),
            days=np.empty(start[-1]),
            out=np.full((start[-1], 2), -1, dtype=np.int32),
        )


def strikes_of_supplies(outages: OutageSpells, surges: OutageSpells, chains: Chains) -> IntArray:
    """Return how many outages and surges `strike_supplies` finds of every supply.  ``(U,)``"""
    surging = (surges.multiplier - 1.0) * surges.days > ROUNDING
    by_supplier = outages.count_of(~(outages.start_day < 0.0))
    return by_supplier[chains.primary] + surges.count_of(surging)[chains.category]


@numba.njit(nogil=True, cache=True)
def strike_supplies(
    outages: OutageSpells, surges: OutageSpells, chains: Chains, struck: StruckOptions
) -> None:
    """
    Fill in the outages and surges of every supply.

    Parameters
    ----------
    outages
        By supplier.
    surges
        Those within the horizon, by category, the last one none.
    struck
        Of which the first U supplies are written.
    """
    cursor = np.empty(2, dtype=np.int64)
    order, surge_order = outages.order, surges.order
    for u in range(len(chains.primary)):
        for n in range(2):
            cursor[n] = outages.start[max(chains.alternate[u, n], 0)]
        category, primary = chains.category[u], chains.primary[u]
        surge, last_surge = surges.start[category], surges.start[category + 1]
        for row in range(outages.start[primary], outages.start[primary + 1]):
            if outages.start_day[row] < 0.0:
                continue
            while surge < last_surge and surge_order[surge] < order[row]:
                _put_surge(u, surges, surge, struck)
                surge += 1
            first = _days_out(outages, row, chains.alternate[u, 0], cursor, 0)
            second = _days_out(outages, row, chains.alternate[u, 1], cursor, 1)
            _put(u, outages.row[row], float(outages.days[row]), (first, second), struck)
        for rest in range(surge, last_surge):
            _put_surge(u, surges, rest, struck)


@numba.njit(nogil=True, cache=True)
def _put_surge(u: int, surges: OutageSpells, row: int, struck: StruckOptions) -> None:
    r"""Add :math:`(g - 1)\,m` days that no alternate helps in, if any."""
    days = (surges.multiplier[row] - 1.0) * surges.days[row]
    if days > ROUNDING:
        _put(u, surges.row[row], days, (-1, -1), struck)


@numba.njit(nogil=True, cache=True)
def _put(u: int, strike: int, days: float, out: tuple[int, int], struck: StruckOptions) -> None:
    place = struck.start[u] + struck.found[u]
    struck.found[u] += 1
    struck.strike[place] = strike
    struck.days[place] = days
    struck.out[place, 0], struck.out[place, 1] = out


@numba.njit(nogil=True, cache=True)
def _days_out(outages: OutageSpells, row: int, alternate: int, cursor: IntArray, n: int) -> int:
    r"""
    Return how long an alternate is still out when a strike begins, :math:`\rho_j`. [whole days]

    Parameters
    ----------
    cursor
        Of each alternate the first outage that is no older than the last one asked for; moved on.
    """
    if alternate < 0:
        return 0
    end = outages.start[alternate + 1]
    while cursor[n] < end and outages.order[cursor[n]] < outages.order[row]:
        cursor[n] += 1
    place, out = cursor[n], 0.0
    if place > outages.start[alternate] and outages.scenario[place - 1] == outages.scenario[row]:
        out = np.ceil(outages.latest_end[place - 1] - outages.start_day[row] - ROUNDING)
    if place < end and outages.order[place] == outages.order[row]:
        out = max(out, float(outages.days[row]))
    return int(max(out, 0.0))
