"""What a design holds: lots, reorder points, mean on hand, fill rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.options.holding import Stock, stock
from optimizer.options.law import is_discrete
from tests.support.options import design_of
from tests.support.portfolios import make_portfolio

FINE = {"unit_decimals": 6.0, "order_multiple": 1e-6, "demand_model": "gamma"}
"""As good as without units: half a unit is nothing."""
A_DAY = 1000.0
"""Units a day, so that half a day's demand is no unit."""


def one(sku: dict[str, Any], source: dict[str, Any] | None = None, **settings: Any) -> Portfolio:
    return make_portfolio(
        [{"sku": "S", **sku}], [{"sku": 0, "supplier": 0, **(source or {})}], **settings
    )


def held(portfolio: Portfolio, policy: str = "reorder_point", **choice: float) -> Stock:
    return stock(portfolio, design_of(portfolio, policy, **choice))


@pytest.mark.parametrize(
    ("demand", "lead_time", "lot", "level", "fill"),
    [
        ((0.3, 1.0), 10.0, 10.0, 0.90, (0.9937, 0.9911)),
        ((3.0, 1.0), 10.0, 10.0, 0.90, (0.8768, 0.8760)),
        ((2.0, 1.0), 3.0, 5.0, 0.95, (0.9352, 0.9303)),
        ((1.2, 1.4), 5.0, 7.0, 0.90, (0.9595, 0.9559)),
        ((8.0, 50.0), 60.0, 15.0, 0.90, (0.8268, 0.8171)),
        ((16.0, 200.0), 60.0, 60.0, 0.90, (0.6616, 0.6588)),
    ],
)
def test_fill_rates_see_the_own_lump(
    demand: tuple[float, float],
    lead_time: float,
    lot: float,
    level: float,
    fill: tuple[float, float],
) -> None:
    """
    Proves: units short see X + V; what was played over millions of days is within .01.

    `demand` is its deviation, in days of it, and interval; `fill` as modelled and as played.
    Sensitivity: without V these are .9950, .9388, .9724, .9715, .9111 and .9167.
    """
    sku = {
        "demand_mean": A_DAY,
        "demand_std": demand[0] * A_DAY,
        "demand_interval_days": demand[1],
        **FINE,
    }
    portfolio = one(sku, {"lead_time_mean": lead_time})
    found = held(portfolio, service_level=level, order_quantity=lot * A_DAY).fill_rate[0]
    assert found == pytest.approx(fill[0], abs=5.1e-5)
    assert found == pytest.approx(fill[1], abs=0.01)


@pytest.mark.parametrize(("spread", "days"), [(0.2, 5.37), (0.4, 7.76), (0.8, 10.40)])
def test_mean_on_hand_of_jit(spread: float, days: float) -> None:
    """
    Proves: lot 7 days, L = 45, median: 5.37, 7.76 and 10.40 days on hand, as played.

    Sensitivity: Q/2 alone is 3.5; without backorders the safety stock below 0 makes it less.
    """
    sku = {"demand_mean": A_DAY, "demand_std": spread * A_DAY * np.sqrt(45.0), **FINE}
    portfolio = one(sku, {"lead_time_mean": 45.0})
    found = held(portfolio, "jit", service_level=0.5, order_quantity=7.0 * A_DAY)
    assert found.mean_on_hand[0] / A_DAY == pytest.approx(days, abs=0.005)
    assert found.cover_days[0] == pytest.approx(days, abs=0.005)
    assert found.safety_stock[0] < 0.0


@pytest.mark.parametrize(
    ("law", "on_hand", "waiting"), [("discrete", 9.07, 0.026), ("gamma", 9.09, 0.037)]
)
def test_whole_units_where_the_laws_meet(law: str, on_hand: float, waiting: float) -> None:
    """
    Proves: at D·L = 20, Poisson, Q 5, r 26 the laws agree: I 9.07 and 9.09, w .026 and .037.

    Sensitivity: the gamma at r instead of r + δ/2 has w .046.
    """
    portfolio = one({"demand_mean": 1.0, "demand_std": 1.0, "demand_model": law})
    found = held(portfolio, reorder_point=26.0, order_quantity=5.0)
    assert found.mean_on_hand[0] == pytest.approx(on_hand, abs=0.005)
    assert found.waiting_share[0] == pytest.approx(waiting, abs=5e-4)


def test_waiting_for_slow_poisson_demand() -> None:
    """Proves: D .05, L 30, r 3, Q 1: somebody waits 1.86 % of the time."""
    portfolio = one({"demand_mean": 0.05, "demand_std": 0.05**0.5}, {"lead_time_mean": 30.0})
    found = held(portfolio, reorder_point=3.0, order_quantity=1.0)
    assert found.waiting_share[0] == pytest.approx(0.0186, abs=5e-5)


