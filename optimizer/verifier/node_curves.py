r"""
Loss and price curves (MODEL 3), node by node.

.. math:: \mathrm{short}(\ell) = [B_{L+\ell} - B_L]/D - \ell\,n/Q, \qquad
          \mathrm{wait}(\ell) = \int_0^\ell (w_{L+u} - w_L)^+ du

the latter by three-point Gauss–Legendre quadrature between nodes, which is its definition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import NODES
from optimizer.verifier.demand_laws import areas
from optimizer.verifier.held import Held
from optimizer.verifier.ledger import Ledger
from optimizer.verifier.table_form import numbers, row_names, texts

PLACES = np.array([-np.sqrt(0.6), 0.0, np.sqrt(0.6)])
SHARES = np.array([5.0, 8.0, 5.0]) / 18.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """
    Cost of lost days, and of days bought at a shocked price.

    `loss` and `price` have shape ``(N, 17)`` [currency]; `loss_slope` and `price_slope` ``(N,)``
    [currency/day] continue them beyond the last node.
    """

    loss: FloatArray
    price: FloatArray
    loss_slope: FloatArray
    price_slope: FloatArray

    def losses(self, rows: IntArray, days: FloatArray) -> FloatArray:
        """Return these SKUs' losses at lost days.  Shape ``(rows, days)``. [currency]"""
        return _between(self.loss[rows], self.loss_slope[rows], days)

    def prices(self, rows: IntArray, days: FloatArray) -> FloatArray:
        """Return the value these SKUs buy in days of a shocked price.  Shape ``(rows, days)``."""
        return _between(self.price[rows], self.price_slope[rows], days)


def curves_of(portfolio: Portfolio, stock: Held) -> Curves:
    """Return the curves at the nodes; a SKU without demand loses nothing."""
    skus = portfolio.skus
    spend = skus.unit_cost * skus.demand_mean
    per_day = shortage_cost(portfolio) * skus.demand_mean
    loss, price = np.zeros((len(skus), len(NODES))), np.zeros((len(skus), len(NODES)))
    rows = np.flatnonzero(skus.demand_mean > 0.0)
    loss[rows] = per_day[rows, None] * _days_short(stock, rows)
    waiting = np.flatnonzero((skus.demand_mean > 0.0) & (skus.downtime_cost > 0.0))
    loss[waiting] += skus.downtime_cost[waiting, None] * _days_waiting(stock, waiting)
    price[rows] = spend[rows, None] * _days_bought(stock.lot_days[rows])
    slope = stockout_cost_per_day(portfolio)
    return Curves(loss=loss, price=price, loss_slope=slope, price_slope=spend)


def read_curves(portfolio: Portfolio, run: RunTables, ledger: Ledger) -> Curves:
    """Return the stated curves; raise at once if they cannot be read."""
    place = _places([str(name) for name in portfolio.skus.sku], run.curves, ledger)
    return Curves(
        loss=numbers(run.curves, "loss")[place],
        price=numbers(run.curves, "price")[place],
        loss_slope=stockout_cost_per_day(portfolio),
        price_slope=portfolio.skus.unit_cost * portfolio.skus.demand_mean,
    )


def check_curves(portfolio: Portfolio, stock: Held, stated: Curves, ledger: Ledger) -> None:
    """
    Compare the stated curves with the recomputed ones.

    Later checks read the stated curves, which are the definition (MODEL 3), so that only the
    rounding of sums remains.
    """
    recomputed, noise = curves_of(portfolio, stock), _noise(portfolio, stock)
    keys = Keys([str(name) for name in portfolio.skus.sku])
    scales = {"loss": recomputed.loss_slope[:, None] * noise, "price": recomputed.price}
    for column, scale in scales.items():
        values, expected = getattr(stated, column).ravel(), getattr(recomputed, column).ravel()
        ledger.numbers(f"curves.{column}, SKU", keys, values, expected, scale=scale.ravel())


class Keys(list[str]):
    """Names of every SKU at every node, formatted on demand."""

    def __len__(self) -> int:
        return super().__len__() * len(NODES)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        sku, node = divmod(place, len(NODES))
        return f"{super().__getitem__(sku)} at {NODES[node]:.0f} days"


def stockout_cost_per_day(portfolio: Portfolio) -> FloatArray:
    r"""Return :math:`\kappa`, 0 where there is no demand to lose.  Shape ``(N,)``."""
    skus = portfolio.skus
    cost = skus.demand_mean * shortage_cost(portfolio) + skus.downtime_cost
    return np.where(skus.demand_mean == 0.0, 0.0, cost)


