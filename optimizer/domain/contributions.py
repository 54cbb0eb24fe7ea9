"""Who and what a plan's tail is made of, and its bad futures day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.manifest import About

DIMENSIONS: Final = ("sku", "supplier", "region", "category", "policy", "hazard")
"""What the losses are added up by; supplier and region are those of the SKU's primary source."""
LOSSES: Final = ("expected_loss", "var", "cvar")
CONTRIBUTIONS: Final = (*DIMENSIONS, *LOSSES)
"""Columns of ``contributions.parquet``, one row per SKU and hazard; money over the horizon."""


class ShortSku(NamedTuple):
    """A SKU that a strike makes short, from which day of the horizon on, and what it loses."""

    sku: str
    day: int
    loss: float


class StrikeStory(NamedTuple):
    """
    One strike of a future.

    `day` is that of the horizon on which it begins; `multiplier` is 1 for an outage.
    """

    hazard: str
    kind: str
    targets: tuple[str, ...]
    day: int
    days: int
    multiplier: float
    loss: float
    n_skus: int
    worst: tuple[ShortSku, ...]


class FutureStory(NamedTuple):
    """
    One future: its loss, how often one as bad comes, what strikes, and what each day costs.

    `by_day` begins on day `first` of the horizon. [currency]
    """

    scenario: int
    loss: float
    years: float
    strikes: tuple[StrikeStory, ...]
    first: int
    by_day: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contributions:
    """
    What a plan's losses are made of.

    Attributes
    ----------
    rows
        `CONTRIBUTIONS`; each of the losses adds up to the plan's. [currency]
    stories
        The worst future, and those as bad as come once in 100, 50, 20 and 10 years.
    """

    rows: pd.DataFrame
    stories: tuple[FutureStory, ...]
    about: About

    def total(self, loss: str) -> float:
        """Return the plan's expected loss, VaR or CVaR. [currency]"""
        return float(self.rows[loss].sum())

    def by(self, dimension: str) -> pd.DataFrame:
        """Return the three losses added up by one of `DIMENSIONS`, the most CVaR first."""
        sums = self.rows.groupby(dimension, as_index=False)[list(LOSSES)].sum()
        order = sums.sort_values(["cvar", dimension], ascending=[False, True], ignore_index=True)
        whole = self.total("cvar")
        return order.assign(cvar_share=order["cvar"] / whole if whole else 0.0)
