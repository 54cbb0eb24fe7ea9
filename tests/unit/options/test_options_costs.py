"""The cost of one option, each term by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain.option import Costs
from optimizer.options.costs import cost, stockout_cost_per_day
from tests.support.options import design_of
from tests.support.portfolios import make_portfolio

FINE = {"unit_decimals": 6.0, "order_multiple": 1e-6, "demand_model": "gamma"}
"""As good as without units: half a unit is nothing."""
HALF = 0.5e-6


def one_cost(
    policy: str,
    *,
    reserve_days: float = 0.0,
    lot_days_min: float = 0.0,
    alternates: tuple[int, int] = (-1, -1),
    lead_time_std: float = 0.0,
    **sku: Any,
) -> Costs:
    """Return what one design of one SKU costs: D = 10, c = 10, L = 20, order cost 50, h = .17."""
    sources = [
        {"sku": 0, "supplier": 0, "lead_time_std": lead_time_std},
        {"sku": 0, "supplier": 2, "role": "qualified", "price_premium": 0.1, "volume_share": 0.2},
        {
            "sku": 0,
            "supplier": 1,
            "role": "candidate",
            "qualification_cost": 900.0,
            "price_premium": -0.2,
            "volume_share": 0.3,
        },
    ]
    portfolio = make_portfolio([{"sku": "S", **FINE, **sku}], sources)
    design = design_of(
        portfolio,
        policy,
        reserve_days=reserve_days,
        lot_days_min=lot_days_min,
        alternates=alternates,
    )
    return cost(portfolio, design)


def test_jit_by_hand() -> None:
    """
    Proves: lot min(EOQ 463.4, 70) = 70: on hand 35, capital 350, carrying .17·350 = 59.5,
    ordering .25·50·3650/70 = 651.79.

    Sensitivity: the EOQ with the policy's quarter of the order cost is 231.7, still above 70.
    """
    found = one_cost("jit")
    assert found.order_quantity[0] == pytest.approx(70.0)
    assert found.capital[0] == pytest.approx(350.0)
    assert found.carrying[0] == pytest.approx(59.5)
    assert found.ordering[0] == pytest.approx(0.25 * 50 * 3650 / 70)
    assert found.total[0] == pytest.approx(59.5 + 0.25 * 50 * 3650 / 70)


def test_the_lot_of_a_policy_uses_the_whole_order_cost() -> None:
    """Proves: VMI pays no ordering, yet its lot is the EOQ sqrt(2·50·3650/1.7) = 463.4, not 10."""
    found = one_cost("vmi")
    assert found.order_quantity[0] == pytest.approx(np.sqrt(2 * 50 * 3650 / 1.7))
    assert found.ordering[0] == 0.0
    assert found.capital[0] == 0.0
    assert found.carrying[0] == pytest.approx(0.4 * 1.7 * found.order_quantity[0] / 2)
    assert found.purchasing[0] == pytest.approx(0.03 * 36_500)


def test_stockpile_by_hand() -> None:
    """
    Proves: 30 days' reserve is 300 units: on hand 300 + Q/2, rotation .02·10·300 = 60 on top.

    Sensitivity: rotation on all stock on hand instead of the reserve gives 106.3.
    """
    found = one_cost("stockpile", reserve_days=30.0)
    on_hand = 300 + found.order_quantity[0] / 2
    assert found.safety_stock[0] == pytest.approx(300.0)
    assert found.capital[0] == pytest.approx(10 * on_hand)
    assert found.carrying[0] == pytest.approx(1.7 * on_hand + 60.0)


def test_alternates_by_hand() -> None:
    """
    Proves: purchasing 36500·(.2·.1 − .3·.2) = −1460: a cheaper second source may pay; 900 is cash
    for the candidate only, a third of it a year.

    Sensitivity: premiums without volume shares give −3650.
    """
    found = one_cost("jit", alternates=(1, 2))
    assert found.purchasing[0] == pytest.approx(-1460.0)
    assert found.qualification_cash[0] == 900.0
    assert found.qualification[0] == pytest.approx(300.0)
    assert found.qualifications[0] == 1.0


def test_forward_buy_discount() -> None:
    """Proves: a 90 days' lot is 900 units and buys .5 % cheaper: −.005·36500 = −182.5."""
    found = one_cost("forward_buy", lot_days_min=90.0)
    assert found.order_quantity[0] == pytest.approx(900.0)
    assert found.purchasing[0] == pytest.approx(-182.5)


def test_routine_stockout_by_hand() -> None:
    """
    Proves: routine = 3650·5·(1 − fill rate) + 7·365·w: units short by their margin, downtime by
    the share of time that somebody waits.

    Sensitivity: downtime by units short, 7·365·n/Q, is some 15 % more here.
    """
    found = one_cost("jit", downtime_cost=7.0, lead_time_std=5.0)
    short, waiting = 1 - found.fill_rate[0], found.waiting_share[0]
    assert found.routine_stockout[0] == pytest.approx(3650 * 5 * short + 7 * 365 * waiting)
    assert 0.0 < waiting < short < 0.5


def test_daily_stockout_cost() -> None:
    """Proves: D·(margin + expedite + goodwill) + downtime = 10·(5 + 2 + 1) + 7 = 87; 0 if D = 0."""
    sku = {"expedite_cost": 2.0, "goodwill_cost": 1.0, "downtime_cost": 7.0}
    skus = [{"sku": "A", **sku}, {"sku": "B", **sku, "demand_mean": 0.0}]
    portfolio = make_portfolio(skus, [{"sku": i, "supplier": 0} for i in range(2)])
    assert stockout_cost_per_day(portfolio, np.arange(2)).tolist() == [87.0, 0.0]
