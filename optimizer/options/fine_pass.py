r"""
The pricing pass over the whole fine catalogue, without costing all of it (ALGORITHMS 7).

A cell is a box of service levels, reserves and lots of one SKU and family.  Stock rises along each
axis, waiting and backorders fall, so its two corners bound every term of every design within: what
stock costs is least at the low corner, what its absence costs at the high one.  A cell whose bound
is not below the SKU's best price by more than the tolerance is closed; the others are halved.

.. math::
    P(o) \ge c^{\text{low}}_{\text{stock}} + c^{\text{high}}_{\text{order, short}}
    + \sum_k V_k\,\bigl(D u\,[(B^{\text{high}}_{L + \ell_k} - B^{\text{low}}_L)/D
    - \ell_k\,(n/Q)^{\text{low}}]^+ + \dots\bigr)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges
from optimizer.domain.option import AlternateSets, Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.options.change import held_alike, may_be_in_force, sources_alike
from optimizer.options.costs import (
    cost_of_stock,
    short_unit_cost,
    spend_per_day,
    stockout_cost_per_day,
)
from optimizer.options.fine import FineCatalogue
from optimizer.options.holding import Stock, greatest_share_short, ratio, stock
from optimizer.options.law import smallest_unit
from optimizer.options.loss_curves import (
    BETWEEN,
    expected_losses,
    integral_at_nodes,
    met_after,
    price_curves,
)
from optimizer.options.lot import order_quantity
from optimizer.options.resource_use import resources
from optimizer.options.rules import broken

SKUS_AT_ONCE: Final = 256
_ROUNDS: Final = 40
_LEAST: Final = 1e-300
_NO_STOCK: Final = (
    *("reorder_point", "safety_stock", "reserve_units", "mean_on_hand", "cover_days"),
    *("fill_rate", "waiting_share", "units_short"),
)
_RISING: Final = ("capital", "storage")
"""Resources that stock uses; the others are used by alternates or by a change."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Charges:
    """
    What a round charges, in units of money.

    Attributes
    ----------
    resource
        Shadow price of each resource by name; one left out is free.
    weights
        What each profile's strikes put on the nodes of a curve, mean and tail together.
        Shape ``(P + C, 18)``. [-]
    """

    resource: Mapping[str, float]
    weights: FloatArray


class Offers(NamedTuple):
    """What the fine catalogue is offered to: which SKUs may use which policy, and their sources."""

    fine: FineCatalogue
    eligible: BoolArray
    sets: AlternateSets
    profile_of_set: IntArray
    price_profile: IntArray


class Found(NamedTuple):
    """
    What a pass found of some SKUs.

    Attributes
    ----------
    least
        Lower bound on the price of any fine design, by set of alternates; known prices count.
        Shape ``(A',)``.
    sku, row, price
        Designs worth offering: rows of the SKUs and of the fine catalogue, and the least price over
        the sets, its surcharge included; sorted by SKU, then price.
    designs
        How many were costed.
    """

    least: FloatArray
    sku: IntArray
    row: IntArray
    price: FloatArray
    designs: int


class _Costed(NamedTuple):
    """
    Designs of the fine catalogue, costed without alternates; ``(n,)`` but for the last three.

    Attributes
    ----------
    code
        SKU (place in the block) times the rows of the catalogue plus the row; ascending.
    per_unit
        What a unit of mean stock costs, its use of resources included. [money unit/unit]
    held
        What stock costs but for backorders, :math:`r + R + (Q + \\delta)/2 - D L` and rotation, and
        what lots do: ordering, purchasing and price shocks.
    lot_cost
        The part of it that depends on the lot.
    short, waited
        Routine stockouts: units short, and waiting.
    short_slope
        By how much `short` falls at most with a unit more of stock. [money unit/unit]
    alike
        Whether all but the sources is as in the plan in force.
    owed, short_rate, waiting
        :math:`B_L`, :math:`n/Q` and :math:`w_L` in an outage; `owed_routine` but for a ring-fenced
        reserve is the first.
    too_much, too_little
        Whether it outlasts the shelf life or exceeds the cover allowed; whether it falls short.
    units
        Reorder point, reserve and lot.  Shape ``(n, 3)``. [unit]
    owed_after, waiting_share, waiting_after
        :math:`B_{L + \\ell}` and :math:`w_{L + \\ell}` at the nodes, :math:`w_{L + u}` between.
    """

    code: IntArray
    per_unit: FloatArray
    held: FloatArray
    lot_cost: FloatArray
    short: FloatArray
    waited: FloatArray
    short_slope: FloatArray
    alike: BoolArray
    owed_routine: FloatArray
    short_rate: FloatArray
    too_much: BoolArray
    too_little: BoolArray
    units: FloatArray
    owed_after: FloatArray
    waiting_share: FloatArray
    waiting_after: FloatArray

    @property
    def falling(self) -> FloatArray:
        """What falls with stock, but for losses to disruptions. [money unit]"""
        return self.per_unit * self.owed_routine + self.short + self.waited


