"""The plan as the page's own table draws it: columns of plain values, largest capital first."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.reports.kit.page_table import PageColumn, described, values

MAX_ROWS: Final = 50_000
"""A page with more rows is too large to mail; plan.csv has them all."""

COLUMNS: Final = (
    PageColumn(name="sku", label="SKU", kind="text"),
    PageColumn(name="segment", label="Segment", kind="text"),
    PageColumn(name="policy", label="Policy", kind="text"),
    PageColumn(name="service_level", label="Cycle service", kind="share"),
    PageColumn(name="reorder_point", label="Reorder point [units]", kind="units"),
    PageColumn(name="order_quantity", label="Order quantity [units]", kind="units"),
    PageColumn(name="safety_stock", label="Safety stock [units]", kind="number"),
    PageColumn(name="reserve_days", label="Reserve [days]", kind="days"),
    PageColumn(name="cover_days", label="Cover [days]", kind="days"),
    PageColumn(name="alternates", label="Alternates", kind="text"),
    PageColumn(name="capital", label="Capital", kind="money"),
    PageColumn(name="tail_contribution", label="Loss in the tail", kind="money"),
    PageColumn(name="fill_rate", label="Fill rate", kind="share"),
    PageColumn(name="reason", label="Why", kind="text", detail=True),
    PageColumn(name="expected_loss", label="Expected loss", kind="money", detail=True),
    PageColumn(name="routine_stockout", label="Routine stockouts", kind="money", detail=True),
    PageColumn(name="demand_mean", label="Demand a day [units]", kind="number", detail=True),
    PageColumn(name="demand_mean_error", label="Its standard error", kind="number", detail=True),
    PageColumn(name="demand_interval_days", label="Days between demands", kind="days", detail=True),
    PageColumn(name="demand_model", label="Law of demand", kind="text", detail=True),
    PageColumn(name="waiting_share", label="Time that somebody waits", kind="share", detail=True),
    PageColumn(name="runner_up", label="Runner-up", kind="text", detail=True),
    PageColumn(name="runner_up_gap", label="Runner-up dearer by", kind="money", detail=True),
    PageColumn(
        name="flip_price", label="Capital price at which it flips", kind="number", detail=True
    ),
    PageColumn(name="stockout_cost", label="Stockout cost a day", kind="money", detail=True),
    PageColumn(
        name="flip_stockout_cost",
        label="Stockout cost a day at which it flips",
        kind="money",
        detail=True,
    ),
    PageColumn(
        name="outage_probability", label="Primary struck within a year", kind="share", detail=True
    ),
    PageColumn(
        name="flip_outage_probability",
        label="Primary struck within a year at which it flips",
        kind="share",
        detail=True,
    ),
    PageColumn(name="time_to_recover", label="Primary's time to recover", kind="days", detail=True),
)


def plan_table(plan: pd.DataFrame, currency: str) -> dict[str, Any]:
    """Return columns and values for the page; a number that is not finite becomes ``None``."""
    rows = plan.sort_values(["capital", "sku"], ascending=[False, True]).head(MAX_ROWS)
    return {"columns": described(COLUMNS, currency), "values": values(rows, COLUMNS)}
