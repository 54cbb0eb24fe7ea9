"""The capital in stock over the year: its mean, its 95th percentile, and what is on its way."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.maths.demand import Moments, demand_over
from optimizer.maths.on_hand import on_hand_variance

_Z_95: Final = 1.6448536269514722


def capital_over_time(portfolio: Portfolio, plan: pd.DataFrame) -> dict[str, float]:
    r"""
    Return the stock on own books over the year, in ordinary demand; one-time cash is not in it.

    .. math:: M = \sum_i c_i b_i I_i, \qquad
              M_{95} = M + 1.645 \sqrt{\sum_i (c_i b_i)^2 \operatorname{Var} I_i}, \qquad
              \text{pipeline} = \sum_i c_i b_i D_i L_i

    The SKUs' stocks move independently and many add up to a normal sum.

    Parameters
    ----------
    plan
        One row per SKU, in the portfolio's order.

    Returns
    -------
    dict
        ``stock_mean``, ``stock_percentile_95``, ``pipeline``, ``with_pipeline``. [currency]
    """
    skus = portfolio.skus
    policies = portfolio.settings.policies
    books = plan["policy"].map({name: one.own_books for name, one in policies.items()})
    value = skus.unit_cost * books.to_numpy(np.float64)
    mean = float(plan["capital"].sum())
    spread = float(np.sqrt(np.sum(value**2 * _variance(portfolio, plan))))
    pipeline = float(value @ (skus.demand_mean * portfolio.sources.lead_time_mean[skus.primary]))
    return {
        "stock_mean": mean,
        "stock_percentile_95": mean + _Z_95 * spread,
        "pipeline": pipeline,
        "with_pipeline": mean + pipeline,
    }


def _variance(portfolio: Portfolio, plan: pd.DataFrame) -> FloatArray:
    """Return the variance of every SKU's stock on hand, 0 without demand.  ``(N,)`` [unit²]"""
    skus, sources = portfolio.skus, portfolio.sources
    policies = portfolio.settings.policies
    fenced = plan["policy"].map({name: one.ring_fenced for name, one in policies.items()})
    reserve = plan["reserve_units"].to_numpy(np.float64)
    apart = np.where(fenced.to_numpy(np.bool_), reserve, 0.0)
    demand = demand_over(
        sources.lead_time_mean[skus.primary],
        skus.demand_mean,
        skus.demand_std,
        skus.demand_mean_error,
        sources.lead_time_std[skus.primary],
    )
    moves = np.flatnonzero(skus.demand_mean > 0.0)
    variance = np.zeros(len(skus))
    variance[moves] = on_hand_variance(
        plan["mean_on_hand"].to_numpy(np.float64)[moves] - apart[moves],
        (plan["reorder_point"].to_numpy(np.float64) + reserve - apart)[moves],
        plan["order_quantity"].to_numpy(np.float64)[moves],
        10.0 ** -skus.unit_decimals[moves],
        Moments(demand.mean[moves], demand.variance[moves]),
        is_discrete=(plan["demand_model"] == "discrete").to_numpy(np.bool_)[moves],
    )
    return variance
