"""The play where the answer is known: textbook (r, Q), the model's formulas, single outages."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats
from support.simulation import Spell, make_disruptions, make_plant, play_one, seeded

from optimizer.engine.simulate import kernel
from optimizer.engine.simulate.calendar import empty_calendar
from optimizer.engine.simulate.kernel import N_STOCK, N_TALLIES, Coming, Rule, Window, play
from optimizer.maths.intervals import Interval, mean_interval, ratio_interval
from optimizer.maths.loss_functions import gamma_loss
from optimizer.maths.outage import short_days
from optimizer.maths.stock import lead_time_demand, safety_stock, units_short


def array(*values: float) -> np.ndarray:
    return np.array(values)


def backorders(r: float, q: float, mean: float, sd: float) -> float:
    """Mean backorders when the position is uniform on (r, r + Q] and lead-time demand normal."""

    def second_loss(level: float) -> float:
        z = (level - mean) / sd
        return sd**2 / 2.0 * ((1.0 + z * z) * stats.norm.sf(z) - z * stats.norm.pdf(z))

    return float((second_loss(r) - second_loss(r + q)) / q)


def daily_fill_rate(r: float, q: float, demand: float, sd: float, lead_time: int) -> float:
    """
    Fill rate of (r, nQ) under daily review, exact: what backorders grow by in a day.

    An order serves the demand of its day + lead time, so a day adds B(L) - B(L - 1).
    """
    after, before = (
        backorders(r, q, demand * days, sd * np.sqrt(days)) for days in (lead_time, lead_time - 1)
    )
    return 1.0 - (after - before) / demand


def fill_rate(tally: np.ndarray) -> Interval:
    missed = ratio_interval(tally[:, kernel.SHORT], tally[:, kernel.DEMAND], 0.95)
    return Interval(1.0 - missed.centre, missed.half_width)


def holds(interval: Interval, value: float, width: float) -> bool:
    """Whether the value is inside, and the interval narrow enough to say anything."""
    return bool(abs(interval.centre - value) <= interval.half_width <= width)


def test_the_textbook_rq_cost() -> None:
    """
    Proves: example 5.1, cost(126.8, 328.5) = 78.0712 a year, lies in the interval around the play.

    Demand 1300 a year for certain in 2,880 steps; its 150 ± over a lead time of 1/12 comes from the
    lead time, so that lead-time demand is normal as in the textbook and none is negative.
    Sensitivity: a mean lead time of 1/11 of a year costs 79.34.
    """
    steps, years, n, r, q = 2_880, 6, 1_000, 126.8, 328.5
    rng = seeded(3)("textbook")
    days = steps * (years + 1)
    window, demand = Window(steps, days, days), np.full(days, 1300 / steps)
    spread = 150 / np.sqrt(12) / 1300 * steps
    coming, stock = Coming(np.zeros(days + 1), np.zeros(days + 1)), np.zeros(N_STOCK)
    tally, calm = np.zeros((n, N_TALLIES)), empty_calendar(days)
    for k in range(n):
        lead_time = np.rint(rng.normal(steps / 12, spread, days)).clip(0).astype(np.int32)
        rule = Rule(r, q, 0.0, 1300 / steps, r + rng.random() * q)
        play(rule, window, demand, lead_time, calm, coming, stock, tally[k])
    held = 0.225 * tally[:, kernel.ON_HAND] + 7.5 * tally[:, kernel.OWED]
    cost = (held / steps + 8.0 * tally[:, kernel.ORDERS]) / years
    assert holds(mean_interval(cost, 0.95), 78.07116250928294, 0.5)


def test_lumpy_demand_in_the_textbooks_case() -> None:
    """
    Proves: the same case with gamma demand, step by step: the exact 80.265 lies in the interval.

    Drawn by the play itself, in steps of 1/5760 of a year whose deviation is 9 times their mean.
    Sensitivity: normal lead-time demand of these moments would cost 78.07.
    """
    steps, r, q = 5_760, 126.8, 328.5
    mean, sd = array(1300 / 12), array(150 / np.sqrt(12))

    def held_at(level: float) -> float:
        owed = float(gamma_loss(array(level), mean, sd)[0])
        return 0.225 * (level - float(mean[0]) + owed) + 7.5 * owed

    exact = (8.0 * 1300.0 + integrate.quad(held_at, r, r + q)[0]) / q
    plant = make_plant(
        horizon_days=steps,
        demand_mean=1300 / steps,
        demand_std=150 / np.sqrt(steps),
        lead_time_mean=480.0,
        reorder_point=r,
        order_quantity=q,
    )
    tally = play_one(plant, 500).calm
    held = 0.225 * tally[:, kernel.ON_HAND] + 7.5 * tally[:, kernel.OWED]
    assert exact == pytest.approx(80.265254)
    assert holds(mean_interval(held / steps + 8.0 * tally[:, kernel.ORDERS], 0.95), exact, 1.1)


@pytest.mark.parametrize(("r", "q"), [(205.0, 100.0), (200.0, 40.0), (212.0, 400.0)])
def test_the_daily_fill_rate(r: float, q: float) -> None:
    """
    Proves: in whole days, normal demand 10 ± 2 and lead time 20: the exact fill rate of (r, nQ).

    Sensitivity: an order due a day later makes .9611 of the first one's .9930.
    """
    tally = play_one(make_plant(reorder_point=r, order_quantity=q), 600).calm
    assert holds(fill_rate(tally), daily_fill_rate(r, q, 10.0, 2.0, 20), 0.002)


def test_the_first_days_are_like_any_other() -> None:
    """
    Proves: the exact fill rate holds from the first day of the horizon on, 3 days of 20,000 starts.

    Sensitivity: a position that begins in the lower half of (r, r + Q] serves .9965 for .9982.
    """
    plant = make_plant(horizon_days=3, reorder_point=205.0, order_quantity=400.0)
    tally = play_one(plant, 20_000).calm
    assert holds(fill_rate(tally), daily_fill_rate(205.0, 400.0, 10.0, 2.0, 20), 0.001)


def test_the_models_units_short_and_fill_rate() -> None:
    """
    Proves: MODEL 3's n and fill rate lie in the intervals, played in tenths of a day.

    Demand 10 a day for certain, lead time 20 ± 12 days, so gamma as in the model; the lot of 200
    days keeps orders from overtaking each other.
    """
    mean, sd = lead_time_demand(array(10.0), array(0.0), array(20.0), array(12.0))
    r, q = mean + safety_stock(mean, sd, array(0.9)), array(2000.0)
    n = float(units_short(r, q, mean, sd)[0])
    plant = make_plant(
        horizon_days=3_650,
        demand_mean=1.0,
        demand_std=0.0,
        lead_time_mean=200.0,
        lead_time_std=120.0,
        reorder_point=float(r[0]),
        order_quantity=2000.0,
    )
    tally = play_one(plant, 3_000).calm
    assert holds(fill_rate(tally), 1.0 - n / 2000.0, 0.001)
    per_cycle = ratio_interval(tally[:, kernel.SHORT], tally[:, kernel.ORDERS], 0.95)
    assert holds(per_cycle, n, 1.5)
    service = ratio_interval(tally[:, kernel.CYCLES_SHORT], tally[:, kernel.CYCLES], 0.95)
    assert holds(service, 0.1, 0.01)


@pytest.mark.parametrize(
    ("outage", "reserve", "expected"), [(30, 0.0, 25.0), (8, 0.0, 3.2), (30, 50.0, 20.0)]
)
def test_one_outage_costs_what_the_model_says(outage: int, reserve: float, expected: float) -> None:
    """
    Proves: certain demand, one outage: days short are short(d; a, q) of MODEL 3 in the mean.

    Demand 10, lot 10 days, lead time 20.  30 days out are short 30 - 5 = 25, a reserve of 5 days
    takes 5; 8 days: 8² / 20 = 3.2.  Sensitivity: goods in transit held back would add 20 days.
    """
    n = 2_000
    plant = make_plant(demand_std=0.0, reorder_point=200.0, reserve_units=reserve)
    spells = [Spell(k, 0, 5 + k % 300, 5 + k % 300 + outage) for k in range(n)]
    played = play_one(plant, n, make_disruptions(n, spells))
    short = (played.struck - played.calm)[:, kernel.SHORT_IN_ALL] / 10.0
    by_model = short_days(array(float(outage)), array(reserve / 10.0), array(10.0))[0]
    assert by_model == pytest.approx(expected)
    assert played.calm[:, kernel.SHORT_IN_ALL].max() == pytest.approx(0.0, abs=1e-6)
    assert holds(mean_interval(short, 0.95), expected, 0.2)


def test_an_alternate_takes_its_share_once_it_has_ramped_up() -> None:
    """
    Proves: 20 days out, half the demand from day 10 on: 20 - 5 = 15 lost, 10 short as modelled.

    Sensitivity: without the ramp 5 would be short, without the alternate 15.
    """
    n = 2_000
    plant = make_plant(
        demand_std=0.0,
        reorder_point=200.0,
        alternate=(1, -1),
        ramp_days=(10.0, 0.0),
        capacity_share=(0.5, 0.0),
    )
    spells = [Spell(k, 0, 50 + k % 10, 70 + k % 10) for k in range(n)]
    played = play_one(plant, n, make_disruptions(n, spells, n_suppliers=2))
    short = (played.struck - played.calm)[:, kernel.SHORT_IN_ALL] / 10.0
    assert holds(mean_interval(short, 0.95), 10.0, 0.2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "r", "q"), [(20, 200.0, 40.0), (40, 205.0, 100.0), (200, 212.0, 400.0)]
)
def test_intervals_cover_what_they_promise(n: int, r: float, q: float) -> None:
    """
    Proves: of 2,000 plays the 95 % interval holds the true fill rate in 93 to 97 %.

    20 replications of .955, 40 of .993, and 200 of .9997 where few are short at all.  Chance alone
    moves the share by .5 %.  Sensitivity: dividing the deviation by n instead of its root covers
    under a half.
    """
    truth = daily_fill_rate(r, q, 10.0, 2.0, 20)
    plant = make_plant(reorder_point=r, order_quantity=q)
    inside = [
        holds(fill_rate(play_one(plant, n, seed=seed).calm), truth, 1.0) for seed in range(2_000)
    ]
    assert 0.93 <= np.mean(inside) <= 0.97
