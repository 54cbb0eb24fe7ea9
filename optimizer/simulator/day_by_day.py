r"""
One SKU played through one replication, compiled.

The sequence of a day: orders held back are dispatched if the primary delivers again; demand is
revealed, and active alternates serve their share of it; if on-hand + on-order - backorders has
fallen to :math:`s` or below, enough lots :math:`Q` are ordered to lift it above; goods due arrive,
including an order of lead time 0; demand is served, and the rest is backordered.  In the *morning*
convention an order of day t with lead time :math:`\ell` serves the demand of day :math:`t + \ell`;
in the *evening* convention it arrives on that evening and serves the next day's demand.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.simulator.calendar import Calendar

MORNING: Final = 0
EVENING: Final = 1
"""Days by which an order is late in each convention; the model lies halfway."""

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
State of the stock.

`HELD` is on order and not yet dispatched; `EXTRA` is the demand that surges added over the last
lead time, of which `GONE` was short and is counted; rests are fractions of a unit carried over
where surges and alternates come in whole units.
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
Tallies over the horizon; `LOST`, `WAITING_IN_ALL` and `PREMIUM` up to the end of the play.

`SHORT` counts units not served at once, each unit once (`_serve`); `WAITING` days with a backorder;
`ON_HAND` (reserve included) and `OWED` (backorders) are in unit-days; `EVENTS` are days with
demand, short if not all of it is served at once; `LOST` is the shortage to the end of the play;
`PREMIUM` is in units at unit cost.
"""

_DUST: Final = 1e-9
"""Units, or share of the reserve, below which a shortage is rounding error."""


class StockRule(NamedTuple):
    """
    A SKU's rule: s, Q, a ring-fenced R; and the inventory position before day 0.

    `late` is `MORNING` or `EVENING`; with `whole`, surges and alternates come in whole units;
    `demand_mean` is per day.
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
    """Units due on every day, to the stock and to the reserve.  ``(T + 1,)``, entry T: later."""

    due: FloatArray
    refill: FloatArray


class Routine(NamedTuple):
    """Units short, and the part of the day with a backorder, by day.  Shape ``(T,)``."""

    short: FloatArray
    waits: FloatArray


@numba.njit(nogil=True, cache=True)
def new_routine(n_days: int) -> Routine:
    """Allocate the record of an undisturbed play."""
    return Routine(np.zeros(n_days), np.zeros(n_days))


@numba.njit(nogil=True, cache=True)
def new_coming(n_days: int) -> Coming:
    """Allocate the units due."""
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
    Play one replication; `coming`, `stock` and `tally` are overwritten.

    Parameters
    ----------
    demand
        Demand of this replication.  Shape ``(T,)``, T at least ``window.end``.
    lead_time
        Lead time of every order, so that none overtakes an earlier one. [whole days]
    struck
        Whether `routine` is read; otherwise it is written.
    routine
        Record of the undisturbed play with the same random numbers.
    stock
        Shape ``(N_STOCK,)``; on return, the state after the last day.
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
    """Return the units, rounded down if `whole`, and carry the fraction over to the next day."""
    if not whole:
        return units
    due = units + stock[rest]
    out = float(np.floor(due + _DUST))
    stock[rest] = due - out
    return out


@numba.njit(nogil=True, cache=True)
def _remember(t: int, days: int, demand: FloatArray, surge: FloatArray, stock: FloatArray) -> None:
    """Update the demand that surges added over the last lead time; orders cover older surges."""
    stock[EXTRA] += (surge[t] - 1.0) * demand[t]
    if t >= days:
        stock[EXTRA] -= (surge[t - days] - 1.0) * demand[t - days]


@numba.njit(nogil=True, cache=True)
def _make_up(
    t: int, units: float, takes: int, calendar: Calendar, coming: Coming, stock: FloatArray
) -> None:
    """Deduct units served by alternates from those due at the end of the outage."""
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
    """Order what the reserve is short once the disruption is over."""
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
    """Return an order's extra cost in units: only demand during the shock is bought dear."""
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
    Serve demand and backorders from stock, then from an opened reserve; backorder the rest.

    Returns
    -------
    float
        Units short on this day, of the demand not served by alternates, which serve their part as
        well as an undisturbed play would.  Demand added by a surge is short at most once, as if it
        were lost: serving it late, and other demand later for that, is no second shortage.  So a
        struck play measures shortage on a stock with `GONE` added back, until the orders caused by
        the surge have arrived.
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
