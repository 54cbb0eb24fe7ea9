"""Reasons follow what was seen: the part that is off the most, and nothing where chance may be."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from support.portfolios import make_portfolio

from optimizer.report.simulation_reasons import reasons

NOTHING = {
    **{f"{name}_promised": 0.0 for name in ("carrying", "ordering", "routine_stockout")},
    **{f"{name}_simulated": 0.0 for name in ("carrying", "ordering", "routine_stockout")},
    "stockout_loss_beyond_model_simulated": 0.0,
    "price_loss_beyond_model_simulated": 0.0,
    "misled_by": 100.0,
    "misled_by_half_width": 10.0,
    "undershoot_days": 2.5,
    "overtaking_share": 0.0,
}


def reason(seen: dict[str, float], **sku: Any) -> str:
    portfolio = make_portfolio(
        [{"sku": "A", "demand_std": 1.0, **sku}],
        [{"sku": 0, "supplier": 0, "lead_time_std": sku.pop("lead_time_std", 0.0)}],
    )
    [text] = reasons(portfolio, pd.DataFrame([NOTHING | seen]))
    return str(text)


@pytest.mark.parametrize(
    ("seen", "sku", "told"),
    [
        ({"routine_stockout_simulated": 90.0}, {"demand_std": 30.0}, "lumps: when an order goes"),
        ({"routine_stockout_simulated": 90.0}, {"lead_time_std": 8.0}, "Late deliveries"),
        ({"routine_stockout_simulated": 90.0}, {}, "once a day, 2.5 days of demand below"),
        ({"routine_stockout_simulated": -90.0, "overtaking_share": 0.4}, {}, "40 % of the orders"),
        ({"routine_stockout_simulated": -90.0}, {}, "serves all of that day's demand"),
        ({"stockout_loss_beyond_model_simulated": 90.0}, {}, "safety stock on the longest one"),
        ({"stockout_loss_beyond_model_simulated": -90.0}, {}, "short without them too"),
        ({"price_loss_beyond_model_simulated": 90.0}, {}, "by their rule through a price shock"),
        ({"carrying_simulated": 90.0, "ordering_simulated": -80.0}, {}, "never falls below zero"),
        ({"ordering_simulated": -90.0}, {}, "needs several lots"),
    ],
)
def test_the_reason_is_that_of_the_part_most_off(
    seen: dict[str, float], sku: dict[str, Any], told: str
) -> None:
    """Proves: the largest part decides, its sign and what the SKU is like pick the sentence."""
    assert told in reason(seen, **sku)


def test_chance_has_no_reason() -> None:
    """Proves: a difference within its interval is not explained."""
    assert reason({"carrying_simulated": 90.0, "misled_by": 9.0}) == ""
