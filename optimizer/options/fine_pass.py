"""
The pricing pass over the whole fine catalogue, without costing all of it (ALGORITHMS 7).

A cell is a box of service levels, reserves and lots of one SKU and family.  One whose bound
(`fine_bounds`) is not below the SKU's best price by more than the tolerance is closed; the others
are halved.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import Portfolio
from optimizer.options.change import may_be_in_force, sources_alike
from optimizer.options.costs import cost_of_stock, stockout_cost_per_day
from optimizer.options.fine import FineCatalogue
from optimizer.options.fine_bounds import Corners, FineBounds, least_between
from optimizer.options.fine_curves import Sets
from optimizer.options.fine_designs import Charges, FineCosting, FineDesigns
from optimizer.options.fine_stock import LOOKED_AT_A_SKU, KnownStock
from optimizer.options.holding import stock
from optimizer.options.resource_use import resources
from optimizer.options.rows_by_code import RowsByCode
from optimizer.options.survival import cover_needed, lasts

SKUS_AT_ONCE: Final = 512


class Offers(NamedTuple):
    """What the fine catalogue is offered to: which SKUs may use which policy, and their sources."""

    fine: FineCatalogue
    eligible: BoolArray
    sets: AlternateSets
    profile_of_set: IntArray
    price_profile: IntArray


class Known(NamedTuple):
    """
    What is known before a pass.

    Attributes
    ----------
    least
        Least price of the options already offered, by set of alternates.  Shape ``(A,)``.
    surcharge
        What the suppliers of a set cost beside.  Shape ``(A,)``.
    tolerance
        By how much a fine design may be cheaper than a SKU's best and not be looked for.  ``(N,)``
    """

    least: FloatArray
    surcharge: FloatArray
    tolerance: FloatArray


class Found(NamedTuple):
    """
    What a pass found of some SKUs.

    Attributes
    ----------
    least
        Lower bound on the price of any fine design, by set of alternates; known prices count.
        Shape ``(A',)``.
    sku, row
        Designs worth offering: rows of the SKUs and of the fine catalogue; sorted by SKU, the
        cheapest first.
    designs
        How many were costed.
    """

    least: FloatArray
    sku: IntArray
    row: IntArray
    designs: int


def price_fine(
    portfolio: Portfolio,
    offers: Offers,
    charges: Charges,
    known: Known,
    most: int,
    *,
    stocks: KnownStock,
    observer: Observer = SILENT,
) -> Found:
    """
    Price the whole fine catalogue for all SKUs.

    Parameters
    ----------
    portfolio
        In units of money.
    most
        Designs found a SKU.
    stocks
        What earlier passes worked out; extended.
    observer
        Hears of the share of the SKUs that is done.

    Returns
    -------
    Found
        The same for any number of processors.
    """
    every = np.arange(len(portfolio.skus))
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])

    def work(skus: IntArray) -> Found:
        return FineBlock(portfolio, offers, charges, known, stocks, skus).run(most)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts: list[Found] = []
        for part in pool.map(work, blocks):
            parts.append(part)
            observer.on_progress("refine", len(parts) / len(blocks))
    return Found(
        least=np.concatenate([part.least for part in parts]),
        sku=np.concatenate([part.sku for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        designs=sum(part.designs for part in parts),
    )


class _Cells(NamedTuple):
    """Boxes on the grids: SKU (place in the block), family, and both corners ``(n, 3)``."""

    sku: IntArray
    family: IntArray
    low: IntArray
    high: IntArray

    def take(self, rows: BoolArray) -> _Cells:
        return _Cells(*(column[rows] for column in self))

    @property
    def is_single(self) -> BoolArray:
        return np.asarray((self.low == self.high).all(axis=1))

    def halves(self, length: FloatArray) -> _Cells:
        """Return both halves of every cell, cut across its longest side, by lengths ``(n, 3)``."""
        longest = np.argmax(np.where(self.high > self.low, length, -1.0), axis=1)
        every = np.arange(len(self.sku))
        middle = (self.low[every, longest] + self.high[every, longest]) // 2
        high, low = self.high.copy(), self.low.copy()
        high[every, longest], low[every, longest] = middle, middle + 1
        return _Cells(
            np.tile(self.sku, 2),
            np.tile(self.family, 2),
            np.concatenate([self.low, low]),
            np.concatenate([high, self.high]),
        )


class FineBlock:
    """The pass over some SKUs, rows ascending."""

    def __init__(  # noqa: PLR0917
        self,
        portfolio: Portfolio,
        offers: Offers,
        charges: Charges,
        known: Known,
        stocks: KnownStock,
        skus: IntArray,
    ) -> None:
        self._portfolio, self._offers, self._charges = portfolio, offers, charges
        self._skus, self._tolerance = skus, known.tolerance[skus]
        first = offers.sets.start[skus]
        self._count = offers.sets.start[skus + 1] - first
        self._first = np.concatenate([[0], np.cumsum(self._count)])
        _, self._sets = ranges(first, self._count)
        self._owner = np.repeat(np.arange(len(skus)), self._count)
        self._surcharge, self._best = known.surcharge[self._sets], known.least[self._sets]
        self._floor = np.full(len(self._sets), np.inf)
        self._of_set, self._set_alike = self._prices_of_sets()
        sets = offers.sets
        self._needed = cover_needed(portfolio, sets.sku[self._sets], sets.sources[self._sets])
        self._weights = charges.weights[offers.profile_of_set[self._sets], :-1]
        held = stocks.of_block(portfolio, offers.fine, skus)
        self._costing = FineCosting(
            portfolio, offers.fine, charges, offers.price_profile, skus, held
        )
        self._bounds = FineBounds(
            portfolio, skus, held, Sets(self._first, self._count, self._weights)
        )
        self._lot_costs, self._lot_stock = self._costing.lot_costs()
        nothing = self._costing.cost(np.zeros(0, dtype=np.int64))
        self._costed, self._price = RowsByCode(nothing, LOOKED_AT_A_SKU * len(skus)), np.zeros(0)
        fenced = [policy.ring_fenced for policy in portfolio.settings.policies.values()]
        self._fenced = np.array(fenced, dtype=np.bool_)[offers.fine.policy]

    def run(self, most: int) -> Found:
        """Return what is found; of each SKU at most so many designs."""
        cells = self._whole()
        while len(cells.sku):
            self._cost(cells)
            cells = self._open(cells.take(~cells.is_single))
            cells = cells.halves(self._lengths(cells))
        return self._found(most)

    def _whole(self) -> _Cells:
        """
        Return a cell for every family that a SKU with demand may use, if its decision may change.

        A least stock is of both the reorder point and the lot: there every lot is by itself.
        """
        skus, fine = self._portfolio.skus, self._offers.fine
        in_force = self._portfolio.plan_in_force
        may_change = skus.demand_mean[self._skus] > 0.0
        if in_force is not None:
            may_change &= ~in_force.keep[self._skus]
        sku, family = np.nonzero(
            self._offers.eligible[self._skus][:, fine.policy] & may_change[:, None]
        )
        by_lot = skus.min_stock[self._skus[sku]] > 0.0
        of, lot = ranges(np.zeros_like(sku), np.where(by_lot, fine.size[family, 2], 1))
        low, high = np.zeros((len(of), 3), dtype=np.int64), fine.size[family[of]] - 1
        low[by_lot[of], 2] = high[by_lot[of], 2] = lot[by_lot[of]]
        return _Cells(sku[of], family[of], low, high)

    def _codes(self, cells: _Cells) -> list[IntArray]:
        """Return the codes of three corners, as of `Corners`."""
        near = np.concatenate([cells.low[:, :2], cells.high[:, 2:]], axis=1)
        fine = self._offers.fine
        return [
            cells.sku * len(fine.catalogue) + fine.rows(cells.family, place)
            for place in (cells.low, near, cells.high)
        ]

    def _corners(self, cells: _Cells) -> Corners:
        return Corners(cells.sku, *map(self._costed.row, self._codes(cells)))

    def _cost(self, cells: _Cells) -> None:
        """Cost the corners that are not costed yet, and keep the best price of every set."""
        new = self._costed.missing(np.concatenate(self._codes(cells)))
        if len(new):
            found = self._costing.cost(new)
            self._price = np.concatenate([self._price, self._priced(found)])
            self._costed.add(found)

    def _priced(self, found: FineDesigns) -> FloatArray:
        """Return the least price of designs, surcharge included; keep that of every set."""
        sku = found.code // len(self._offers.fine.catalogue)
        row, place = self._with_sets(sku)
        price = found.certain[row] + self._of_set[place]
        price += self._changed(found.alike[row], place)
        price += self._bounds.losses(found, sku)
        price[(found.too_much | found.too_little | found.held_back)[row]] = np.inf
        price[~lasts(found.cover_days[row], self._needed[place])] = np.inf
        np.minimum.at(self._best, place, price)
        least = np.full(len(sku), np.inf)
        np.minimum.at(least, row, price + self._surcharge[place])
        return least

    def _open(self, cells: _Cells) -> _Cells:
        """Return the cells that may hold a design worth looking for; the others are closed."""
        if not len(cells.sku):
            return cells
        row, place, bound = self._bounds_of(cells)
        best = np.minimum.reduceat(self._best + self._surcharge, self._first[:-1])
        threshold = np.minimum(self._best, best[self._owner] - self._surcharge)
        threshold -= self._tolerance[self._owner]
        is_open = np.zeros(len(cells.sku), dtype=np.bool_)
        np.logical_or.at(is_open, row, bound < threshold[place])
        closed = ~is_open[row]
        np.minimum.at(self._floor, place[closed], bound[closed])
        return cells.take(is_open)

    def _bounds_of(self, cells: _Cells) -> tuple[IntArray, IntArray, FloatArray]:
        """Return row, set and lower bound of each cell on each set of its SKU."""
        found, at = self._costed.rows, self._corners(cells)
        row, place = self._with_sets(cells.sku)
        near, far = self._bounds.lines(found, at, row)
        fenced = self._fenced[cells.family]
        span = np.where(fenced, 0.0, found.level(at.far) - found.level(at.near))
        near = near._replace(value=np.where(fenced[row], far.value, near.value))
        least = least_between(near, far, span[row], found.per_unit[at.low][row])
        alone = found.held[at.low] - found.lot_cost[at.low]
        alone += self._least_lot_cost(cells, found.of_quarters[at.low])
        alone[found.too_much[at.low] | found.too_little[at.far]] = np.inf
        policy = self._offers.fine.policy[cells.family]
        may_be = may_be_in_force(self._portfolio, self._skus[cells.sku], policy)
        bound = alone[row] + least + self._of_set[place] + self._changed(may_be[row], place)
        bound[~lasts(found.cover_days[at.far][row], self._needed[place])] = np.inf
        return row, place, bound

    def _least_lot_cost(self, cells: _Cells, of_quarters: FloatArray) -> FloatArray:
        """Return the least cost of the lots of each cell, at its charge for capital by quarter."""
        costs = self._lot_costs[cells.sku, cells.family]
        costs = costs + of_quarters[:, None] * self._lot_stock[cells.sku, cells.family]
        lot = np.arange(costs.shape[1])
        within = (lot >= cells.low[:, 2:]) & (lot <= cells.high[:, 2:])
        return np.asarray(np.min(costs, axis=1, where=within, initial=np.inf))

    def _lengths(self, cells: _Cells) -> FloatArray:
        """Return by how many units of stock a cell's corners differ along each side.  ``(n, 3)``"""
        at = self._corners(cells)
        return np.asarray(self._costed.rows.units[at.far] - self._costed.rows.units[at.low])

    def _with_sets(self, sku: IntArray) -> tuple[IntArray, IntArray]:
        """Return every row with every set of its SKU: place of the row, place of the set."""
        return ranges(self._first[sku], self._count[sku])

    def _changed(self, alike: BoolArray, place: IntArray) -> FloatArray:
        """Return what a change against the plan in force is charged."""
        charge = self._charges.resource.get("changes", 0.0)
        return np.where(alike & self._set_alike[place], 0.0, charge)

    def _prices_of_sets(self) -> tuple[FloatArray, BoolArray]:
        """Return what a set's alternates cost, and whether they are those of the plan in force."""
        portfolio, sets, fine = self._portfolio, self._offers.sets, self._offers.fine
        sku, row = sets.sku[self._sets], np.full(len(self._sets), fine.first[0])
        sources = sets.sources[self._sets]
        with_them = fine.catalogue.designs(sku, row, sources)
        without = fine.catalogue.designs(sku, row, np.full_like(sources, -1))
        held, price = stock(portfolio, without), np.zeros(len(sku))
        for sign, designs in ((1.0, with_them), (-1.0, without)):
            costs = cost_of_stock(portfolio, designs, held)
            used = resources(portfolio, designs, costs)
            price += sign * (costs.purchasing + costs.qualification)
            for name, use in zip(used.name, used.option_use, strict=True):
                if name != "changes":
                    price += sign * self._charges.resource.get(name, 0.0) * use
        beyond = self._charges.weights[self._offers.profile_of_set[self._sets], -1]
        price += stockout_cost_per_day(portfolio, sku) * beyond
        return price, sources_alike(portfolio, with_them)

    def _found(self, most: int) -> Found:
        local, row = np.divmod(
            self._costed.rows.code[: len(self._costed)], len(self._offers.fine.catalogue)
        )
        order = np.lexsort((row, self._price, local))
        first = np.searchsorted(local[order], np.arange(len(self._skus)))
        rank = np.arange(len(order)) - first[local[order]]
        kept = order[(rank < most) & np.isfinite(self._price[order])]
        return Found(
            least=np.minimum(self._best, self._floor),
            sku=self._skus[local[kept]],
            row=row[kept],
            designs=len(order),
        )
