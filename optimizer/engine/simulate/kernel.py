r"""
One SKU played through one replication, compiled.

A day: what the primary held back is dispatched if it delivers again; demand becomes known; where
on-hand + on-order - backorders has fallen to :math:`r` or below, as many lots :math:`Q` are ordered
as lift it above; what is due arrives, an order of lead time 0 among it; demand is served, and what
cannot be is backordered.  An order of day t with lead time :math:`\ell` serves the demand of day
:math:`t + \ell`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba

from optimizer.domain.arrays import FloatArray, Int32Array
from optimizer.engine.simulate.calendar import Calendar

NET: Final = 0
ON_ORDER: Final = 1
HELD: Final = 2
RESERVE: Final = 3
RESERVE_COMING: Final = 4
LAST_DUE: Final = 5
CYCLE_SHORT: Final = 6
N_STOCK: Final = 7
"""What is known of the stock at any time; `HELD` is on order and not dispatched."""

DEMAND: Final = 0
SHORT: Final = 1
STOCKOUT_DAYS: Final = 2
CYCLES: Final = 3
CYCLES_SHORT: Final = 4
ON_HAND: Final = 5
ORDERS: Final = 6
UNDERSHOOT: Final = 7
OVERTAKING: Final = 8
SHORT_IN_ALL: Final = 9
PREMIUM: Final = 10
OWED: Final = 11
N_TALLIES: Final = 12
"""
What is counted over the horizon, and `SHORT_IN_ALL` and `PREMIUM` to the end of the play.

`ON_HAND`, reserve included, and `OWED`, backorders, are in unit-days; `UNDERSHOOT` is in units
below the reorder point, summed over orders; `OVERTAKING` orders arrive before an earlier one;
`PREMIUM` is in units at unit cost.
"""

_DUST: Final = 1e-9
"""Share of the reserve below which what is missing is arithmetic."""


class Rule(NamedTuple):
    """A SKU's rule: r, Q, R and mean demand D; the inventory position on the eve of day 0."""

    reorder_point: float
    order_quantity: float
    reserve_units: float
    demand_mean: float
    position: float


class Window(NamedTuple):
    """Days ``first`` to ``last`` are the horizon; the play goes on to ``end``."""

    first: int
    last: int
    end: int


class Coming(NamedTuple):
    """Units due on every day, to the stock and to the reserve.  Shape ``(T + 1,)``, T: later."""

    due: FloatArray
    refill: FloatArray


@numba.njit(nogil=True, cache=True)
def play(
    rule: Rule,
    window: Window,
    demand: FloatArray,
    lead_time: Int32Array,
    calendar: Calendar,
    coming: Coming,
    stock: FloatArray,
    tally: FloatArray,
) -> None:
    """
    Play one replication; `coming`, `stock` and `tally` are written over.

    Parameters
    ----------
    demand, lead_time
        Of this replication.  Shape ``(T,)``, T at least ``window.end``.
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
    for t in range(window.end):
        counted = window.first <= t < window.last
        wanted = demand[t] * calendar.surge[t]
        _dispatch(t, lead_time[t], calendar, coming, stock)
        _refill(t, lead_time[t], rule, calendar, coming, stock, tally, counted)
        _order(t, wanted, lead_time[t], rule, calendar, coming, stock, tally, counted)
        _receive(t, rule.demand_mean, calendar, coming, stock, tally, counted)
        _serve(wanted, calendar.opened[t] == 1, stock, tally, counted)


@numba.njit(nogil=True, cache=True)
def _dispatch(
    t: int, lead_time: int, calendar: Calendar, coming: Coming, stock: FloatArray
) -> None:
    if stock[HELD] > 0.0 and not calendar.out[t]:
        coming.due[min(t + lead_time, len(coming.due) - 1)] += stock[HELD]
        stock[HELD] = 0.0


@numba.njit(nogil=True, cache=True)
def _refill(
    t: int,
    lead_time: int,
    rule: Rule,
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
    coming.refill[min(t + lead_time, len(coming.refill) - 1)] += missing
    stock[RESERVE_COMING] += missing
    tally[PREMIUM] += (calendar.price[t] - 1.0) * missing
    if counted:
        tally[ORDERS] += 1.0


@numba.njit(nogil=True, cache=True)
def _order(
    t: int,
    wanted: float,
    lead_time: int,
    rule: Rule,
    calendar: Calendar,
    coming: Coming,
    stock: FloatArray,
    tally: FloatArray,
    counted: bool,
) -> None:
    below = rule.reorder_point - (stock[NET] + stock[ON_ORDER] - wanted)
    if below < 0.0:
        return
    units = (below // rule.order_quantity + 1.0) * rule.order_quantity
    stock[ON_ORDER] += units
    tally[PREMIUM] += (calendar.price[t] - 1.0) * units
    if calendar.out[t]:
        stock[HELD] += units
    else:
        coming.due[min(t + lead_time, len(coming.due) - 1)] += units
        tally[OVERTAKING] += 1.0 if counted and t + lead_time < stock[LAST_DUE] else 0.0
        stock[LAST_DUE] = max(stock[LAST_DUE], t + lead_time)
    if counted:
        tally[ORDERS] += 1.0
        tally[UNDERSHOOT] += below


@numba.njit(nogil=True, cache=True)
def _receive(
    t: int,
    demand_mean: float,
    calendar: Calendar,
    coming: Coming,
    stock: FloatArray,
    tally: FloatArray,
    counted: bool,
) -> None:
    arrived = coming.due[t]
    stock[ON_ORDER] -= arrived
    stock[NET] += arrived + calendar.share[t] * demand_mean * calendar.surge[t]
    stock[RESERVE] += coming.refill[t]
    stock[RESERVE_COMING] -= coming.refill[t]
    if arrived > 0.0:
        if counted:
            tally[CYCLES] += 1.0
            tally[CYCLES_SHORT] += stock[CYCLE_SHORT]
        stock[CYCLE_SHORT] = 0.0


@numba.njit(nogil=True, cache=True)
def _serve(
    wanted: float, opened: bool, stock: FloatArray, tally: FloatArray, counted: bool
) -> None:
    """Serve from the stock, then from an opened reserve; the rest is backordered."""
    begun = stock[NET]
    before = max(begun, 0.0)
    short = max(wanted - before, 0.0)
    taken = min(short, stock[RESERVE]) if opened else 0.0
    short -= taken
    stock[RESERVE] -= taken
    stock[NET] -= wanted - taken
    tally[SHORT_IN_ALL] += short
    if short > 0.0:
        stock[CYCLE_SHORT] = 1.0
    if counted:
        tally[DEMAND] += wanted
        tally[SHORT] += short
        tally[STOCKOUT_DAYS] += 1.0 if short > 0.0 else 0.0
        tally[ON_HAND] += (before + max(stock[NET], 0.0)) / 2.0 + stock[RESERVE]
        tally[OWED] -= (min(begun, 0.0) + min(stock[NET], 0.0)) / 2.0
