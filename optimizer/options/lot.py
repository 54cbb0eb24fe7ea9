"""The lot of a design (MODEL 3)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.lot_size import ROUNDING, economic_order_quantity, round_down, round_up
from optimizer.options.catalogue import policy_column


def least_lot(portfolio: Portfolio, sku: IntArray) -> FloatArray:
    r"""
    Return the least lot that can be ordered.

    .. math:: \lceil \max(\text{min order},\, \text{multiple}) \rceil_{\text{multiple}}

    Parameters
    ----------
    portfolio
        Its SKUs.
    sku
        Rows of SKUs.  Shape ``(O,)``.

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit]

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus = portfolio.skus
    multiple = skus.order_multiple[sku]
    return round_up(np.maximum(skus.min_order_qty[sku], multiple), multiple)


def order_quantity(portfolio: Portfolio, designs: Designs) -> FloatArray:
    r"""
    Return the lot of every design.

    .. math:: EOQ = \min\{\sqrt{2 \cdot \text{order cost} \cdot 365 D / (h c)},\, 365 D\}

    The rule is the EOQ or the least order, between lot_days_min and lot_days_max.  Times the lot
    factor, it is capped by the shelf life, raised to one day's demand, rounded to a multiple (up,
    or down if up would outlast the shelf life), and raised to the least lot.

    Parameters
    ----------
    portfolio
        The SKUs and the policies.
    designs
        Any designs of its SKUs.

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit].  A stated lot is kept.  Without demand, the least lot if there is a
        `min_stock`, else 0.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, row = portfolio.skus, designs.sku
    demand, multiple = skus.demand_mean[row], skus.order_multiple[row]
    least = least_lot(portfolio, row)
    longest = skus.shelf_life_days[row] * np.where(demand > 0.0, demand, 1.0)
    wanted = _rule(portfolio, designs) * designs.lot_factor
    wanted = np.maximum(np.minimum(wanted, longest), demand)
    up = round_up(wanted, multiple)
    outlasts = up > longest * (1.0 + ROUNDING)
    lot = np.maximum(np.where(outlasts, round_down(wanted, multiple), up), least)
    idle = np.where(skus.min_stock[row] > 0.0, least, 0.0)
    by_rule = np.where(demand > 0.0, lot, idle)
    stated = ~np.isnan(designs.order_quantity) & (demand > 0.0)
    return np.where(stated, designs.order_quantity, by_rule)


def _rule(portfolio: Portfolio, designs: Designs) -> FloatArray:
    """Return the lot by the policy's rule, before factor and rounding."""
    skus, settings, row = portfolio.skus, portfolio.settings, designs.sku
    demand, policy = skus.demand_mean[row], designs.policy
    yearly = demand * DAYS_PER_YEAR
    holding = (settings.carrying.rate + skus.obsolescence_rate[row]) * skus.unit_cost[row]
    eoq = np.minimum(economic_order_quantity(skus.order_cost[row], yearly, holding), yearly)
    by_least = np.array([p.lot == "min_order_qty" for p in settings.policies.values()])
    lot = np.where(by_least[policy], skus.min_order_qty[row], eoq)
    at_most = policy_column(settings, "lot_days_max")[policy]
    per_day = np.where(demand > 0.0, demand, 1.0)
    return np.maximum(np.minimum(lot, at_most * per_day), designs.lot_days_min * demand)
