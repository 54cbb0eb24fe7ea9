"""Time to survive against time to recover: which SKUs run out before supply is restored."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import CANDIDATE, Portfolio

_LISTED: Final = 50


def exposure(portfolio: Portfolio, plan: pd.DataFrame, spend: FloatArray) -> dict[str, Any]:
    """
    Count the SKUs whose cover (TTS) ends before supply is restored, and list the largest.

    Supply is restored once the primary supplier has recovered (TTR) or the plan's alternates
    deliver all demand, whichever is first.  SKUs whose primary states no TTR are omitted.

    Parameters
    ----------
    plan
        Rows of the plan in the order of the portfolio's SKUs, indexed by SKU.
    spend
        Demand at unit cost.  Shape ``(N,)``. [currency/day]
    """
    to_recover = portfolio.suppliers.ttr_days[portfolio.sources.supplier[portfolio.skus.primary]]
    stated = to_recover > 0.0
    whole = np.minimum(to_recover, _days_to_replace(portfolio, plan["alternates"]))
    exposed = stated & (plan["cover_days"].to_numpy() < whole)
    total = float(spend[stated].sum())
    return {
        "skus_with_ttr": int(stated.sum()),
        "exposed_skus": int(exposed.sum()),
        "exposed_spend_share": float(spend[exposed].sum()) / total if total else None,
        "largest_exposed": _largest(portfolio, plan, whole, np.where(exposed, spend, -1.0)),
    }


def _largest(
    portfolio: Portfolio, plan: pd.DataFrame, whole: FloatArray, spend: FloatArray
) -> list[dict[str, Any]]:
    """Return the exposed SKUs with the most spend; those not exposed have a negative one."""
    order = np.argsort(-spend, kind="stable")[:_LISTED]
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    return [
        {
            "sku": str(portfolio.skus.sku[row]),
            "supplier": str(portfolio.suppliers.supplier[primary[row]]),
            "region": str(portfolio.suppliers.region[primary[row]]),
            "cover_days": float(plan["cover_days"].iloc[row]),
            "whole_again_days": float(whole[row]),
            "spend_a_day": float(spend[row]),
        }
        for row in order
        if spend[row] >= 0.0
    ]


def _days_to_replace(portfolio: Portfolio, alternates: pd.Series[str]) -> FloatArray:
    """Return the day from which the alternates of each SKU deliver all demand, ``inf`` if never."""
    sources, names = portfolio.sources, alternates.to_numpy(dtype=object)
    ramp = np.where(sources.role == CANDIDATE, sources.ramp_days, 0.0)
    backed = names != ""
    rows = np.flatnonzero(backed[sources.sku])
    deliveries = {
        (sku, supplier): (ramp[row], sources.capacity_share[row])
        for row, sku, supplier in zip(
            rows,
            sources.sku[rows],
            portfolio.suppliers.supplier[sources.supplier[rows]],
            strict=True,
        )
    }
    day = np.full(len(names), np.inf)
    for sku in np.flatnonzero(backed):
        day[sku] = _day_of_full_supply(deliveries[sku, name] for name in names[sku].split(";"))
    return day


def _day_of_full_supply(deliveries: Iterable[tuple[float, float]]) -> float:
    """Return the first day on which the shares of those delivering reach 1."""
    share = 0.0
    for day, its_share in sorted(deliveries):
        share += its_share
        if share >= 1.0 - 1e-9:
            return float(day)
    return math.inf
