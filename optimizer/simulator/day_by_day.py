r"""
One SKU played through one replication, compiled.

A day: what the primary held back is dispatched if it delivers again; demand becomes known, and
alternates at work serve their share of it; where on-hand + on-order - backorders has fallen to
:math:`s` or below, as many lots :math:`Q` are ordered as lift it above; what is due arrives, an
order of lead time 0 among it; demand is served, and what cannot be is backordered.  In the
*morning* convention an order of day t with lead time :math:`\ell` serves the demand of day
:math:`t + \ell`; in the *evening* one it is out only then, and serves that of the day after.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.simulator.calendar import Calendar

MORNING: Final = 0
EVENING: Final = 1
"""Days that an order is late by convention; the model lies halfway."""

NET: Final = 0
ON_ORDER: Final = 1
HELD: Final = 2
RESERVE: Final = 3
RESERVE_COMING: Final = 4
CYCLE_SHORT: Final = 5
GONE: Final = 6
EXTRA: Final = 7
SURGE_REST: Final = 8
HELP_REST: Final = 9
N_STOCK: Final = 10
"""
What is known of the stock at any time.

`HELD` is on order and not dispatched; `EXTRA` is what surges added to the demand of the last lead
time, of which `GONE` was short and counted; rests are fractions of a unit that whole units still
owe to a surge or an alternate.
"""

DEMAND: Final = 0
SHORT: Final = 1
WAITING: Final = 2
CYCLES: Final = 3
CYCLES_SHORT: Final = 4
ON_HAND: Final = 5
ORDERS: Final = 6
OWED: Final = 7
EVENTS: Final = 8
EVENTS_SHORT: Final = 9
LOST: Final = 10
WAITING_IN_ALL: Final = 11
PREMIUM: Final = 12
N_TALLIES: Final = 13
"""
What is counted over the horizon; `LOST`, `WAITING_IN_ALL` and `PREMIUM` to the end of the play.

