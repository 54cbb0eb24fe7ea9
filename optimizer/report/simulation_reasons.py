"""Why the model misleads about a SKU, as far as what was seen tells it."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, TextArray
from optimizer.domain.portfolio import Portfolio

OVERTAKING: Final = 0.01
"""Share of overtaking orders from which they explain a better service than modelled."""
_PARTS: Final = ("carrying", "ordering", "routine_stockout")
_LOSSES: Final = ("stockout_loss", "price_loss")


class Traits(NamedTuple):
    """
    What a SKU is like.  Shape ``(N,)`` each.

    Attributes
    ----------
    lumpy
        A day's demand varies by more than its mean.
    late
        Lead times make most of the spread of lead-time demand, which the model takes for normal.
    surging
        A surge hazard acts on its category.
    """

    lumpy: BoolArray
    late: BoolArray
    surging: BoolArray


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
    traits = _traits(portfolio)
    text = np.full(len(table), "", dtype=np.object_)
    for row in np.flatnonzero(certain).tolist():
        part = str(parts.columns[largest[row]])
        more = bool(parts.iloc[row][part] > 0.0)
        own = Traits(*(trait[row : row + 1] for trait in traits))
        text[row] = _sentence(part, more, table.iloc[row], own)
    return text


def _traits(portfolio: Portfolio) -> Traits:
    skus, sources, hazards = portfolio.skus, portfolio.sources, portfolio.hazards
    lead_time = sources.lead_time_mean[skus.primary]
    by_demand = skus.demand_std * np.sqrt(lead_time)
    by_lead_time = skus.demand_mean * sources.lead_time_std[skus.primary]
    is_normal = np.hypot(by_demand, by_lead_time) <= skus.demand_mean * lead_time / 2.0
    surging = set(hazards.target[hazards.kind == "surge"])
    return Traits(
        lumpy=skus.demand_std > skus.demand_mean,
        late=is_normal & (by_lead_time > by_demand),
        surging=np.array([name in surging for name in skus.category], dtype=np.bool_),
    )


def _sentence(part: str, more: bool, row: pd.Series, traits: Traits) -> str:
    if part == "routine_stockout":
        return _routine_dearer(row, traits) if more else _routine_cheaper(row)
    if (part, more) == ("stockout_loss", True) and traits.surging.any():
        return (
            "In a surge every unit is late until stock has caught up, where the model counts the "
            "extra demand; and demand varies in an outage, so the safety stock is not free for it."
        )
    return _KNOWN[part, more]


def _routine_dearer(row: pd.Series, traits: Traits) -> str:
    if traits.lumpy.any():
        return (
            f"Demand comes in lumps: when an order goes out, stock is {row['undershoot_days']:.1f} "
            "days of demand below the reorder point on average; the model orders exactly at it."
        )
    if traits.late.any():
        return (
            "Late deliveries make most of the spread, and lead times as drawn have a longer tail "
            "than the distribution the model takes for lead-time demand."
        )
    return (
        f"Orders go out once a day, {row['undershoot_days']:.1f} days of demand below the reorder "
        "point on average; the model orders exactly at it."
    )


def _routine_cheaper(row: pd.Series) -> str:
    if row["overtaking_share"] >= OVERTAKING:
        return (
            f"{100.0 * row['overtaking_share']:.0f} % of the orders overtake an earlier one; the "
            "model lets every order wait its own lead time out."
        )
    return (
        "What is due on a day serves all of that day's demand; the model's reorder point is "
        "watched, and short, at every moment."
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
        "Demand and lead times vary during disruptions too, which may come together; the model "
        "spends the whole safety stock on the longest one, and lets demand be certain meanwhile."
    ),
    ("stockout_loss", False): (
        "Part of what disruptions leave short is short without them too; the model counts it twice."
    ),
    ("price_loss", True): (
        "Orders go out by their rule through a price shock; the model lets stock put them off."
    ),
    ("price_loss", False): "In a price shock fewer orders fall due than the model lets be dear.",
}
