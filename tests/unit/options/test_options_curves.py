"""Loss curves: golden numbers, constant demand by hand, a play in whole units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain.scenario import NODES
from optimizer.maths.outage import short_days
from optimizer.options.holding import stock
from optimizer.options.law import demand_during, positions
from optimizer.options.loss_curves import expected_losses, loss_curves, price_curves
from tests.support.options import design_of
from tests.support.portfolios import make_portfolio

FINE = {"unit_decimals": 6.0, "order_multiple": 1e-6, "demand_model": "gamma"}


def curve(
    sku: dict[str, Any],
    source: dict[str, Any],
    policy: str = "reorder_point",
    *,
    settings: dict[str, Any] | None = None,
    **choice: float,
) -> dict[float, float]:
    """Return the loss by node of one design of one SKU."""
    portfolio = make_portfolio(
        [{"sku": "S", "unit_margin": 1.0, **sku}],
        [{"sku": 0, "supplier": 0, **source}],
        **(settings or {}),
    )
    designs = design_of(portfolio, policy, **choice)
    found = loss_curves(portfolio, designs, stock(portfolio, designs))[0]
    return dict(zip(NODES.tolist(), found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("std", "level", "lost", "short", "simulated"),
    [
        (2.0, 0.95, 30, 23.87, 23.79),
        (10.0, 0.95, 30, 18.91, 18.86),
        (30.0, 0.95, 30, 8.39, 8.31),
        (30.0, 0.99, 30, 3.95, 3.90),
        (30.0, 0.95, 365, 317.3, 316.5),
    ],
)
def test_days_short(std: float, level: float, lost: int, short: float, simulated: float) -> None:
    """
    Proves: D = 10, L = 10, lot 10 days: days short beyond routine; Monte Carlo's are within .1
    of 30, 1 of 365.

    Sensitivity: the safety stock taken as certain gives 23.94, 19.29, 6.13 and 0.
    """
    sku = {"demand_std": std, **FINE}
    found = curve(sku, {"lead_time_mean": 10.0}, service_level=level, order_quantity=100.0)
    assert found[lost] / 10.0 == pytest.approx(short, abs=0.005 if lost == 30 else 0.05)
    assert found[lost] / 10.0 == pytest.approx(simulated, rel=0.015)


@pytest.mark.parametrize(
    ("demand", "lead_time", "lot", "level", "waited"),
    [
        ((3.0, 1.0), 10.0, 10.0, 0.95, (30, 6.87)),
        ((8.0, 50.0), 60.0, 15.0, 0.90, (90, 13.8)),
        ((11.3, 100.0), 30.0, 100.0, 0.95, (30, 0.634)),
    ],
)
def test_waiting_days(
    demand: tuple[float, float],
    lead_time: float,
    lot: float,
    level: float,
    waited: tuple[int, float],
) -> None:
    """
    Proves: days that somebody waits in an outage: 6.87 of 30 for smooth, 13.8 of 90 for lumpy
    demand, .63 of 30 with a large lot.  `demand` is its deviation, in days of it, and interval.

    Sensitivity: downtime by days short, not waiting, is 11.3 for the first.
    """
    sku = {
        "demand_mean": 1000.0,
        "demand_std": 1000.0 * demand[0],
        "demand_interval_days": demand[1],
        "downtime_cost": 1.0,
        "unit_margin": 0.0,
        **FINE,
    }
    choice = {"service_level": level, "order_quantity": 1000.0 * lot}
    found = curve(sku, {"lead_time_mean": lead_time}, **choice)
    assert found[waited[0]] == pytest.approx(waited[1], rel=0.002)


def test_waiting_for_a_part_ordered_on_demand() -> None:
    """
    Proves: whole units, one demand in 20 days of two units on average (geometric: σ² = .3), r −1,
    Q 2: 3.9 days of waiting in 30 days out.
    """
    sku = {
        "demand_mean": 0.1,
        "demand_std": 0.3**0.5,
        "demand_interval_days": 20.0,
        "downtime_cost": 1.0,
        "unit_margin": 0.0,
    }
    found = curve(sku, {"lead_time_mean": 30.0}, "on_demand", order_quantity=2.0)
    assert found[30] == pytest.approx(3.9, abs=0.05)


def test_constant_demand_is_the_quadratic_of_old() -> None:
    """
    Proves: without any spread, 5 days assured, lot 10 days: ((ℓ − 5)⁺² − (ℓ − 15)⁺²)/20 at every
    node: 0 at 5, .2 at 7, 20 at 30.

    Sensitivity: n of a constant's own lump would be taken off at once.
    """
    sku = {"demand_mean": 1000.0, **FINE}
    found = curve(sku, {}, "stockpile", reserve_days=5.0, order_quantity=10_000.0)
    days = short_days(NODES, np.array([5.0]), np.array([10.0]))
    assert np.array(list(found.values())) / 1000.0 == pytest.approx(days, abs=1e-6)
    assert (found[5], found[7], found[30]) == pytest.approx((0.0, 200.0, 20_000.0), abs=1e-3)


def test_an_unsure_mean_makes_a_constant_random() -> None:
    """
    Proves: demand 10 ± 0 a day, its mean known to ± 2: constant over L = 0, not after: 30 days
    out with 30 days' reserve, beyond what 10 units of lot cover, are short sometimes.
    """
    choice = {"reserve_days": 30.0, "order_quantity": 10.0, "policy": "stockpile"}
    source = {"lead_time_mean": 0.0}
    sure = curve({**FINE}, source, **choice)
    unsure = curve({"demand_mean_error": 2.0, **FINE}, source, **choice)
    assert sure[30] == 0.0
    assert 15.0 < unsure[30] < 25.0


def test_a_ring_fenced_reserve_in_an_outage() -> None:
    """
    Proves: reserve of 30 days apart, D 10, σ 10, L 45, CSL .5, lot 7 days: 2.23, 12.28 and 26.84
    days short in 30, 45 and 60 days out, of which routine charges 33.8 % already.

    Sensitivity: without the reserve 25.3, 40.3 and 55.3 days are.
    """
    settings = {"policies": {"stockpile": {"ring_fenced": True}}}
    sku, source = {"demand_std": 10.0, "unit_margin": 1.0, **FINE}, {"lead_time_mean": 45.0}
    portfolio = make_portfolio(
        [{"sku": "S", **sku}], [{"sku": 0, "supplier": 0, **source}], **settings
    )
    choice = {"service_level": 0.5, "reserve_days": 30.0, "order_quantity": 70.0}
    held = stock(portfolio, design_of(portfolio, "stockpile", **choice))
    days = np.array([0.0, 30.0, 45.0, 60.0])
    demand = demand_during(portfolio, np.array([0]), days)
    level = held.reorder_point + held.reserve_units
    owed = positions(portfolio, np.array([0]), level, held.order_quantity, demand).backorders[0]
    beyond = (owed[1:] - owed[0]) / 10.0
    assert beyond == pytest.approx([2.23, 12.28, 26.84], abs=0.005)
    routine = 1.0 - held.fill_rate[0]
    assert routine == pytest.approx(0.338, abs=5e-4)
    found = curve(sku, source, "stockpile", settings=settings, **choice)
    expected = 10.0 * np.maximum(beyond - days[1:] * routine, 0.0)
    assert [found[30], found[45], found[60]] == pytest.approx(expected, abs=1e-9)


def test_curves_of_nothing() -> None:
    """Proves: no loss at 0 days, none without demand, none that costs nothing."""
    assert curve({"demand_std": 20.0}, {})[0] == 0.0
    assert set(curve({"demand_mean": 0.0}, {}).values()) == {0.0}
    assert set(curve({"demand_std": 20.0, "unit_margin": 0.0}, {}).values()) == {0.0}


def test_price_curve_by_hand() -> None:
    """
    Proves: spend 100 a day, lot 10 days: a shock of 5 days buys 5²/20 = 1.25 days, of 30 days 25.

    Sensitivity: the whole lot in hand in place of what is left of it buys 0 and 20.
    """
    portfolio = make_portfolio([{"sku": "S"}], [{"sku": 0, "supplier": 0}])
    found = price_curves(portfolio, np.array([0]), np.array([10.0]))[0]
    assert (found[0], found[NODES == 5][0], found[NODES == 30][0]) == (0.0, 125.0, 2500.0)


def test_expected_losses_by_hand() -> None:
    """Proves: .5·10 + 2·30 + 4 days beyond at 7 a day = 93."""
    weights, curves = np.zeros((1, 18)), np.zeros((1, 17))
    weights[0, [1, 5, 17]] = 0.5, 2.0, 4.0
    curves[0, [1, 5]] = 10.0, 30.0
    assert expected_losses(curves, np.array([7.0]), weights)[0] == 93.0


def test_days_short_and_waited_as_played() -> None:
    """
    Proves: Poisson demand of 1 a day, L 9, r 12, Q 5, the primary out from day 500 on for 30 days:
    units backordered at its end beyond those at its begin, and days that somebody waited, are
    those of B and w, within 4 standard errors of 4,000 plays.

    Orders placed during the outage wait for its end, those under way arrive.
    """
    lead_time, out, rate, r, q = 9.0, 30.0, 1.0, 12, 5
    rng = np.random.default_rng(11)
    owed, waited = [], []
    for _ in range(4_000):
        asked = np.sort(rng.uniform(0.0, 100.0, rng.poisson(100.0 * rate)))
        position = int(rng.integers(r + 1, r + q + 1))
        start = 40.0
        end = start + lead_time + out
        before, after = (int(np.searchsorted(asked, t)) for t in (start, end))
        # all ordered until `start` is in by start + lead_time; nothing ordered later until `end`
        after_start = np.arange(1, len(asked) + 1) - before
        level = position_at(position, before, r, q) - after_start
        steps = np.append(asked, end)
        spans = np.minimum(steps[1:], end) - np.clip(asked, start + lead_time, end)
        waited.append((spans.clip(0.0) * (level < 0)).sum())
        owed.append(max(0, (after - before) - position_at(position, before, r, q)))
    portfolio = make_portfolio(
        [{"sku": "S", "demand_mean": rate, "demand_std": rate**0.5}],
        [{"sku": 0, "supplier": 0, "lead_time_mean": lead_time}],
    )
    level, lot = np.array([float(r)]), np.array([float(q)])
    u = np.linspace(0.0, out, 601)
    demand = demand_during(portfolio, np.array([0]), u)
    found = positions(portfolio, np.array([0]), level, lot, demand)
    share = found.waiting_share[0]
    integral = float((share[1:] + share[:-1]).sum() * (u[1] - u[0]) / 2.0)
    for sample, expected in ((owed, found.backorders[0, -1]), (waited, integral)):
        error = np.std(sample) / np.sqrt(len(sample))
        assert abs(np.mean(sample) - expected) <= 4.0 * error


def position_at(first: int, asked: int, r: int, q: int) -> int:
    """Return the inventory position after so many units, ordered by q when it falls to r."""
    return (first - asked - r - 1) % q + r + 1
