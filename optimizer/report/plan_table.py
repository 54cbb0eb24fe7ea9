"""The plan as the page's own table draws it: columns of plain values, largest capital first."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

Kind = Literal["text", "number", "money", "share", "days"]

MAX_ROWS: Final = 50_000
"""A page with more rows is too large to mail; plan.csv has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the page's table; one that is a `detail` shows when its row is opened."""

    name: str
    label: str
    kind: Kind
    detail: bool = False


MORE: Final = (
    Column(name="runner_up_gap", label="Runner-up dearer by", kind="money", detail=True),
    Column(name="stockout_cost", label="Stockout cost a day", kind="money", detail=True),
    Column(
        name="flip_stockout_cost",
        label="Stockout cost a day at which it flips",
        kind="money",
        detail=True,
    ),
    Column(name="outage_probability", label="Primary out in a year", kind="share", detail=True),
    Column(
        name="flip_outage_probability",
        label="Primary out in a year at which it flips",
        kind="share",
        detail=True,
    ),
    Column(name="time_to_recover", label="Primary's time to recover", kind="days", detail=True),
)
"""Columns that the plans of old runs lack."""

COLUMNS: Final = (
    Column(name="sku", label="SKU", kind="text"),
    Column(name="segment", label="Segment", kind="text"),
    Column(name="policy", label="Policy", kind="text"),
    Column(name="service_level", label="Cycle service", kind="share"),
    Column(name="reorder_point", label="Reorder point [units]", kind="number"),
    Column(name="order_quantity", label="Order quantity [units]", kind="number"),
    Column(name="safety_stock", label="Safety stock [units]", kind="number"),
    Column(name="reserve_days", label="Reserve [days]", kind="days"),
    Column(name="cover_days", label="Cover [days]", kind="days"),
    Column(name="alternates", label="Alternates", kind="text"),
    Column(name="capital", label="Capital", kind="money"),
    Column(name="tail_contribution", label="Loss in the tail", kind="money"),
    Column(name="fill_rate", label="Fill rate", kind="share"),
    Column(name="reason", label="Why", kind="text", detail=True),
    Column(name="expected_loss", label="Expected loss", kind="money", detail=True),
    Column(name="runner_up", label="Runner-up", kind="text", detail=True),
    Column(name="flip_price", label="Capital price at which it flips", kind="number", detail=True),
    *MORE,
)


def plan_table(plan: pd.DataFrame, currency: str) -> dict[str, Any]:
    """Return columns and values for the page; a number that is not finite becomes ``None``."""
    rows = plan.sort_values(["capital", "sku"], ascending=[False, True]).head(MAX_ROWS)
    shown = [column for column in COLUMNS if column not in MORE or column.name in plan]
    return {
        "columns": [_described(column, currency) for column in shown],
        "values": [_values(rows[column.name], column.kind) for column in shown],
    }


def _described(column: Column, currency: str) -> dict[str, Any]:
    unit = f" [{currency}]" if column.kind == "money" else ""
    return asdict(column) | {"label": column.label + unit}


def _values(column: pd.Series[Any], kind: Kind) -> list[Any]:
    if kind == "text":
        return column.fillna("").astype(str).tolist()
    numbers = column.to_numpy(dtype=np.float64)
    return [float(f"{value:.7g}") if np.isfinite(value) else None for value in numbers]
