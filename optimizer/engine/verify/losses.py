r"""
What every scenario costs under the plan (MODEL 4), SKU by SKU, day by breakpoint.

.. math:: \ell_{is} = \kappa_i\,\mathrm{short}(lost_{is}) + c_i D_i (\pi_s - 1)\,
          \mathrm{short}(m_s)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import QUALIFIED, Portfolio
from optimizer.engine.verify.decisions import Decisions
from optimizer.engine.verify.futures import Futures
from optimizer.engine.verify.money import stockout_cost_per_day
from optimizer.engine.verify.stock import Stock

CELLS: Final = 1_000_000
"""Scenarios times SKUs looked at together."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """
    What an outage, a surge or a price shock meets at each SKU.

    Attributes
    ----------
    stockout_cost, spend
        Per day short, and per day of buying.  Shape ``(N,)``. [currency/day]
    primary
        Row of the primary supplier.  Shape ``(N,)``.
    supplier, ramp_days, share
        The alternates: row (-1 for none), ramp and capacity share (0 for none).
        Shape ``(N, 2)``.
    assured_days, lot_days
        Shape ``(N,)``.
    """

    stockout_cost: FloatArray
    spend: FloatArray
    primary: IntArray
    supplier: IntArray
    ramp_days: FloatArray
    share: FloatArray
    assured_days: FloatArray
    lot_days: FloatArray


def exposure_of(portfolio: Portfolio, decisions: Decisions, stock: Stock) -> Exposure:
    """Return what a scenario meets; a SKU without demand has nothing to lose."""
    skus, sources = portfolio.skus, portfolio.sources
    idle = skus.demand_mean == 0.0
    ramp = np.where(sources.role == QUALIFIED, 0.0, sources.ramp_days)
    supplier = np.append(sources.supplier, -1)[decisions.alternates]
    return Exposure(
        stockout_cost=stockout_cost_per_day(portfolio),
        spend=skus.unit_cost * skus.demand_mean,
        primary=sources.supplier[skus.primary],
        supplier=supplier.astype(np.int64),
        ramp_days=decisions.of_alternates(ramp, 0.0),
        share=decisions.of_alternates(sources.capacity_share, 0.0),
        assured_days=np.where(idle, 0.0, stock.assured_days),
        lot_days=np.where(idle, 1.0, stock.lot_days),
    )


def losses(exposure: Exposure, futures: Futures) -> Iterator[tuple[IntArray, FloatArray]]:
    """Yield rows of SKUs and their loss in every scenario, shape ``(S, n)``."""
    n_scenarios, n_skus = len(futures.probability), len(exposure.spend)
    step = max(1, CELLS // n_scenarios)
    for start in range(0, n_skus, step):
        i = np.arange(start, min(start + step, n_skus))
        yield i, _loss(exposure, futures, i)


def _loss(exposure: Exposure, futures: Futures, i: IntArray) -> FloatArray:
    category = futures.category[i]
    surge, surge_days = futures.surge[:, category], futures.surge_days[:, category]
    price, price_days = futures.price[:, category], futures.price_days[:, category]
    gap = _supply_gap(exposure, futures, i)
    lost = np.ceil(np.round(surge * gap + (surge - 1.0) * surge_days, 9))
    assured, lot = exposure.assured_days[i], exposure.lot_days[i]
    stockout = exposure.stockout_cost[i] * _short(lost, assured, lot)
    dearer = exposure.spend[i] * (price - 1.0) * _short(price_days, assured, lot)
    return stockout + dearer


def _supply_gap(exposure: Exposure, futures: Futures, i: IntArray) -> FloatArray:
    """Return days of supply missing: all of the outage where no alternate steps in."""
    gap = futures.outage_days[:, exposure.primary[i]]
    helped = np.flatnonzero((exposure.supplier[i] >= 0).any(axis=1))
    gap[:, helped] = _gap_beside_alternates(exposure, futures, i[helped])
    return gap


def _gap_beside_alternates(exposure: Exposure, futures: Futures, i: IntArray) -> FloatArray:
    """Return the rate missing at the middle of each stretch of the outage, times the stretch."""
    outage = futures.outage_days[:, exposure.primary[i]]
    first, second = (_begins(exposure, futures, i, k) for k in (0, 1))
    earlier, later = np.minimum(first, second), np.maximum(first, second)
    share = exposure.share[i]
    gap = np.zeros_like(outage)
    start = np.zeros_like(outage)
    breakpoints = (start, np.minimum(earlier, outage), np.minimum(later, outage), outage)
    for left, right in pairwise(breakpoints):
        middle = (left + right) / 2.0
        supplied = share[:, 0] * (middle >= first) + share[:, 1] * (middle >= second)
        gap += np.maximum(1.0 - supplied, 0.0) * (right - left)
    return gap


def _begins(exposure: Exposure, futures: Futures, i: IntArray, k: int) -> FloatArray:
    """Return the day from which alternate k delivers, infinity where there is none."""
    supplier = exposure.supplier[i, k]
    ready = np.maximum(exposure.ramp_days[i, k], futures.outage_days[:, supplier])
    begins: FloatArray = np.where(supplier >= 0, ready, np.inf)
    return begins


def _short(lost: FloatArray, assured: FloatArray, lot: FloatArray) -> FloatArray:
    """Return days short, averaged over where in the order cycle the outage begins."""
    uncovered = np.maximum(lost - assured, 0.0)
    by_lot = np.minimum(uncovered, lot)
    short: FloatArray = by_lot * (uncovered - by_lot / 2.0) / lot
    return short
