"""The three to five parts to begin with, and what to do for each."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.audit import FIRST_PARTS
from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.backup import ALONE, CANDIDATES, SAME_REGION, SAME_TAG, best_candidate
from optimizer.metrics.better_buffer import TOO_LOW

_FEWEST: Final = 3
_MOST: Final = 5
_SHARE: Final = 0.5


def first_parts(portfolio: Portfolio, skus: pd.DataFrame) -> pd.DataFrame:
    """
    Return the SKUs with the most money at risk, as few as hold half of it, but three to five.

    Parameters
    ----------
    skus
        Columns sku, at_risk, backup, primary_supplier, region, exposed, buffer_verdict,
        better_reorder_point and buffer_saving, in the portfolio's order.

    Returns
    -------
    pandas.DataFrame
        `FIRST_PARTS`.  SKUs without anything at risk are none.
    """
    at_risk = skus["at_risk"].to_numpy(np.float64)
    order = np.argsort(-at_risk, kind="stable")
    order = order[at_risk[order] > 0.0]
    reached = np.cumsum(at_risk[order]) / (at_risk.sum() or 1.0)
    n_parts = int(np.clip(np.searchsorted(reached, _SHARE) + 1, _FEWEST, _MOST))
    candidates = _candidates(portfolio)
    rows = [
        (row["sku"], row["at_risk"], _why(row), _next_step(row, *candidates[place]))
        for place, row in zip(
            order[:n_parts].tolist(),
            skus.iloc[order[:n_parts]].to_dict("records"),
            strict=True,
        )
    ]
    return pd.DataFrame(rows, columns=list(FIRST_PARTS))


def _candidates(portfolio: Portfolio) -> list[tuple[str, bool]]:
    """Return the name of each SKU's best candidate, ``""`` for none, and if it is elsewhere."""
    best, sources, region = best_candidate(portfolio), portfolio.sources, portfolio.suppliers.region
    supplier = sources.supplier[best]
    elsewhere = region[supplier] != region[sources.supplier[portfolio.skus.primary]]
    names = np.where(best >= 0, portfolio.suppliers.supplier[supplier], "")
    return [(str(name), bool(is_far)) for name, is_far in zip(names, elsewhere, strict=True)]


def _why(row: dict[Any, Any]) -> str:
    who = f"{row['primary_supplier']} ({row['region']})"
    backup = {
        ALONE: f"only {who} supplies it",
        CANDIDATES: f"only {who} is qualified",
        SAME_REGION: f"every qualified source is in {row['region']}",
        SAME_TAG: f"every qualified source shares a tag with {row['primary_supplier']}",
    }.get(str(row["backup"]), f"{who} supplies it; its backup: {row['backup']}")
    return f"{backup}; runs out before supply recovers" if row["exposed"] else backup


def _next_step(row: dict[Any, Any], candidate: str, is_elsewhere: bool) -> str:
    if row["buffer_verdict"] == TOO_LOW:
        point = float(str(row["better_reorder_point"]))
        return f"raise the reorder point to {point:,.10g}"
    if row["backup"] in (SAME_REGION, SAME_TAG) and not is_elsewhere:
        return "find a second source elsewhere"
    if row["backup"] in (ALONE, CANDIDATES, SAME_REGION, SAME_TAG):
        return f"qualify {candidate}" if candidate else "find a second source"
    return "keep its stock and its sources as they are, and watch them"
