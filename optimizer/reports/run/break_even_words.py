"""What the plan buys against outages, and its break-even outage rates, in words."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.reports.kit.format import NONE, compact, money

_WORDS = {"source": "Second source", "supplier": "Supplier, all its SKUs", "reserve": "Reserve"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEvenRow:
    """One thing bought, its figures in words; ``–`` where there is none."""

    what: str
    sku: str
    supplier: str
    cost: str
    saving: str
    outage_rate: str
    break_even_rate: str


def break_even_rows(table: pd.DataFrame, currency: str, number: int) -> list[BreakEvenRow]:
    """Return the rows of `break_even.csv` that save least a year, at most so many."""
    first = table.sort_values(["saving", "kind", "sku", "supplier"], na_position="last")
    return [_row(row, currency) for row in first.head(number).to_dict("records")]


def _row(row: dict[Hashable, Any], currency: str) -> BreakEvenRow:
    return BreakEvenRow(
        what=_WORDS.get(row["kind"], row["kind"]),
        sku=row["sku"],
        supplier=row["supplier"],
        cost=money(row["cost"], currency),
        saving=money(row["saving"], currency) if math.isfinite(row["saving"]) else NONE,
        outage_rate=rate(row["outage_rate"]),
        break_even_rate=rate(row["break_even_rate"]),
    )


def rate(value: float) -> str:
    """Return an annual rate, ``–`` where there is none."""
    return compact(value) if math.isfinite(value) else NONE
