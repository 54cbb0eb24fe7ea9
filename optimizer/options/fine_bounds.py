r"""
What no design in a cell of the fine catalogue costs less than, from three of its corners.

Stock's own cost is linear in the stock u above the low corner; all else falls with it.  At the
largest lot of the cell what falls is above its tangents where it is convex, and above its chord
where it is concave; a smaller lot is short more often.  Capital by quarter is convex in the stock:
its slope at the low corner is a bound for the whole cell.  With :math:`g_1, s_1` at the low end,
:math:`g_2, s_2` at the high end X above it, and a the cost of a unit of stock,

.. math:: P \ge \text{held} + \min_u\,\bigl(a u + \max(g_1 - s_1 u,\; g_2 + s_2 (X - u))\bigr) .

The share of time that somebody waits is convex in stock beyond the mode of demand, concave as long
as the whole lot is below it; backorders, its integral, are convex everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.maths.demand import Moments
from optimizer.options.costs import short_unit_cost
from optimizer.options.fine_designs import FineDesigns
from optimizer.options.fine_stock import StockOfBlock
from optimizer.options.law import demand_during, is_discrete, seen_by_a_unit
from optimizer.options.loss_curves import BETWEEN, integral_at_nodes


class Corners(NamedTuple):
    """
    Rows of the designs at three corners of each cell.

    `low` has the least stock and lot, `near` the least stock and the largest lot, `far` the most of
    both; `sku` is the place of the SKU in its block.
    """

    sku: IntArray
    low: IntArray
    near: IntArray
    far: IntArray


class Lines(NamedTuple):
    """What falls with stock and the nodes of the loss curve, each with its slope, at one end."""

    value: FloatArray
    slope: FloatArray
    curve: FloatArray
    curve_slope: FloatArray


class _Part(NamedTuple):
    """Something that falls with stock, and by how much at most, at one end of each cell."""

    value: FloatArray
    slope: FloatArray


class FineBounds:
    """
    Curves and their lines for the designs of some SKUs.

    Parameters
    ----------
    skus
        Rows of the SKUs of the block.
    stock
        What its designs hold.
    """

    def __init__(self, portfolio: Portfolio, skus: IntArray, stock: StockOfBlock) -> None:
        self._stock = stock
        self._demand = portfolio.skus.demand_mean[skus]
        self._unit = short_unit_cost(portfolio, skus)
        self._downtime = portfolio.skus.downtime_cost[skus]
        discrete = is_discrete(portfolio, skus)
        self._mode_short = _mode(seen_by_a_unit(portfolio, skus), discrete)[:, 0]
        self._mode_waited = _mode(demand_during(portfolio, skus, np.zeros(1)), discrete)[:, 0]
        self._mode_between = _mode(
            demand_during(portfolio, skus, BETWEEN[: stock.n_between]), discrete
        )

    def curves(self, found: FineDesigns, sku: IntArray) -> FloatArray:
        """Return the loss curves of designs.  Shape ``(n, 17)``. [money unit]"""
        every, known = np.arange(len(sku)), self._stock.rows
        curve, _ = self._short_curve(found, sku, every, every)
        rows = self._waits(sku)
        if len(rows):
            at = found.in_block[rows]
            waits = np.maximum(known.between[at] - known.waiting[at, :1], 0.0)
            curve[rows] += self._waited(sku[rows], waits)
        return curve

    def lines(self, found: FineDesigns, at: Corners) -> tuple[Lines, Lines]:
        """Return what falls with stock at both ends of each cell."""
        span = _span(found, at)
        short = _ends(span, at, found.short, found.short_falls, self._mode_short[at.sku])
        waited = _ends(span, at, found.waited, found.waited_falls, self._mode_waited[at.sku])
        near = self._line(found, at, at.near, (short[0], waited[0]))
        far = self._line(found, at, at.far, (short[1], waited[1]))
        rows = self._waits(at.sku)
        if len(rows):
            known, in_block = self._stock.rows, _in_block(found, at, rows)
            span = _Span(*(side[rows, None] for side in span))
            mode = self._mode_between[in_block.sku]
            ends = _ends(span, in_block, known.between, known.between_falls, mode)
            for line, between in zip((near, far), ends, strict=True):
                self._add_waiting(in_block, between, line, rows)
        return near, far

    def _waits(self, sku: IntArray) -> IntArray:
        """Return the rows of SKUs of which waiting costs something."""
        return np.flatnonzero(self._downtime[sku] > 0.0)

    def _line(
        self, found: FineDesigns, at: Corners, end: IntArray, parts: tuple[_Part, _Part]
    ) -> Lines:
        """Return the line at one end, without what waiting in an outage costs."""
        short, waited = parts
        curve, curve_slope = self._short_curve(found, at.sku, at.low, end)
        per_unit = found.per_unit[at.low]
        return Lines(
            value=per_unit * found.owed_routine[end] + short.value + waited.value,
            slope=per_unit * self._stock.rows.waiting[found.in_block[end], 0]
            + short.slope
            + waited.slope,
            curve=curve,
            curve_slope=curve_slope,
        )

    def _add_waiting(self, at: Corners, between: _Part, line: Lines, rows: IntArray) -> None:
        """Add what waiting in an outage costs to these rows of the line at one end."""
        waits = np.maximum(between.value - self._stock.rows.waiting[at.low, :1], 0.0)
        line.curve[rows] += self._waited(at.sku, waits)
        falls = np.where(waits > 0.0, between.slope, 0.0)
        line.curve_slope[rows] += self._waited(at.sku, falls)

    def _short_curve(
        self, found: FineDesigns, sku: IntArray, low: IntArray, end: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return the loss of units short at the nodes, less the low corner's routine; its slope."""
        known, far = self._stock.rows, found.in_block[end]
        asked = self._demand[sku, None] * NODES * found.short_rate[low, None]
        routine = known.owed[found.in_block[low], :1] + asked
        beyond, unit = np.maximum(known.owed[far] - routine, 0.0), self._unit[sku, None]
        return unit * beyond, np.where(beyond > 0.0, unit * known.waiting[far], 0.0)

    def _waited(self, sku: IntArray, share: FloatArray) -> FloatArray:
        """Return the cost of waiting, by the share of time at the points between nodes."""
        return np.asarray(self._downtime[sku, None] * integral_at_nodes(share))


