r"""
Pricing at full size: one pass over the option table, compiled, the same for any thread count.

Every SKU's options are priced at once and the cheapest of each set of alternates kept: what
onboarding a supplier is worth to a SKU is then a difference of two numbers.  Sums over SKUs go
block by block, so that their order does not depend on the threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import ByteArray, FloatArray, Int32Array, IntArray
from optimizer.engine.blocks import BLOCKS
from optimizer.engine.knots import Knots, factor_of, half_square, knot_beyond, knot_sums
from optimizer.engine.threads import RANGE, over_ranges


class PricingTable(NamedTuple):
    """
    The option table as the kernel reads it.  N SKUs, O options, A sets of alternates, R limits.

    B blocks of SKUs, K knots.

    Attributes
    ----------
    start
        Options of SKU i are ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    set_of_option
        Set of alternates of each option.  Shape ``(O,)``.
    cost, assured_days, lot_days
        Shape ``(O,)``. [money unit], [day], [day]
    use
        Of the limited resources.  Shape ``(R, O)``.
    profile_of_set
        Outage profile of each set.  Shape ``(A,)``.
    price_profile
        Profile of the price shocks of each SKU's category, -1 for none.  Shape ``(N,)``.
    stockout_cost_per_day, spend_per_day
        Shape ``(N,)``. [money unit/day]
    block
        Block of each SKU.  Shape ``(N,)``.
    knots
        Of all profiles.
    beyond
        First knot beyond the assured days and beyond the lot, of the outage profile and of the
        price shocks; K for none.  Shape ``(O, 4)``.
    """

    start: IntArray
    set_of_option: Int32Array
    cost: FloatArray
    assured_days: FloatArray
    lot_days: FloatArray
    use: FloatArray
    profile_of_set: IntArray
    price_profile: IntArray
    stockout_cost_per_day: FloatArray
    spend_per_day: FloatArray
    block: ByteArray
    knots: Knots
    beyond: Int32Array

    @property
    def n_skus(self) -> int:
        """N."""
        return len(self.start) - 1


def with_knots(table: PricingTable) -> PricingTable:
    """Return the table with the knots beyond every option's cover looked up, once for all."""
    found = table._replace(beyond=np.empty((len(table.cost), 4), dtype=np.int32))

    def work(first: int, end: int) -> None:
        _look_up(first, end, found)

    over_ranges(work, table.n_skus)
    return found


def count_terms(table: PricingTable) -> int:
    """Return how many losses of an option at a knot a whole model would hold."""
    profile = table.profile_of_set[table.set_of_option]
    beyond = np.minimum(table.beyond[:, 0], table.knots.start[profile + 1])
    return len(table.cost) + int((table.knots.start[profile + 1] - beyond).sum())


def price_sets(
    table: PricingTable, resource_price: FloatArray, weight: FloatArray
) -> tuple[FloatArray, IntArray]:
    """
    Return the least priced cost of every set of alternates, and the option that has it.

    Parameters
    ----------
    resource_price
        Shape ``(R,)``. [money unit per unit]
    weight
        Of each scenario.  Shape ``(S,)``. [-]

    Returns
    -------
    tuple
        Shapes ``(A,)``; ``inf`` and -1 where a set has no option.  Of equal options the first.
    """
    n_sets = len(table.profile_of_set)
    least, option = np.full(n_sets, np.inf), np.full(n_sets, -1, dtype=np.int64)
    sums = knot_sums(table.knots, weight)

    def work(first: int, end: int) -> None:
        _price_sets(first, end, table, sums, resource_price, least, option)

    over_ranges(work, table.n_skus)
    return least, option


def price_options(
    table: PricingTable, resource_price: FloatArray, weight: FloatArray
) -> FloatArray:
    """Return the priced cost of every option, without what its links pay.  Shape ``(O,)``."""
    priced = np.empty(len(table.cost))
    sums = knot_sums(table.knots, weight)

    def work(first: int, end: int) -> None:
        _price_options(first, end, table, sums, resource_price, priced)

    over_ranges(work, table.n_skus)
    return priced


