"""Reasons follow what was seen: the part that is off the most, and nothing where chance may be."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from optimizer.reports.run.simulation_reasons import reasons
from tests.support.portfolios import make_portfolio

NOTHING = {
    **{f"{name}_promised": 0.0 for name in ("carrying", "ordering", "routine_stockout")},
    **{f"{name}_simulated": 0.0 for name in ("carrying", "ordering", "routine_stockout")},
    "stockout_loss_beyond_model_simulated": 0.0,
    "price_loss_beyond_model_simulated": 0.0,
    "misled_by": 100.0,
    "misled_by_half_width": 10.0,
}


def reason(seen: dict[str, float], *hazards: dict[str, Any]) -> str:
    portfolio = make_portfolio(
        [{"sku": "A", "demand_std": 1.0, "category": "pumps"}],
        [{"sku": 0, "supplier": 0}],
        hazards=hazards,
    )
    [text] = reasons(portfolio, pd.DataFrame([NOTHING | seen]))
    return str(text)


SURGE = {"hazard": "h", "kind": "surge", "scope": "category", "target": "pumps"}


@pytest.mark.parametrize(
    ("seen", "hazards", "told"),
    [
        ({"routine_stockout_simulated": 90.0}, (), "longer tail"),
        ({"routine_stockout_simulated": -90.0}, (), "shorter tail"),
        ({"stockout_loss_beyond_model_simulated": 90.0}, (), "follow each other"),
        ({"stockout_loss_beyond_model_simulated": -90.0}, (), "Outages that overlap"),
        ({"stockout_loss_beyond_model_simulated": -90.0}, (SURGE,), "demand of one lead time"),
        ({"price_loss_beyond_model_simulated": 90.0}, (), "More orders fall due"),
        ({"carrying_simulated": 90.0, "ordering_simulated": -80.0}, (), "not in stock"),
        ({"ordering_simulated": -90.0}, (), "needs several lots"),
    ],
)
def test_the_reason_is_that_of_the_part_most_off(
    seen: dict[str, float], hazards: tuple[dict[str, Any], ...], told: str
) -> None:
    """Proves: the largest part decides, its sign and whether surges act pick the sentence."""
    assert told in reason(seen, *hazards)


def test_chance_has_no_reason() -> None:
    """Proves: a difference within its interval is not explained."""
    assert reason({"carrying_simulated": 90.0, "misled_by": 9.0}) == ""
