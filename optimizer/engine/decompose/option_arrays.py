"""The options of all SKUs as arrays in local memory, with the compiled passes over them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from optimizer.domain.arrays import BoolArray, ByteArray, FloatArray, IntArray
from optimizer.domain.scenario import N_WEIGHTS
from optimizer.engine.decompose.blocks import BLOCKS
from optimizer.engine.decompose.option_blocks import (
    Columns,
    Freeing,
    Near,
    PricedSets,
    RoundPrices,
    Sums,
)
from optimizer.engine.decompose.price_table import (
    RANGE,
    PricingTable,
    add_of_sets,
    losses_of_rows,
    price_options,
    price_rows,
    price_sets,
    sku_losses,
    sku_of,
    sum_losses,
)

_LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class OptionArrays:
    """
    `OptionBlocks` over one table.

    Attributes
    ----------
    excluded
        Options that may not be chosen.  Shape ``(n,)``.
    """

    table: PricingTable
    excluded: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def n_skus(self) -> int:
        """N."""
        return self.table.n_skus

    @property
    def n_options(self) -> int:
        """O."""
        return len(self.table.cost)

    @property
    def n_terms(self) -> int:
        """Upper bound on the terms of a whole model: costs, curves and hat weights."""
        table, lost = self.table, self.table.impacts.lost
        shocked = int(np.repeat(table.price_profile >= 0, np.diff(table.start)).sum())
        entries = int(np.diff(lost.start)[lost.supply].sum())
        return self.n_options + N_WEIGHTS * (self.n_options + shocked) + 2 * entries

    @property
    def block(self) -> ByteArray:
        """Block of each SKU.  Shape ``(N,)``."""
        return self.table.block

    def without(self, rows: IntArray) -> Self:
        """Return the options of which these may not be chosen."""
        return replace(self, excluded=np.union1d(self.excluded, rows))

    def divided(self, by: float) -> Self:
        """Return the options with their certain costs divided."""
        return replace(self, table=self.table._replace(cost=self.table.cost / by))

    def rows_of(self, sku: int) -> IntArray:
        """Return the options of a SKU that may be chosen."""
        rows = np.arange(self.table.start[sku], self.table.start[sku + 1])
        return np.setdiff1d(rows, self.excluded, assume_unique=True)

    def sku_of(self, rows: IntArray) -> IntArray:
        """Return the SKU of each of these options."""
        return sku_of(self.table, rows)

    def set_of(self, rows: IntArray) -> IntArray:
        """Return the set of alternates of each of these options."""
        return self.table.set_of_option[rows].astype(np.int64)

    def price(self, prices: RoundPrices) -> PricedSets:
        """Return the cheapest option of every set of alternates."""
        return self._cheapest_of_sets(self.table, prices)

    def price_of(self, rows: IntArray, prices: RoundPrices) -> FloatArray:
        """Return the priced cost of these options, link prices excluded."""
        return price_rows(self.table, rows, prices.resource, prices.tail)

    def least_use(self, resource_price: FloatArray) -> PricedSets:
        """Return the option of every set whose use of the limits costs least; costs are ignored."""
        free, nothing = np.zeros(self.n_options), np.zeros(self.n_skus)
        bare = self.table._replace(cost=free, mean=free, slope=nothing, spend=nothing)
        tail = np.zeros(self.table.impacts.n_scenarios)
        return self._cheapest_of_sets(bare, RoundPrices(resource=resource_price, tail=tail))

    def below(
        self, prices: RoundPrices, of_set: FloatArray, threshold: float, most: int | None = None
    ) -> Near:
        """Return the options whose price plus their set's surcharge is at most the threshold."""
        priced = price_options(self.table, prices.resource, prices.tail)
        add_of_sets(self.table, priced, of_set)
        priced[self.excluded] = np.inf
        if most is not None and most < len(priced):
            threshold = min(threshold, float(np.partition(priced, most - 1)[most - 1]))
        near: BoolArray = priced <= min(threshold, _LARGEST)
        rows = np.flatnonzero(near)
        beyond = float(np.min(priced, where=~near, initial=np.inf))
        return Near(rows, priced[rows], beyond)

    def freeing(
        self, option: IntArray, tail: FloatArray, slack: FloatArray, exceeded: int
    ) -> Freeing:
        """Return each SKU's move that frees an exceeded limit at the least cost per unit."""
        table = self.table
        priced = price_options(table, np.zeros(len(slack)), tail)
        parts = []
        for first in range(0, table.n_skus, RANGE):
            plan = option[first : first + RANGE]
            rows, freed = self._frees(plan, first, slack, exceeded)
            dearer = priced[rows] - priced[option[self.sku_of(rows)]]
            parts.append(_cheapest(self.sku_of(rows), Freeing(rows, freed, dearer / freed)))
        return Freeing(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def losses(self, option: IntArray) -> FloatArray:
        """Return the total loss of one option per SKU, by block.  Shape ``(B, S)``."""
        return sum_losses(self.table, option)

    def losses_of(self, rows: IntArray, scenarios: IntArray) -> FloatArray:
        """Return the loss of each of these options in some scenarios.  Shape ``(n, S')``."""
        return losses_of_rows(self.table, rows, scenarios)

    def losses_by_sku(self, option: IntArray, weight: FloatArray) -> FloatArray:
        """Return each SKU's weighted sum of losses over the scenarios.  Shape ``(N,)``."""
        return sku_losses(self.table, option, weight)

    def total(self, option: IntArray) -> Sums:
        """Return total cost, expected loss and resource use of one option per SKU, by block."""
        table = self.table
        block = table.block[self.sku_of(option)]
        return Sums(
            cost=_by_block(block, table.cost[option]),
            mean=_by_block(block, table.mean[option]),
            use=np.reshape([_by_block(block, use[option]) for use in table.use], (-1, BLOCKS)),
        )

    def use(self, rows: IntArray) -> FloatArray:
        """Return how much of each limit these options use.  Shape ``(R, n)``."""
        return self.table.use[:, rows]

    def take(self, rows: IntArray) -> Columns:
        """Return all columns of these options, in this order."""
        table = self.table
        sku, curve = self.sku_of(rows), table.curve[rows]
        alternate_set = self.set_of(rows)
        return Columns(
            sku=sku,
            alternate_set=alternate_set,
            profile=table.profile_of_set[alternate_set],
            price_profile=table.price_profile[sku],
            cost=table.cost[rows],
            mean=table.mean[rows],
            use=self.use(rows),
            curves=table.curves[curve],
            lot_days=table.lot_days[curve],
            slope=table.slope[sku],
            spend=table.spend[sku],
        )

    def _cheapest_of_sets(self, table: PricingTable, prices: RoundPrices) -> PricedSets:
        """Price the sets; those of SKUs with an excluded option once more, without it."""
        least, option = price_sets(table, prices.resource, prices.tail)
        for sku in np.unique(self.sku_of(self.excluded)).tolist():
            rows = self.rows_of(sku)
            sets, priced = self.set_of(rows), price_rows(table, rows, prices.resource, prices.tail)
            own = np.unique(table.set_of_option[table.start[sku] : table.start[sku + 1]])
            least[own], option[own] = np.inf, -1
            dearest_first = np.lexsort((-rows, -priced))
            least[sets[dearest_first]] = priced[dearest_first]
            option[sets[dearest_first]] = rows[dearest_first]
        return PricedSets(least, option)

    def _frees(
        self, plan: IntArray, first: int, slack: FloatArray, exceeded: int
    ) -> tuple[IntArray, FloatArray]:
        """Return the moves of these SKUs that free part of a limit, and how much each frees."""
        start = self.table.start[first : first + len(plan) + 1]
        count, open_rows = np.diff(start), slice(start[0], start[-1])
        less = [np.repeat(use[plan], count) - use[open_rows] for use in self.table.use]
        freed = np.minimum(less[exceeded], -slack[exceeded])
        helps: BoolArray = freed > 0.0
        for r in range(len(slack)):
            if r != exceeded:
                helps &= -less[r] <= max(slack[r], 0.0)
        helpful = np.flatnonzero(helps)
        return start[0] + helpful, freed[helpful]


def _cheapest(sku: IntArray, moves: Freeing) -> Freeing:
    """Return each SKU's cheapest move, ordered by SKU."""
    order = np.lexsort((moves.unit_price, sku))
    first = order[np.flatnonzero(np.diff(sku[order], prepend=-1))]
    return Freeing(moves.rows[first], moves.freed[first], moves.unit_price[first])


def _by_block(block: ByteArray, value: FloatArray) -> FloatArray:
    return np.bincount(block, weights=value, minlength=BLOCKS).astype(np.float64)