def sum_losses(table: PricingTable, option: IntArray) -> FloatArray:
    """
    Return what options of different SKUs lose together, block by block.

    Returns
    -------
    FloatArray
        Shape ``(B, S)``. [money unit]
    """
    sku = sku_of(table, option)
    by_block = np.argsort(table.block[sku], kind="stable")
    sku, option = sku[by_block], option[by_block]
    partial = np.zeros((-(-len(option) // RANGE), BLOCKS, table.knots.n_scenarios))

    def work(first: int, end: int) -> None:
        _add_losses(sku[first:end], option[first:end], table, partial[first // RANGE])

    over_ranges(work, len(option))
    return np.asarray(partial.sum(axis=0))


def sku_of(table: PricingTable, option: IntArray) -> IntArray:
    """Return the SKU that every option belongs to."""
    return np.asarray(np.searchsorted(table.start, option, side="right") - 1)


def sku_losses(table: PricingTable, option: IntArray, weight: FloatArray) -> FloatArray:
    """Return the weighed loss of every SKU at its chosen option.  Shape ``(N,)``. [money unit]"""
    losses = np.empty(table.n_skus)
    sums = knot_sums(table.knots, weight)

    def work(first: int, end: int) -> None:
        _lose(first, end, table, sums, option, losses)

    over_ranges(work, table.n_skus)
    return losses


@numba.njit(nogil=True, cache=True)
def _look_up(first: int, end: int, table: PricingTable) -> None:
    for i in range(first, end):
        for o in range(table.start[i], table.start[i + 1]):
            near, far = table.assured_days[o], table.assured_days[o] + table.lot_days[o]
            outages = table.profile_of_set[table.set_of_option[o]]
            shocks = table.price_profile[i]
            table.beyond[o, 0] = knot_beyond(outages, near, table.knots)
            table.beyond[o, 1] = knot_beyond(outages, far, table.knots)
            table.beyond[o, 2] = knot_beyond(shocks, near, table.knots)
            table.beyond[o, 3] = knot_beyond(shocks, far, table.knots)


@numba.njit(cache=True, inline="always")
def _weighed_loss(i: int, o: int, table: PricingTable, sums: FloatArray) -> float:
    near, far = table.assured_days[o], table.assured_days[o] + table.lot_days[o]
    beyond = table.beyond[o]
    outage = half_square(beyond[0], near, sums) - half_square(beyond[1], far, sums)
    shock = half_square(beyond[2], near, sums) - half_square(beyond[3], far, sums)
    per_day = table.stockout_cost_per_day[i] * outage + table.spend_per_day[i] * shock
    return float(per_day / table.lot_days[o])


@numba.njit(cache=True, inline="always")
def _priced(
    i: int, o: int, table: PricingTable, sums: FloatArray, resource_price: FloatArray
) -> float:
    value = table.cost[o] + _weighed_loss(i, o, table, sums)
    for r in range(len(resource_price)):
        value += resource_price[r] * table.use[r, o]
    return float(value)


@numba.njit(nogil=True, cache=True)
def _price_sets(
    first: int,
    end: int,
    table: PricingTable,
    sums: FloatArray,
    resource_price: FloatArray,
    least: FloatArray,
    option: IntArray,
) -> None:
    for i in range(first, end):
        for o in range(table.start[i], table.start[i + 1]):
            value = _priced(i, o, table, sums, resource_price)
            s = table.set_of_option[o]
            if value < least[s]:
                least[s] = value
                option[s] = o


@numba.njit(nogil=True, cache=True)
def _price_options(
    first: int,
    end: int,
    table: PricingTable,
    sums: FloatArray,
    resource_price: FloatArray,
    priced: FloatArray,
) -> None:
    for i in range(first, end):
        for o in range(table.start[i], table.start[i + 1]):
            priced[o] = _priced(i, o, table, sums, resource_price)


@numba.njit(nogil=True, cache=True)
def _lose(
    first: int,
    end: int,
    table: PricingTable,
    sums: FloatArray,
    option: IntArray,
    losses: FloatArray,
) -> None:
    for i in range(first, end):
        losses[i] = _weighed_loss(i, option[i], table, sums)


@numba.njit(cache=True, inline="always")
def _short(lost: float, assured: float, lot: float) -> float:
    near, far = max(lost - assured, 0.0), max(lost - assured - lot, 0.0)
    return (near * near - far * far) / (2.0 * lot)


@numba.njit(nogil=True, cache=True)
def _add_losses(sku: IntArray, option: IntArray, table: PricingTable, losses: FloatArray) -> None:
    knots = table.knots
    for n in range(len(option)):
        i, o, block = sku[n], option[n], table.block[sku[n]]
        outages, shocks = table.profile_of_set[table.set_of_option[o]], table.price_profile[i]
        for profile, per_day in (
            (outages, table.stockout_cost_per_day[i]),
            (shocks, table.spend_per_day[i]),
        ):
            if profile < 0:
                continue
            for k in range(knots.start[profile], knots.start[profile + 1]):
                if knots.day[k] > table.assured_days[o]:
                    loss = _short(knots.day[k], table.assured_days[o], table.lot_days[o])
                    for e in range(knots.entry[k], knots.entry[k + 1]):
                        losses[block, knots.scenario[e]] += per_day * loss * factor_of(e, knots)