def test_on_demand_orders_when_somebody_asks() -> None:
    """
    Proves: r = −1, Q = 1, unit lumps: every unit waits out the lead time: n = 1, fill rate 0, w
    the chance of an arrival within L, 1 − e^-1.5, and nothing on hand.
    """
    sku = {"demand_mean": 0.05, "demand_std": 0.05**0.5, "demand_interval_days": 20.0}
    portfolio = one(sku, {"lead_time_mean": 30.0})
    found = held(portfolio, "on_demand", service_level=0.0)
    assert (found.reorder_point[0], found.order_quantity[0]) == (-1.0, 1.0)
    assert (found.units_short[0], found.fill_rate[0]) == (1.0, 0.0)
    assert found.waiting_share[0] == pytest.approx(1.0 - np.exp(-1.5))
    assert found.mean_on_hand[0] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("sku", "lot"),
    [
        ({}, 464.0),
        ({"order_multiple": 100.0}, 500.0),
        ({"order_multiple": 100.0, "shelf_life_days": 45.0}, 400.0),
        ({"order_multiple": 100.0, "min_order_qty": 501.0}, 600.0),
        ({"order_multiple": 100.0, "min_order_qty": 501.0, "shelf_life_days": 45.0}, 600.0),
        ({"shelf_life_days": 30.0}, 300.0),
        ({"order_cost": 0.0}, 10.0),
        ({"order_cost": 0.0, "order_multiple": 7.0}, 14.0),
        ({"unit_cost": 0.0}, 3650.0),
        ({"order_cost": 1e9}, 3650.0),
        ({"unit_decimals": 1.0, "order_multiple": 0.1}, 463.4),
    ],
)
def test_lots_by_hand(sku: dict[str, float], lot: float) -> None:
    """
    Proves: EOQ 463.35 becomes whole units, whole packs (down where up outlasts the shelf life),
    never below the least lot; at least a day's, at most a year's demand.

    Sensitivity: rounding to the nearest gives 463; packs before the shelf life 500 for 400.
    """
    assert held(one(sku)).order_quantity[0] == pytest.approx(lot)


def test_lots_of_policies() -> None:
    """Proves: jit at most 7 days, forward buying at least 90, on demand the least lot."""
    portfolio = one({"demand_mean": 10.0})
    assert held(portfolio, "jit").order_quantity[0] == 70.0
    assert held(portfolio, "forward_buy", lot_days_min=90.0).order_quantity[0] == 900.0
    slow = one({"demand_mean": 0.5, "min_order_qty": 3.0})
    assert held(slow, "on_demand").order_quantity[0] == 3.0


@pytest.mark.parametrize(("min_stock", "point"), [(0.0, 20.0), (499.0, 35.0), (499.5, 36.0)])
def test_an_insured_part_is_never_planned_below_its_stock(min_stock: float, point: float) -> None:
    """Proves: r + Q >= min_stock in whole units: D·L = 20, Q 464: r = max(20, ⌈499.5 − 464⌉)."""
    found = held(one({"min_stock": min_stock}, {"lead_time_mean": 2.0}))
    assert found.reorder_point[0] == point


def test_constant_demand_over_the_lead_time() -> None:
    """
    Proves: without any spread r is D·L rounded up, nobody waits, nothing is short, at any level;
    stock on hand is what rounding adds and half a lot: 26 − 25.5 + 31/2.

    Sensitivity: the own lump's V of m²/12 would make some units short.
    """
    portfolio = one({"demand_mean": 25.5, "demand_model": "gamma"}, {"lead_time_mean": 1.0})
    for level in (0.5, 0.999):
        found = held(portfolio, service_level=level, order_quantity=30.0)
        assert (found.reorder_point[0], found.units_short[0]) == (26.0, 0.0)
        assert (found.waiting_share[0], found.fill_rate[0]) == (0.0, 1.0)
        assert found.mean_on_hand[0] == pytest.approx(0.5 + 15.5)


@pytest.mark.parametrize("law", ["gamma", "discrete"])
def test_no_lead_time(law: str) -> None:
    """Proves: with L = 0 nobody waits and nothing is short, whatever demand does."""
    sku = {"demand_std": 30.0, "demand_model": law, "demand_interval_days": 9.0}
    found = held(one(sku, {"lead_time_mean": 0.0}), "jit", service_level=0.9)
    assert (found.reorder_point[0], found.units_short[0]) == (0.0, 0.0)
    assert (found.waiting_share[0], found.fill_rate[0]) == (0.0, 1.0)


