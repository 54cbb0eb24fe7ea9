r"""
The pricing problem at full size: one compiled pass, with the same result for any thread count.

The cheapest option of each set of alternates is kept, so that the value of onboarding a supplier
to a SKU is a difference of two numbers.  An option's priced loss is its exact mean plus the dot
product of 18 weights of its profile with its loss curve (ALGORITHMS 2):

.. math:: c_o + \sum_r \mu_r a_{ro} + \Bigl(1 - \sum_s w_s\Bigr) e_o + \sum_k W_{pk}\,B_{ok}
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import ByteArray, Float32Array, FloatArray, Int32Array, IntArray
from optimizer.domain.scenario import N_WEIGHTS, NODES
from optimizer.engine.decompose.blocks import BLOCKS
from optimizer.engine.decompose.impacts import Impacts, add_losses, price_day, weigh
from optimizer.maths.hats import LAST, segment_of
from optimizer.maths.threads import over_ranges

RANGE: Final = 16_384  # SKUs or exposures per partial sum: fixes the order of summation
_SKUS_AT_ONCE: Final = 2_048  # each SKU is priced alone: no sum depends on this
_ROWS_AT_ONCE: Final = 256


class PricingTable(NamedTuple):
    """
    The option table as compiled code reads it: N SKUs, O options, A sets, R limits.

    Attributes
    ----------
    start
        Options of SKU i are ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    set_of_option
        Set of alternates of each option.  Shape ``(O,)``.
    cost, mean
        Certain cost, and expected loss.  Shape ``(O,)``. [money unit]
    curve
        Row of `curves`.  Shape ``(O,)``.
    curves
        Loss at every node, in single or double precision.  Shape ``(curves, 17)``. [money unit]
    lot_days
        Lot in days of demand, per row of `curves`.  Shape ``(curves,)``. [day]
    use
        Use of each limited resource.  Shape ``(R, O)``.
    profile_of_set
        Outage profile of each set.  Shape ``(A,)``.
    price_profile
        Profile of the price shocks of each SKU's category, -1 for none.  Shape ``(N,)``.
    slope, spend
        Loss per day beyond the last node; daily demand at unit cost.  Shape ``(N,)``.
        [money unit/day]
    block
        Block of each SKU.  Shape ``(N,)``.
    impacts
        Lost days of all profiles, by scenario (`merged_futures`).
    """

    start: IntArray
    set_of_option: Int32Array
    cost: FloatArray
    mean: FloatArray
    curve: Int32Array
    curves: FloatArray | Float32Array
    lot_days: FloatArray
    use: FloatArray
    profile_of_set: IntArray
    price_profile: IntArray
    slope: FloatArray
    spend: FloatArray
    block: ByteArray
    impacts: Impacts

    @property
    def n_skus(self) -> int:
        """N."""
        return len(self.start) - 1


def price_sets(
    table: PricingTable, resource_price: FloatArray, tail: FloatArray
) -> tuple[FloatArray, IntArray]:
    """
    Return the least priced cost of every set of alternates, and the option with that cost.

    Parameters
    ----------
    resource_price
        Shape ``(R,)``. [money unit per unit]
    tail
        Tail weight of each scenario; the mean has weight 1 less their sum.  Shape ``(S,)``. [-]

    Returns
    -------
    tuple
        Shapes ``(A,)``; ``inf`` and -1 for a set without options.  The first of equal options.
    """
    n_sets = len(table.profile_of_set)
    least, option = np.full(n_sets, np.inf), np.full(n_sets, -1, dtype=np.int64)
    weights, mean_weight = weigh(table.impacts, tail), 1.0 - float(tail.sum())
    most = int(np.diff(table.start).max())

    def work(first: int, end: int) -> None:
        cheapest, room = (least, option), np.empty(most)
        _price_sets(first, end, table, weights, mean_weight, resource_price, room, cheapest)

    over_ranges(work, table.n_skus, _SKUS_AT_ONCE)
    return least, option


def price_options(table: PricingTable, resource_price: FloatArray, tail: FloatArray) -> FloatArray:
    """Return the priced cost of every option, link prices excluded.  Shape ``(O,)``."""
    priced = np.empty(len(table.cost))
    weights, mean_weight = weigh(table.impacts, tail), 1.0 - float(tail.sum())

    def work(first: int, end: int) -> None:
        _price_options(first, end, table, weights, mean_weight, resource_price, priced)

    over_ranges(work, table.n_skus, _SKUS_AT_ONCE)
    return priced


def price_rows(
    table: PricingTable, rows: IntArray, resource_price: FloatArray, tail: FloatArray
) -> FloatArray:
    """Return the priced cost of these options, link prices excluded."""
    priced, sku = np.empty(len(rows)), sku_of(table, rows)
    weights, mean_weight = weigh(table.impacts, tail), 1.0 - float(tail.sum())

    def work(first: int, end: int) -> None:
        part = slice(first, end)
        _price_rows(sku[part], rows[part], table, weights, mean_weight, priced[part])

    over_ranges(work, len(rows), RANGE)
    return np.asarray(priced + resource_price @ table.use[:, rows])


def add_of_sets(table: PricingTable, priced: FloatArray, of_set: FloatArray) -> None:
    """Add each set's surcharge ``(A,)`` to the prices of its options, in place."""

    def work(first: int, end: int) -> None:
        _add_of_sets(first, end, table, of_set, priced)

    over_ranges(work, table.n_skus, _SKUS_AT_ONCE)


