"""Lot, reorder point and shortage of a continuously reviewed stock (MODEL 3)."""

from __future__ import annotations

import numpy as np
from scipy import special

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.maths.checks import require
from optimizer.maths.loss_functions import gamma_loss, normal_loss


def economic_order_quantity(
    order_cost: FloatArray, annual_demand: FloatArray, holding_cost: FloatArray
) -> FloatArray:
    r"""
    Return the lot that costs least to order and to hold.

    .. math:: Q^* = \sqrt{2 K d / h}

    Parameters
    ----------
    order_cost
        Shape ``(N,)``.  :math:`K \ge 0` [currency/order]
    annual_demand
        Shape ``(N,)``.  :math:`d \ge 0` [unit/yr]
    holding_cost
        Shape ``(N,)``.  :math:`h \ge 0` [currency/unit/yr]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  :math:`Q^*` [unit].  Where :math:`K d = 0` it is 0; else, where holding
        costs nothing, ``inf``.

    Raises
    ------
    ValueError
        If an argument is negative or NaN.

    Examples
    --------
    >>> economic_order_quantity(np.array([8.0]), np.array([1300.0]), np.array([0.225])).round(6)
    array([304.04678])

    References
    ----------
    .. [1] Snyder, L.V. and Shen, Z.-J.M. (2019). *Fundamentals of Supply Chain Theory*, 2nd ed.
       Eq. (3.4).
    """
    require("order_cost", order_cost, order_cost >= 0.0, ">= 0")
    require("annual_demand", annual_demand, annual_demand >= 0.0, ">= 0")
    require("holding_cost", holding_cost, holding_cost >= 0.0, ">= 0")
    ordering = 2.0 * order_cost * annual_demand
    squared = np.where(ordering > 0.0, np.inf, 0.0)
    np.divide(ordering, holding_cost, out=squared, where=holding_cost > 0.0)
    return np.sqrt(squared)


def lead_time_demand(
    demand_mean: FloatArray,
    demand_std: FloatArray,
    lead_time_mean: FloatArray,
    lead_time_std: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    r"""
    Return mean and standard deviation of the demand during one lead time.

    .. math:: \mu = D L, \qquad \sigma_{LT} = \sqrt{L \sigma^2 + D^2 \sigma_L^2}

    Parameters
    ----------
    demand_mean, demand_std
        Of one day.  Shape ``(N,)``.  :math:`D, \sigma \ge 0` [unit/day]
    lead_time_mean, lead_time_std
        Shape ``(N,)``.  :math:`L, \sigma_L \ge 0` [day]

    Returns
    -------
    tuple of FloatArray
        Shape ``(N,)`` each.  :math:`\mu, \sigma_{LT}` [unit]

    Examples
    --------
    Demand 10 ± 3 a day, lead time 4 ± 0.5 days: sd = sqrt(4 · 9 + 100 · 0.25) = sqrt(61).

    >>> mean, sd = lead_time_demand(*(np.array([x]) for x in (10.0, 3.0, 4.0, 0.5)))
    >>> mean, (sd**2).round(9)
    (array([40.]), array([61.]))

    References
    ----------
    .. [1] The model contract, section 3.
    """
    mean = demand_mean * lead_time_mean
    sd = np.sqrt(lead_time_mean * demand_std**2 + (demand_mean * lead_time_std) ** 2)
    return mean, sd


def safety_stock(mean: FloatArray, sd: FloatArray, cycle_service_level: FloatArray) -> FloatArray:
    r"""
    Return the stock that lifts the reorder point from the mean to the service level's quantile.

    .. math:: SS = (F^{-1}(\text{level}) - \mu)^+

    :math:`F` is normal where :math:`\sigma \le \mu/2`, else gamma, with these two moments.

    Parameters
    ----------
    mean, sd
        Lead-time demand.  Shape ``(N,)``.  :math:`\mu, \sigma \ge 0` [unit]
    cycle_service_level
        Probability of no stockout in a cycle.  Shape ``(N,)``.  In (0, 1) [-]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  [unit].  0 where ``mean`` or ``sd`` is zero.

    Examples
    --------
    >>> safety_stock(np.array([50.0]), np.array([8.0]), np.array([0.7 / 0.88])).round(8)
    array([6.60395593])

    References
    ----------
    .. [1] Snyder and Shen (2019), Eq. (4.24).
    """
    normal, gamma = _distributions(mean, sd)
    stock = np.zeros(mean.shape)
    stock[normal] = sd[normal] * special.ndtri(cycle_service_level[normal])
    shape, scale = (mean[gamma] / sd[gamma]) ** 2, sd[gamma] ** 2 / mean[gamma]
    stock[gamma] = scale * special.gammaincinv(shape, cycle_service_level[gamma]) - mean[gamma]
    return np.maximum(stock, 0.0)


def units_short(
    reorder_point: FloatArray, order_quantity: FloatArray, mean: FloatArray, sd: FloatArray
) -> FloatArray:
    r"""
    Return the units short in one order cycle under continuous review with backorders.

    .. math:: n = E[(X - r)^+] - E[(X - r - Q)^+]

    Parameters
    ----------
    reorder_point, order_quantity
        Shape ``(N,)``.  :math:`r \ge 0, Q \ge 0` [unit]
    mean, sd
        Lead-time demand.  Shape ``(N,)``.  :math:`\mu, \sigma \ge 0` [unit]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  :math:`0 \le n \le Q` [unit].  0 where ``mean`` or ``sd`` is zero.

    Examples
    --------
    Standard normal losses: 8 · (L(0) − L(1)) = 8 · (0.3989423 − 0.0833155).

    >>> r, q, mean, sd = (np.array([x]) for x in (50.0, 8.0, 50.0, 8.0))
    >>> units_short(r, q, mean, sd).round(6)
    array([2.525014])

    References
    ----------
    .. [1] The model contract, section 3.
    """
    normal, gamma = _distributions(mean, sd)
    short = np.zeros(mean.shape)
    for chosen, loss in ((normal, normal_loss), (gamma, gamma_loss)):
        level, moments = reorder_point[chosen], (mean[chosen], sd[chosen])
        short[chosen] = loss(level, *moments) - loss(level + order_quantity[chosen], *moments)
    return np.clip(short, 0.0, order_quantity)


def _distributions(mean: FloatArray, sd: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return where lead-time demand is normal and where gamma; neither where it is certain."""
    uncertain = (mean > 0.0) & (sd > 0.0)
    near = sd <= mean / 2.0
    return uncertain & near, uncertain & ~near
