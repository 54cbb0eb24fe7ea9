"""Loss curves at both ends of cells of the fine catalogue, weighed: in compiled loops."""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import NODES
from optimizer.options.fine_stock import StockOfBlock
from optimizer.options.loss_curves import BETWEEN, GAUSS_WEIGHTS, HALF

_N: Final = len(NODES)
_A_PIECE: Final = len(BETWEEN) // (_N - 1)  # points between two nodes


class Ends(NamedTuple):
    """
    Cells by the designs at three corners, as of `Corners`.

    Attributes
    ----------
    sku
        Place of the SKU in its block.  Shape ``(n,)``.
    low, near, far
        Rows of the block's `FineStock`.  Shape ``(n,)``.
    short_rate
        Units short a unit of demand, at `low`.  Shape ``(n,)``. [-]
    stock, most
        Reorder point with reserve at `near` and at `far`.  Shape ``(n,)``. [unit]
    lot
        At `far`.  Shape ``(n,)``. [unit]
    """

    sku: IntArray
    low: IntArray
    near: IntArray
    far: IntArray
    short_rate: FloatArray
    stock: FloatArray
    most: FloatArray
    lot: FloatArray


class Losing(NamedTuple):
    """
    What a block's SKUs lose by an outage.

    Attributes
    ----------
    demand
        Shape ``(N,)``. [unit/day]
    unit, downtime
        Cost of a unit short and of a day's waiting.  Shape ``(N,)``. [money unit]
    mode
        Stock beyond which demand is ever less likely, by days of an outage at the points between
        nodes.  Shape ``(N, 48)``. [unit]
    """

    demand: FloatArray
    unit: FloatArray
    downtime: FloatArray
    mode: FloatArray


class Sets(NamedTuple):
    """Sets of alternates: each SKU's first, how many it has, and weights on nodes ``(A, 17)``."""

    first: IntArray
    n_sets: IntArray
    weights: FloatArray


def weighed(ends: Ends, stock: StockOfBlock, losing: Losing, sets: Sets) -> FloatArray:
    """
    Return what lies below the loss curves of cells, weighed for each set of their SKUs.

    Returns
    -------
    FloatArray
        Loss at the near end, how it falls with a unit more of stock there, and both at the far
        end; for every cell and set, as `ranges` has them.  Shape ``(4, n)``. [money unit]
    """
    out: FloatArray = np.empty((4, int(sets.n_sets[ends.sku].sum())))
    known, waiting = stock.rows, stock.waiting
    columns = (known.owed, known.waiting, known.in_waiting, waiting.share, waiting.falls)
    _weigh(tuple(ends), columns, tuple(losing), tuple(sets), out)
    return out


@numba.njit(cache=True, nogil=True)
def _weigh(ends, known, losing, sets, out):  # type: ignore[no-untyped-def]
    sku, low, near, far, short_rate, stock, most, lot = ends
    demand, unit, downtime, mode = losing
    first, n_sets, weights = sets
    curves, pair = np.empty((4, _N)), 0
    for c in range(len(sku)):
        i, corners = sku[c], (low[c], near[c], far[c])
        _units_short(corners, known, (unit[i], demand[i] * short_rate[c]), curves)
        if downtime[i] > 0.0:
            _add_waiting(corners, known, (stock[c], most[c], lot[c], mode[i]), downtime[i], curves)
        for place in range(first[i], first[i] + n_sets[i]):
            for row in range(4):
                total = 0.0
                for node in range(_N):
                    total += weights[place, node] * curves[row, node]
                out[row, pair] = total
            pair += 1


@numba.njit(cache=True, nogil=True)
def _units_short(corners, known, losing, curves):  # type: ignore[no-untyped-def]
    """Write the loss of units short, less the low corner's routine, and how it falls."""
    low, near, far = corners
    owed, waiting = known[:2]
    unit, routine_a_day = losing
    for node in range(_N):
        routine = owed[low, 0] + routine_a_day * NODES[node]
        for row, end in ((0, near), (2, far)):
            beyond = owed[end, node] - routine
            curves[row, node] = unit * max(beyond, 0.0)
            curves[row + 1, node] = unit * waiting[end, node] if beyond > 0.0 else 0.0


@numba.njit(cache=True, nogil=True)
def _add_waiting(corners, known, span, downtime, curves):  # type: ignore[no-untyped-def]
    """Add the cost of waiting, less the low corner's routine: an integral from node to node."""
    low, near, far = corners
    _, waiting, in_waiting, between, falls = known
    here, there = in_waiting[near], in_waiting[far]
    stock, most, lot, mode = span
    totals, pieces = np.zeros(4), np.empty(4)
    for piece in range(_N - 1):
        pieces[:] = 0.0
        for g in range(_A_PIECE):
            p = piece * _A_PIECE + g
            lines = _below(
                (between[here, p], between[there, p]),
                (falls[here, p], falls[there, p]),
                (stock, most, lot, mode[p]),
            )
            for row in (0, 2):
                waits = lines[row] - waiting[low, 0]
                if waits > 0.0:
                    pieces[row] += GAUSS_WEIGHTS[g] * waits
                    pieces[row + 1] += GAUSS_WEIGHTS[g] * lines[row + 1]
        for row in range(4):
            totals[row] += pieces[row] * HALF[piece]
            curves[row, piece + 1] += downtime * totals[row]


@numba.njit(cache=True, nogil=True)
def _below(values, falls, span):  # type: ignore[no-untyped-def]
    """Return value and slope at the near and at the far end of lines below what falls."""
    near, far = values
    stock, most, lot, mode = span
    if stock >= mode:
        return near, falls[0], far, falls[1]
    if most + lot <= mode:
        chord = max((near - far) / (most - stock), 0.0) if most > stock else 0.0
        return near, chord, far, chord
    return far, 0.0, far, 0.0
