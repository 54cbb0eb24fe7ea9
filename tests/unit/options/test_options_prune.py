"""Pruning, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from optimizer.domain.option import Designs, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import N_WEIGHTS
from tests.support.options import Strike, build_pruned, strikes
from tests.support.portfolios import make_portfolio

LOCKED = {"sku": "S", "category": "mro", "lock_policy": "stockpile", "demand_std": 3.0}
ONE_LEVEL = {"stockpile": {"service_levels": [0.95]}}
SOURCES = (
    {"sku": 0, "supplier": 0},
    {"sku": 0, "supplier": 1, "role": "qualified", "volume_share": 0.5, "price_premium": -0.1},
)


def every_design(options: OptionTable) -> Designs:
    return options.designs(np.arange(len(options)))


def locked(beta: dict[str, Any] | None = None, **settings: Any) -> Portfolio:
    suppliers = ({"supplier": "Alfa"}, {"supplier": "Beta", **(beta or {})})
    return make_portfolio(
        [LOCKED], SOURCES, suppliers=suppliers, **{"policies": ONE_LEVEL, **settings}
    )


def kept(
    portfolio: Portfolio, lost: Sequence[Sequence[Strike]], weights: np.ndarray | None = None
) -> list[tuple[float, int]]:
    """Return (reserve days, alternate) of the options kept for a SKU locked to stockpile."""
    pruned = build_pruned(portfolio, strikes(lost), weights).options
    assert pruned.start.tolist() == [0, len(pruned)]
    designs = every_design(pruned)
    return list(zip(designs.reserve_days.tolist(), designs.alternates[:, 0].tolist(), strict=True))


FREE = dict.fromkeys(("capital", "storage", "insurance", "tax", "shrink"), 0.0)
RESERVES = [7.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0]
LESS = ([(1, 30.0)], [(1, 10.0)])
"""The primary alone loses 30 days in one future, with Beta 10."""


def test_a_cheaper_and_surer_source_dominates() -> None:
    """
    Proves: Beta is cheaper and never loses more: all options without it go, 9 of 18 stay.

    The more reserve costs more and covers more: neither dominates the other.
    """
    assert kept(locked(), LESS) == [(days, 1) for days in RESERVES]


def test_one_worse_strike_keeps_both() -> None:
    """Proves: 10 days against 30 in one strike do not outweigh 1 against none in another."""
    assert len(kept(locked(), ([(1, 30.0)], [(0, 1.0), (1, 10.0)]))) == 18


def test_a_larger_mean_keeps_both() -> None:
    """
    Proves: Beta, better in every future drawn, keeps the other where its exact mean is worse.

    Sensitivity: the drawn days alone would drop what the mean future wants.
    """
    weights = np.zeros((2, N_WEIGHTS))
    weights[1, 14] = 1.0
    assert len(kept(locked(), LESS, weights)) == 18


def test_a_supplier_to_onboard_dominates_nothing_without_it() -> None:
    """Proves: the cheaper source that must be onboarded keeps the other, whose fixed cost is 0."""
    assert len(kept(locked({"onboarded": False}), LESS)) == 18


def test_only_limited_resources_count() -> None:
    """
    Proves: free carrying makes more reserve no dearer but more capital: with a capital limit 9
    remain, without one only the largest reserve.
    """
    policies = {"stockpile": {"rotation": 0.0, "service_levels": [0.95]}}
    free = locked(carrying=FREE, policies=policies)
    assert kept(free, LESS) == [(180.0, 1)]
    limited = locked(carrying=FREE, policies=policies, budget={"capital": 1e6})
    assert len(kept(limited, LESS)) == 9


@pytest.mark.parametrize(("weight", "years", "n_kept"), [(1.0, 1, 1), (1.0, 2, 9)])
def test_where_risk_is_charged_more_than_it_loses(weight: float, years: int, n_kept: int) -> None:
    """
    Proves: with ω·y = 2 less expected loss alone may cost more (the mean is what risk is measured
    from), so reserves that differ in it do not beat each other; with ω·y = 1 the largest does.
    """
    weights = np.zeros((2, N_WEIGHTS))
    weights[:, 16] = 0.01
    portfolio = locked(
        carrying=FREE,
        policies={"stockpile": {"rotation": 0.0, "service_levels": [0.95]}},
        horizon={"days": 365 * years},
        risk={"measure": "cvar", "weight": weight},
    )
    assert len(kept(portfolio, LESS, weights)) == n_kept


@pytest.mark.parametrize(("kind", "n_kept"), [("price", 2), ("surge", 1)])
def test_a_longer_lot_is_worth_something_where_prices_jump(kind: str, n_kept: int) -> None:
    """
    Proves: lots of 60 days beat lots of 90 (fewer carried, no stockouts either way) unless a price
    hazard strikes the category: then the longer lot puts more purchases off.
    """
    hazard = {"hazard": "h", "kind": kind, "scope": "category", "target": "mro", "multiplier": 2.0}
    offered = {"forward_buy": {"lot_days_min": [60.0, 90.0], "service_levels": [0.95]}}
    sku = {**LOCKED, "lock_policy": "forward_buy", "order_cost": 0.0, "unit_margin": 0.0}
    portfolio = make_portfolio([sku], SOURCES[:1], hazards=[hazard], policies=offered)
    pruned = build_pruned(portfolio).options
    assert every_design(pruned).lot_days_min.tolist() == [60.0, 90.0][:n_kept]
    assert pruned.price_profile.tolist() == ([1] if kind == "price" else [-1])


def test_of_equal_options_the_first_stays() -> None:
    """
    Proves: reorder_point and safety_stock at 95 % are equal; exactly the first is kept, and both
    share one curve, whatever the alternates.
    """
    unused = {"service_levels": ()}
    policies = {
        **dict.fromkeys(("jit", "vmi", "forward_buy", "stockpile"), unused),
        "on_demand": {"reorder_point": None},
        "reorder_point": {"service_levels": [0.95]},
        "safety_stock": {"service_levels": [0.95]},
    }
    sku = {key: value for key, value in LOCKED.items() if key != "lock_policy"}
    portfolio = make_portfolio([sku], SOURCES, policies=policies)
    built = build_pruned(portfolio, strikes([[(0, 3.0)], [(1, 3.0)]]))
    assert built.n_built == 4
    assert built.options.choice.tolist() == [0, 0]
    assert built.options.curve.tolist() == [0, 0]
    assert built.options.loss_curves.shape == (1, 17)


def test_a_sku_without_demand_keeps_its_one_option() -> None:
    """Proves: no demand: the first option of the catalogue, nothing expected."""
    portfolio = make_portfolio([{"sku": "S", "demand_mean": 0.0}], [{"sku": 0, "supplier": 0}])
    built = build_pruned(portfolio, strikes([[(0, 3.0)]]), np.ones((1, N_WEIGHTS)))
    assert built.n_built == 1
    assert built.options.choice.tolist() == [0]
    assert built.options.expected_loss.tolist() == [0.0]


def test_expected_loss_is_weights_times_curve() -> None:
    """
    Proves: 2 strikes at 30 days and 5 days beyond the last node, and half a price shock of 30 days
    doubling the price, are 2·curve(30) + 5·slope + .5·price curve(30) for every option kept.
    """
    hazard = {"hazard": "h", "kind": "price", "scope": "category", "target": "mro"}
    portfolio = make_portfolio([{**LOCKED, "downtime_cost": 40.0}], SOURCES[:1], hazards=[hazard])
    weights = np.zeros((2, N_WEIGHTS))
    weights[0, [9, 17]] = 2.0, 5.0
    weights[1, 9] = 0.5
    options = build_pruned(portfolio, weights=weights).options
    at_30 = options.loss_curves[options.curve, 9]
    lot_days = options.lot_days[options.curve]
    q = np.minimum(lot_days, 30.0)
    price = 100.0 * (30.0 - q / 2.0) * q / lot_days
    expected = 2.0 * at_30 + 5.0 * (10.0 * 5.0 + 40.0) + 0.5 * price
    assert options.expected_loss == pytest.approx(expected)
