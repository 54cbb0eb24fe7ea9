"""A portfolio as it was at the end of a quarter, for comparison with another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, TextArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.inputs.rules.references import Tables

_DATES: Final = {
    "demand": ("date",),
    "orders": ("delivered",),
    "deliveries": ("ordered", "received"),
    "stock": ("as_of",),
}
"""Columns with days on which something has happened; what is promised may lie ahead."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quarter:
    """
    A portfolio and how long its SKUs survive.

    Attributes
    ----------
    tables
        As read.
    plan
        ``today`` if survival is that of the plan in force, else ``jit``.
    survives, recovers
        TTS and TTR of every SKU.  Shape ``(N,)``. [day]
    """

    portfolio: Portfolio
    tables: Tables
    plan: str
    survives: FloatArray
    recovers: FloatArray

    @property
    def spend(self) -> FloatArray:
        """Annual demand at unit cost.  Shape ``(N,)``. [currency/yr]"""
        skus = self.portfolio.skus
        return skus.unit_cost * skus.demand_mean * DAYS_PER_YEAR

    @property
    def names(self) -> list[str]:
        """The SKUs."""
        return [str(sku) for sku in self.portfolio.skus.sku]

    def spend_with(self, supplier: str) -> float:
        """Return the spend of the SKUs whose primary this is. [currency/yr]"""
        return float(self.spend[self.primary_names == supplier].sum())

    @property
    def primary_names(self) -> TextArray:
        """Names of the primary suppliers.  Shape ``(N,)``."""
        portfolio = self.portfolio
        return np.asarray(
            portfolio.suppliers.supplier[portfolio.sources.supplier[portfolio.skus.primary]]
        )

    @property
    def day(self) -> float | None:
        """The last day that its tables know of, since 1970-01-01; None where none has a day."""
        days = [
            float(np.nanmax(self.tables[table].numbers[column], initial=-np.inf))
            for table, columns in _DATES.items()
            if table in self.tables
            for column in columns
            if column in self.tables[table].numbers
        ]
        last = max(days, default=-np.inf)
        return last if np.isfinite(last) else None
