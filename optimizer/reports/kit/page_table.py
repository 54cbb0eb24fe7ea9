"""A table as a page's own script draws, sorts and searches it: columns of plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.reports.kit.format import percent_up
from optimizer.reports.kit.measures import CURRENCY, Kind, Measure, policy_words

_SAID_BY_CELLS: Final = ("share", "gap")
_DUST: Final = 0.005  # money below half a cent is rounding


def described(
    columns: Mapping[str, Measure], currency: str, details: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return columns as the script takes them; `details` show when a row is opened."""
    return [
        {
            "name": name,
            "label": _label(measure, currency),
            "kind": measure.kind,
            "detail": name in details,
        }
        for name, measure in columns.items()
    ]


def values(
    rows: pd.DataFrame, columns: Mapping[str, Measure], *, digits: int = 12
) -> list[list[Any]]:
    """Return the values column by column; a number that is not finite becomes ``None``."""
    return [_values(rows[name], measure.kind, digits) for name, measure in columns.items()]


def _label(measure: Measure, currency: str) -> str:
    """Return the label with the unit that the cells do not say."""
    unit = measure.unit or (CURRENCY if measure.kind == "money" else "")
    if not unit or measure.kind in _SAID_BY_CELLS:
        return measure.label
    return f"{measure.label} [{unit.replace(CURRENCY, currency)}]"


def _values(column: pd.Series[Any], kind: Kind, digits: int) -> list[Any]:
    if kind == "text":
        return column.fillna("").astype(str).tolist()
    if kind == "option":
        return [policy_words(text) for text in column.fillna("").astype(str)]
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if kind == "money":
        numbers = np.where(np.abs(numbers) < _DUST, 0.0, numbers)
    if kind == "gap":
        return [_gap(value) for value in numbers]
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in numbers]


def _gap(gap: float) -> float | None:
    """Return a gap as it is said, never better than proven. [%]"""
    return float(percent_up(gap).removesuffix(" %")) if np.isfinite(gap) else None