`SHORT` units were not served at once, every unit once, see `_serve`; `WAITING` days somebody waits;
`ON_HAND`, reserve included, and `OWED`, backorders, are in unit-days; `EVENTS` are days with
demand, short where not all of it is served at once; `LOST` is what was short; `PREMIUM` is in units
at unit cost.
"""

_DUST: Final = 1e-9
"""Units, or share of the reserve, below which what is missing is arithmetic."""


class StockRule(NamedTuple):
    """
    A SKU's rule: s, Q, a ring-fenced R; the inventory position on the eve of day 0.

    `late` is `MORNING` or `EVENING`; with `whole`, surges and alternates come in whole units;
    `demand_mean` is of a day.
    """

    reorder_point: float
    order_quantity: float
    reserve_units: float
    position: float
    late: int
    whole: bool
    demand_mean: float


class Window(NamedTuple):
    """Days ``first`` to ``last`` are the horizon; the play goes on to ``end``."""

    first: int
    last: int
    end: int


class Coming(NamedTuple):
    """Units due on every day, to the stock and to the reserve.  Shape ``(T + 1,)``, T: later."""

    due: FloatArray
    refill: FloatArray


class Routine(NamedTuple):
    """What is short, and the part of the day somebody waits, on every day.  Shape ``(T,)``."""

    short: FloatArray
    waits: FloatArray


@numba.njit(nogil=True, cache=True)
def new_routine(n_days: int) -> Routine:
    """Return room for an undisturbed play."""
    return Routine(np.zeros(n_days), np.zeros(n_days))


@numba.njit(nogil=True, cache=True)
def new_coming(n_days: int) -> Coming:
    """Return room for what is due."""
    return Coming(np.zeros(n_days + 1), np.zeros(n_days + 1))


@numba.njit(nogil=True, cache=True)
def play(
    rule: StockRule,
    window: Window,
    demand: FloatArray,
    lead_time: int,
    calendar: Calendar,
    struck: bool,
    routine: Routine,
    coming: Coming,
    stock: FloatArray,
    tally: FloatArray,
) -> None:
    """
    Play one replication; `coming`, `stock` and `tally` are written over.

    Parameters
    ----------
    demand
        Of this replication.  Shape ``(T,)``, T at least ``window.end``.
    lead_time
        Of every order, so that none overtakes an earlier one. [whole days]
    struck
        Whether `routine` is read, else written.
    routine
        Of the undisturbed play with the same chances.
    stock
        Shape ``(N_STOCK,)``; ends as the stock after the last day.
    tally
        Shape ``(N_TALLIES,)``.
    """
    coming.due[:] = 0.0
    coming.refill[:] = 0.0
    stock[:] = 0.0
    tally[:] = 0.0
    stock[NET], stock[RESERVE] = rule.position, rule.reserve_units
    takes = lead_time + rule.late
    for t in range(window.end):
        counted = window.first <= t < window.last
        wanted = demand[t]
        if calendar.surge[t] > 1.0:
            wanted = _portion(wanted * calendar.surge[t], rule.whole, SURGE_REST, stock)
        if struck:
            _remember(t, takes, demand, calendar.surge, stock)
        left = wanted
        if calendar.share[t] > 0.0:
            helped = _portion(wanted * calendar.share[t], rule.whole, HELP_REST, stock)
            left -= helped
            _make_up(t, helped, takes, calendar, coming, stock)
        _dispatch(t, takes, calendar, coming, stock)
        _refill(t, takes, rule, calendar, coming, stock, tally, counted)
        _order(t, left, takes, rule, calendar, coming, stock, tally, counted)
        _receive(t, coming, stock, tally, counted)
        begun = stock[NET]
        short = _serve(t, left, calendar.opened[t] == 1, struck, routine, stock)
        waits = ((1.0 if begun < -_DUST else 0.0) + (1.0 if stock[NET] < -_DUST else 0.0)) / 2.0
        if struck:
            short += calendar.share[t] * routine.short[t]
            waits += calendar.share[t] * (routine.waits[t] - waits)
        else:
            routine.short[t], routine.waits[t] = short, waits
        _count(wanted, begun, short, waits, stock, tally, counted)


@numba.njit(nogil=True, cache=True)
def _portion(units: float, whole: bool, rest: int, stock: FloatArray) -> float:
    """Return the units, whole ones if so, and keep the fraction for the next day."""
    if not whole:
        return units
    due = units + stock[rest]
    out = float(np.floor(due + _DUST))
    stock[rest] = due - out
    return out


@numba.njit(nogil=True, cache=True)
def _remember(t: int, days: int, demand: FloatArray, surge: FloatArray, stock: FloatArray) -> None:
    """Keep what surges added to the demand of the last lead time; orders have made up for older."""
    stock[EXTRA] += (surge[t] - 1.0) * demand[t]
    if t >= days:
        stock[EXTRA] -= (surge[t - days] - 1.0) * demand[t - days]


@numba.njit(nogil=True, cache=True)
def _make_up(
    t: int, units: float, takes: int, calendar: Calendar, coming: Coming, stock: FloatArray
) -> None:
    """Take what alternates serve from what comes at the end of the outage: it is supplied once."""
    back = calendar.back[t - takes]
    stock[ON_ORDER] -= units
    if back > t:
        stock[HELD] -= units
    else:
        coming.due[min(back + takes, len(coming.due) - 1)] -= units


@numba.njit(nogil=True, cache=True)
def _dispatch(t: int, takes: int, calendar: Calendar, coming: Coming, stock: FloatArray) -> None:
    if stock[HELD] != 0.0 and not calendar.out[t]:
        coming.due[min(t + takes, len(coming.due) - 1)] += stock[HELD]
        stock[HELD] = 0.0


@numba.njit(nogil=True, cache=True)
def _refill(
    t: int,
    takes: int,
    rule: StockRule,
    calendar: Calendar,
    coming: Coming,
    stock: FloatArray,
    tally: FloatArray,
    counted: bool,
) -> None:
    """Order what the reserve lacks once the disruption is over."""
    missing = rule.reserve_units - stock[RESERVE] - stock[RESERVE_COMING]
    if calendar.opened[t] or missing <= _DUST * rule.reserve_units:
        return
    coming.refill[min(t + takes, len(coming.refill) - 1)] += missing
    stock[RESERVE_COMING] += missing
    tally[PREMIUM] += _premium(t, missing, rule.demand_mean, calendar)
    if counted:
        tally[ORDERS] += 1.0


@numba.njit(nogil=True, cache=True)
def _order(
    t: int,
    left: float,
    takes: int,
    rule: StockRule,
    calendar: Calendar,
    coming: Coming,
    stock: FloatArray,
    tally: FloatArray,
    counted: bool,
) -> None:
    below = rule.reorder_point - (stock[NET] + stock[ON_ORDER] - left)
    if below < 0.0:
        return
    units = (below // rule.order_quantity + 1.0) * rule.order_quantity
    stock[ON_ORDER] += units
    tally[PREMIUM] += _premium(t, units, rule.demand_mean, calendar)
    if calendar.out[t]:
        stock[HELD] += units
    else:
        coming.due[min(t + takes, len(coming.due) - 1)] += units
    if counted:
        tally[ORDERS] += 1.0


@numba.njit(nogil=True, cache=True)
def _premium(t: int, units: float, demand_mean: float, calendar: Calendar) -> float:
    """Return what an order costs more, in units: it is dear as far as the shock lasts, no more."""
    if calendar.price[t] == 1.0:
        return 0.0
    premium, rest = 0.0, units
    while rest > 0.0 and t < len(calendar.price) and calendar.price[t] > 1.0:
        bought = min(rest, demand_mean)
        premium += (calendar.price[t] - 1.0) * bought
        rest -= bought
        t += 1
    return premium


@numba.njit(nogil=True, cache=True)
def _receive(t: int, coming: Coming, stock: FloatArray, tally: FloatArray, counted: bool) -> None:
    arrived = coming.due[t]
    stock[ON_ORDER] -= arrived
    stock[NET] += arrived
    stock[RESERVE] += coming.refill[t]
    stock[RESERVE_COMING] -= coming.refill[t]
    if arrived > 0.0:
        if counted:
            tally[CYCLES] += 1.0
            tally[CYCLES_SHORT] += stock[CYCLE_SHORT]
        stock[CYCLE_SHORT] = 0.0


@numba.njit(nogil=True, cache=True)
def _serve(
    t: int, left: float, opened: bool, struck: bool, routine: Routine, stock: FloatArray
) -> float:
    """
    Serve, from an opened reserve what stock cannot and what is owed; the rest is backordered.

    Returns
    -------
    float
        Units short on this day, of what alternates leave; they serve their part as well as an
        undisturbed play would.  What a surge adds to demand is short once at most, as if it were
        lost: that it is served late, and others therefore later, is no second shortage.  So a
        struck play reads what is short from a stock that has back what is gone, until the orders
        that the surge caused have come.
    """
    begun = stock[NET]
    if opened and begun < left:
        taken = min(left - begun, stock[RESERVE])
        stock[RESERVE] -= taken
        begun += taken
    stock[NET] = begun - left
    if not struck:
        return float(max(left - max(begun, 0.0), 0.0))
    stock[GONE] = min(stock[GONE], max(stock[EXTRA], 0.0))
    short = max(left - max(begun + stock[GONE], 0.0), 0.0)
    stock[GONE] += max(short - routine.short[t], 0.0)
    return float(short)


@numba.njit(nogil=True, cache=True)
def _count(
    wanted: float,
    begun: float,
    short: float,
    waits: float,
    stock: FloatArray,
    tally: FloatArray,
    counted: bool,
) -> None:
    after = stock[NET]
    if short > 0.0:
        stock[CYCLE_SHORT] = 1.0
    tally[LOST] += short
    tally[WAITING_IN_ALL] += waits
    if counted:
        tally[DEMAND] += wanted
        tally[SHORT] += short
        tally[WAITING] += waits
        tally[EVENTS] += 1.0 if wanted > 0.0 else 0.0
        tally[EVENTS_SHORT] += 1.0 if short > 0.0 else 0.0
        tally[ON_HAND] += (max(begun, 0.0) + max(after, 0.0)) / 2.0 + stock[RESERVE]
        tally[OWED] -= (min(begun, 0.0) + min(after, 0.0)) / 2.0
