r"""
Order quantities (MODEL 3): the policy's rule, order multiples, shelf life, least order.

.. math:: EOQ = \min\{\sqrt{2 K_0 \cdot 365 D/(h c)},\, 365 D\}
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.verifier.decisions import Decisions

ALMOST = 1e-9
"""Relative excess over a whole number of steps that is not rounded up."""


def lots(portfolio: Portfolio, decisions: Decisions) -> FloatArray:
    """Return every SKU's lot; without demand, the least lot if a minimum stock is kept, else 0."""
    skus = portfolio.skus
    demand, shelf = skus.demand_mean, skus.shelf_life_days
    fixed = np.array([policy.lot == "min_order_qty" for policy in decisions.policy])
    rule = np.where(fixed, skus.min_order_qty, _economic(portfolio))
    most = np.array([policy.lot_days_max or np.inf for policy in decisions.policy])
    per_day = np.where(demand > 0.0, demand, 1.0)
    rule = np.maximum(np.minimum(rule, most * per_day), decisions.lot_days_min * demand)
    wanted = np.maximum(np.minimum(rule * decisions.lot_factor, shelf * per_day), demand)
    lot = rounded_up(wanted, skus.order_multiple)
    outlasts = lot > shelf * per_day * (1.0 + ALMOST)
    lot = np.where(outlasts, _rounded_down(wanted, skus.order_multiple), lot)
    lot = np.maximum(lot, least_lot(portfolio))
    idle = np.where(skus.min_stock > 0.0, least_lot(portfolio), 0.0)
    stated = np.isfinite(decisions.order_quantity)
    return np.where(demand > 0.0, np.where(stated, decisions.order_quantity, lot), idle)


def least_lot(portfolio: Portfolio) -> FloatArray:
    """Return the least that can be ordered.  Shape ``(N,)``. [unit]"""
    skus = portfolio.skus
    return rounded_up(np.maximum(skus.min_order_qty, skus.order_multiple), skus.order_multiple)


def rounded_up(value: FloatArray, step: FloatArray) -> FloatArray:
    """Round up to whole steps, ignoring an excess of 1e-9."""
    steps = value / step
    up: FloatArray = np.ceil(steps - ALMOST * np.maximum(1.0, np.abs(steps))) * step
    return up


def _rounded_down(value: FloatArray, step: FloatArray) -> FloatArray:
    steps = value / step
    down: FloatArray = np.floor(steps + ALMOST * np.maximum(1.0, steps)) * step
    return down


def _economic(portfolio: Portfolio) -> FloatArray:
    """Return the economic order quantity, at most a year's demand."""
    skus = portfolio.skus
    year = DAYS_PER_YEAR * skus.demand_mean
    holding = (portfolio.settings.carrying.rate + skus.obsolescence_rate) * skus.unit_cost
    ordering = 2.0 * skus.order_cost * year
    with np.errstate(divide="ignore", invalid="ignore"):
        lot = np.where(ordering == 0.0, 0.0, np.sqrt(ordering / holding))
    return np.minimum(lot, year)
