"""A table as a page's own script draws, sorts and searches it: columns of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optimizer.reports.kit.format import percent_up
from optimizer.reports.kit.measures import CURRENCY, MEASURES, Kind, policy_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PageColumn:
    """A column of a page's table; one that is a `detail` shows when its row is opened."""

    name: str
    label: str
    kind: Kind
    unit: str = ""
    detail: bool = False

    def described(self, currency: str) -> dict[str, Any]:
        """Return the column as the script takes it, its unit behind its name."""
        unit = self.unit or (CURRENCY if self.kind == "money" else "")
        behind = f" [{unit.replace(CURRENCY, currency)}]" if unit and unit != "share" else ""
        label = self.label + behind
        return {"name": self.name, "label": label, "kind": self.kind, "detail": self.detail}


def measured(*names: str, details: Sequence[str] = ()) -> tuple[PageColumn, ...]:
    """Return the columns of measures, by name; `details` come after the others."""
    return tuple(
        PageColumn(
            name=name,
            label=MEASURES[name].label,
            kind=MEASURES[name].kind,
            unit=MEASURES[name].unit,
            detail=name in details,
        )
        for name in (*names, *details)
    )


def described(columns: Sequence[PageColumn], currency: str) -> list[dict[str, Any]]:
    """Return the columns as the script takes them."""
    return [column.described(currency) for column in columns]


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
    if kind == "option":
        return [policy_words(text) for text in column.fillna("").astype(str)]
    numbers = column.to_numpy(dtype=np.float64)
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in numbers]
