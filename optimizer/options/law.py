"""The law of every SKU's demand, and its effect on inventory positions (MODEL 3)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.maths.demand import Moments, as_a_unit_sees, demand_over, taken_by_own_lump
from optimizer.maths.discrete_law import discrete_positions, discrete_quantile
from optimizer.maths.gamma_law import gamma_positions, gamma_quantile

DISCRETE_BELOW: Final = 20.0
"""Lead-time demand below which whole units are counted one by one. [unit]"""
_WHOLE: Final = 1e-9


class Positions(NamedTuple):
    """
    Mean effect of demand on inventory positions spread evenly over one lot.

    `waiting_share` is the probability that demand exceeds the position [-], `backorders` the mean
    excess [unit]; `waiting_falls` is by how much the share falls with a unit more of stock, per
    unit.
    """

    waiting_share: FloatArray
    backorders: FloatArray
    waiting_falls: FloatArray


def is_discrete(portfolio: Portfolio, sku: IntArray) -> BoolArray:
    r"""
    Return whether demand is counted in whole units.

    As `demand_model` says; with ``auto`` if the unit has no decimals and :math:`D L < 20`.

    Parameters
    ----------
    portfolio
        Its SKUs and their primary sources.
    sku
        Rows of SKUs.  Shape ``(n,)``.

    Returns
    -------
    BoolArray
        Shape ``(n,)``.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    is_first, skus = np.diff(sku, prepend=-1) != 0, portfolio.skus
    rows = sku[is_first]
    asked = skus.demand_mean[rows] * portfolio.sources.lead_time_mean[skus.primary[rows]]
    by_itself = (skus.unit_decimals[rows] == 0.0) & (asked < DISCRETE_BELOW)
    stated = skus.demand_model[rows].astype(str)
    discrete = (stated == "discrete") | ((stated == "auto") & by_itself)
    return np.asarray(discrete[np.cumsum(is_first) - 1])


def smallest_unit(portfolio: Portfolio, sku: IntArray) -> FloatArray:
    r"""
    Return the smallest quantity of each SKU, :math:`\delta = 10^{-\text{decimals}}`.

    Parameters
    ----------
    portfolio
        Its SKUs.
    sku
        Rows of SKUs.  Shape ``(n,)``.

    Returns
    -------
    FloatArray
        Shape ``(n,)``. [unit]

    References
    ----------
    .. [1] The model contract, section 3.
    """
    return np.asarray(1.0 / 10.0 ** portfolio.skus.unit_decimals[sku])


def demand_during(portfolio: Portfolio, sku: IntArray, days: FloatArray) -> Moments:
    """
    Return the moments of demand over the lead time plus a number of days.

    Parameters
    ----------
    portfolio
        Its SKUs and their primary sources.
    sku
        Rows of SKUs.  Shape ``(n,)``.
    days
        Shape ``(T,)``. [day]

    Returns
    -------
    Moments
        Shape ``(n, T)``.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, source = portfolio.skus, portfolio.skus.primary[sku]
    return demand_over(
        portfolio.sources.lead_time_mean[source][:, None] + days,
        skus.demand_mean[sku][:, None],
        skus.demand_std[sku][:, None],
        skus.demand_mean_error[sku][:, None],
        portfolio.sources.lead_time_std[source][:, None],
    )


def seen_by_a_unit(portfolio: Portfolio, sku: IntArray) -> Moments:
    """
    Return the moments of the stock taken before a unit's turn: lead-time demand plus V.

    Lead-time demand is as a unit demanded meets it (`as_a_unit_sees`); V is the stock that earlier
    units of its own lump have taken.

    Parameters
    ----------
    portfolio
        Its SKUs and their primary sources.
    sku
        Rows of SKUs.  Shape ``(n,)``.

    Returns
    -------
    Moments
        Shape ``(n, 1)``.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, source = portfolio.skus, portfolio.skus.primary[sku]
    columns = (skus.demand_mean[sku], skus.demand_std[sku])
    others = demand_over(
        portfolio.sources.lead_time_mean[source],
        *as_a_unit_sees(*columns, skus.demand_mean_error[sku]),
        portfolio.sources.lead_time_std[source],
    )
    total = others.plus(
        taken_by_own_lump(
            *columns,
            skus.demand_interval_days[sku],
            is_whole=skus.unit_decimals[sku] == 0.0,
            is_discrete=is_discrete(portfolio, sku),
        )
    )
    return Moments(total.mean[:, None], total.variance[:, None])


def quantile(portfolio: Portfolio, sku: IntArray, probability: FloatArray) -> FloatArray:
    """
    Return quantiles of the demand over the lead time.

    Parameters
    ----------
    portfolio
        Its SKUs and their primary sources.
    sku
        Rows of SKUs.  Shape ``(O,)``.
    probability
        Shape ``(O,)``.  In (0, 1) [-]

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit].  The mean if gamma demand is constant.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    demand = demand_during(portfolio, sku, np.zeros(1))
    flat = Moments(demand.mean[:, 0], demand.variance[:, 0])
    result = np.empty(len(sku))
    discrete = is_discrete(portfolio, sku)
    for rows, law in ((discrete, discrete_quantile), (~discrete, gamma_quantile)):
        result[rows] = law(probability[rows], Moments(flat.mean[rows], flat.variance[rows]))
    return result


def positions(
    portfolio: Portfolio,
    sku: IntArray,
    stock_level: FloatArray,
    lot: FloatArray,
    demand: Moments,
) -> Positions:
    r"""
    Return the effect of demand on positions between a stock level and a lot above it.

    Gamma: :math:`[G_1(x) - G_1(x + Q)]/Q` and :math:`[G_2(x) - G_2(x + Q)]/Q` at
    :math:`x = s + \delta/2`; discrete: the means of :math:`P(X > k)` and :math:`E(X - k)^+` over
    :math:`k = s + 1 \dots s + Q`.

    Parameters
    ----------
    portfolio
        Its SKUs.
    sku
        Rows of SKUs; work is shared between adjacent equal ones.  Shape ``(O,)``.
    stock_level, lot
        Shape ``(O,)``.  :math:`s`, :math:`Q > 0` [unit]
    demand
        Demand of each row's SKU.  Shape ``(O, T)``. [unit], [unit²]

    Returns
    -------
    Positions
        Shape ``(O, T)``.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    discrete = is_discrete(portfolio, sku)
    middle = stock_level + 0.5 * smallest_unit(portfolio, sku)
    waiting, owed, falls = np.empty((3, len(sku), demand.mean.shape[1]))
    for whole, rows in ((True, np.flatnonzero(discrete)), (False, np.flatnonzero(~discrete))):
        is_first = np.diff(sku[rows], prepend=-1) != 0
        group, first = np.cumsum(is_first) - 1, rows[is_first]
        shared = Moments(demand.mean[first], demand.variance[first])
        if whole:
            of_rows = _counted(group, stock_level[rows], lot[rows], shared)
        else:
            of_rows = gamma_positions(group, middle[rows], lot[rows], shared)
        waiting[rows], owed[rows], falls[rows] = of_rows
    return Positions(waiting, owed, falls)


def _counted(
    group: IntArray, stock_level: FloatArray, lot: FloatArray, demand: Moments
) -> tuple[FloatArray, FloatArray, FloatArray]:
    low = np.floor(stock_level + _WHOLE).astype(np.int64)
    top = np.maximum(np.floor(stock_level + lot + _WHOLE).astype(np.int64), low + 1)
    return discrete_positions(group, low, top, demand)
