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

    The rule is the EOQ, or the least lot; at most lot days max, at least lot days min.  Times the
    lot factor it becomes at most what the shelf life allows, at least one day's demand, a multiple
    (rounded up, or down where up would outlast the shelf life) and never below the least lot.

    Parameters
    ----------
    portfolio
        The SKUs and the policies.
    designs
        Any designs of its SKUs.

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit].  As stated where it is.  Without demand the least lot where there
        is a `min_stock`, else 0.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, row = portfolio.skus, designs.sku
    demand, multiple = skus.demand_mean[row], skus.order_multiple[row]
    least = least_lot(portfolio, row)
    longest = skus.shelf_life_days[row] * np.where(demand > 0.0, demand, 1.0)
    wanted = _rule(portfolio, designs, least) * designs.lot_factor
    wanted = np.maximum(np.minimum(wanted, longest), demand)
    up = round_up(wanted, multiple)
    outlasts = up > longest * (1.0 + ROUNDING)
    lot = np.maximum(np.where(outlasts, round_down(wanted, multiple), up), least)
    idle = np.where(skus.min_stock[row] > 0.0, least, 0.0)
    by_rule = np.where(demand > 0.0, lot, idle)
    stated = ~np.isnan(designs.order_quantity) & (demand > 0.0)
    return np.where(stated, designs.order_quantity, by_rule)


def _rule(portfolio: Portfolio, designs: Designs, least: FloatArray) -> FloatArray:
    """Return the lot that the policy's rule begins with."""
    skus, settings, row = portfolio.skus, portfolio.settings, designs.sku
    demand, policy = skus.demand_mean[row], designs.policy
    yearly = demand * DAYS_PER_YEAR
    holding = (settings.carrying.rate + skus.obsolescence_rate[row]) * skus.unit_cost[row]
    eoq = np.minimum(economic_order_quantity(skus.order_cost[row], yearly, holding), yearly)
    by_least = np.array([p.lot == "min_order_qty" for p in settings.policies.values()])
    lot = np.where(by_least[policy], least, eoq)
    at_most = policy_column(settings, "lot_days_max")[policy]
    some = np.where(demand > 0.0, demand, 1.0)
    return np.maximum(np.minimum(lot, at_most * some), designs.lot_days_min * demand)