class _Cells(NamedTuple):
    """Boxes on the grids: SKU (place in the block), family, and both corners ``(n, 3)``."""

    sku: IntArray
    family: IntArray
    low: IntArray
    high: IntArray

    def take(self, rows: IntArray | BoolArray) -> _Cells:
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
    """
    The pass over some SKUs.

    Parameters
    ----------
    portfolio
        In units of money.
    skus
        Rows of the SKUs, ascending.
    known
        Least price of the options already offered, by set of alternates of all SKUs.  ``(A,)``
    surcharge
        What the suppliers of a set cost beside.  Shape ``(A,)``.
    tolerance
        By how much a fine design may be cheaper than a SKU's best and not be looked for.  ``(N,)``
    """

    def __init__(
        self,
        portfolio: Portfolio,
        offers: Offers,
        charges: Charges,
        skus: IntArray,
        *,
        known: FloatArray,
        surcharge: FloatArray,
        tolerance: FloatArray,
    ) -> None:
        self._portfolio, self._offers, self._charges = portfolio, offers, charges
        self._skus, self._tolerance = skus, tolerance[skus]
        sets = offers.sets
        self._start = sets.start[skus]
        self._count = sets.start[skus + 1] - self._start
        self._first = np.concatenate([[0], np.cumsum(self._count)])
        _, self._sets = ranges(self._start, self._count)
        self._owner = np.repeat(np.arange(len(skus)), self._count)
        self._surcharge = surcharge[self._sets]
        self._best = known[self._sets].copy()
        self._floor = np.full(len(self._sets), np.inf)
        self._of_set, self._set_alike = self._prices_of_sets()
        self._n_rows = len(offers.fine.catalogue)
        self._fenced = np.array([one.ring_fenced for one in portfolio.settings.policies.values()])
        self._n_between = len(BETWEEN) if portfolio.skus.downtime_cost[skus].any() else 0
        self._lot_cost = self._lot_costs()
        self._costed = _nothing(self._n_between)
        self._price = np.zeros(0)

    def run(self, most: int) -> Found:
        """Return what is found; of each SKU at most so many designs."""
        cells = self._whole()
        for _ in range(_ROUNDS):
            if not len(cells.sku):
                break
            self._cost(cells)
            cells = self._open(cells.take(~cells.is_single))
            cells = cells.halves(self._lengths(cells))
        self._floor_of(cells)
        return self._found(most)

    def _whole(self) -> _Cells:
        """Return a cell for every family that a SKU with demand may use, lot by lot if need be."""
        skus, fine = self._portfolio.skus, self._offers.fine
        has_demand = skus.demand_mean[self._skus] > 0.0
        may = self._offers.eligible[self._skus][:, fine.policy] & has_demand[:, None]
        sku, family = np.nonzero(may)
        by_lot = skus.min_stock[self._skus[sku]] > 0.0
        _, lot = ranges(
            np.zeros(len(sku), dtype=np.int64), np.where(by_lot, fine.size[family, 2], 1)
        )
        of = np.repeat(np.arange(len(sku)), np.where(by_lot, fine.size[family, 2], 1))
        low, high = np.zeros((len(of), 3), dtype=np.int64), fine.size[family[of]] - 1
        low[by_lot[of], 2] = high[by_lot[of], 2] = lot[by_lot[of]]
        return _Cells(sku[of], family[of], low, high)

    def _codes(self, cells: _Cells) -> list[IntArray]:
        """Return the codes of three corners: least stock and lot, least stock and largest lot, most."""
        near = np.concatenate([cells.low[:, :2], cells.high[:, 2:]], axis=1)
        fine = self._offers.fine
        return [
            cells.sku * self._n_rows + fine.rows(cells.family, place)
            for place in (cells.low, near, cells.high)
        ]

    def _cost(self, cells: _Cells) -> None:
        """Cost the corners that are not costed yet, and keep the best price of every set."""
        new = np.setdiff1d(np.concatenate(self._codes(cells)), self._costed.code)
        if not len(new):
            return
        found = self._designs(new)
        self._keep(found, self._priced(found))

    def _keep(self, found: _Costed, price: FloatArray) -> None:
        code = np.concatenate([self._costed.code, found.code])
        order = np.argsort(code, kind="stable")
        columns = zip(self._costed, found, strict=True)
        self._costed = _Costed(*(np.concatenate(pair)[order] for pair in columns))
        self._price = np.concatenate([self._price, price])[order]

    def _designs(self, code: IntArray) -> _Costed:
        """Cost these designs."""
        portfolio = self._portfolio
        local, row = code // self._n_rows, code % self._n_rows
        sku = self._skus[local]
        designs = self._offers.fine.catalogue.designs(sku, row, np.full((len(sku), 2), -1))
        held = stock(portfolio, designs)
        costs = cost_of_stock(portfolio, designs, held)
        every, breaks = np.arange(len(sku)), broken(portfolio, designs, held)
        after = met_after(portfolio, designs, held, every, NODES)
        per_unit = self._per_unit(designs, held)
        owed = _owed(portfolio, designs, held)
        ordered = costs.ordering + costs.purchasing + self._dearer(sku, costs.lot_days)
        waited = portfolio.skus.downtime_cost[sku] * portfolio.settings.horizon.days
        waited *= held.waiting_share
        return _Costed(
            code=code,
            per_unit=per_unit,
            held=costs.carrying + self._charged(designs, costs) - per_unit * owed + ordered,
            lot_cost=per_unit * held.order_quantity / 2.0 + ordered,
            short=costs.routine_stockout - waited,
            waited=waited,
            short_slope=self._short_slope(designs, held),
            alike=held_alike(portfolio, designs, held),
            owed_routine=owed,
            short_rate=held.units_short / held.order_quantity,
            too_much=breaks[0] | breaks[2],
            too_little=breaks[1],
            units=np.stack([held.reorder_point, held.reserve_units, held.order_quantity], axis=1),
            owed_after=after.backorders,
            waiting_share=after.waiting_share,
            waiting_after=self._waiting_after(designs, held),
        )

    def _lot_costs(self) -> FloatArray:
        """Return the cost of every lot: by SKU of the block, family and lot.  ``(n, F, 9)``"""
        fine, portfolio = self._offers.fine, self._portfolio
        n_families, n_lots = len(fine.policy), int(fine.size[:, 2].max())
        family, lot = np.divmod(np.arange(n_families * n_lots), n_lots)
        place = np.stack([np.zeros_like(lot), np.zeros_like(lot), lot], axis=1)
        sku = np.repeat(self._skus, len(lot))
        row = np.tile(fine.rows(family, place), len(self._skus))
        designs = fine.catalogue.designs(sku, row, np.full((len(sku), 2), -1))
        lots = np.maximum(order_quantity(portfolio, designs), _LEAST)
        none = np.zeros(len(sku))
        held = Stock(
            order_quantity=lots,
            lot_days=ratio(lots, portfolio.skus.demand_mean[sku], 1.0),
            **dict.fromkeys(_NO_STOCK, none),
        )
        costs = cost_of_stock(portfolio, designs, held)
        found = self._per_unit(designs, held) * lots / 2.0 + costs.ordering + costs.purchasing
        found += self._dearer(sku, costs.lot_days)
        return np.asarray(found.reshape(len(self._skus), n_families, n_lots))

    def _least_lot_cost(self, cells: _Cells) -> FloatArray:
        """Return the least cost of the lots of each cell."""
        costs = self._lot_cost[cells.sku, cells.family]
        lot = np.arange(costs.shape[1])
        within = (lot >= cells.low[:, 2:]) & (lot <= cells.high[:, 2:])
        return np.asarray(np.min(costs, axis=1, where=within, initial=np.inf))

    def _per_unit(self, designs: Designs, held: Stock) -> FloatArray:
        """Return what a unit of mean stock costs."""
        none = np.zeros(len(designs))
        one = replace(held, mean_on_hand=none + 1.0, reserve_units=none)
        costs = cost_of_stock(self._portfolio, designs, one)
        return costs.carrying + self._charged(designs, costs)

    def _short_slope(self, designs: Designs, held: Stock) -> FloatArray:
        """Return by how much the cost of units short falls at most with a unit more of stock."""
        portfolio, sku = self._portfolio, designs.sku
        asked = portfolio.skus.demand_mean[sku] * portfolio.settings.horizon.days
        per_unit = asked * short_unit_cost(portfolio, sku) / held.order_quantity
        return np.where(
            held.units_short > 0.0, per_unit * greatest_share_short(portfolio, designs, held), 0.0
        )

    def _waiting_after(self, designs: Designs, held: Stock) -> FloatArray:
        """Return the share of time somebody waits between the nodes, where waiting costs."""
        waits = self._portfolio.skus.downtime_cost[designs.sku] > 0.0
        after, rows = np.zeros((len(waits), self._n_between)), np.flatnonzero(waits)
        if len(rows):
            after[rows] = met_after(self._portfolio, designs, held, rows, BETWEEN).waiting_share
        return after

    def _charged(self, designs: Designs, costs: Costs) -> FloatArray:
        """Return what stock's use of resources is charged."""
        used, charged = resources(self._portfolio, designs, costs), np.zeros(len(designs))
        for name, use in zip(used.name, used.option_use, strict=True):
            if name.split(":")[0] in _RISING:
                charged += self._charges.resource.get(name, 0.0) * use
        return charged

    def _dearer(self, sku: IntArray, lot_days: FloatArray) -> FloatArray:
        """Return the priced cost of price shocks."""
        profile, dearer = self._offers.price_profile[sku], np.zeros(len(sku))
        rows = np.flatnonzero(profile >= 0)
        if len(rows):
            curves = price_curves(self._portfolio, sku[rows], lot_days[rows])
            weights = self._charges.weights[profile[rows]]
            dearer[rows] = expected_losses(
                curves, spend_per_day(self._portfolio, sku[rows]), weights
            )
        return dearer

    def _prices_of_sets(self) -> tuple[FloatArray, BoolArray]:
        """Return what a set's alternates cost, and whether they are those of the plan in force."""
        portfolio, sets = self._portfolio, self._offers.sets
        row = self._offers.fine.first[0]
        with_them, without = (
            self._offers.fine.catalogue.designs(
                sets.sku[self._sets], np.full(len(self._sets), row), sources
            )
            for sources in (sets.sources[self._sets], np.full((len(self._sets), 2), -1))
        )
        held = stock(portfolio, without)
        price = np.zeros(len(self._sets))
        for sign, designs in ((1.0, with_them), (-1.0, without)):
            costs = cost_of_stock(portfolio, designs, held)
            used = resources(portfolio, designs, costs)
            price += sign * (costs.purchasing + costs.qualification)
            for name, use in zip(used.name, used.option_use, strict=True):
                if name != "changes":
                    price += sign * self._charges.resource.get(name, 0.0) * use
        slope = stockout_cost_per_day(portfolio, sets.sku[self._sets])
        weights = self._charges.weights[self._offers.profile_of_set[self._sets]]
        return price + slope * weights[:, -1], sources_alike(portfolio, with_them)

    def _with_sets(self, sku: IntArray) -> tuple[IntArray, IntArray]:
        """Return every row with every set of its SKU: place of the row, place of the set."""
        return ranges(self._first[sku], self._count[sku])

    def _changed(self, row: IntArray, place: IntArray, alike: BoolArray) -> FloatArray:
        change = self._charges.resource.get("changes", 0.0)
        return change * ~(alike[row] & self._set_alike[place])

    def _weighed(self, place: IntArray, curve: FloatArray) -> FloatArray:
        """Return curves, one a row, times the weights of these sets."""
        profile = self._offers.profile_of_set[self._sets[place]]
        return np.einsum("nk,nk->n", curve, self._charges.weights[profile, :-1])

    def _priced(self, found: _Costed) -> FloatArray:
        """Return the least price of designs, surcharge included; keep that of every set."""
        sku = found.code // self._n_rows
        every = np.arange(len(sku))
        row, place = self._with_sets(sku)
        price = found.held[row] + found.falling[row]
        price += self._of_set[place] + self._changed(row, place, found.alike)
        price += self._weighed(place, self._curve(sku, found, every, found, every)[row])
        price[(found.too_much | found.too_little)[row]] = np.inf
        np.minimum.at(self._best, place, price)
        least = np.full(len(sku), np.inf)
        np.minimum.at(least, row, price + self._surcharge[place])
        return least

    def _curve(
        self, sku: IntArray, low: _Costed, at_low: IntArray, high: _Costed, at_high: IntArray
    ) -> FloatArray:
        """Return the loss curve that no design between two corners is below."""
        curve = self._short_curve(sku, low, at_low, high, at_high)
        return curve + self._waiting_curve(sku, low, at_low, high, at_high)

    def _short_curve(
        self, sku: IntArray, low: _Costed, at_low: IntArray, high: _Costed, at_high: IntArray
    ) -> FloatArray:
        rows = self._skus[sku]
        demand = self._portfolio.skus.demand_mean[rows, None]
        beyond = (high.owed_after[at_high] - low.owed_after[at_low, :1]) / demand
        short = np.maximum(beyond - NODES * low.short_rate[at_low, None], 0.0)
        return np.asarray(demand * short_unit_cost(self._portfolio, rows)[:, None] * short)

    def _waiting_curve(
        self, sku: IntArray, low: _Costed, at_low: IntArray, high: _Costed, at_high: IntArray
    ) -> FloatArray:
        if not self._n_between:
            return np.zeros((len(sku), len(NODES)))
        beyond = high.waiting_after[at_high] - low.waiting_share[at_low, :1]
        cost = self._portfolio.skus.downtime_cost[self._skus[sku], None]
        return np.asarray(cost * integral_at_nodes(np.maximum(beyond, 0.0)))

    def _bounds(self, cells: _Cells) -> tuple[IntArray, IntArray, FloatArray]:
        r"""
        Return row, set and lower bound of each cell on each set.

        With u the stock above the low corner, at the largest lot, what falls is no less than either
        tangent: :math:`\min_u\, a u + \max(g_1 - s_1 u,\; g_2 + s_2 (X - u))`.
        """
        found, sku = self._costed, cells.sku
        low, near, far = self._corners(cells)
        row, place = self._with_sets(sku)
        waiting = self._waiting_curve(sku, found, low, found, far)
        lines = [self._line(cells, low, at, waiting, row, place) for at in (near, far)]
        span = (found.units[far, :2].sum(axis=1) - found.units[near, :2].sum(axis=1))[row]
        fenced = self._fenced[self._offers.fine.policy[cells.family]][row]
        (first, steep), (last, flat) = lines
        steep = steep + found.short_slope[near][row]
        waited = (found.waited[far])[row]
        first, steep = np.where(fenced, last, first), np.where(fenced, 0.0, steep)
        flat = np.where(fenced, 0.0, np.minimum(flat, steep))
        slope = found.per_unit[low][row]
        apart = np.maximum(first - last - flat * span, 0.0)
        meet = np.divide(apart, steep - flat, out=np.zeros_like(apart), where=steep > flat)
        meet = np.minimum(meet, span)
        least = np.full(len(row), np.inf)
        for u in (np.zeros_like(span), meet, span):
            falls = np.maximum(first - steep * u, last + flat * (span - u))
            np.minimum(least, slope * u + falls, out=least)
        alone = found.held[low] - found.lot_cost[low] + self._least_lot_cost(cells)
        alone[found.too_much[low] | found.too_little[far]] = np.inf
        may_be = may_be_in_force(
            self._portfolio, self._skus[sku], self._offers.fine.policy[cells.family]
        )
        bound = alone[row] + waited + least + self._of_set[place]
        return row, place, bound + self._changed(row, place, may_be)

    def _line(
        self,
        cells: _Cells,
        low: IntArray,
        at: IntArray,
        waiting: FloatArray,
        row: IntArray,
        place: IntArray,
    ) -> tuple[FloatArray, FloatArray]:
        """Return what falls with stock at a corner, and its slope there, on each set."""
        found = self._costed
        curve = self._short_curve(cells.sku, found, low, found, at)
        unit = short_unit_cost(self._portfolio, self._skus[cells.sku])[:, None]
        slopes = np.where(curve > 0.0, unit * found.waiting_share[at], 0.0)
        value = found.per_unit[at] * found.owed_routine[at] + found.short[at]
        slope = found.per_unit[at] * found.waiting_share[at, 0]
        value = value[row] + self._weighed(place, (curve + waiting)[row])
        return value, slope[row] + self._weighed(place, slopes[row])

    def _corners(self, cells: _Cells) -> tuple[IntArray, IntArray, IntArray]:
        """Return where the corners of cells are among the designs costed."""
        code = self._costed.code
        low, near, far = (np.searchsorted(code, corner) for corner in self._codes(cells))
        return low, near, far

    def _open(self, cells: _Cells) -> _Cells:
        """Return the cells that may hold a design worth looking for; the others are closed."""
        if not len(cells.sku):
            return cells
        row, place, bound = self._bounds(cells)
        worth = self._best + self._surcharge
        best = np.minimum.reduceat(worth, self._first[:-1])
        threshold = np.minimum(self._best, best[self._owner] - self._surcharge)
        threshold -= self._tolerance[self._owner]
        is_open = np.zeros(len(cells.sku), dtype=np.bool_)
        np.logical_or.at(is_open, row, bound < threshold[place])
        closed = ~is_open[row]
        np.minimum.at(self._floor, place[closed], bound[closed])
        return cells.take(is_open)

    def _floor_of(self, cells: _Cells) -> None:
        """Close what is still open when the rounds are used up."""
        if len(cells.sku):
            self._cost(cells)
            _, place, bound = self._bounds(cells)
            np.minimum.at(self._floor, place, bound)

    def _lengths(self, cells: _Cells) -> FloatArray:
        """Return by how many units of stock a cell's corners differ along each side.  ``(n, 3)``"""
        low, _, high = self._corners(cells)
        return np.asarray(self._costed.units[high] - self._costed.units[low])

    def _found(self, most: int) -> Found:
        sku = self._costed.code // self._n_rows
        order = np.lexsort((self._price, sku))
        first = np.searchsorted(sku[order], np.arange(len(self._skus)))
        rank = np.arange(len(order)) - first[sku[order]]
        kept = order[(rank < most) & np.isfinite(self._price[order])]
        return Found(
            least=np.minimum(self._best, self._floor),
            sku=self._skus[sku[kept]],
            row=self._costed.code[kept] % self._n_rows,
            price=self._price[kept],
            designs=len(order),
        )


