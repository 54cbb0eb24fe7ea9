"""The plan as the page's own table draws it: columns of plain values, largest capital first."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from optimizer.reports.kit.measures import measures_of
from optimizer.reports.kit.page_table import described, values

MAX_ROWS: Final = 50_000
"""A page with more rows is too large to mail; plan.csv has them all."""

_DETAILS: Final = (
    *("description", "category", "region", "primary_supplier", "reason", "expected_loss"),
    *("routine_stockout", "demand_mean"),
    *("demand_mean_error", "demand_interval_days", "demand_model", "waiting_share", "runner_up"),
    *("runner_up_gap", "flip_price", "stockout_cost", "flip_stockout_cost", "outage_probability"),
    *("flip_outage_probability", "time_to_recover"),
)
COLUMNS: Final = measures_of(
    (
        *("sku", "segment", "policy", "service_level", "reorder_point", "order_quantity"),
        *("safety_stock", "reserve_days", "cover_days", "alternates", "capital"),
        *("tail_contribution", "fill_rate", *_DETAILS),
    )
)
_NEWER: Final = ("description", "category", "region", "primary_supplier")
"""Columns that the plans of earlier runs do not have."""
_DIGITS: Final = 7


def plan_table(plan: pd.DataFrame, currency: str) -> dict[str, Any]:
    """Return columns and values for the page; a number that is not finite becomes ``None``."""
    rows = plan.sort_values(["capital", "sku"], ascending=[False, True]).head(MAX_ROWS)
    rows = rows.assign(**{name: "" for name in _NEWER if name not in rows})
    return {
        "columns": described(COLUMNS, currency, _DETAILS),
        "values": values(rows, COLUMNS, digits=_DIGITS),
    }