class _Span(NamedTuple):
    """Stock at both ends of each cell, and the largest lot. [unit]"""

    low: FloatArray
    high: FloatArray
    lot: FloatArray


def _span(found: FineDesigns, at: Corners) -> _Span:
    level = found.level
    return _Span(level[at.near], level[at.far], found.units[at.far, 2])


def _in_block(found: FineDesigns, at: Corners, rows: IntArray) -> Corners:
    """Return the corners of these cells as rows of the block's stock."""
    corners = (found.in_block[corner[rows]] for corner in at[1:])
    return Corners(at.sku[rows], *corners)


def _ends(
    span: _Span, at: Corners, value: FloatArray, falls: FloatArray, mode: FloatArray
) -> tuple[_Part, _Part]:
    """Return value and slope, at the low and the high end, of lines below what falls."""
    near, far = value[at.near], value[at.far]
    convex: BoolArray = span.low >= mode
    concave: BoolArray = span.high + span.lot <= mode
    rises = span.high > span.low
    chord = np.divide(near - far, span.high - span.low, out=np.zeros_like(near), where=rises)
    chord = np.where(concave, np.maximum(chord, 0.0), 0.0)
    return (
        _Part(np.where(convex | concave, near, far), np.where(convex, falls[at.near], chord)),
        _Part(far, np.where(convex, falls[at.far], chord)),
    )


def least_between(
    low: tuple[FloatArray, FloatArray],
    high: tuple[FloatArray, FloatArray],
    span: FloatArray,
    per_unit: FloatArray,
) -> FloatArray:
    """
    Return the least of stock's cost and what falls with it, over the stock of each cell.

    Parameters
    ----------
    low, high
        Value and slope of the lines at the low end and at the high end.  Shape ``(n,)`` each.
    span, per_unit
        Stock between the ends [unit]; what a unit costs.  Shape ``(n,)`` each.
    """
    (first, steep), (last, flat) = low, high
    flat = np.minimum(flat, steep)
    apart = np.maximum(first - last - flat * span, 0.0)
    meet = np.divide(apart, steep - flat, out=np.zeros_like(apart), where=steep > flat)
    least = np.full(len(span), np.inf)
    for more in (np.zeros_like(span), np.minimum(meet, span), span):
        falls = np.maximum(first - steep * more, last + flat * (span - more))
        np.minimum(least, per_unit * more + falls, out=least)
    return least


def _mode(demand: Moments, discrete: BoolArray) -> FloatArray:
    """Return a stock level beyond which demand is ever less likely.  Shape ``(n, T)``. [unit]"""
    spread = np.divide(
        demand.variance, demand.mean, out=np.zeros_like(demand.mean), where=demand.mean > 0.0
    )
    return np.maximum(demand.mean - spread, 0.0) + discrete[:, None]
