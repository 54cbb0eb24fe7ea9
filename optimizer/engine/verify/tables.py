"""Columns and cells: what every table must have before anything can be recomputed from it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.run import RunTables
from optimizer.engine.verify.ledger import Ledger

STOCK_COLUMNS: Final = (
    "order_quantity",
    "reorder_point",
    "safety_stock",
    "reserve_units",
    "mean_on_hand",
    "assured_days",
    "lot_days",
    "cover_days",
    "fill_rate",
)
MONEY_COLUMNS: Final = (
    "capital",
    "carrying",
    "ordering",
    "purchasing",
    "routine_stockout",
    "qualification",
)
COLUMNS: Final = {
    "plan": (
        *("sku", "policy", "service_level", "reserve_days", "lot_days_min", "alternates"),
        *STOCK_COLUMNS,
        *MONEY_COLUMNS,
        *("expected_loss", "tail_contribution"),
    ),
    "qualifications": ("sku", "supplier", "cost"),
    "onboardings": ("supplier", "cost", "skus"),
    "scenarios": ("scenario", "probability", "loss"),
    "outages": ("scenario", "supplier", "days"),
    "shocks": ("scenario", "category", "kind", "multiplier", "days"),
}
TEXT_COLUMNS: Final = frozenset({"sku", "policy", "alternates", "supplier", "category", "kind"})


def check_columns(run: RunTables, ledger: Ledger) -> None:
    """Check that every table has its columns and every cell is a text or a number, as it must."""
    for table, columns in COLUMNS.items():
        frame: pd.DataFrame = getattr(run, table)
        rows = [str(row + 1) for row in range(len(frame))]
        for column in columns:
            present = column in frame.columns
            ledger.require(present, f"{table}.{column}: found no such column, expected one")
            if present:
                name = f"{table}.{column}, row"
                check = _check_texts if column in TEXT_COLUMNS else _check_numbers
                check(ledger, name, rows, frame[column])


def texts(frame: pd.DataFrame, column: str) -> list[str]:
    """Return a column of texts."""
    return [str(value) for value in frame[column].tolist()]


def numbers(frame: pd.DataFrame, column: str) -> FloatArray:
    """Return a column of numbers, NaN where a cell holds none."""
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _check_texts(ledger: Ledger, name: str, rows: list[str], cells: pd.Series[Any]) -> None:
    values = cells.tolist()
    holds = np.array([isinstance(value, str) for value in values], dtype=np.bool_)
    ledger.require_all(name, rows, holds, values, "a text")


def _check_numbers(ledger: Ledger, name: str, rows: list[str], cells: pd.Series[Any]) -> None:
    holds = ~np.isnan(numbers(cells.to_frame("cell"), "cell"))
    ledger.require_all(name, rows, holds, cells.tolist(), "a number")
