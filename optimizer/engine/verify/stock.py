r"""
What is held (MODEL 3), by other roads than a production implementation takes.

Units short per cycle are the integral of the tail of lead-time demand over the lot,

.. math:: n = \int_r^{r+Q} P(X > x)\,dx,

taken by Gauss–Legendre quadrature (over :math:`\ln x` for the gamma, whose tail bends near 0).
Nothing is subtracted, so nothing cancels, however far out in the tail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special
from scipy.optimize import elementwise

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.engine.verify.decisions import Decisions
from optimizer.engine.verify.ledger import Ledger
from optimizer.engine.verify.tables import STOCK_COLUMNS, numbers

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
NORMAL_TAIL: Final = 10.0
"""Standard deviations beyond the reorder point after which the normal's tail adds nothing."""
GAMMA_TAIL: Final = 60.0
"""Scales beyond the reorder point after which the gamma's tail adds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stock:
    """The stock columns of the plan, and what they are made of.  Every column ``(N,)``."""

    lead_time_sd: FloatArray
    shortage: FloatArray
    order_quantity: FloatArray
    reorder_point: FloatArray
    safety_stock: FloatArray
    reserve_units: FloatArray
    mean_on_hand: FloatArray
    assured_days: FloatArray
    lot_days: FloatArray
    cover_days: FloatArray
    fill_rate: FloatArray


def stock_of(portfolio: Portfolio, decisions: Decisions) -> Stock:
    """Return what every SKU holds under its decision; a SKU without demand holds nothing."""
    demand = portfolio.skus.demand_mean
    idle = demand == 0.0
    per_day = np.where(idle, 1.0, demand)
    mean, sd = _lead_time_demand(portfolio)
    lot = np.where(idle, 0.0, _lot(portfolio, decisions))
    buffer = safety_stock(mean, sd, decisions.service_level)
    short = shortage(mean, sd, buffer, lot)
    reserve = decisions.reserve_days * demand
    on_hand = lot / 2.0 + buffer + reserve
    return Stock(
        lead_time_sd=sd,
        shortage=short,
        order_quantity=lot,
        reorder_point=mean + buffer,
        safety_stock=buffer,
        reserve_units=reserve,
        mean_on_hand=on_hand,
        assured_days=np.where(idle, np.inf, (buffer + reserve) / per_day),
        lot_days=lot / per_day,
        cover_days=np.where(idle, np.inf, on_hand / per_day),
        fill_rate=1.0 - short / np.where(idle, 1.0, lot),
    )


def check_stock(portfolio: Portfolio, decisions: Decisions, stock: Stock, ledger: Ledger) -> None:
    """
    Compare the plan's stock columns with the recomputed ones.

    Days of a lot and of a buffer mean nothing without demand and are then not compared.
    """
    demand = portfolio.skus.demand_mean
    level = stock.reorder_point
    days = level / np.where(demand == 0.0, 1.0, demand)
    differences_of = {
        "safety_stock": level,
        "mean_on_hand": level,
        "assured_days": days,
        "cover_days": days,
        "fill_rate": np.ones(len(demand)),
    }
    for column in STOCK_COLUMNS:
        found, expected = numbers(decisions.rows, column), getattr(stock, column)
        if column in ("assured_days", "lot_days"):
            found = np.where(demand == 0.0, expected, found)
        scale = differences_of.get(column, 0.0)
        ledger.numbers(f"plan.{column}, SKU", decisions.names, found, expected, scale=scale)


def safety_stock(mean: FloatArray, sd: FloatArray, level: FloatArray) -> FloatArray:
    """Return the quantile of lead-time demand above its mean, 0 where it lies below."""
    uncertain, gamma = _shapes(mean, sd)
    normal = uncertain & ~gamma
    above = np.zeros(len(mean))
    above[normal] = -np.sqrt(2.0) * special.erfcinv(2.0 * level[normal]) * sd[normal]
    above[gamma] = _gamma_quantile(mean[gamma], sd[gamma], level[gamma]) - mean[gamma]
    return np.maximum(above, 0.0)


def shortage(mean: FloatArray, sd: FloatArray, buffer: FloatArray, lot: FloatArray) -> FloatArray:
    """Return the units short per cycle, 0 where lead-time demand is certain."""
    uncertain, gamma = _shapes(mean, sd)
    normal = uncertain & ~gamma
    short = np.zeros(len(mean))
    short[normal] = _normal_shortage(sd[normal], buffer[normal], lot[normal])
    short[gamma] = _gamma_shortage(mean[gamma], sd[gamma], buffer[gamma], lot[gamma])
    return short


def _lead_time_demand(portfolio: Portfolio) -> tuple[FloatArray, FloatArray]:
    skus, sources = portfolio.skus, portfolio.sources
    lead_time = sources.lead_time_mean[skus.primary]
    from_demand = np.sqrt(lead_time) * skus.demand_std
    from_lead_time = skus.demand_mean * sources.lead_time_std[skus.primary]
    return skus.demand_mean * lead_time, np.hypot(from_demand, from_lead_time)


def _lot(portfolio: Portfolio, decisions: Decisions) -> FloatArray:
    """
    Return the policy's lot, at least the minimum and a day's demand, within shelf life.

    Where holding costs nothing the EOQ is infinite and one order covers the horizon.
    """
    skus = portfolio.skus
    demand = skus.demand_mean
    holding = portfolio.settings.carrying.rate + skus.obsolescence_rate
    ordering = 2.0 * skus.order_cost * DAYS_PER_YEAR * demand
    most = np.array([policy.lot_days_max or np.inf for policy in decisions.policy])
    with np.errstate(divide="ignore", invalid="ignore"):  # a SKU without demand has no lot
        lot = np.sqrt(ordering / (holding * skus.unit_cost))
        lot = np.where(ordering == 0.0, 0.0, lot)
        lot = np.where(np.isinf(lot), portfolio.settings.horizon.days * demand, lot)
        lot = np.maximum(np.minimum(lot, most * demand), decisions.lot_days_min * demand)
        lot = np.maximum(lot, np.maximum(skus.min_order_qty, demand))
        return np.minimum(lot, skus.shelf_life_days * demand)


def _shapes(mean: FloatArray, sd: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return where lead-time demand is uncertain, and where it is gamma rather than normal."""
    uncertain = (mean > 0.0) & (sd > 0.0)
    return uncertain, uncertain & (sd > mean / 2.0)