def sum_losses(table: PricingTable, option: IntArray) -> FloatArray:
    """
    Return the total loss of one option per SKU, block by block.

    Curves of one block and profile are added up before the strikes are applied to their sum.

    Returns
    -------
    FloatArray
        Shape ``(B, S)``. [money unit]
    """
    met = _exposures(table, option)
    partial = np.zeros((-(-len(met.sku) // RANGE), BLOCKS, table.impacts.n_scenarios))

    def work(first: int, end: int) -> None:
        _add_losses(first, end, met, table, partial[first // RANGE])

    over_ranges(work, len(met.sku), RANGE)
    return np.asarray(partial.sum(axis=0))


def losses_of_rows(table: PricingTable, rows: IntArray, scenarios: IntArray) -> FloatArray:
    """Return the loss of each of these options in some scenarios.  ``(n, S')`` [money unit]"""
    losses, sku = np.empty((len(rows), len(scenarios))), sku_of(table, rows)

    def work(first: int, end: int) -> None:
        part = slice(first, end)
        _losses_of_rows(sku[part], rows[part], table, scenarios, losses[part])

    over_ranges(work, len(rows), _ROWS_AT_ONCE)
    return losses


def sku_of(table: PricingTable, option: IntArray) -> IntArray:
    """Return the SKU that every option belongs to."""
    return np.asarray(np.searchsorted(table.start, option, side="right") - 1)


def sku_losses(table: PricingTable, option: IntArray, weight: FloatArray) -> FloatArray:
    """Return each SKU's weighted sum of losses over the scenarios.  ``(N,)`` [money unit]"""
    losses = np.empty(table.n_skus)
    weights = weigh(table.impacts, weight)

    def work(first: int, end: int) -> None:
        _lose(first, end, table, weights, option, losses)

    over_ranges(work, table.n_skus, _SKUS_AT_ONCE)
    return losses


class _Exposures(NamedTuple):
    """Chosen options with the profiles that strike them, sorted by (block, profile)."""

    sku: IntArray
    option: IntArray
    profile: IntArray


def _exposures(table: PricingTable, option: IntArray) -> _Exposures:
    sku = sku_of(table, option)
    supply, price = table.profile_of_set[table.set_of_option[option]], table.price_profile[sku]
    shocked = np.flatnonzero(price >= 0)
    sku = np.concatenate([sku, sku[shocked]])
    option = np.concatenate([option, option[shocked]])
    profile = np.concatenate([supply, price[shocked]])
    order = np.lexsort((profile, table.block[sku]))
    return _Exposures(sku[order], option[order], profile[order])


@numba.njit(cache=True, inline="always")
def _sum_shocks(shocks: int, weights: FloatArray) -> FloatArray:
    """
    Return cumulative weights of a price profile, -1 for none, that serve any lot (`_days_dear`).

    Shape ``(3, 18)``; column j holds the weighted sum of half the squared nodes before j, and the
    weighted sums of the nodes and of 1 from j on.
    """
    sums = np.zeros((3, N_WEIGHTS))
    if shocks < 0:
        return sums
    sums[1, LAST + 1] = weights[shocks, LAST + 1]
    for k in range(LAST + 1):
        sums[0, k + 1] = sums[0, k] + weights[shocks, k] * 0.5 * NODES[k] * NODES[k]
    for k in range(LAST, -1, -1):
        sums[1, k] = sums[1, k + 1] + weights[shocks, k] * NODES[k]
        sums[2, k] = sums[2, k + 1] + weights[shocks, k]
    return sums


@numba.njit(cache=True, inline="always")
def _days_dear(lot_days: float, sums: FloatArray) -> float:
    """Return the days bought at the shocked price with this lot: weights times `price_day`."""
    beyond = segment_of(lot_days) + 1
    days = sums[1, beyond] - 0.5 * lot_days * sums[2, beyond]
    return float(days + sums[0, beyond] / lot_days if lot_days > 0.0 else days)


@numba.njit(cache=True, inline="always")
def _on_curve(
    row: int, profile: int, curves: FloatArray | Float32Array, weights: FloatArray, slope: float
) -> float:
    """Return weights times curve, in two independent sums that the processor can overlap."""
    even, odd = weights[profile, LAST + 1] * slope, 0.0
    for k in range(0, LAST, 2):
        even += weights[profile, k] * curves[row, k]
        odd += weights[profile, k + 1] * curves[row, k + 1]
    return float(even + weights[profile, LAST] * curves[row, LAST] + odd)


@numba.njit(nogil=True, cache=True)
def _price_sku(
    i: int,
    table: PricingTable,
    weights: FloatArray,
    mean_weight: float,
    resource_price: FloatArray,
    priced: FloatArray,
) -> None:
    """
    Price the options of a SKU.

    Columns are bound to names before the loop: reading them from the table inside it would count
    a reference each time, which takes longer than the arithmetic.
    """
    cost, mean, use, lot_days = table.cost, table.mean, table.use, table.lot_days
    set_of_option, profile_of_set = table.set_of_option, table.profile_of_set
    curve, curves, slope, spend = table.curve, table.curves, table.slope[i], table.spend[i]
    first = table.start[i]
    sums = _sum_shocks(table.price_profile[i], weights)
    for place in range(len(priced)):
        o = first + place
        row = curve[o]
        value = cost[o] + mean_weight * mean[o] + spend * _days_dear(lot_days[row], sums)
        value += _on_curve(row, profile_of_set[set_of_option[o]], curves, weights, slope)
        for r in range(len(resource_price)):
            value += resource_price[r] * use[r, o]
        priced[place] = value


@numba.njit(nogil=True, cache=True)
def _price_sets(
    first: int,
    end: int,
    table: PricingTable,
    weights: FloatArray,
    mean_weight: float,
    resource_price: FloatArray,
    room: FloatArray,
    cheapest: tuple[FloatArray, IntArray],
) -> None:
    start, set_of_option = table.start, table.set_of_option
    least, option = cheapest
    for i in range(first, end):
        priced = room[: start[i + 1] - start[i]]
        _price_sku(i, table, weights, mean_weight, resource_price, priced)
        for place in range(len(priced)):
            s = set_of_option[start[i] + place]
            if priced[place] < least[s]:
                least[s] = priced[place]
                option[s] = start[i] + place


@numba.njit(nogil=True, cache=True)
def _price_options(
    first: int,
    end: int,
    table: PricingTable,
    weights: FloatArray,
    mean_weight: float,
    resource_price: FloatArray,
    priced: FloatArray,
) -> None:
    start = table.start
    for i in range(first, end):
        _price_sku(i, table, weights, mean_weight, resource_price, priced[start[i] : start[i + 1]])


@numba.njit(nogil=True, cache=True)
def _price_rows(
    sku: IntArray,
    rows: IntArray,
    table: PricingTable,
    weights: FloatArray,
    mean_weight: float,
    priced: FloatArray,
) -> None:
    """Price these options, their use of the limits excluded."""
    for place in range(len(rows)):
        i, o = sku[place], rows[place]
        row, profile = table.curve[o], table.profile_of_set[table.set_of_option[o]]
        days = _days_dear(table.lot_days[row], _sum_shocks(table.price_profile[i], weights))
        lost = _on_curve(row, profile, table.curves, weights, table.slope[i])
        priced[place] = table.cost[o] + mean_weight * table.mean[o] + table.spend[i] * days + lost


@numba.njit(nogil=True, cache=True)
def _add_of_sets(
    first: int, end: int, table: PricingTable, of_set: FloatArray, priced: FloatArray
) -> None:
    for o in range(table.start[first], table.start[end]):
        priced[o] += of_set[table.set_of_option[o]]


@numba.njit(nogil=True, cache=True)
def _lose(
    first: int,
    end: int,
    table: PricingTable,
    weights: FloatArray,
    option: IntArray,
    losses: FloatArray,
) -> None:
    for i in range(first, end):
        row, profile = table.curve[option[i]], table.profile_of_set[table.set_of_option[option[i]]]
        sums = _sum_shocks(table.price_profile[i], weights)
        losses[i] = _on_curve(row, profile, table.curves, weights, table.slope[i])
        losses[i] += table.spend[i] * _days_dear(table.lot_days[row], sums)


@numba.njit(nogil=True, cache=True)
def _losses_of_rows(
    sku: IntArray, rows: IntArray, table: PricingTable, scenarios: IntArray, losses: FloatArray
) -> None:
    curve, every = np.zeros(N_WEIGHTS), np.zeros(table.impacts.n_scenarios)
    for place in range(len(rows)):
        i, o = sku[place], rows[place]
        every[:] = 0.0
        supply, price = table.profile_of_set[table.set_of_option[o]], table.price_profile[i]
        for profile in (supply, price):
            if profile >= 0:
                curve[:] = 0.0
                _add_curve(i, o, profile, table, curve)
                add_losses(profile, curve, table.impacts, every)
        losses[place] = every[scenarios]


@numba.njit(nogil=True, cache=True)
def _add_losses(
    first: int, end: int, met: _Exposures, table: PricingTable, losses: FloatArray
) -> None:
    curve = np.zeros(N_WEIGHTS)
    for n in range(first, end):
        profile, block = met.profile[n], table.block[met.sku[n]]
        _add_curve(met.sku[n], met.option[n], profile, table, curve)
        is_last = n + 1 == end
        if is_last or met.profile[n + 1] != profile or table.block[met.sku[n + 1]] != block:
            add_losses(profile, curve, table.impacts, losses[block])
            curve[:] = 0.0


@numba.njit(cache=True, inline="always")
def _add_curve(i: int, o: int, profile: int, table: PricingTable, curve: FloatArray) -> None:
    if profile == table.price_profile[i]:
        lot_days = table.lot_days[table.curve[o]]
        for k in range(LAST + 1):
            curve[k] += table.spend[i] * price_day(NODES[k], lot_days)
        curve[LAST + 1] += table.spend[i]
    else:
        for k in range(LAST + 1):
            curve[k] += table.curves[table.curve[o], k]
        curve[LAST + 1] += table.slope[i]
