"""Why the model misses a SKU's cost, as far as the simulation shows."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, TextArray
from optimizer.domain.portfolio import Portfolio

_PARTS: Final = ("carrying", "ordering", "routine_stockout")
_LOSSES: Final = ("stockout_loss", "price_loss")


def reasons(portfolio: Portfolio, table: pd.DataFrame) -> TextArray:
    """
    Return one sentence per SKU: which part of the cost is off by most, and why.

    Parameters
    ----------
    table
        ``simulation.parquet`` without its reasons, in the portfolio's order.

    Returns
    -------
    TextArray
        ``""`` if the difference may be due to chance.
    """
    off = {name: table[f"{name}_simulated"] - table[f"{name}_promised"] for name in _PARTS}
    off |= {name: table[f"{name}_beyond_model_simulated"] for name in _LOSSES}
    parts = pd.DataFrame(off)
    largest = parts.abs().to_numpy().argmax(axis=1)
    certain = table["misled_by"].abs() > table["misled_by_half_width"]
    surging = _surging(portfolio)
    text = np.full(len(table), "", dtype=np.object_)
    for row in np.flatnonzero(certain).tolist():
        part = str(parts.columns[largest[row]])
        more = bool(parts.iloc[row][part] > 0.0)
        text[row] = _sentence(part, more, bool(surging[row]))
    return text


def _surging(portfolio: Portfolio) -> BoolArray:
    """Return whether a surge acts on a SKU's category.  Shape ``(N,)``."""
    hazards = portfolio.hazards
    struck = set(hazards.target[hazards.kind == "surge"])
    return np.array([name in struck for name in portfolio.skus.category], dtype=np.bool_)


def _sentence(part: str, more: bool, surging: bool) -> str:
    if (part, more) == ("stockout_loss", False) and surging:
        return (
            "Orders follow a surge at once, so only the extra demand of one lead time is short; "
            "the model counts that of the whole surge."
        )
    return _KNOWN[part, more]


_KNOWN: Final = {
    ("carrying", True): "Shortages leave more on hand than modelled: what is owed is not in stock.",
    ("carrying", False): "Fewer units are owed than modelled, so fewer are on hand on average.",
    ("ordering", True): "More orders go out than demand over lot: the reserve is refilled apart.",
    ("ordering", False): (
        "A day's demand often needs several lots, which go out as one order; the model pays each."
    ),
    ("routine_stockout", True): (
        "Demand over a lead time has the model's mean and variance, but a longer tail than its "
        "distribution."
    ),
    ("routine_stockout", False): (
        "Demand over a lead time has the model's mean and variance, but a shorter tail than its "
        "distribution."
    ),
    ("stockout_loss", True): (
        "Outages that follow each other before stock has recovered, and alternates that fail "
        "during an outage, cost more than the outages one by one, which the model adds up."
    ),
    ("stockout_loss", False): (
        "Outages that overlap leave short once what the model counts for each of them."
    ),
    ("price_loss", True): "More orders fall due in price shocks than the model lets be dear.",
    ("price_loss", False): "Fewer orders fall due in price shocks than the model lets be dear.",
}
