"""Capital over the year, against the day-by-day play of single days, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.capital import capital_over_time
from optimizer.simulator import day_by_day
from tests.support.portfolios import make_portfolio
from tests.support.simulation import make_plant, play_one

LEAD_TIME = 20.0
SKUS: tuple[dict[str, Any], ...] = (
    {"demand_mean": 10.0, "demand_std": 4.0, "unit_cost": 3.0, "r": 210.0, "q": 120.0},
    {"demand_mean": 5.0, "demand_std": 6.0, "unit_cost": 10.0, "r": 90.0, "q": 40.0},
    {"demand_mean": 0.2, "demand_std": 0.45, "unit_cost": 80.0, "r": 4.0, "q": 6.0},
)
DAYS = 20_000


def _portfolio() -> Portfolio:
    """Two fast SKUs with gamma demand, one that is rather short of stock, and a slow one."""
    columns = [{name: value for name, value in row.items() if name not in "rq"} for row in SKUS]
    return make_portfolio(
        [{"sku": f"S{i}", **row} for i, row in enumerate(columns)],
        [{"sku": i, "supplier": 0, "lead_time_mean": LEAD_TIME} for i in range(3)],
    )


def _plan(mean_on_hand: np.ndarray[Any, np.dtype[np.float64]], policy: str) -> pd.DataFrame:
    value = np.array([row["unit_cost"] for row in SKUS])
    return pd.DataFrame(
        {
            "policy": policy,
            "capital": value * mean_on_hand,
            "mean_on_hand": mean_on_hand,
            "reorder_point": [row["r"] for row in SKUS],
            "order_quantity": [row["q"] for row in SKUS],
            "reserve_units": 0.0,
            "demand_model": ["gamma", "gamma", "discrete"],
        }
    )


def _on_hand(i: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the stock of a SKU on days far apart, as the play has it."""
    row = SKUS[i]
    plant = make_plant(
        horizon_days=1,
        sku=np.array([f"S{i}"], dtype=object),
        demand_mean=row["demand_mean"],
        demand_std=row["demand_std"],
        demand_interval_days=5.0 if i == 2 else 1.0,
        lead_time_mean=LEAD_TIME,
        reorder_point=row["r"],
        order_quantity=row["q"],
        whole_units=i == 2,
    )
    return np.asarray(play_one(plant, DAYS).calm[:, day_by_day.ON_HAND])


def test_most_days_hold_no_more_than_the_percentile() -> None:
    """
    Proves: mean and 95th percentile are the play's within 3 %, the spread within 6 %.

    The play sees the stock of 20,000 days in the middle, half a day's demand from the model's
    moment.  Sensitivity: variances added as deviations give a spread 1.7 times as large; lots
    alone, without demand over the lead time, two thirds of it.
    """
    held = np.stack([_on_hand(i) for i in range(3)])
    value = np.array([row["unit_cost"] for row in SKUS])
    played = value @ held
    found = capital_over_time(_portfolio(), _plan(held.mean(axis=1), "safety_stock"))
    assert found["stock_mean"] == pytest.approx(played.mean(), rel=1e-9)
    assert found["stock_percentile_95"] == pytest.approx(np.quantile(played, 0.95), rel=0.03)
    spread = (found["stock_percentile_95"] - found["stock_mean"]) / 1.645
    assert spread == pytest.approx(played.std(), rel=0.06)


def test_the_pipeline_is_demand_over_the_lead_time() -> None:
    """Proves: 20 days of 10 · 3 + 5 · 10 + .2 · 80 EUR; of a supplier's own stock, nothing."""
    plan = _plan(np.array([50.0, 20.0, 3.0]), "safety_stock")
    found = capital_over_time(_portfolio(), plan)
    assert found["pipeline"] == pytest.approx(20.0 * 96.0)
    assert found["with_pipeline"] == pytest.approx(20.0 * 96.0 + 150.0 + 200.0 + 240.0)
    theirs = capital_over_time(_portfolio(), plan.assign(policy="vmi", capital=0.0))
    assert set(theirs.values()) == {0.0}
