"""A table as a page's own script draws, sorts and searches it: columns of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from optimizer.reports.kit.format import percent_up

Kind = Literal["text", "number", "units", "money", "amount", "share", "days"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageColumn:
    """
    A column of a page's table; one that is a `detail` shows when its row is opened.

    `money` shows whole units of the currency, `amount` three digits of what is small, `units` what
    is ordered or kept, as it is.
    """

    name: str
    label: str
    kind: Kind
    detail: bool = False


def described(columns: Sequence[PageColumn], currency: str) -> list[dict[str, Any]]:
    """Return the columns as the script takes them, those of `money` with the currency."""
    return [
        asdict(column)
        | {"label": column.label + (f" [{currency}]" if column.kind == "money" else "")}
        for column in columns
    ]


def values(
    table: pd.DataFrame, columns: Sequence[PageColumn], *, digits: int = 7
) -> list[list[Any]]:
    """Return the values column by column; a number that is not finite becomes ``None``."""
    return [_values(table[column.name], column.kind, digits) for column in columns]


def gap_percent(gap: float | None) -> float | None:
    """Return a gap as it is said, never better than proven; None where there is none. [%]"""
    return None if gap is None else float(percent_up(gap).removesuffix(" %"))


def _values(column: pd.Series[Any], kind: Kind, digits: int) -> list[Any]:
    if kind == "text":
        return column.fillna("").astype(str).tolist()
    numbers = column.to_numpy(dtype=np.float64)
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in numbers]
