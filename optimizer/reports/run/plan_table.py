"""The plan as the page's own table draws it: columns of plain values, largest capital first."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.reports.kit.page_table import Column, described, values

MAX_ROWS: Final = 50_000
"""A page with more rows is too large to mail; plan.csv has them all."""

COLUMNS: Final = (
    Column(name="sku", label="SKU", kind="text"),
    Column(name="segment", label="Segment", kind="text"),
    Column(name="policy", label="Policy", kind="text"),
    Column(name="service_level", label="Cycle service", kind="share"),
    Column(name="reorder_point", label="Reorder point [units]", kind="units"),
    Column(name="order_quantity", label="Order quantity [units]", kind="units"),
    Column(name="safety_stock", label="Safety stock [units]", kind="number"),
    Column(name="reserve_days", label="Reserve [days]", kind="days"),
    Column(name="cover_days", label="Cover [days]", kind="days"),
    Column(name="alternates", label="Alternates", kind="text"),
    Column(name="capital", label="Capital", kind="money"),
    Column(name="tail_contribution", label="Loss in the tail", kind="money"),
    Column(name="fill_rate", label="Fill rate", kind="share"),
    Column(name="reason", label="Why", kind="text", detail=True),
    Column(name="expected_loss", label="Expected loss", kind="money", detail=True),
    Column(name="routine_stockout", label="Routine stockouts", kind="money", detail=True),
    Column(name="demand_mean", label="Demand a day [units]", kind="number", detail=True),
    Column(name="demand_mean_error", label="Its standard error", kind="number", detail=True),
    Column(name="demand_interval_days", label="Days between demands", kind="days", detail=True),
    Column(name="demand_model", label="Law of demand", kind="text", detail=True),
    Column(name="waiting_share", label="Time that somebody waits", kind="share", detail=True),
    Column(name="runner_up", label="Runner-up", kind="text", detail=True),
    Column(name="runner_up_gap", label="Runner-up dearer by", kind="money", detail=True),
    Column(name="flip_price", label="Capital price at which it flips", kind="number", detail=True),
    Column(name="stockout_cost", label="Stockout cost a day", kind="money", detail=True),
    Column(
        name="flip_stockout_cost",
        label="Stockout cost a day at which it flips",
        kind="money",
        detail=True,
    ),
    Column(
        name="outage_probability", label="Primary struck within a year", kind="share", detail=True
    ),
    Column(
        name="flip_outage_probability",
        label="Primary struck within a year at which it flips",
        kind="share",
        detail=True,
    ),
    Column(name="time_to_recover", label="Primary's time to recover", kind="days", detail=True),
)


def plan_table(plan: pd.DataFrame, currency: str) -> dict[str, Any]:
    """Return columns and values for the page; a number that is not finite becomes ``None``."""
    rows = plan.sort_values(["capital", "sku"], ascending=[False, True]).head(MAX_ROWS)
    return {"columns": described(COLUMNS, currency), "values": values(rows, COLUMNS)}
