"""The exact expected loss by hazard and by supplier."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.outage_rates import outage_rates

HAZARD_KINDS: Final = {
    "outage": "stops suppliers",
    "surge": "raises demand",
    "price": "raises prices",
}
"""The effect of each kind of hazard, in words."""
_LISTED: Final = 50


def by_hazard(portfolio: Portfolio, expected: pd.DataFrame) -> list[dict[str, Any]]:
    """
    Return every hazard with its expected loss, the largest first.

    Their losses add up to the plan's expected loss.

    Parameters
    ----------
    expected
        Columns sku, hazard, expected_loss.
    """
    sums = expected.groupby("hazard")["expected_loss"].agg(["sum", "size"])
    hazards = portfolio.hazards
    rows = [
        {
            "hazard": str(hazards.hazard[row]),
            "kind": str(hazards.kind[row]),
            "scope": str(hazards.scope[row]),
            "target": str(hazards.target[row]),
            "strikes_a_year": float(hazards.annual_rate[row]),
            "mean_days": float(hazards.duration_mean_days[row]),
            "skus": int(sums["size"].get(hazards.hazard[row], 0)),
            "expected_loss": float(sums["sum"].get(hazards.hazard[row], 0.0)),
        }
        for row in range(len(hazards))
    ]
    return sorted(rows, key=lambda row: (-row["expected_loss"], row["hazard"]))


def by_supplier(
    portfolio: Portfolio, plan: pd.DataFrame, expected: pd.DataFrame, spend: FloatArray
) -> list[dict[str, Any]]:
    """
    Return primary suppliers with the expected loss to their outages, the largest first.

    At most 50; suppliers without a loss are omitted.

    Parameters
    ----------
    plan
        Rows of the plan in the order of the portfolio's SKUs.
    expected
        Columns sku, hazard, expected_loss.
    spend
        Demand at unit cost.  Shape ``(N,)``. [currency/day]
    """
    suppliers, total = portfolio.suppliers, float(spend.sum()) or 1.0
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    loss = _by_outages(portfolio, expected)

    def summed(amount: FloatArray) -> FloatArray:
        return np.bincount(primary, amount, minlength=len(suppliers)).astype(np.float64)

    lost, tail = summed(loss), summed(plan["tail_contribution"].to_numpy(dtype=np.float64))
    rates, skus, share = outage_rates(portfolio), summed(np.ones(len(loss))), summed(spend) / total
    order = np.argsort(-lost, kind="stable")[:_LISTED]
    return [
        {
            "supplier": str(suppliers.supplier[row]),
            "region": str(suppliers.region[row]),
            "strikes_a_year": float(rates[row]),
            "skus": int(skus[row]),
            "spend_share": float(share[row]),
            "expected_loss": float(lost[row]),
            "tail_loss": float(tail[row]),
        }
        for row in order.tolist()
        if lost[row] > 0.0
    ]


def _by_outages(portfolio: Portfolio, expected: pd.DataFrame) -> FloatArray:
    """Return every SKU's expected loss to outages.  Shape ``(N,)``. [currency]"""
    of = portfolio.hazards.hazard[portfolio.hazards.kind == "outage"]
    sums = expected[expected["hazard"].isin(of)].groupby("sku")["expected_loss"].sum()
    return sums.reindex(portfolio.skus.sku, fill_value=0.0).to_numpy(dtype=np.float64)