def test_stated_numbers_are_taken_as_they_are() -> None:
    """
    Proves: r 3 and Q 7.5 stand, and what they lack of D·L = 200 is short: constant demand finds
    every position of (3, 10.5] exceeded.

    Sensitivity: units short called 0 because demand is constant promise a fill rate of 1.
    """
    found = held(one({}), reorder_point=3.0, order_quantity=7.5)
    assert (found.reorder_point[0], found.order_quantity[0]) == (3.0, 7.5)
    assert (found.fill_rate[0], found.waiting_share[0]) == (0.0, 1.0)


def test_a_ring_fenced_reserve_stays_out_of_routine() -> None:
    """
    Proves: 30 days apart (300 units) are on hand, but units short and waiting are those without.

    Sensitivity: a reserve that serves has a fill rate of nearly 1.
    """
    sku, source = {"demand_std": 10.0}, {"lead_time_mean": 45.0}
    fenced = one(sku, source, policies={"stockpile": {"ring_fenced": True}})
    apart, plain, serving = (
        held(portfolio, "stockpile", service_level=0.5, reserve_days=days)
        for portfolio, days in ((fenced, 30.0), (fenced, 0.0), (one(sku, source), 30.0))
    )
    assert apart.units_short == plain.units_short > serving.units_short
    assert apart.waiting_share == plain.waiting_share > serving.waiting_share
    assert apart.mean_on_hand[0] == pytest.approx(plain.mean_on_hand[0] + 300.0)
    assert apart.safety_stock[0] == serving.safety_stock[0] == plain.safety_stock[0] + 300.0


def test_an_error_of_the_mean_is_kept_in_stock() -> None:
    """
    Proves: D 10 ± 4 over 45 days: deviation sqrt(45·100 + 45²·16) = 192 for 67, r 805 for 566.
    """
    source = {"lead_time_mean": 45.0}
    sure = held(one({"demand_std": 10.0, **FINE}, source))
    unsure = held(one({"demand_std": 10.0, "demand_mean_error": 4.0, **FINE}, source))
    assert sure.reorder_point[0] == pytest.approx(565.73, abs=0.01)
    assert unsure.reorder_point[0] == pytest.approx(805.32, abs=0.01)


@pytest.mark.parametrize(
    ("columns", "lead_time", "rule", "fill"),
    [
        ((10.0, 10.0, 1.0, 0.2), 20.0, (260.0, 100.0), (0.9164, 0.9198)),
        ((10.0, 10.0, 1.0, 0.4), 20.0, (260.0, 100.0), (0.7823, 0.7838)),
        ((1.0, 5.0, 20.0, 0.4), 60.0, (100.0, 30.0), (0.7806, 0.7806)),
        ((0.05, 0.4, 40.0, 0.4), 270.0, (20.0, 4.0), (0.7511, 0.7494)),
    ],
)
def test_fill_rates_see_that_more_is_asked_for_where_the_mean_is_higher(
    columns: tuple[float, ...],
    lead_time: float,
    rule: tuple[float, float],
    fill: tuple[float, float],
) -> None:
    """
    Proves: a unit sees D(1 + ε²/D²); what was played over 4,000 years is within .01 and its chance.

    `columns` are mean, deviation, interval and ε/D; `fill` as modelled and as played, ± .004,
    .012, .008 and .013; the last one in whole units.
    Sensitivity: with the mean of time instead these are .9332, .8640, .8347 and .8213.
    """
    mean, deviation, interval, error = columns
    sku = {
        "demand_mean": mean,
        "demand_std": deviation,
        "demand_interval_days": interval,
        "demand_mean_error": error * mean,
        **(FINE if mean >= 1.0 else {}),
    }
    stated = {"reorder_point": rule[0], "order_quantity": rule[1]}
    found = held(one(sku, {"lead_time_mean": lead_time}), **stated)
    assert found.fill_rate[0] == pytest.approx(fill[0], abs=1e-3)


def test_the_law_follows_the_parts() -> None:
    """Proves: D·L < 20 in whole units is counted; the stated model goes first."""
    rows = [{"demand_mean": m, "unit_decimals": d} for m in (0.99, 1.0) for d in (0.0, 2.0)]
    rows += [{"demand_mean": 0.1, "demand_model": "gamma"}, {"demand_model": "discrete"}]
    sources = [{"sku": row, "supplier": 0} for row in range(len(rows))]
    portfolio = make_portfolio([{"sku": str(i), **r} for i, r in enumerate(rows)], sources)
    asked = np.array([4, 5, 0, 0, 1, 2])
    assert is_discrete(portfolio, asked).tolist() == [False, True, True, True, False, False]
