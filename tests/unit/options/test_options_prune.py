"""Pruning, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from support.options import build_pruned
from support.portfolios import make_portfolio

from optimizer.domain.option import Designs, OptionTable
from optimizer.domain.scenario import ScenarioSet

LOCKED = {"sku": "S", "category": "mro", "lock_policy": "stockpile"}
SOURCES = (
    {"sku": 0, "supplier": 0},
    {"sku": 0, "supplier": 1, "role": "qualified", "volume_share": 0.5, "price_premium": -0.1},
)


def scenarios(price_multiplier: float = 1.0) -> ScenarioSet:
    ones, zeros = np.ones((2, 1)), np.zeros((2, 1), dtype=np.int64)
    return ScenarioSet(
        probability=np.array([0.5, 0.5]),
        outage_days=np.zeros((2, 3), dtype=np.int64),
        categories=np.array(["mro"], dtype=object),
        surge_multiplier=ones,
        surge_days=zeros,
        price_multiplier=np.array([[1.0], [price_multiplier]]),
        price_days=np.array([[0], [40]]),
        method="exact",
    )


def every_design(options: OptionTable) -> Designs:
    return options.designs(np.arange(len(options)))


def kept(
    lost: Sequence[Sequence[int]],
    *,
    beta: dict[str, Any] | None = None,
    sku: dict[str, Any] | None = None,
    price_multiplier: float = 1.0,
    **settings: Any,
) -> list[tuple[float, int]]:
    """Return (reserve days, alternate) of the options kept for a SKU locked to stockpile."""
    suppliers = ({"supplier": "Alfa"}, {"supplier": "Beta", **(beta or {})})
    portfolio = make_portfolio(
        [{**LOCKED, **(sku or {})}], SOURCES, suppliers=suppliers, **settings
    )
    pruned = build_pruned(portfolio, scenarios(price_multiplier), np.array(lost)).options
    assert pruned.start.tolist() == [0, len(pruned)]
    designs = every_design(pruned)
    return list(zip(designs.reserve_days.tolist(), designs.alternates[:, 0].tolist(), strict=True))


FREE = dict.fromkeys(("capital", "storage", "insurance", "tax", "shrink"), 0.0)
RESERVES = [7.0, 14.0, 21.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0]


def test_a_cheaper_and_surer_source_dominates() -> None:
    """
    Proves: Beta is cheaper and never loses more: all options without it go, 9 of 18 stay.

    The more reserve costs more and covers more: neither dominates the other.
    """
    assert kept([[0, 30], [0, 10]]) == [(days, 1) for days in RESERVES]


def test_one_worse_scenario_keeps_both() -> None:
    """Proves: 10 days against 30 in one scenario do not outweigh 1 against 0 in the other."""
    assert len(kept([[0, 30], [1, 10]])) == 18


def test_a_supplier_to_onboard_dominates_nothing_without_it() -> None:
    """Proves: the cheaper source that must be onboarded keeps the other, whose fixed cost is 0."""
    assert len(kept([[0, 30], [0, 10]], beta={"onboarded": False})) == 18


def test_only_limited_resources_count() -> None:
    """
    Proves: free carrying makes more reserve no dearer but more capital: with a capital limit 9
    remain, without one only the largest reserve.
    """
    policies = {"stockpile": {"rotation": 0.0}}
    lost = [[0, 30], [0, 10]]
    assert kept(lost, carrying=FREE, policies=policies) == [(180.0, 1)]
    assert len(kept(lost, carrying=FREE, policies=policies, budget={"capital": 1e6})) == 9


@pytest.mark.parametrize(("multiplier", "n_kept"), [(1.5, 1), (0.5, 9)])
def test_a_falling_price_can_make_shortage_pay(multiplier: float, n_kept: int) -> None:
    """
    Proves: where a price falls, more cover may lose the saving: no reserve beats another.

    Sensitivity: without the guard the 180 days' reserve alone is kept, and the optimum may go.
    """
    policies = {"stockpile": {"rotation": 0.0}}
    found = kept([[0, 30], [0, 10]], carrying=FREE, policies=policies, price_multiplier=multiplier)
    assert len(found) == n_kept


def test_of_equal_options_the_first_stays() -> None:
    """Proves: without demand all 24 options are equal; exactly the first is kept."""
    portfolio = make_portfolio([{"sku": "S", "demand_mean": 0.0}], [{"sku": 0, "supplier": 0}])
    built = build_pruned(portfolio, scenarios(), np.array([[0, 3]]))
    assert built.n_built == 24
    assert built.options.choice.tolist() == [0]


def test_a_small_lot_does_not_dominate_a_large_one() -> None:
    """
    Proves: jit (711 a year, cover 0 to 7 days) keeps the dearer EOQ (788, cover 0 to 46 days).

    Of the three reorder points, equal where lead time is certain, the first stays.
    Sensitivity: comparing only where the cover begins leaves jit alone.
    """
    offered = {"service_levels": ()}
    unused = dict.fromkeys(("vmi", "safety_stock", "forward_buy", "stockpile"), offered)
    portfolio = make_portfolio([{"sku": "S"}], [{"sku": 0, "supplier": 0}], policies=unused)
    pruned = build_pruned(portfolio, scenarios(), np.array([[0, 30]])).options
    assert pruned.cost == pytest.approx([711.28, 787.72], abs=0.01)
    assert every_design(pruned).policy.tolist() == [0, 1]