def _gamma_quantile(mean: FloatArray, sd: FloatArray, level: FloatArray) -> FloatArray:
    """Return the quantile by root finding, or the mean where the quantile lies below it."""
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    beyond = 1.0 - level
    quantile = shape.copy()
    rows = np.flatnonzero(special.gammaincc(shape, shape) > beyond)
    if rows.size:
        low, tail = shape[rows], beyond[rows]
        high = low + np.sqrt(low * level[rows] / tail)  # Cantelli: no quantile lies beyond
        quantile[rows] = elementwise.find_root(_gamma_excess, (low, high), args=(low, tail)).x
    return quantile * scale


def _gamma_excess(x: FloatArray, shape: FloatArray, beyond: FloatArray) -> FloatArray:
    excess: FloatArray = special.gammaincc(shape, x) - beyond
    return excess


def _normal_shortage(sd: FloatArray, buffer: FloatArray, lot: FloatArray) -> FloatArray:
    low = buffer / sd
    half = np.minimum(lot / sd, NORMAL_TAIL) / 2.0
    area = np.zeros(len(sd))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        area += weight * special.erfc((low + half * (node + 1.0)) / np.sqrt(2.0)) / 2.0
    return sd * half * area


def _gamma_shortage(
    mean: FloatArray, sd: FloatArray, buffer: FloatArray, lot: FloatArray
) -> FloatArray:
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    low = (mean + buffer) / scale
    half = np.log1p(np.minimum(lot / scale, GAMMA_TAIL) / low) / 2.0
    area = np.zeros(len(mean))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        x = low * np.exp(half * (node + 1.0))
        area += weight * special.gammaincc(shape, x) * x
    return scale * half * area
