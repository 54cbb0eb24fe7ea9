"""The play once more, in plain Python: orders are objects, days are sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.support.simulation import Spell


@dataclass
class Order:
    """Units ordered from the primary; `due` is None while it holds them back."""

    units: float
    due: int | None
    for_reserve: bool = False


@dataclass
class World:
    """One replication as people would tell it: spells in days of the play."""

    demand: Sequence[float]
    lead_time: int
    outages: Sequence[Spell] = ()
    helper_outages: Sequence[Sequence[Spell]] = ((), ())
    surges: Sequence[Spell] = ()
    prices: Sequence[Spell] = ()
    ramp_days: Sequence[float] = (0.0, 0.0)
    extra_lead_days: Sequence[float] = (0.0, 0.0)
    capacity_share: Sequence[float] = (0.0, 0.0)


@dataclass
class Seen:
    """What was counted."""

    tally: dict[str, float] = field(default_factory=dict)
    short: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    net: float = 0.0
    reserve: float = 0.0

    def add(self, name: str, amount: float, counted: bool = True) -> None:
        """Count it, within the horizon."""
        self.tally[name] = self.tally.get(name, 0.0) + (amount if counted else 0.0)


def plain_play(  # noqa: C901, PLR0912  a day is told from morning to evening
    world: World,
    *,
    reorder_point: float,
    order_quantity: float,
    reserve_units: float,
    position: float,
    late: int,
    whole: bool,
    demand_mean: float,
    first: int,
    last: int,
    end: int,
    routine: Seen | None = None,
) -> Seen:
    """Play a replication, a struck one beside its `routine`."""
    seen = Seen(net=position, reserve=reserve_units)
    orders: list[Order] = []
    cycle_short, gone, rests = False, 0.0, {"surge": 0.0, "help": 0.0}
    takes = world.lead_time + late
    added = [(_greatest(world.surges, t) - 1.0) * world.demand[t] for t in range(end)]

    def portion(units: float, what: str) -> float:
        if not whole:
            return units
        due = units + rests[what]
        rests[what] = due - math.floor(due + 1e-9)
        return math.floor(due + 1e-9)

    for t in range(end):
        counted = first <= t < last
        surge = _greatest(world.surges, t)
        wanted = world.demand[t]
        if surge > 1.0:
            wanted = portion(world.demand[t] * surge, "surge")
        share, left = _help(world, t - takes), wanted
        if share > 0.0:
            helped = portion(wanted * share, "help")
            left -= helped
            back = next(d for d in range(t - takes, t + end) if not _on(world.outages, d))
            orders.append(Order(-helped, back + takes if back <= t else None))
        out, opened = _on(world.outages, t), _is_open(world, t, takes)
        for order in orders:
            if order.due is None and not out:
                order.due = t + takes
        coming = sum(order.units for order in orders if order.for_reserve)
        if not opened and seen.reserve + coming < reserve_units:
            missing = reserve_units - seen.reserve - coming
            orders.append(Order(missing, t + takes, for_reserve=True))
            seen.add("orders", 1.0, counted)
            seen.add("premium", _premium(world, t, missing, demand_mean, end))
        on_order = sum(order.units for order in orders if not order.for_reserve)
        at = seen.net + on_order - left
        if at <= reorder_point:
            lots = 1
            while at + lots * order_quantity <= reorder_point:
                lots += 1
            due = None if out else t + takes
            orders.append(Order(lots * order_quantity, due))
            seen.add("orders", 1.0, counted)
            seen.add("premium", _premium(world, t, lots * order_quantity, demand_mean, end))
        arrived = [order for order in orders if order.due == t]
        orders = [order for order in orders if order.due != t]
        seen.reserve += sum(order.units for order in arrived if order.for_reserve)
        lots_in = sum(order.units for order in arrived if not order.for_reserve)
        seen.net += lots_in
        if lots_in > 0.0:
            seen.add("cycles", 1.0, counted)
            seen.add("cycles_short", float(cycle_short), counted)
            cycle_short = False
        morning = seen.net
        if opened:
            taken = min(max(left - seen.net, 0.0), seen.reserve)
            seen.reserve -= taken
            seen.net += taken
        if routine is not None:
            gone = min(gone, sum(added[max(t - takes + 1, 0) : t + 1]))
        short = max(left - max(seen.net + gone, 0.0), 0.0)
        if routine is None:
            seen.short.append(short)
        else:
            gone += max(short - routine.short[t], 0.0)
            short += share * routine.short[t]
        seen.net -= left
        cycle_short = cycle_short or short > 0.0
        waits = (float(morning < -1e-9) + float(seen.net < -1e-9)) / 2.0
        if routine is None:
            seen.waits.append(waits)
        else:
            waits += share * (routine.waits[t] - waits)
        seen.add("lost", short)
        seen.add("waiting_in_all", waits)
        seen.add("demand", wanted, counted)
        seen.add("short", short, counted)
        seen.add("waiting", waits, counted)
        seen.add("events", float(wanted > 0.0), counted)
        seen.add("events_short", float(short > 0.0), counted)
        seen.add("owed", (max(-morning, 0.0) + max(-seen.net, 0.0)) / 2.0, counted)
        on_hand = (max(morning, 0.0) + max(seen.net, 0.0)) / 2.0 + seen.reserve
        seen.add("on_hand", on_hand, counted)
    return seen


def _premium(world: World, t: int, units: float, demand_mean: float, end: int) -> float:
    """Day by day to the end of the shock, a day's mean demand on each, as far as the units go."""
    premium = 0.0
    for day in range(t, end):
        price = _greatest(world.prices, day)
        if price == 1.0:
            break
        premium += (price - 1.0) * min(units, demand_mean)
        units -= min(units, demand_mean)
    return premium


def _on(spells: Sequence[Spell], t: int) -> bool:
    return any(spell.first <= t < spell.end for spell in spells)


def _greatest(spells: Sequence[Spell], t: int) -> float:
    return max([1.0, *(spell.multiplier for spell in spells if spell.first <= t < spell.end)])


def _disturbed(world: World, t: int) -> bool:
    return _on(world.outages, t) or _greatest(world.surges, t) > 1.0


def _is_open(world: World, t: int, takes: int) -> bool:
    """Disturbed, or what was dispatched on the first day after a disturbance is on its way."""
    ends = [s for s in range(1, t + 1) if _disturbed(world, s - 1) and not _disturbed(world, s)]
    return _disturbed(world, t) or any(t < s + takes for s in ends)


def _help(world: World, s: int) -> float:
    """Return the share of demand served in place of what the primary misses on day s."""
    if s < 0 or not _on(world.outages, s):
        return 0.0
    began = max(d for d in range(s + 1) if _on(world.outages, d) and not _before(world, d))
    total = 0.0
    for helper, ramp, extra, share in zip(
        world.helper_outages,
        world.ramp_days,
        world.extra_lead_days,
        world.capacity_share,
        strict=True,
    ):
        from_then = s + 1 - began - ramp - extra
        out = sum(_overlap(s - extra, s + 1 - extra, d) for d in range(-60, 200) if _on(helper, d))
        total += min(max(from_then, 0.0), 1.0, 1.0 - out) * share
    return min(total, 1.0)


def _overlap(first: float, end: float, day: int) -> float:
    return max(min(end, day + 1.0) - max(first, float(day)), 0.0)


def _before(world: World, s: int) -> bool:
    return s > 0 and _on(world.outages, s - 1)
