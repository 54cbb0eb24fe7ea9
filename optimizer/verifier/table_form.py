"""Checks columns and cell types of every table before anything is recomputed from it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.run import RunTables
from optimizer.verifier.ledger import Ledger

DEMAND_COLUMNS: Final = (
    "demand_mean",
    "demand_std",
    "demand_mean_error",
    "demand_interval_days",
)
STOCK_COLUMNS: Final = (
    "order_quantity",
    "reorder_point",
    "safety_stock",
    "reserve_units",
    "mean_on_hand",
    "lot_days",
    "cover_days",
    "fill_rate",
    "waiting_share",
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
        *("sku", "policy", "service_level", "reserve_days", "lot_days_min", "lot_factor"),
        *("alternates", "demand_model"),
        *DEMAND_COLUMNS,
        *STOCK_COLUMNS,
        *MONEY_COLUMNS,
        *("expected_loss", "tail_contribution"),
    ),
    "curves": ("sku", "node", "loss", "price"),
    "qualifications": ("sku", "supplier", "cost"),
    "onboardings": ("supplier", "cost", "skus"),
    "scenarios": ("scenario", "probability", "loss"),
    "strikes": ("scenario", "hazard", "strike", "target", "start_day", "days", "multiplier"),
    "expected": ("sku", "hazard", "expected_loss"),
}
TEXT_COLUMNS: Final = frozenset(
    {"sku", "policy", "alternates", "demand_model", "supplier", "hazard", "target"}
)


def check_columns(run: RunTables, ledger: Ledger) -> None:
    """Check that every table has its columns, and every cell the right type."""
    for table, columns in COLUMNS.items():
        frame: pd.DataFrame = getattr(run, table)
        for column in columns:
            present = column in frame.columns
            ledger.require(present, f"{table}.{column}: found no such column, expected one")
            if present:
                name = f"{table}.{column}, row"
                check = _check_texts if column in TEXT_COLUMNS else _check_numbers
                check(ledger, name, frame[column])


def texts(frame: pd.DataFrame, column: str) -> list[str]:
    """Return a column of texts."""
    return [str(value) for value in frame[column].tolist()]


def numbers(frame: pd.DataFrame, column: str) -> FloatArray:
    """Return a column of numbers, NaN for a cell without one."""
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)


def row_names(frame: pd.DataFrame) -> range:
    """Return the number of every row, counted from 1."""
    return range(1, len(frame) + 1)


def _check_texts(ledger: Ledger, name: str, cells: pd.Series[Any]) -> None:
    values = cells.tolist()
    holds = np.array([isinstance(value, str) for value in values], dtype=np.bool_)
    ledger.require_all(name, row_names(cells.to_frame()), holds, values, "a text")


def _check_numbers(ledger: Ledger, name: str, cells: pd.Series[Any]) -> None:
    frame = cells.to_frame("cell")
    holds = ~np.isnan(numbers(frame, "cell"))
    ledger.require_all(name, row_names(frame), holds, cells, "a number")