def shortage_cost(portfolio: Portfolio) -> FloatArray:
    """Return the cost of a unit short.  Shape ``(N,)``. [currency/unit]"""
    skus = portfolio.skus
    return skus.unit_margin + skus.expedite_cost + skus.goodwill_cost


def _days_short(stock: Held, rows: IntArray) -> FloatArray:
    laws, stock_level, lot = (
        stock.laws.take(rows),
        stock.outage_level[rows],
        stock.order_quantity[rows],
    )
    area = areas(laws, stock_level, lot, laws.lead_time[:, None] + NODES)
    backorders = area.backorders / lot[:, None]
    beyond = (backorders - backorders[:, :1]) / laws.demand[:, None]
    return np.maximum(beyond - NODES * (stock.units_short[rows] / lot)[:, None], 0.0)


def _days_waiting(stock: Held, rows: IntArray) -> FloatArray:
    laws, stock_level, lot = (
        stock.laws.take(rows),
        stock.outage_level[rows],
        stock.order_quantity[rows],
    )
    width = np.diff(NODES)
    inside = (NODES[:-1, None] + width[:, None] * (1.0 + PLACES) / 2.0).ravel()
    days = laws.lead_time[:, None] + np.append(inside, 0.0)
    share = areas(laws, stock_level, lot, days).waiting / lot[:, None]
    more = np.maximum(share[:, :-1] - share[:, -1:], 0.0)
    by_stretch = more.reshape(len(rows), len(width), len(PLACES)) @ SHARES
    waited = np.cumsum(by_stretch * width, axis=1)
    return np.hstack([np.zeros((len(rows), 1)), waited])


def _days_bought(lot_days: FloatArray) -> FloatArray:
    """Return the mean of (node - v)+, v uniform on [0, lot], by the part of the lot used up."""
    cut = np.minimum(NODES, lot_days[:, None])
    bought: FloatArray = (NODES - cut / 2.0) * cut / lot_days[:, None]
    return bought


def _noise(portfolio: Portfolio, stock: Held) -> FloatArray:
    """
    Return the size of the numbers whose difference the days short are.  ``(N, 17)``. [day]

    Closed forms subtract squares of stock and demand, here in days and divided by the lot.
    """
    demand = portfolio.skus.demand_mean
    per_day = np.where(demand > 0.0, demand, 1.0)
    stood = (np.abs(stock.outage_level) + stock.order_quantity) / per_day
    days = stood[:, None] + stock.laws.lead_time[:, None] + NODES
    squared: FloatArray = days**2 / np.where(demand > 0.0, stock.lot_days, 1.0)[:, None]
    return squared


def _places(names: list[str], table: pd.DataFrame, ledger: Ledger) -> IntArray:
    """Return the row of every SKU and node; raise at once if one is missing or repeated."""
    sku = pd.Index(names).get_indexer(pd.Index(texts(table, "sku"), dtype=object))
    node = pd.Index(NODES).get_indexer(pd.Index(numbers(table, "node")))
    rows = row_names(table)
    ledger.require_all("curves.sku, row", rows, sku >= 0, table["sku"], "one of the portfolio")
    rule = f"one of the nodes {', '.join(f'{n:.0f}' for n in NODES)}"
    ledger.require_all("curves.node, row", rows, node >= 0, table["node"], rule)
    ledger.settle()
    key = sku * len(NODES) + node
    count = np.bincount(key, minlength=len(names) * len(NODES))
    keys = Keys(names)
    for place in np.flatnonzero(count != 1).tolist():
        ledger.record(f"curves, SKU {keys[place]}: found {count[place]} rows, expected 1")
    ledger.settle()
    return np.argsort(key).reshape(len(names), len(NODES))


def _between(curve: FloatArray, slope: FloatArray, days: FloatArray) -> FloatArray:
    """Interpolate curves linearly between nodes, with their slope beyond the last."""
    last = len(NODES) - 2
    left = np.minimum(np.searchsorted(NODES, days, side="right") - 1, last)
    share = np.minimum((days - NODES[left]) / np.diff(NODES)[left], 1.0)
    within = curve[:, left] * (1.0 - share) + curve[:, left + 1] * share
    beyond: FloatArray = slope[:, None] * np.maximum(days - NODES[-1], 0.0)
    return within + beyond
