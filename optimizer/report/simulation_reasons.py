"""Why the model misleads about a SKU, as far as what was seen tells it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import TextArray
from optimizer.domain.portfolio import Portfolio

_PARTS: Final = ("carrying", "ordering", "routine_stockout")
_LOSSES: Final = ("stockout_loss", "price_loss")


def reasons(portfolio: Portfolio, table: pd.DataFrame) -> TextArray:
    """
    Return a sentence for every SKU: which part of the cost is off the most, and why.

    Parameters
    ----------
    table
        ``simulation.parquet`` without its reasons, in the portfolio's order.

    Returns
    -------
    TextArray
        ``""`` where the difference may be chance.
    """
    off = {name: table[f"{name}_simulated"] - table[f"{name}_promised"] for name in _PARTS}
    off |= {name: table[f"{name}_beyond_model_simulated"] for name in _LOSSES}
    parts = pd.DataFrame(off)
    largest = parts.abs().to_numpy().argmax(axis=1)
    certain = table["misled_by"].abs() > table["misled_by_half_width"]
    lumpy = portfolio.skus.demand_std > portfolio.skus.demand_mean
    text = np.full(len(table), "", dtype=np.object_)
    for row in np.flatnonzero(certain).tolist():
        part = str(parts.columns[largest[row]])
        more = bool(parts.iloc[row][part] > 0.0)
        text[row] = _sentence(part, more, table.iloc[row], bool(lumpy[row]))
    return text


def _sentence(part: str, more: bool, row: pd.Series, lumpy: bool) -> str:
    if part == "routine_stockout":
        return _routine(more, row, lumpy)
    return _KNOWN[part, more]


def _routine(more: bool, row: pd.Series, lumpy: bool) -> str:
    under, overtaking = row["undershoot_days"], row["overtaking_share"]
    if more and lumpy:
        return (
            f"Demand comes in lumps: when an order goes out, stock is {under:.1f} days of demand "
            "below the reorder point on average; the model orders exactly at it."
        )
    if not more and overtaking >= 0.01:
        return (
            f"{100.0 * overtaking:.0f} % of the orders overtake an earlier one; the model lets "
            "every order wait its own lead time out."
        )
    if more:
        return (
            f"Orders go out once a day, {under:.1f} days of demand below the reorder point on "
            "average, and daily demand and lead times need not add up to the model's distribution."
        )
    return (
        "Lead-time demand as drawn day by day has a lighter tail than the distribution the model "
        "takes for it."
    )


_KNOWN: Final = {
    ("carrying", True): (
        "Stock on hand never falls below zero; the model's mean lets backorders count against it."
    ),
    ("carrying", False): (
        "Orders go out some demand below the reorder point, so less stock is held than modelled."
    ),
    ("ordering", True): "More orders go out than demand over lot: the reserve is refilled apart.",
    ("ordering", False): (
        "A day's demand often needs several lots, which go out as one order; the model pays each."
    ),
    ("stockout_loss", True): (
        "Disruptions overlap or follow each other, and meet stock that has not recovered; the "
        "model takes the longest alone, and meets a mean stock."
    ),
    ("stockout_loss", False): (
        "The stock rule replaces what a surge takes while it lasts, and alternates deliver before "
        "the missing goods would have arrived; the model counts both as lost days."
    ),
    ("price_loss", True): (
        "Orders go out by their rule through a price shock; the model lets stock put them off."
    ),
    ("price_loss", False): "In a price shock fewer orders fall due than the model lets be dear.",
}
