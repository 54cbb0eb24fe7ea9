"""The play once more, in plain Python: orders are objects, days are sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from support.simulation import Spell


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
    lead_time: Sequence[int]
    outages: Sequence[Spell] = ()
    helper_outages: Sequence[Sequence[Spell]] = ((), ())
    surges: Sequence[Spell] = ()
    prices: Sequence[Spell] = ()
    ramp_days: Sequence[float] = (0.0, 0.0)
    capacity_share: Sequence[float] = (0.0, 0.0)


@dataclass
class Seen:
    """What was counted."""

    tally: dict[str, float] = field(default_factory=dict)
    net: float = 0.0
    reserve: float = 0.0

    def add(self, name: str, amount: float, counted: bool = True) -> None:
        """Count it, within the horizon."""
        self.tally[name] = self.tally.get(name, 0.0) + (amount if counted else 0.0)


def plain_play(
    world: World,
    *,
    reorder_point: float,
    order_quantity: float,
    reserve_units: float,
    demand_mean: float,
    position: float,
    first: int,
    last: int,
    end: int,
) -> Seen:
    """Play a replication."""
    seen = Seen(net=position, reserve=reserve_units)
    orders: list[Order] = []
    latest_due, cycle_short = 0, False
    for t in range(end):
        counted = first <= t < last
        surge, price = _greatest(world.surges, t), _greatest(world.prices, t)
        wanted = world.demand[t] * surge
        out, opened = _on(world.outages, t), _is_open(world, t)
        for order in orders:
            if order.due is None and not out:
                order.due = t + world.lead_time[t]
        coming = sum(order.units for order in orders if order.for_reserve)
        if not opened and seen.reserve + coming < reserve_units:
            missing = reserve_units - seen.reserve - coming
            orders.append(Order(missing, t + world.lead_time[t], for_reserve=True))
            seen.add("orders", 1.0, counted)
            seen.add("premium", (price - 1.0) * missing)
        on_order = sum(order.units for order in orders if not order.for_reserve)
        at = seen.net + on_order - wanted
        if at <= reorder_point:
            lots = 1
            while at + lots * order_quantity <= reorder_point:
                lots += 1
            due = None if out else t + world.lead_time[t]
            orders.append(Order(lots * order_quantity, due))
            seen.add("orders", 1.0, counted)
            seen.add("undershoot", reorder_point - at, counted)
            seen.add("premium", (price - 1.0) * lots * order_quantity)
            if due is not None:
                seen.add("overtaking", float(due < latest_due), counted)
                latest_due = max(latest_due, due)
        arrived = [order for order in orders if order.due == t]
        orders = [order for order in orders if order.due != t]
        seen.reserve += sum(order.units for order in arrived if order.for_reserve)
        lots_in = sum(order.units for order in arrived if not order.for_reserve)
        seen.net += lots_in + _help(world, t) * demand_mean * surge
        if lots_in:
            seen.add("cycles", 1.0, counted)
            seen.add("cycles_short", float(cycle_short), counted)
            cycle_short = False
        begun, before = seen.net, max(seen.net, 0.0)
        short = max(wanted - before, 0.0)
        taken = min(short, seen.reserve) if opened else 0.0
        seen.reserve -= taken
        seen.net -= wanted - taken
        short -= taken
        cycle_short = cycle_short or short > 0.0
        seen.add("short_in_all", short)
        seen.add("demand", wanted, counted)
        seen.add("short", short, counted)
        seen.add("stockout_days", float(short > 0.0), counted)
        seen.add("owed", (max(-begun, 0.0) + max(-seen.net, 0.0)) / 2.0, counted)
        seen.add("on_hand", (before + max(seen.net, 0.0)) / 2.0 + seen.reserve, counted)
    return seen


def _on(spells: Sequence[Spell], t: int) -> bool:
    return any(spell.first <= t < spell.end for spell in spells)


def _greatest(spells: Sequence[Spell], t: int) -> float:
    return max([1.0, *(spell.multiplier for spell in spells if spell.first <= t < spell.end)])


def _disturbed(world: World, t: int) -> bool:
    return _on(world.outages, t) or _greatest(world.surges, t) > 1.0


def _is_open(world: World, t: int) -> bool:
    """Disturbed, or what was dispatched on the first day after a disturbance is on its way."""
    ends = [s for s in range(1, t + 1) if _disturbed(world, s - 1) and not _disturbed(world, s)]
    return _disturbed(world, t) or any(t < s + world.lead_time[s] for s in ends)


def _help(world: World, t: int) -> float:
    """Return the share of the mean demand that alternates deliver on a day."""
    if not _on(world.outages, t):
        return 0.0
    began = max(s for s in range(t + 1) if _on(world.outages, s) and not _before(world, s))
    total = 0.0
    for helper, ramp, share in zip(
        world.helper_outages, world.ramp_days, world.capacity_share, strict=True
    ):
        if not _on(helper, t):
            total += min(max(t + 1 - began - ramp, 0.0), 1.0) * share
    return min(total, 1.0)


def _before(world: World, s: int) -> bool:
    return s > 0 and _on(world.outages, s - 1)
