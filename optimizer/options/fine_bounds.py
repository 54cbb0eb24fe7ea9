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
from optimizer.maths.demand import Moments
from optimizer.options.costs import short_unit_cost
from optimizer.options.fine_curves import Ends, Losing, Sets, weighed
from optimizer.options.fine_designs import FineDesigns
from optimizer.options.fine_stock import StockOfBlock
from optimizer.options.law import demand_during, is_discrete, seen_by_a_unit
from optimizer.options.loss_curves import BETWEEN


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


class Line(NamedTuple):
    """What falls with stock, and by how much at most, at one end of each cell, on every set."""

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
    sets
        Their sets of alternates.
    """

    def __init__(
        self, portfolio: Portfolio, skus: IntArray, stock: StockOfBlock, sets: Sets
    ) -> None:
        self._stock = stock
        discrete = is_discrete(portfolio, skus)
        self._losing = Losing(
            demand=portfolio.skus.demand_mean[skus],
            unit=short_unit_cost(portfolio, skus),
            downtime=portfolio.skus.downtime_cost[skus],
            mode=_mode(demand_during(portfolio, skus, BETWEEN), discrete),
        )
        self._mode_short = _mode(seen_by_a_unit(portfolio, skus), discrete)[:, 0]
        self._mode_waited = _mode(demand_during(portfolio, skus, np.zeros(1)), discrete)[:, 0]
        self._sets = sets

    def losses(self, found: FineDesigns, sku: IntArray) -> FloatArray:
        """Return the weighed loss of every design on every set of its SKU.  [money unit]"""
        every = np.arange(len(sku))
        losses: FloatArray = self._weighed(found, Corners(sku, every, every, every))[0]
        return losses

    def lines(self, found: FineDesigns, at: Corners, row: IntArray) -> tuple[Line, Line]:
        """Return what falls with stock at both ends of each cell; `row` has one for every set."""
        span = _span(found, at)
        short = _ends(span, at, found.short, found.short_falls, self._mode_short[at.sku])
        waited = _ends(span, at, found.waited, found.waited_falls, self._mode_waited[at.sku])
        losses, per_unit = self._weighed(found, at), found.per_unit[at.low]

        def line(end: IntArray, parts: tuple[Line, Line], loss: FloatArray) -> Line:
            owed, waiting = found.owed_routine[end], found.waiting_routine[end]
            value = per_unit * owed + parts[0].value + parts[1].value
            slope = per_unit * waiting + parts[0].slope + parts[1].slope
            return Line(value[row] + loss[0], slope[row] + loss[1])

        near = line(at.near, (short[0], waited[0]), losses[:2])
        return near, line(at.far, (short[1], waited[1]), losses[2:])

    def _weighed(self, found: FineDesigns, at: Corners) -> FloatArray:
        low, near, far = (found.in_block[corner] for corner in at[1:])
        ends = Ends(at.sku, low, near, far, found.short_rate[at.low], *_span(found, at))
        return weighed(ends, self._stock, self._losing, self._sets)


class _Span(NamedTuple):
    """Stock at both ends of each cell, and the largest lot. [unit]"""

    low: FloatArray
    high: FloatArray
    lot: FloatArray


def _span(found: FineDesigns, at: Corners) -> _Span:
    return _Span(found.level(at.near), found.level(at.far), found.units[at.far, 2])


def _ends(
    span: _Span, at: Corners, value: FloatArray, falls: FloatArray, mode: FloatArray
) -> tuple[Line, Line]:
    """Return value and slope, at the low and the high end, of lines below what falls."""
    near, far = value[at.near], value[at.far]
    convex: BoolArray = span.low >= mode
    concave: BoolArray = span.high + span.lot <= mode
    rises = span.high > span.low
    chord = np.divide(near - far, span.high - span.low, out=np.zeros_like(near), where=rises)
    chord = np.where(concave, np.maximum(chord, 0.0), 0.0)
    return (
        Line(np.where(convex | concave, near, far), np.where(convex, falls[at.near], chord)),
        Line(far, np.where(convex, falls[at.far], chord)),
    )


def least_between(low: Line, high: Line, span: FloatArray, per_unit: FloatArray) -> FloatArray:
    """
    Return the least of stock's cost and what falls with it, over the stock of each cell.

    Parameters
    ----------
    low, high
        The lines at the low end and at the high end.
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
