"""The calendar of one SKU in one replication: who is out, who steps in, what surges."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import ByteArray, FloatArray, Int32Array, IntArray
from optimizer.domain.disruption import Spells


class Calendar(NamedTuple):
    """
    One replication, day by day.  Every column has shape ``(T,)``.

    Attributes
    ----------
    out
        1 where the primary dispatches nothing.
    share
        Of the day's mean demand that the alternates deliver. [-]
    surge, price
        Demand and price times this. [-]
    opened
        1 where the reserve may be used: from the first day of an outage or surge until what is
        dispatched at its end has arrived.
    """

    out: ByteArray
    share: FloatArray
    surge: FloatArray
    price: FloatArray
    opened: ByteArray


class Dated(NamedTuple):
    """`Spells` as the kernel reads them; `n_targets` is T."""

    start: IntArray
    first_day: IntArray
    end_day: IntArray
    multiplier: FloatArray
    n_targets: int


class Exposure(NamedTuple):
    """What can strike one SKU: rows of suppliers and of a category, -1 for none, and who helps."""

    primary: int
    alternate: IntArray
    ramp_days: FloatArray
    capacity_share: FloatArray
    category: int


def dated(spells: Spells, n_targets: int) -> Dated:
    """Return spells as the kernel reads them."""
    return Dated(spells.start, spells.first_day, spells.end_day, spells.multiplier, n_targets)


@numba.njit(nogil=True, cache=True)
def empty_calendar(n_days: int) -> Calendar:
    """Return the calendar of an undisturbed time."""
    return Calendar(
        out=np.zeros(n_days, dtype=np.uint8),
        share=np.zeros(n_days),
        surge=np.ones(n_days),
        price=np.ones(n_days),
        opened=np.zeros(n_days, dtype=np.uint8),
    )


@numba.njit(nogil=True, cache=True)
def paint(
    k: int,
    begin: int,
    exposure: Exposure,
    spells: tuple[Dated, Dated, Dated],
    lead_time: Int32Array,
    calendar: Calendar,
    helper_out: ByteArray,
) -> None:
    """
    Write replication k into a calendar whose horizon begins on day `begin`.

    Parameters
    ----------
    spells
        Outages, surges, price shocks.
    lead_time
        Of this replication.  Shape ``(T,)``.
    helper_out
        Room to work in.  Shape ``(2, T)``.
    """
    outages, surges, prices = spells
    calendar.out[:] = 0
    calendar.share[:] = 0.0
    calendar.surge[:] = 1.0
    calendar.price[:] = 1.0
    helper_out[:] = 0
    _mark(k, begin, exposure.primary, outages, calendar.out)
    for a in range(2):
        _mark(k, begin, exposure.alternate[a], outages, helper_out[a])
    _raise(k, begin, exposure.category, surges, calendar.surge)
    _raise(k, begin, exposure.category, prices, calendar.price)
    _step_in(exposure, calendar, helper_out)
    _open(lead_time, calendar)


@numba.njit(nogil=True, cache=True)
def _mark(k: int, begin: int, target: int, spells: Dated, day: ByteArray) -> None:
    if target < 0:
        return
    row = k * spells.n_targets + target
    for e in range(spells.start[row], spells.start[row + 1]):
        day[begin + spells.first_day[e] : begin + spells.end_day[e]] = 1


@numba.njit(nogil=True, cache=True)
def _raise(k: int, begin: int, target: int, spells: Dated, day: FloatArray) -> None:
    """Of several at once the greatest counts."""
    if target < 0:
        return
    row = k * spells.n_targets + target
    for e in range(spells.start[row], spells.start[row + 1]):
        for t in range(begin + spells.first_day[e], min(begin + spells.end_day[e], len(day))):
            day[t] = max(day[t], spells.multiplier[e])


@numba.njit(nogil=True, cache=True)
def _step_in(exposure: Exposure, calendar: Calendar, helper_out: ByteArray) -> None:
    """Alternates deliver while the primary is out, once ramped up and while not out themselves."""
    since = 0
    for t in range(len(calendar.out)):
        if not calendar.out[t]:
            since = t + 1
            continue
        total = 0.0
        for a in range(2):
            if exposure.alternate[a] >= 0 and not helper_out[a, t]:
                part_of_day = min(max(t + 1 - since - exposure.ramp_days[a], 0.0), 1.0)
                total += part_of_day * exposure.capacity_share[a]
        calendar.share[t] = min(total, 1.0)


@numba.njit(nogil=True, cache=True)
def _open(lead_time: Int32Array, calendar: Calendar) -> None:
    until, before = 0, False
    for t in range(len(calendar.out)):
        now = calendar.out[t] == 1 or calendar.surge[t] > 1.0
        if before and not now:
            until = max(until, t + lead_time[t])
        calendar.opened[t] = 1 if now or t < until else 0
        before = now
