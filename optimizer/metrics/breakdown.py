"""Capital, losses and service of a plan by category, by region and by kind of demand."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio

LAWS: Final = {"gamma": "any quantity (gamma)", "discrete": "whole units (discrete)"}
"""Names of the laws of lead-time demand."""
_SUMMED: Final = {
    "skus": "skus",
    "capital": "capital",
    "expected_loss": "expected_loss",
    "tail_contribution": "tail_loss",
}


def by_category(portfolio: Portfolio, plan: pd.DataFrame) -> dict[str, dict[str, float]]:
    """
    Return number of SKUs, capital and losses of each category, the most capital first.

    Parameters
    ----------
    plan
        Rows of the plan in the order of the portfolio's SKUs.
    """
    return _sums(_amounts(plan), portfolio.skus.category)


def by_region(
    portfolio: Portfolio, plan: pd.DataFrame, spend: FloatArray
) -> dict[str, dict[str, Any]]:
    """
    Return the same by region of the primary supplier, with the region's share of spend.

    `tail_loss_by_category` splits the region's contribution to CVaR; categories without one are
    omitted.
    """
    region = portfolio.suppliers.region[portfolio.sources.supplier[portfolio.skus.primary]]
    amounts = _amounts(plan)
    total = float(spend.sum())
    shares = pd.Series(spend).groupby(region).sum() / (total or 1.0)
    tails = amounts["tail_contribution"].groupby([region, portfolio.skus.category]).sum()
    return {
        name: {
            **sums,
            "spend_share": float(shares[name]),
            "tail_loss_by_category": {
                str(category): float(loss) for category, loss in tails[name].items() if loss > 0.0
            },
        }
        for name, sums in _sums(amounts, region).items()
    }


def by_demand(portfolio: Portfolio, plan: pd.DataFrame, spend: FloatArray) -> list[dict[str, Any]]:
    """
    Return the service of each kind of demand, the most spend first.

    A kind is the law of lead-time demand and the class of the demand history, ``""`` without a
    history.  Fill rates are weighted by spend, None without spend.
    """
    table = pd.DataFrame(
        {
            "law": plan["demand_model"].to_numpy(dtype=object),
            "demand_class": portfolio.skus.demand_class,
            "skus": 1,
            "spend": spend,
            "filled": spend * plan["fill_rate"].to_numpy(),
            **{name: plan[name].to_numpy() for name in ("capital", "routine_stockout")},
        }
    )
    sums = table.groupby(["law", "demand_class"]).sum().sort_values("spend", ascending=False)
    return [
        {
            "law": str(law),
            "demand_class": str(demand_class),
            "skus": int(row["skus"]),
            "capital": float(row["capital"]),
            "fill_rate": float(row["filled"] / row["spend"]) if row["spend"] else None,
            "routine_stockout": float(row["routine_stockout"]),
        }
        for (law, demand_class), row in zip(sums.index, sums.to_dict("records"), strict=True)
    ]


def _amounts(plan: pd.DataFrame) -> pd.DataFrame:
    return plan.reset_index(drop=True).assign(skus=1)[list(_SUMMED)]


def _sums(amounts: pd.DataFrame, names: np.ndarray[Any, Any]) -> dict[str, dict[str, float]]:
    sums = amounts.groupby(names).sum().rename(columns=_SUMMED)
    sums = sums.sort_values("capital", ascending=False, kind="stable")
    rows = sums.to_dict("index").items()
    return {str(name): {str(key): value for key, value in row.items()} for name, row in rows}
