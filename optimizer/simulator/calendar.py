"""The calendar of one SKU in one replication: outages, alternates, surges, price shocks."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import ByteArray, FloatArray, IntArray
from optimizer.domain.disruption import Spells


class Calendar(NamedTuple):
    """
    One replication, day by day.  Every column has shape ``(T,)``.

    Attributes
    ----------
    out
        1 on days on which the primary is out and dispatches nothing.
    back
        For a day on which the primary is out, the first day on which it dispatches again.
    share
        Share of the day's demand that the alternates serve. [-]
    surge, price
        Multipliers on demand and price. [-]
    opened
        1 on days on which a ring-fenced reserve may be used: from the first day of an outage or
        surge until goods dispatched at its end have arrived.
    """

    out: ByteArray
    back: IntArray
    share: FloatArray
    surge: FloatArray
    price: FloatArray
    opened: ByteArray


class Dated(NamedTuple):
    """`Spells` as compiled code reads them; `n_targets` is T."""

    start: IntArray
    first_day: IntArray
    end_day: IntArray
    multiplier: FloatArray
    n_targets: int


class Exposure(NamedTuple):
    """
    What can strike one SKU: rows of its suppliers and category, -1 for none, and its alternates.

    Goods that the primary would have dispatched on the first day of an outage are missing one lead
    time later; from then on alternates serve.
    """

    primary: int
    alternate: IntArray
    ramp_days: FloatArray
    extra_lead_days: FloatArray
    capacity_share: FloatArray
    category: int


def dated(spells: Spells, n_targets: int) -> Dated:
    """Return spells as compiled code reads them."""
    return Dated(spells.start, spells.first_day, spells.end_day, spells.multiplier, n_targets)


@numba.njit(nogil=True, cache=True)
def empty_calendar(n_days: int) -> Calendar:
    """Return a calendar without disruptions."""
    return Calendar(
        out=np.zeros(n_days, dtype=np.uint8),
        back=np.zeros(n_days, dtype=np.int64),
        share=np.zeros(n_days),
        surge=np.ones(n_days),
        price=np.ones(n_days),
        opened=np.zeros(n_days, dtype=np.uint8),
    )


@numba.njit(nogil=True, cache=True)
def paint(
    k: int,
    begin: int,
    takes: int,
    exposure: Exposure,
    spells: tuple[Dated, Dated, Dated],
    calendar: Calendar,
    helper_out: ByteArray,
) -> None:
    """
    Write replication k into a calendar whose horizon begins on day `begin`.

    Parameters
    ----------
    takes
        Days from dispatch until goods serve demand.
    spells
        Outages, surges, price shocks.  Of spells that began before the horizon only the outages of
        alternates count.
    helper_out
        Work space.  Shape ``(2, T)``.
    """
    outages, surges, prices = spells
    calendar.out[:] = 0
    calendar.share[:] = 0.0
    calendar.surge[:] = 1.0
    calendar.price[:] = 1.0
    helper_out[:] = 0
    _mark(k, begin, exposure.primary, outages, False, calendar.out)
    for a in range(2):
        _mark(k, begin, exposure.alternate[a], outages, True, helper_out[a])
    _raise(k, begin, exposure.category, surges, calendar.surge)
    _raise(k, begin, exposure.category, prices, calendar.price)
    _step_in(exposure, takes, calendar, helper_out)
    _open(takes, calendar)


@numba.njit(nogil=True, cache=True)
def _mark(k: int, begin: int, target: int, spells: Dated, older: bool, day: ByteArray) -> None:
    if target < 0:
        return
    row = k * spells.n_targets + target
    for e in range(spells.start[row], spells.start[row + 1]):
        if older or spells.first_day[e] >= 0:
            day[max(begin + spells.first_day[e], 0) : max(begin + spells.end_day[e], 0)] = 1


@numba.njit(nogil=True, cache=True)
def _raise(k: int, begin: int, target: int, spells: Dated, day: FloatArray) -> None:
    """Raise the multipliers; of overlapping spells the largest counts."""
    if target < 0:
        return
    row = k * spells.n_targets + target
    for e in range(spells.start[row], spells.start[row + 1]):
        if spells.first_day[e] >= 0:
            for t in range(begin + spells.first_day[e], min(begin + spells.end_day[e], len(day))):
                day[t] = max(day[t], spells.multiplier[e])


@numba.njit(nogil=True, cache=True)
def _step_in(exposure: Exposure, takes: int, calendar: Calendar, helper_out: ByteArray) -> None:
    """
    Let alternates replace goods that the primary would have dispatched.

    Goods that the primary would have dispatched on day s are missing from s + L on; alternate j
    serves instead if it could dispatch L_j before that day, ramped up and not out itself.
    """
    n_days, since = len(calendar.out), 0
    for s in range(n_days - 1, -1, -1):
        after = calendar.back[s + 1] if s + 1 < n_days else n_days
        calendar.back[s] = after if calendar.out[s] else s
    for s in range(n_days):
        if not calendar.out[s]:
            since = s + 1
            continue
        total = 0.0
        for a in range(2):
            if exposure.alternate[a] >= 0:
                extra = exposure.extra_lead_days[a]
                ramped = min(max(s + 1 - since - exposure.ramp_days[a] - extra, 0.0), 1.0)
                works = 1.0 - _out_before(helper_out[a], s, extra)
                total += min(ramped, works) * exposure.capacity_share[a]
        day = s + takes
        if day < n_days:
            calendar.share[day] = min(total, 1.0)


@numba.njit(nogil=True, cache=True)
def _out_before(out: ByteArray, s: int, days: float) -> float:
    """Return the part of the day `days` before s on which there is an outage."""
    whole = int(np.floor(days))
    part, n_days = days - whole, len(out)
    later, earlier = s - whole, s - whole - 1
    first = out[later] if 0 <= later < n_days else 0
    second = out[earlier] if 0 <= earlier < n_days else 0
    return (1.0 - part) * first + part * second


@numba.njit(nogil=True, cache=True)
def _open(takes: int, calendar: Calendar) -> None:
    until, before = 0, False
    for t in range(len(calendar.out)):
        now = calendar.out[t] == 1 or calendar.surge[t] > 1.0
        if before and not now:
            until = t + takes
        calendar.opened[t] = 1 if now or t < until else 0
        before = now
