"""Stock of a design: lot, reorder point, reserve, cover, units short (MODEL 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze, require_length
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.maths.demand import Moments
from optimizer.maths.lot_size import round_up
from optimizer.options.catalogue import policy_column
from optimizer.options.law import (
    demand_during,
    is_discrete,
    positions,
    quantile,
    seen_by_a_unit,
    smallest_unit,
)
from optimizer.options.lot import order_quantity


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stock:
    """
    The stock of every design.  Columns as in `Costs`, and the units short per order cycle.

    Every column has shape ``(O,)``.
    """

    order_quantity: FloatArray
    reorder_point: FloatArray
    safety_stock: FloatArray
    reserve_units: FloatArray
    mean_on_hand: FloatArray
    lot_days: FloatArray
    cover_days: FloatArray
    fill_rate: FloatArray
    waiting_share: FloatArray
    units_short: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.order_quantity))
        freeze(self)

    def take(self, rows: IntArray) -> Self:
        """Return the stock of these rows, in this order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def stock(portfolio: Portfolio, designs: Designs) -> Stock:
    r"""
    Return the stock of every design.

    .. math::
        s &= r + R\;(\text{ring-fenced: } s = r), \qquad SS = r + R - D L \\
        I &= r + R + (Q + \delta)/2 - D L + B_L, \qquad \text{fill rate} = 1 - n/Q

    Parameters
    ----------
    portfolio
        Demand and lead time of the SKUs.
    designs
        Any designs of its SKUs.

    Returns
    -------
    Stock
        A SKU without demand holds its `min_stock`: cover ``inf``, fill rate 1, lot days 1, so
        that its curves are 0 in finite arithmetic.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    sku, unit = designs.sku, smallest_unit(portfolio, designs.sku)
    demand = portfolio.skus.demand_mean[sku]
    has_demand = demand > 0.0
    lot = order_quantity(portfolio, designs)
    point = reorder_point(portfolio, designs, lot)
    reserve = round_up(designs.reserve_days * demand, unit)
    fenced = np.array([policy.ring_fenced for policy in portfolio.settings.policies.values()])
    routine_stock = point + np.where(fenced[designs.policy], 0.0, reserve)
    waiting, owed, short = _routine(
        portfolio, designs, routine_stock, np.where(has_demand, lot, 1.0)
    )
    asked = demand * portfolio.sources.lead_time_mean[portfolio.skus.primary[sku]]
    on_hand = point + reserve + (lot + unit) / 2.0 - asked + owed
    on_hand = np.where(has_demand, on_hand, portfolio.skus.min_stock[sku])
    return Stock(
        order_quantity=lot,
        reorder_point=point,
        safety_stock=point + reserve - asked,
        reserve_units=reserve,
        mean_on_hand=on_hand,
        lot_days=ratio(lot, demand, 1.0),
        cover_days=ratio(on_hand, demand, np.inf),
        fill_rate=1.0 - ratio(short, lot, 0.0),
        waiting_share=waiting,
        units_short=short,
    )


def reorder_point(portfolio: Portfolio, designs: Designs, lot: FloatArray) -> FloatArray:
    r"""
    Return the reorder point of every design, without its reserve.

    .. math:: r = \max(\lceil F_L^{-1}(\text{level}) \rceil_\delta,\,
              \lceil \text{min stock} - Q \rceil_\delta)

    Parameters
    ----------
    portfolio
        Demand and lead time of the SKUs.
    designs
        Any designs of its SKUs.
    lot
        Their lots, :math:`Q`.  Shape ``(O,)``. [unit]

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit].  A stated reorder point is kept; -1 for a policy that orders on
        demand; :math:`\text{min stock} - Q`, or 0, without demand.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, sku = portfolio.skus, designs.sku
    unit, at_least = smallest_unit(portfolio, sku), skus.min_stock[sku] - lot
    has_demand = skus.demand_mean[sku] > 0.0
    waits = np.isfinite(policy_column(portfolio.settings, "reorder_point"))[designs.policy]
    stated = ~np.isnan(designs.reorder_point) & has_demand
    point = np.where(waits, -1.0, 0.0)
    by_service_level = has_demand & ~waits & ~stated
    point[by_service_level] = round_up(
        _quantiles(portfolio, sku[by_service_level], designs.service_level[by_service_level]),
        unit[by_service_level],
    )
    point = np.maximum(point, round_up(at_least, unit))
    point = np.where(has_demand, point, np.where(skus.min_stock[sku] > 0.0, at_least, 0.0))
    return np.where(stated, designs.reorder_point, point)


def _quantiles(portfolio: Portfolio, sku: IntArray, service_level: FloatArray) -> FloatArray:
    """Return the quantiles of lead-time demand, each distinct one computed once."""
    distinct_levels, which = np.unique(service_level, return_inverse=True)
    keys, row = np.unique(sku * len(distinct_levels) + which, return_inverse=True)
    demand = quantile(
        portfolio,
        keys // max(len(distinct_levels), 1),
        distinct_levels[keys % max(len(distinct_levels), 1)],
    )
    return demand[row]


def _routine(
    portfolio: Portfolio, designs: Designs, stock_level: FloatArray, lot: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """
    Return the share of time with a backorder, mean backorders, and units short per cycle.

    Units short account for what earlier units of the same lump have taken and for the uncertainty
    of mean demand (`seen_by_a_unit`), unless demand over the lead time is constant; with a lead
    time of 0, or without demand, all are 0.
    """
    sku = designs.sku
    discrete = is_discrete(portfolio, sku)
    at_once = portfolio.sources.lead_time_mean[portfolio.skus.primary[sku]] == 0.0
    nobody = at_once | (portfolio.skus.demand_mean[sku] == 0.0)
    demand = demand_during(portfolio, sku, np.zeros(1))
    waiting, owed, _ = positions(portfolio, sku, stock_level, lot, demand)
    seen = seen_by_a_unit(portfolio, sku)
    lumpless = (demand.is_constant & ~discrete[:, None]) | nobody[:, None]
    seen = Moments(*(np.where(lumpless, a, b) for a, b in zip(demand, seen, strict=True)))
    below = np.where(discrete, stock_level - 1.0, stock_level)
    short = lot * positions(portfolio, sku, below, lot, seen).waiting_share[:, 0]
    return (
        np.where(nobody, 0.0, waiting[:, 0]),
        np.where(nobody, 0.0, owed[:, 0]),
        np.where(nobody, 0.0, short),
    )


def short_falls(portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
    """Return by how much the share of units short falls with a unit more of stock. [1/unit]"""
    sku = designs.sku
    level = held.reorder_point + held.reserve_units
    below = np.where(is_discrete(portfolio, sku), level - 1.0, level)
    falls = positions(
        portfolio, sku, below, held.order_quantity, seen_by_a_unit(portfolio, sku)
    ).waiting_falls[:, 0]
    return np.where(held.units_short > 0.0, falls, 0.0)


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
