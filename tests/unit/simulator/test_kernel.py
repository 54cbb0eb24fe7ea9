"""The compiled play against its plain twin, and the laws that every play keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.simulator import day_by_day
from optimizer.simulator.calendar import Exposure, dated, empty_calendar, paint
from optimizer.simulator.day_by_day import (
    N_STOCK,
    N_TALLIES,
    Coming,
    StockRule,
    Window,
    new_coming,
    new_routine,
    play,
)
from tests.support.plain_play import World, plain_play
from tests.support.simulation import Spell, make_disruptions

NAMES = (
    *("demand", "short", "waiting", "cycles", "cycles_short", "on_hand", "orders"),
    *("owed", "events", "events_short", "lost", "waiting_in_all", "premium"),
)
DAYS = 60


class Case:
    """A random replication in eighths of a unit, so that every sum is exact."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.demand = rng.integers(0, 40, DAYS) / 8.0
        self.lead_time = int(rng.integers(0, 9))
        self.first, self.last, self.end = 8, 50, DAYS
        self.rule = StockRule(
            reorder_point=float(rng.integers(0, 80) / 8.0),
            order_quantity=float(rng.integers(4, 80) / 8.0),
            reserve_units=float(rng.integers(0, 2) * rng.integers(1, 200) / 8.0),
            position=float(rng.integers(0, 160) / 8.0),
            late=int(rng.integers(0, 2)),
            whole=bool(rng.integers(0, 2)),
            demand_mean=2.5,
        )
        self.outages = self._spells(rng, 2, 0)
        self.helper_outages = (self._spells(rng, 1, 1), self._spells(rng, 1, 2))
        self.surges, self.prices = self._spells(rng, 2, 0), self._spells(rng, 2, 0)
        self.ramp_days = rng.integers(0, 40, 2) / 4.0
        self.extra_lead_days = rng.integers(-12, 20, 2) / 4.0
        self.capacity_share = rng.integers(1, 5, 2) / 4.0

    @staticmethod
    def _spells(rng: np.random.Generator, most: int, target: int) -> list[Spell]:
        firsts = rng.integers(0, 42, rng.integers(0, most + 1)).tolist()
        return [
            Spell(0, target, first, first + int(rng.integers(1, 20)), 1.0 + rng.integers(1, 5) / 4)
            for first in firsts
        ]


Result = tuple[dict[str, float], np.ndarray, Coming]


def compiled(case: Case) -> tuple[Result, Result]:
    """Play undisturbed, then painted, by the kernel: what it counted, what is left, what is due."""
    outages = [*case.outages, *case.helper_outages[0], *case.helper_outages[1]]
    struck = make_disruptions(1, outages, case.surges, case.prices, n_suppliers=3, n_categories=1)
    exposure = Exposure(
        0,
        np.array([1, 2]),
        case.ramp_days,
        case.extra_lead_days,
        case.capacity_share,
        0,
    )
    spells = (dated(struck.outages, 3), dated(struck.surges, 1), dated(struck.prices, 1))
    calm, calendar = empty_calendar(DAYS), empty_calendar(DAYS)
    takes, room = case.lead_time + case.rule.late, np.zeros((2, DAYS), dtype=np.uint8)
    paint(0, 0, takes, exposure, spells, calendar, room)
    window, routine = Window(case.first, case.last, case.end), new_routine(DAYS)
    results = []
    for is_struck, days in ((False, calm), (True, calendar)):
        coming, stock, tally = new_coming(DAYS), np.zeros(N_STOCK), np.zeros(N_TALLIES)
        chances = (case.demand, case.lead_time)
        play(case.rule, window, *chances, days, is_struck, routine, coming, stock, tally)
        results.append((dict(zip(NAMES, tally.tolist(), strict=True)), stock, coming))
    return results[0], results[1]


@pytest.mark.parametrize("seed", range(120))
def test_the_kernel_equals_its_plain_twin_bit_for_bit(seed: int) -> None:
    """
    Proves: outages, ramps, lead times, surges, prices, reserve and lots are played as in plain
    Python, undisturbed and struck.

    Sensitivity: a reserve opened a day late, or an order held a day longer, changes some seed.
    """
    case = Case(seed)
    chances = {"demand": case.demand.tolist(), "lead_time": case.lead_time}
    world = World(
        **chances,
        outages=case.outages,
        helper_outages=case.helper_outages,
        surges=case.surges,
        prices=case.prices,
        ramp_days=case.ramp_days.tolist(),
        extra_lead_days=case.extra_lead_days.tolist(),
        capacity_share=case.capacity_share.tolist(),
    )
    window = {"first": case.first, "last": case.last, "end": case.end}
    rule: dict[str, Any] = {**case.rule._asdict(), **window}
    calm = plain_play(World(**chances), **rule)
    struck = plain_play(world, **rule, routine=calm)
    for seen, (tally, stock, _) in zip((calm, struck), compiled(case), strict=True):
        assert tally == {name: seen.tally.get(name, 0.0) for name in NAMES}
        assert (stock[day_by_day.NET], stock[day_by_day.RESERVE]) == (seen.net, seen.reserve)


@given(st.integers(0, 2**32))
@settings(max_examples=200)
def test_units_are_conserved(seed: int) -> None:
    """
    Proves: initial + received - demanded = on hand - owed, and ordered = received + on order.

    What the reserve gave it lacks or has coming.
    """
    case = Case(seed)
    case.capacity_share = np.zeros(2)
    case.rule = case.rule._replace(whole=False)
    _, (_, stock, coming) = compiled(case)
    surge = np.ones(DAYS)
    for spell in case.surges:
        surge[spell.first : spell.end] = np.maximum(
            surge[spell.first : spell.end], spell.multiplier
        )
    received = coming.due[:DAYS].sum() + coming.refill[:DAYS].sum()
    begun = case.rule.position + case.rule.reserve_units
    left = stock[day_by_day.NET] + stock[day_by_day.RESERVE]
    assert begun + received - (case.demand * surge).sum() == left
    assert stock[day_by_day.ON_ORDER] == coming.due[DAYS] + stock[day_by_day.HELD]
    assert stock[day_by_day.RESERVE_COMING] == coming.refill[DAYS]
    assert 0.0 <= stock[day_by_day.RESERVE] <= case.rule.reserve_units
    position = stock[day_by_day.NET] + stock[day_by_day.ON_ORDER]
    assert case.rule.reorder_point < position


def test_a_ring_fenced_reserve_is_not_for_ordinary_days() -> None:
    """
    Proves: 100 units of reserve serve nobody without a disruption, and all need during one.

    Demand 1 a day, no stock, orders due after 20 days: 20 short; the reserve opened by an outage of
    day 0 serves all 20.
    """
    rule = StockRule(0.0, 1.0, 100.0, 0.0, day_by_day.MORNING, False, 1.0)
    window, demand = Window(0, 20, 20), np.ones(20)
    lead_time, coming = 20, new_coming(20)
    short = []
    for first_day_out in (False, True):
        calendar = empty_calendar(20)
        if first_day_out:
            calendar.out[0] = 1
            calendar.opened[:] = 1
        stock, tally, routine = np.zeros(N_STOCK), np.zeros(N_TALLIES), new_routine(20)
        play(rule, window, demand, lead_time, calendar, False, routine, coming, stock, tally)
        short.append(tally[day_by_day.SHORT])
    assert short == [20.0, 0.0]
