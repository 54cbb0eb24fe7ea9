"""Today's buffers that are too high and too low, all else as it is today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray, freeze, require_length
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.maths.lot_size import round_up
from optimizer.options.chosen import own_sets
from optimizer.options.costs import cost_of_stock
from optimizer.options.holding import stock
from optimizer.options.law import smallest_unit
from optimizer.options.loss_curves import Struck, loss_curves, mean_losses
from optimizer.options.profiles import outage_profiles
from optimizer.scenarios.mean_weights import mean_weights

SHIFTS: Final = np.array(
    [-120, -90, -60, -45, -30, -21, -14, -7, -3, 0, 3, 7, 14, 21, 30, 45, 60, 90, 120],
    dtype=np.float64,
)
"""Days of demand by which the reorder point is moved."""
_HERE: Final = int(np.flatnonzero(SHIFTS == 0.0)[0])
TOO_HIGH: Final = "too high"
TOO_LOW: Final = "too low"
_SKUS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BetterBuffer:
    """
    The reorder point at which each SKU costs least, all else as it is today.  Columns ``(N,)``.

    Attributes
    ----------
    verdict
        `TOO_HIGH`, `TOO_LOW`, or ``""`` where another one saves less than ``audit.least_saving``.
    reorder_point
        Where the verdict is ``""``, today's. [unit]
    saving
        Of the expected cost. [currency/yr]
    capital
        How much more it ties up; negative: less. [currency]
    """

    verdict: TextArray
    reorder_point: FloatArray
    saving: FloatArray
    capital: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.verdict))
        freeze(self)


def better_buffer(portfolio: Portfolio, designs: Designs, costs: Costs) -> BetterBuffer:
    """
    Price today's reorder points moved by `SHIFTS`, SKU by SKU, and return the cheapest.

    Cost is the expected cost: stock, orders, routine stockouts, and the exact expected loss to
    disruptions.  No budget and no charge for risk are in it; lots, policies and sources stay.

    Parameters
    ----------
    designs, costs
        Of the plan in force, one row per SKU.
    """
    profiles, profile_of_set, price_profile = outage_profiles(portfolio, own_sets(designs))
    weights = mean_weights(portfolio, profiles).total
    n_skus = len(designs)
    price, point, capital = (np.empty((n_skus, len(SHIFTS))) for _ in range(3))
    for start in range(0, n_skus, _SKUS_AT_ONCE):
        rows = np.arange(start, min(start + _SKUS_AT_ONCE, n_skus))
        moved = _moved(portfolio, designs, costs, rows)
        held = stock(portfolio, moved)
        priced = cost_of_stock(portfolio, moved, held)
        every = np.arange(len(moved))
        struck = Struck(moved.sku, every, profile_of_set[moved.sku], price_profile[moved.sku])
        curves = loss_curves(portfolio, moved, held)
        lost = mean_losses(portfolio, struck, curves, priced.lot_days, weights)
        fine = priced.cover_days <= _longest_cover(portfolio, costs)[moved.sku]
        shape = (len(rows), len(SHIFTS))
        price[rows] = np.where(fine, priced.total + lost, np.inf).reshape(shape)
        point[rows] = priced.reorder_point.reshape(shape)
        capital[rows] = priced.capital.reshape(shape)
    return _cheapest(portfolio, price, point, capital)


def _cheapest(
    portfolio: Portfolio, price: FloatArray, point: FloatArray, capital: FloatArray
) -> BetterBuffer:
    every, best = np.arange(len(price)), price.argmin(axis=1)
    saving = price[:, _HERE] - price[every, best]
    asked = portfolio.skus.demand_mean > 0.0
    least = portfolio.settings.audit.least_saving * np.abs(price[:, _HERE])
    pays = asked & (saving > 0.0) & (saving >= least)
    best = np.where(pays, best, _HERE)
    more = point[every, best] - point[:, _HERE]
    verdict = np.where(more > 0.0, TOO_LOW, np.where(more < 0.0, TOO_HIGH, ""))
    return BetterBuffer(
        verdict=verdict.astype(object),
        reorder_point=point[every, best],
        saving=np.where(pays, saving, 0.0) / portfolio.settings.horizon.years,
        capital=capital[every, best] - capital[:, _HERE],
    )


def _moved(portfolio: Portfolio, designs: Designs, costs: Costs, rows: IntArray) -> Designs:
    """Return the designs of some SKUs, each at every reorder point; today's own among them."""
    sku = np.repeat(rows, len(SHIFTS))
    shift = np.tile(SHIFTS, len(rows))
    today, demand = costs.reorder_point[sku], portfolio.skus.demand_mean[sku]
    needed = np.maximum(portfolio.skus.min_stock[sku] - costs.order_quantity[sku], 0.0)
    least = np.minimum(today, needed)
    units = round_up(np.abs(shift) * demand, smallest_unit(portfolio, sku))
    return replace(
        designs.take(sku),
        reorder_point=np.maximum(today + np.sign(shift) * units, least),
        order_quantity=costs.order_quantity[sku],
    )


def _longest_cover(portfolio: Portfolio, costs: Costs) -> FloatArray:
    """Return the most cover that another buffer may have: never less than today's."""
    skus = portfolio.skus
    return np.maximum(np.minimum(skus.max_cover_days, skus.shelf_life_days), costs.cover_days)
