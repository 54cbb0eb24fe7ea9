"""The columns that every table of a run has (MODEL 6); newer runs have more."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from optimizer.domain import run

PLAN: Final = (
    "sku",
    "segment",
    "policy",
    "service_level",
    "reserve_days",
    "lot_factor",
    "order_quantity",
    "reorder_point",
    "safety_stock",
    "reserve_units",
    "mean_on_hand",
    "lot_days",
    "lot_days_min",
    "cover_days",
    "alternates",
    "demand_mean",
    "demand_std",
    "demand_mean_error",
    "demand_interval_days",
    "capital",
    "carrying",
    "ordering",
    "purchasing",
    "routine_stockout",
    "qualification",
    "expected_loss",
    "tail_contribution",
    "fill_rate",
    "demand_model",
    "reason",
    "runner_up",
    "flip_price",
)
CURVES: Final = ("sku", "node", "loss", "price")
SCENARIOS: Final = ("scenario", "probability", "loss")
STRIKES: Final = ("scenario", "hazard", "strike", "target", "start_day", "days", "multiplier")
EXPECTED: Final = ("sku", "hazard", "expected_loss")

_TEXT: Final = pa.large_string()
QUALIFICATIONS: Final = {"sku": _TEXT, "supplier": _TEXT, "cost": pa.float64()}
BREAK_EVEN: Final = {
    "kind": _TEXT,
    "sku": _TEXT,
    "supplier": _TEXT,
    "cost": pa.float64(),
    "saving": pa.float64(),
    "outage_rate": pa.float64(),
    "break_even_rate": pa.float64(),
}
ONBOARDINGS: Final = {"supplier": _TEXT, "cost": pa.float64(), "skus": pa.int64()}
STRATEGIES: Final = {
    name: _TEXT if name in ("strategy", "exceeds", "note") else pa.float64()
    for name in run.STRATEGIES
}
NEXT_MONEY: Final = {
    "budget": pa.float64(),
    "to_budget": pa.float64(),
    "rank": pa.int64(),
    "kind": _TEXT,
    "name": _TEXT,
    "option": _TEXT,
    "to_option": _TEXT,
    "capital": pa.float64(),
    "saving": pa.float64(),
    "return": pa.float64(),
}
