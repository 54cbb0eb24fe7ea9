r"""
Break-even outage rates of second sources, onboarded suppliers and reserves.

If the primary is struck f times as often as today, the best option with the item costs
:math:`\min_k v_k(f)` and the best without it :math:`\min_u v_u(f)`, every v a straight line in f.
The f at which one option without is as cheap as all with form an interval; the break-even is the
end of these intervals nearest to today.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numba
import numpy as np
from scipy.optimize import brentq

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.sensitivity.priced_lines import Lines

_SAME = 1e-9  # relative: costs closer than this are equal
_STEPS = 100  # grid steps of the factor; a pool of SKUs breaks even once between two


class BreakEven(NamedTuple):
    """
    Each item's break-even factor on today's outage rate, and its saving today.

    The factor is 0 if the item pays without any outage, NaN if it never pays or every option has
    it.  Shape ``(m,)`` each.
    """

    factor: FloatArray
    saving: FloatArray


class Served(NamedTuple):
    """
    Lines of the options of SKUs that a supplier serves, at today's f = 1.

    Attributes
    ----------
    start
        First option row of each SKU.  Shape ``(n,)``.
    priced, outages
        Priced cost without onboarding the supplier, and its slope in f.  Shape ``(O,)``. [currency]
    has
        Whether the option has the supplier.  Shape ``(O,)``.
    """

    start: IntArray
    priced: FloatArray
    outages: FloatArray
    has: BoolArray


def break_even(lines: Lines, sku: IntArray, has: BoolArray, most: FloatArray) -> BreakEven:
    """
    Return the break-even of every single item.

    Parameters
    ----------
    sku
        Each item's SKU, as an index into the lines' SKUs.  Shape ``(m,)``.
    has
        Whether each option of the item's SKU has the item, concatenated over items.
    most
        Factor at which the primary is struck every day.  Shape ``(m,)``.
    """
    factor, saving = _break_even(lines.start, lines.priced, lines.outages, sku, has, most)
    return BreakEven(factor=factor, saving=saving)


def pooled_break_even(served: Served, opening: float, most: float) -> BreakEven:
    """
    Return the break-even of a supplier that several SKUs share.

    Parameters
    ----------
    served
        The supplier's SKUs, each free to do without it.
    opening
        Priced cost of onboarding the supplier. [currency]
    most
        Factor at which one of the primaries is struck every day.
    """

    def net(factor: float) -> float:
        return _gain(served, factor) - opening

    saving = net(1.0)
    grid = np.linspace(1.0, 0.0, _STEPS + 1) if saving > 0.0 else _upwards(most)
    return BreakEven(factor=np.array([_first_root(net, grid)]), saving=np.array([saving]))


def _upwards(most: float) -> FloatArray:
    """Return factors from 1 upwards in a geometric grid: rates differ by orders of magnitude."""
    return np.geomspace(1.0, max(most, 1.0) if np.isfinite(most) else 1.0, _STEPS + 1)


def _first_root(net: Callable[[float], float], grid: FloatArray) -> float:
    """Return the first sign change along the grid; 0 if the supplier still pays at 0."""
    pays = net(grid[0]) > 0.0
    for near, far in zip(grid[:-1].tolist(), grid[1:].tolist(), strict=True):
        if (net(far) > 0.0) != pays:
            return float(brentq(net, near, far, xtol=1e-14, rtol=1e-14))
    return 0.0 if pays else float("nan")


def _gain(served: Served, factor: float) -> float:
    """Return the supplier's value to its SKUs, each using it only if it gains."""
    value = served.priced + served.outages * (factor - 1.0)
    with_it = np.minimum.reduceat(np.where(served.has, value, np.inf), served.start)
    without = np.minimum.reduceat(np.where(served.has, np.inf, value), served.start)
    return float(np.maximum(without - with_it, 0.0).sum())


@numba.njit(nogil=True, cache=True)
def _break_even(
    start: IntArray,
    priced: FloatArray,
    outages: FloatArray,
    sku: IntArray,
    has: BoolArray,
    most: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    factor, saving = np.empty(len(sku)), np.empty(len(sku))
    offset = 0
    for m in range(len(sku)):
        first, end = start[sku[m]], start[sku[m] + 1]
        having = has[offset : offset + end - first]
        offset += end - first
        value, slope = priced[first:end], outages[first:end]
        low, high = _intervals(value, slope, having)
        with_it, without = _least(value, having), _least(value, ~having)
        saving[m] = without - with_it if np.isfinite(without) else np.nan
        if abs(saving[m]) <= _SAME * abs(with_it):
            saving[m] = 0.0
        if not np.isfinite(without):
            factor[m] = np.nan
        elif saving[m] > 0.0:
            factor[m] = _end_below(low, high)
        else:
            factor[m] = _end_above(low, high, most[m])
    return factor, saving


@numba.njit(nogil=True, cache=True)
def _least(value: FloatArray, kept: BoolArray) -> float:
    least = np.inf
    for o in range(len(value)):
        if kept[o] and value[o] < least:
            least = value[o]
    return least


@numba.njit(nogil=True, cache=True)
def _intervals(
    value: FloatArray, slope: FloatArray, having: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return the factors at which each option without beats all with; empty if low > high."""
    low, high = np.zeros(len(value)), np.full(len(value), np.inf)
    for u in range(len(value)):
        if having[u]:
            high[u] = -1.0
            continue
        for k in range(len(value)):
            if not having[k]:
                continue
            distance, steeper = value[u] - value[k], slope[u] - slope[k]
            if steeper > 0.0:
                high[u] = min(high[u], 1.0 - distance / steeper)
            elif steeper < 0.0:
                low[u] = max(low[u], 1.0 - distance / steeper)
            elif distance > 0.0:
                high[u] = -1.0
    return low, high


@numba.njit(nogil=True, cache=True)
def _end_below(low: FloatArray, high: FloatArray) -> float:
    """Return the largest end of an interval below today, 0 if there is none."""
    end = 0.0
    for u in range(len(low)):
        if low[u] <= high[u] <= 1.0:
            end = max(end, high[u])
    return end


@numba.njit(nogil=True, cache=True)
def _end_above(low: FloatArray, high: FloatArray, most: float) -> float:
    """Return the end of the chain of intervals that starts today, NaN if it does not end."""
    end, before = 1.0, 0.0
    while end > before:
        before = end
        for u in range(len(low)):
            if low[u] <= end < high[u]:
                end = high[u]
    return end if end < most else np.nan
