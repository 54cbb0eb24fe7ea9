"""Restores designs from the plan of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio


def restore(portfolio: Portfolio, plan: pd.DataFrame) -> Designs:
    """
    Return the designs that a plan chose.

    Parameters
    ----------
    portfolio
        The one the plan was made for.
    plan
        ``plan.parquet`` of its run: one row per SKU, in the portfolio's order.

    Returns
    -------
    Designs
        One row per SKU; reorder points and lots follow from the policy again.
    """
    by_rule = np.full(len(plan), np.nan)
    positions = {name: row for row, name in enumerate(portfolio.settings.policies)}
    return Designs(
        sku=np.arange(len(portfolio.skus)),
        policy=np.array([positions[name] for name in plan["policy"]], dtype=np.int64),
        service_level=plan["service_level"].to_numpy(np.float64),
        reserve_days=plan["reserve_days"].to_numpy(np.float64),
        lot_days_min=plan["lot_days_min"].to_numpy(np.float64),
        lot_factor=plan["lot_factor"].to_numpy(np.float64),
        reorder_point=by_rule,
        order_quantity=by_rule,
        alternates=_alternates(portfolio, plan),
    )


def _alternates(portfolio: Portfolio, plan: pd.DataFrame) -> IntArray:
    """Return rows of `Sources`, ascending, -1 for none.  Shape ``(N, 2)``."""
    sources = portfolio.sources
    names = portfolio.suppliers.supplier[sources.supplier]
    row_of = {key: row for row, key in enumerate(zip(sources.sku.tolist(), names, strict=True))}
    rows = np.full((len(plan), 2), -1, dtype=np.int64)
    chosen = plan["alternates"].to_numpy(dtype=object)
    for sku in np.flatnonzero(chosen != "").tolist():
        alternates = sorted(row_of[sku, name] for name in chosen[sku].split(";"))
        rows[sku, : len(alternates)] = alternates
    return rows
