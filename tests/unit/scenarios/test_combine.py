"""Several hazards in one scenario.  Each of them strikes for certain here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.build import build

CERTAIN = 1e9


def only_scenario(portfolio: Any) -> ScenarioSet:
    """Return the scenarios of hazards that all strike: one."""
    scenarios = build(portfolio, np.random.SeedSequence(1))
    assert len(scenarios) == 1
    return scenarios


def shock(kind: str, multiplier: float, days: float, target: str = "food") -> dict[str, Any]:
    """Return the row of a shock that strikes for certain."""
    return {
        "kind": kind,
        "scope": "category",
        "target": target,
        "annual_rate": CERTAIN,
        "multiplier": multiplier,
        "duration_mean_days": days,
    }


def outage(scope: str, target: str, days: float) -> dict[str, Any]:
    """Return the row of an outage that strikes for certain."""
    return {
        "scope": scope,
        "target": target,
        "annual_rate": CERTAIN,
        "duration_mean_days": days,
    }


def test_the_longest_outage_counts(make_portfolio: Any) -> None:
    """
    Proves: outages of 10 (region) and 30 days (supplier) make 30; a supplier's own hits no other.

    Sensitivity: the sum is 40, the last in the table 10.
    """
    hazards = {"a strike": outage("supplier", "a", 30.0), "flood": outage("region", "A", 10.0)}
    scenarios = only_scenario(make_portfolio(hazards, {"a": "A", "b": "A", "c": "C"}))
    assert scenarios.outage_days.tolist() == [[30, 10, 0]]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((1.5, 40.0), (3.0, 8.0), (1.5, 40)),
        ((1.5, 40.0), (2.0, 20.0), (2.0, 20)),
        ((1.1, 30.0), (1.3, 10.0), (1.3, 10)),
        ((1.0, 50.0), (1.2, 1.0), (1.2, 1)),
        ((0.8, 50.0), (1.2, 1.0), (1.2, 1)),
        ((1.0, 50.0), (1.0, 7.0), (1.0, 50)),
    ],
)
@pytest.mark.parametrize("kind", ["surge", "price"])
def test_the_most_severe_shock_counts(
    make_portfolio: Any, kind: str, first: Any, second: Any, kept: Any
) -> None:
    """
    Proves: severity is (multiplier - 1) × days, then multiplier, then days, in either order.

    (1.5, 40) is worth 20 and beats (3, 8), worth 16, though 3 > 1.5; (2, 20) is worth 20 too and
    wins by its multiplier; 0.1 * 30 = 0.3 * 10 only after rounding (in floats 3.0000000000000027
    and 3.0000000000000004, which keeps the wrong one).
    """
    for one, other in ((first, second), (second, first)):
        hazards = {"h1": shock(kind, *one), "h2": shock(kind, *other)}
        scenarios = only_scenario(make_portfolio(hazards, {"a": "A"}))
        multiplier = getattr(scenarios, f"{kind}_multiplier")
        days = getattr(scenarios, f"{kind}_days")
        assert (multiplier[0, 0], days[0, 0]) == kept


def test_categories_and_kinds_are_kept_apart(make_portfolio: Any) -> None:
    """
    Proves: shocks act on their own category and kind; categories are sorted; 1 and 0 mean none.

    A shock that lowers a price is a shock too: (0.9, 5) is not lost to the calm (1, 0).
    """
    hazards = {"h1": shock("surge", 2.0, 7.0, "toys"), "h2": shock("price", 0.9, 5.0, "food")}
    scenarios = only_scenario(make_portfolio(hazards, {"a": "A"}))
    assert scenarios.categories.tolist() == ["food", "toys"]
    assert scenarios.surge_multiplier.tolist() == [[1.0, 2.0]]
    assert scenarios.surge_days.tolist() == [[0, 7]]
    assert scenarios.price_multiplier.tolist() == [[0.9, 1.0]]
    assert scenarios.price_days.tolist() == [[5, 0]]


def test_a_kind_on_the_wrong_scope_is_refused(make_portfolio: Any) -> None:
    """Proves: an outage of a category is an error, not silently nothing."""
    with pytest.raises(ValueError, match="hazard 'h': no outage acts on a category"):
        only_scenario(make_portfolio({"h": outage("category", "food", 3.0)}, {"a": "A"}))