def _nothing(n_between: int) -> _Costed:
    none, no = np.zeros(0), np.zeros(0, dtype=np.bool_)
    widths = {
        "units": 3,
        "owed_after": len(NODES),
        "waiting_share": len(NODES),
        "waiting_after": n_between,
    }
    columns = {
        name: np.zeros((0, widths[name])) if name in widths else none for name in _Costed._fields
    }
    flags = dict.fromkeys(("alike", "too_much", "too_little"), no)
    return _Costed(**{**columns, **flags, "code": np.zeros(0, dtype=np.int64)})


def _owed(portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
    """Return mean backorders in routine. [unit]"""
    sku = designs.sku
    asked = (
        portfolio.skus.demand_mean[sku]
        * portfolio.sources.lead_time_mean[portfolio.skus.primary[sku]]
    )
    position = held.reorder_point + held.reserve_units
    position += (held.order_quantity + smallest_unit(portfolio, sku)) / 2.0
    return held.mean_on_hand - (position - asked)


def price_fine(
    portfolio: Portfolio,
    offers: Offers,
    charges: Charges,
    *,
    known: FloatArray,
    surcharge: FloatArray,
    tolerance: FloatArray,
    most: int,
) -> Found:
    """
    Price the whole fine catalogue for all SKUs; see `FineBlock`.

    Returns
    -------
    Found
        The same for any number of processors.
    """
    every = np.arange(len(portfolio.skus))
    blocks = np.split(every, every[SKUS_AT_ONCE::SKUS_AT_ONCE])

    def work(skus: IntArray) -> Found:
        block = FineBlock(
            portfolio,
            offers,
            charges,
            skus,
            known=known,
            surcharge=surcharge,
            tolerance=tolerance,
        )
        return block.run(most)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(work, blocks))
    least, sku, row, price, designs = zip(*parts, strict=True)
    return Found(*map(np.concatenate, (least, sku, row, price)), sum(designs))
