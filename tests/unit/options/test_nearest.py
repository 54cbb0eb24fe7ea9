"""The nearest option to a wish, the cheapest second source, the plan in force as designs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.strategies.in_force import in_force
from optimizer.strategies.nearest import Nearest, Wish, nearest
from optimizer.strategies.second_source import second_source, yearly_cost
from tests.support.portfolios import make_portfolio

JIT = Wish(policies=("jit",), lean=True)
STOCKPILE = Wish(policies=("stockpile",), reserve_days=40.0)
FORWARD = Wish(policies=("forward_buy",))
HIGHEST = Wish(policies=("vmi", "reorder_point"))


def one_sku(wish: Wish, sku: dict[str, Any] | None = None, **settings: Any) -> Nearest:
    """Return what a portfolio of a single SKU gets for a wish."""
    portfolio = make_portfolio(
        [{"sku": "S0", "order_cost": 10.0, **(sku or {})}], [{"sku": 0, "supplier": 0}], **settings
    )
    return nearest(portfolio, [wish], np.array([0]))


def said(found: Nearest, **settings: Any) -> tuple[str, float, float, float, bool]:
    """Return policy, service level, reserve, lot, and whether it was what was wanted."""
    names = list(
        make_portfolio([{"sku": "S0"}], [{"sku": 0, "supplier": 0}], **settings).settings.policies
    )
    d = found.designs
    return (
        names[d.policy[0]],
        float(d.service_level[0]),
        float(d.reserve_days[0]),
        float(d.lot_days_min[0]),
        bool(found.granted[0]),
    )


@pytest.mark.parametrize(
    ("wish", "sku", "expected"),
    [
        (JIT, {}, ("jit", 0.5, 0.0, 0.0, True)),
        (JIT, {"lock_policy": "safety_stock"}, ("safety_stock", 0.95, 0.0, 0.0, False)),
        (JIT, {"min_cover_days": 60.0}, ("forward_buy", 0.8, 0.0, 180.0, False)),
        (STOCKPILE, {}, ("stockpile", 0.999, 45.0, 0.0, True)),
        (STOCKPILE, {"shelf_life_days": 50.0}, ("stockpile", 0.999, 21.0, 0.0, False)),
        (STOCKPILE, {"lock_policy": "reorder_point"}, ("reorder_point", 0.95, 0.0, 0.0, False)),
        (STOCKPILE, {"shelf_life_days": 1.0}, ("safety_stock", 0.999, 0.0, 0.0, False)),
        (FORWARD, {}, ("forward_buy", 0.99, 0.0, 60.0, True)),
        (FORWARD, {"max_cover_days": 20.0}, ("safety_stock", 0.999, 0.0, 0.0, False)),
        (HIGHEST, {}, ("reorder_point", 0.95, 0.0, 0.0, False)),
    ],
)
def test_a_sku_gets_its_wish_or_the_nearest_to_it(
    wish: Wish, sku: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    """
    Proves: first the policy, then the least reserve that is enough (else the most), the shortest
    lot, the wanted end of the service levels; and a stand-in is never called the wish.

    A reserve of 40 days is not offered: 45 is the least that covers it, 30 would be too little.
    The EOQ here lasts sqrt(2 * 10 * 3,650 / 1.7) / 10 = 20.7 days, so that 50 days of shelf life
    leave 21 of reserve; without any room for a reserve the highest service level stands in.
    """
    assert said(one_sku(wish, sku)) == expected


def test_a_reserve_that_no_option_has_is_the_most_there_is() -> None:
    """Proves: 400 days wanted, 180 offered: 180, and it counts as a stand-in."""
    wish = replace(STOCKPILE, reserve_days=400.0)
    assert said(one_sku(wish)) == ("stockpile", 0.999, 180.0, 0.0, False)


def test_policies_may_be_renamed_or_taken_away() -> None:
    """Proves: where the catalogue has no such policy, another stands in and nothing fails."""
    policies = {
        "jit": {"service_levels": []},
        "kanban": {"service_levels": [0.3], "lot_days_max": 1.0},
    }
    assert said(one_sku(JIT, policies=policies), policies=policies) == ("kanban", 0.3, 0, 0, False)
    none = {"stockpile": {"service_levels": []}}
    assert said(one_sku(STOCKPILE, policies=none), policies=none)[:2] == ("safety_stock", 0.999)


def test_a_sku_without_any_option_is_refused_by_name() -> None:
    """Proves: a SKU that nothing is open to is told as `ballast solve` tells it."""
    with pytest.raises(BadInputError, match=r'"S0".*cover exceeds max_cover_days'):
        one_sku(JIT, {"min_order_qty": 5_000.0, "max_cover_days": 20.0})


def sourced(**settings: Any) -> Portfolio:
    """Build one SKU with a candidate, a dear qualified source and one to onboard."""
    return make_portfolio(
        [{"sku": "S0"}, {"sku": "S1", "demand_mean": 0.0}],
        [
            {"sku": 0, "supplier": 0},
            {
                "sku": 0,
                "supplier": 1,
                "role": "qualified",
                "price_premium": 0.2,
                "volume_share": 0.2,
            },
            {"sku": 0, "supplier": 2, "role": "candidate", "qualification_cost": 3_000.0},
            {"sku": 1, "supplier": 0},
            {"sku": 1, "supplier": 1, "role": "qualified"},
        ],
        suppliers=[
            {"supplier": "Alfa"},
            {"supplier": "Beta"},
            {"supplier": "Gamma", "onboarded": False, "onboarding_cost": 2_000.0},
        ],
        **settings,
    )


def test_the_second_source_is_the_cheapest_a_year() -> None:
    """
    Proves: qualification and onboarding written off, premium on the share bought, the least wins.

    Spend 10 * 10 * 365 = 36,500 a year: Beta 0.2 * 0.2 * 36,500 = 1,460; Gamma 3,000/3 + 2,000/5
    = 1,400.  Without onboarding Gamma would be 1,000; with a life of 2 years it is 1,900 and Beta
    wins.
    """
    portfolio = sourced()
    np.testing.assert_allclose(yearly_cost(portfolio), [0.0, 1_460.0, 1_400.0, 0.0, 0.0])
    np.testing.assert_array_equal(second_source(portfolio), [2, -1])
    short = sourced(qualification={"life_years": 2.0})
    np.testing.assert_array_equal(second_source(short), [1, -1])


def today(portfolio: Portfolio, **first: Any) -> Designs:
    """Return the plan in force of the portfolio of `sourced`, its first SKU decided so."""
    row = {"policy": "reorder_point", "service_level": 0.93, **first}
    rows = [{"sku": "S0"}, {"sku": "S1", "demand_mean": 0.0}]
    primaries = [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 0}]
    plan = make_portfolio(rows, primaries, plan=[row, {}]).plan_in_force
    assert plan is not None
    return in_force(portfolio, plan)


def test_today_is_taken_as_it_is() -> None:
    """Proves: a service level that no option offers stays; alternates are found; idle SKUs pass."""
    designs = today(sourced(), reserve_days=11.0, alternates="Beta;Gamma")
    assert designs.service_level[0] == 0.93
    assert designs.reserve_days[0] == 11.0
    np.testing.assert_array_equal(designs.alternates, [[1, 2], [-1, -1]])
    assert np.isnan(designs.reorder_point).all()
    assert np.isnan(designs.order_quantity).all()
    assert designs.lot_factor.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ({}, "reorder_point"),
        ({"reorder_point": {"service_levels": []}}, "safety_stock"),
        ({"reorder_point": {"service_levels": []}, "safety_stock": {"service_levels": []}}, "jit"),
    ],
)
def test_mere_numbers_are_held_as_they_are(policies: dict[str, Any], expected: str) -> None:
    """
    Proves: reorder point and lot alone are a decision: kept to the digit, without alternates, at
    the costs of the plainest policy that is offered.
    """
    portfolio = sourced(policies=policies)
    numbers = {"reorder_point": 217.0, "order_quantity": 96.5}
    designs = today(portfolio, policy="", service_level=0.0, **numbers)
    assert list(portfolio.settings.policies)[designs.policy[0]] == expected
    assert designs.reorder_point[0] == 217.0
    assert designs.order_quantity[0] == 96.5
    assert designs.reserve_days[0] == 0.0
    np.testing.assert_array_equal(designs.alternates, [[-1, -1], [-1, -1]])
    with pytest.raises(BadInputError, match="neither a policy of the settings nor numbers"):
        today(portfolio, policy="", reorder_point=217.0)


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({"policy": ""}, "has neither a policy of the settings nor numbers"),
        ({"policy": "hope"}, "has neither a policy of the settings nor numbers"),
        ({"alternates": "Alfa"}, "has alternates that are not one or two of its sources"),
        ({"alternates": "Beta;Beta"}, "has alternates that are not one or two of its sources"),
    ],
)
def test_a_decision_that_has_no_price_is_refused(first: dict[str, Any], told: str) -> None:
    """Proves: no policy, an unknown one, the primary as its own alternate: told, never guessed."""
    with pytest.raises(BadInputError) as refused:
        today(sourced(), **first)
    assert f'plan, sku = "S0": {told}' in str(refused.value)


def test_a_plan_of_nothing_is_refused_in_brief() -> None:
    """Proves: 250 SKUs without a decision are a hundred lines and the number of the rest."""
    skus = [{"sku": f"S{n:03}"} for n in range(250)]
    primaries = [{"sku": n, "supplier": 0} for n in range(250)]
    portfolio = make_portfolio(skus, primaries, plan=[{}] * 250)
    assert portfolio.plan_in_force is not None
    with pytest.raises(BadInputError) as refused:
        in_force(portfolio, portfolio.plan_in_force)
    assert len(refused.value.problems) == 101
    assert "150 more SKUs" in str(refused.value.problems[-1])
