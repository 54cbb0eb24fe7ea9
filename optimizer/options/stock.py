"""What a design holds: lot, reorder point, reserve, cover (MODEL 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze, require_length
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths import stock as maths
from optimizer.options.catalogue import policy_column

NEVER_SHORT_DAYS: Final = 1e6
"""Assured days of a SKU without demand: finite, and longer than anything lost."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stock:
    """
    What every design holds.  Columns as in `Costs`, and the units short per order cycle.

    Every column has shape ``(O,)``.
    """

    order_quantity: FloatArray
    reorder_point: FloatArray
    safety_stock: FloatArray
    reserve_units: FloatArray
    mean_on_hand: FloatArray
    assured_days: FloatArray
    lot_days: FloatArray
    cover_days: FloatArray
    fill_rate: FloatArray
    units_short: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.order_quantity))
        freeze(self)

    def take(self, rows: IntArray) -> Self:
        """Return the stock of these rows, in this order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def stock(portfolio: Portfolio, designs: Designs) -> Stock:
    r"""
    Return what every design holds.

    .. math:: r = \mu + SS, \quad R = \text{reserve days}\cdot D, \quad I = Q/2 + SS + R, \quad
              a = (SS + R)/D, \quad q = Q/D, \quad \text{fill rate} = 1 - n/Q

    Parameters
    ----------
    portfolio
        Demand and lead time of the SKUs.
    designs
        Any designs of its SKUs.

    Returns
    -------
    Stock
        A SKU without demand holds nothing: cover ``inf``, fill rate 1, assured days
        `NEVER_SHORT_DAYS`, lot days 1, so that its days short are 0 in finite arithmetic.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, source = portfolio.skus, portfolio.skus.primary[designs.sku]
    demand = skus.demand_mean[designs.sku]
    mean, sd = maths.lead_time_demand(
        demand,
        skus.demand_std[designs.sku],
        portfolio.sources.lead_time_mean[source],
        portfolio.sources.lead_time_std[source],
    )
    lot = order_quantity(portfolio, designs)
    safety = maths.safety_stock(mean, sd, designs.service_level)
    short = maths.units_short(mean + safety, lot, mean, sd)
    reserve = designs.reserve_days * demand
    on_hand = lot / 2.0 + safety + reserve
    return Stock(
        order_quantity=lot,
        reorder_point=mean + safety,
        safety_stock=safety,
        reserve_units=reserve,
        mean_on_hand=on_hand,
        assured_days=ratio(safety + reserve, demand, NEVER_SHORT_DAYS),
        lot_days=ratio(lot, demand, 1.0),
        cover_days=ratio(on_hand, demand, np.inf),
        fill_rate=1.0 - ratio(short, lot, 0.0),
        units_short=short,
    )


def order_quantity(portfolio: Portfolio, designs: Designs) -> FloatArray:
    r"""
    Return the lot of every design.

    .. math:: Q = \min\{\max\{\text{rule}(EOQ),\, \text{min order},\, D\},\,
              \text{shelf life}\cdot D\}, \qquad
              EOQ = \sqrt{2 \cdot \text{order cost} \cdot 365 D / (h c)}

    The rule is :math:`\min(EOQ, \text{lot days max}\cdot D)`, then
    :math:`\max(\cdot, \text{lot days min}\cdot D)`.

    Parameters
    ----------
    portfolio
        The SKUs and the policies.
    designs
        Any designs of its SKUs.

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit].  0 without demand.  Where holding costs nothing the EOQ is
        infinite, and one order covers the horizon.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, settings, row = portfolio.skus, portfolio.settings, designs.sku
    demand, unit_cost = skus.demand_mean[row], skus.unit_cost[row]
    holding = (settings.carrying.rate + skus.obsolescence_rate[row]) * unit_cost
    eoq = maths.economic_order_quantity(skus.order_cost[row], demand * DAYS_PER_YEAR, holding)
    lot = np.where(np.isinf(eoq), demand * settings.horizon.days, eoq)
    some = np.where(demand > 0.0, demand, 1.0)
    np.minimum(lot, policy_column(settings, "lot_days_max")[designs.policy] * some, out=lot)
    np.maximum(lot, designs.lot_days_min * demand, out=lot)
    np.maximum(lot, np.maximum(skus.min_order_qty[row], demand), out=lot)
    np.minimum(lot, skus.shelf_life_days[row] * some, out=lot)
    return np.where(demand > 0.0, lot, 0.0)


def ratio(numerator: FloatArray, denominator: FloatArray, otherwise: float) -> FloatArray:
    """
    Return numerator / denominator, and `otherwise` where the denominator is not positive.

    Parameters
    ----------
    numerator, denominator
        Shape ``(N,)``.
    otherwise
        In the unit of the ratio.

    Returns
    -------
    FloatArray
        Shape ``(N,)``.

    Examples
    --------
    >>> ratio(np.array([6.0, 6.0]), np.array([2.0, 0.0]), 1.0)
    array([3., 1.])
    """
    result = np.full(numerator.shape, otherwise)
    np.divide(numerator, denominator, out=result, where=denominator > 0.0)
    return result
