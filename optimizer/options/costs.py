"""Costs of a design over the horizon, term by term (MODEL 3)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.options.catalogue import policy_column
from optimizer.options.change import change_of_stock
from optimizer.options.holding import Stock, ratio, stock


class SourcingCost(NamedTuple):
    """Costs added by the alternates of a design.  Every column has shape ``(O,)``."""

    premium: FloatArray
    qualification_cash: FloatArray
    qualifications: FloatArray


def cost(portfolio: Portfolio, designs: Designs) -> Costs:
    """
    Return stock and costs of every design.

    Parameters
    ----------
    portfolio
        Everything the model reads.
    designs
        Any designs of its SKUs.

    Returns
    -------
    Costs
        A SKU without demand costs the capital and the carrying of its `min_stock`.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    return cost_of_stock(portfolio, designs, stock(portfolio, designs))


def cost_of_stock(portfolio: Portfolio, designs: Designs, held: Stock) -> Costs:
    r"""
    Return the costs of every design, given its stock.

    .. math::
        \text{capital} &= c\,I\,\text{own books} \\
        \text{carrying} &= y\,h\,c\,I\,\text{holding factor} + y\,\text{rotation}\,c\,R \\
        \text{ordering} &= K\,D H/Q \\
        \text{routine} &= D H\,(n/Q)\,(\text{margin} + \text{expedite} + \text{goodwill})
        + \text{downtime}\,H\,w

    Purchasing and qualification as in `purchasing` and `sourcing`.

    Parameters
    ----------
    portfolio
        Everything the model reads.
    designs
        Any designs of its SKUs.
    held
        Their stock, from `stock`.

    Returns
    -------
    Costs
        A SKU without demand costs the capital and the carrying of its `min_stock`.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, settings, horizon = portfolio.skus, portfolio.settings, portfolio.settings.horizon
    row, policy = designs.sku, designs.policy
    unit_cost = skus.unit_cost[row]
    rate = settings.carrying.rate + skus.obsolescence_rate[row]
    held_value = unit_cost * held.mean_on_hand
    holding = rate * held_value * policy_column(settings, "holding_factor")[policy]
    rotation = policy_column(settings, "rotation")[policy] * unit_cost * held.reserve_units
    order_cost = skus.order_cost[row] * policy_column(settings, "order_cost_factor")[policy]
    asked = skus.demand_mean[row] * horizon.days
    short = asked * ratio(held.units_short, held.order_quantity, 0.0)
    waiting = skus.downtime_cost[row] * horizon.days * held.waiting_share
    added = sourcing(portfolio, designs)
    return Costs(
        order_quantity=held.order_quantity,
        reorder_point=held.reorder_point,
        safety_stock=held.safety_stock,
        reserve_units=held.reserve_units,
        mean_on_hand=held.mean_on_hand,
        lot_days=held.lot_days,
        cover_days=held.cover_days,
        fill_rate=held.fill_rate,
        waiting_share=held.waiting_share,
        capital=held_value * policy_column(settings, "own_books")[policy],
        storage=skus.volume[row] * held.mean_on_hand,
        carrying=horizon.years * (holding + rotation),
        ordering=order_cost * ratio(asked, held.order_quantity, 0.0),
        purchasing=purchasing(portfolio, designs, added.premium),
        routine_stockout=short_unit_cost(portfolio, row) * short + waiting,
        qualification=added.qualification_cash * horizon.years / settings.qualification.life_years,
        qualification_cash=added.qualification_cash,
        qualifications=added.qualifications,
        change=change_of_stock(portfolio, designs, held),
    )


def short_unit_cost(portfolio: Portfolio, rows: IntArray) -> FloatArray:
    r"""
    Return the cost of a unit short.

    .. math:: \text{margin} + \text{expedite} + \text{goodwill}

    Parameters
    ----------
    portfolio
        Its SKUs.
    rows
        Rows of SKUs.  Shape ``(N,)``.

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  [currency/unit]

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus = portfolio.skus
    return skus.unit_margin[rows] + skus.expedite_cost[rows] + skus.goodwill_cost[rows]


def stockout_cost_per_day(portfolio: Portfolio, rows: IntArray) -> FloatArray:
    r"""
    Return the cost of a day without stock or supply: the slope at the end of every loss curve.

    .. math:: \kappa = D\,(\text{margin} + \text{expedite} + \text{goodwill}) + \text{downtime}

    Parameters
    ----------
    portfolio
        Its SKUs.
    rows
        Rows of SKUs.  Shape ``(N,)``.

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  [currency/day].  0 without demand.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    skus, demand = portfolio.skus, portfolio.skus.demand_mean[rows]
    per_day = demand * short_unit_cost(portfolio, rows) + skus.downtime_cost[rows]
    return np.where(demand > 0.0, per_day, 0.0)


def spend_per_day(portfolio: Portfolio, rows: IntArray) -> FloatArray:
    r"""
    Return the daily demand at unit cost.

    .. math:: c\,D

    Parameters
    ----------
    portfolio
        Its SKUs.
    rows
        Rows of SKUs.  Shape ``(N,)``.

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  [currency/day]

    References
    ----------
    .. [1] The model contract, section 4.
    """
    return portfolio.skus.unit_cost[rows] * portfolio.skus.demand_mean[rows]


def purchasing(portfolio: Portfolio, designs: Designs, premium: FloatArray) -> FloatArray:
    r"""
    Return the purchasing cost relative to buying everything from the primary at unit cost.

    .. math:: D H c\,(\text{fee} - \text{discount} + \text{premium})

    Parameters
    ----------
    portfolio
        Its SKUs and policies.
    designs
        Any designs of its SKUs.
    premium
        Price premium of the alternates, from `sourcing`.  Shape ``(O,)``.  [fraction of spend]

    Returns
    -------
    FloatArray
        Shape ``(O,)``, negative if buying is cheaper.  [currency]

    References
    ----------
    .. [1] The model contract, section 3.
    """
    settings = portfolio.settings
    terms = policy_column(settings, "fee") - policy_column(settings, "discount")
    spend = spend_per_day(portfolio, designs.sku) * settings.horizon.days
    return spend * (terms[designs.policy] + premium)


def sourcing(portfolio: Portfolio, designs: Designs) -> SourcingCost:
    r"""
    Return the costs added by the alternates of every design.

    .. math:: \text{premium} = \sum_{j \in A} \text{volume share}_j\,\text{price premium}_j,
              \qquad \text{cash} = \sum_{j \in A,\,\text{candidate}} \text{qualification cost}_j

    Parameters
    ----------
    portfolio
        Its sources.
    designs
        Any designs of its SKUs.

    Returns
    -------
    SourcingCost
        All 0 without alternates or without demand.

    References
    ----------
    .. [1] The model contract, section 3.
    """
    sources = portfolio.sources
    used = (designs.alternates >= 0) & (portfolio.skus.demand_mean[designs.sku] > 0.0)[:, None]
    chosen = np.where(used, designs.alternates, 0)
    candidate = used & (sources.role[chosen] == CANDIDATE)
    premium = sources.volume_share[chosen] * sources.price_premium[chosen]
    return SourcingCost(
        premium=np.where(used, premium, 0.0).sum(axis=1),
        qualification_cash=np.where(candidate, sources.qualification_cost[chosen], 0.0).sum(axis=1),
        qualifications=candidate.sum(axis=1).astype(np.float64),
    )
