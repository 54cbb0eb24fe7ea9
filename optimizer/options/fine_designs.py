"""Fine designs of some SKUs, costed without alternates: what rises with stock, and what falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.options.capital_by_quarter import (
    CAPITAL_BY_QUARTER,
    capital_by_quarter_rises,
)
from optimizer.options.change import held_alike
from optimizer.options.costs import cost_of_stock, short_unit_cost, spend_per_day
from optimizer.options.fine import FineCatalogue
from optimizer.options.fine_stock import StockOfBlock
from optimizer.options.holding import Stock, ratio
from optimizer.options.law import smallest_unit
from optimizer.options.loss_curves import expected_losses, price_curves
from optimizer.options.lot import order_quantity
from optimizer.options.resource_use import resources, service_weights
from optimizer.options.rules import broken
from optimizer.options.stability import held_back

_PER_UNIT: Final = ("capital", "storage")
"""Resources that stock uses in proportion."""
_OF_STOCK: Final = (*_PER_UNIT, *CAPITAL_BY_QUARTER)
"""Resources that stock uses; units short use those of service, alternates and changes the rest."""
_NO_STOCK: Final = (
    *("reorder_point", "safety_stock", "reserve_units", "mean_on_hand", "cover_days"),
    *("fill_rate", "waiting_share", "units_short"),
)
_LEAST: Final = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Charges:
    """
    What a pricing round charges, in units of money.

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


class FineDesigns(NamedTuple):
    """
    Designs of the fine catalogue, costed at a round's prices; money in units of money.

    Attributes
    ----------
    code
        SKU (place in the block) times the rows of the catalogue plus the row; ascending.  ``(n,)``
    per_unit
        What a unit more of mean stock costs.  Shape ``(n,)``.
    of_quarters
        The part of it that capital by quarter is charged: none of what today's stock exceeds.
        Shape ``(n,)``.
    held
        All that is certain but what falls with stock.  Shape ``(n,)``.
    lot_cost
        The part of it that depends on the lot.  Shape ``(n,)``.
    short, waited, short_falls, waited_falls
        Routine stockouts, by units short and by waiting, and by how much they fall with a unit more
        of stock.  Shape ``(n,)``.
    owed_routine, waiting_routine, short_rate
        Mean backorders [unit], share of time that somebody waits [-], and units short a unit of
        demand [-].  Shape ``(n,)``.
    alike
        Whether all but the sources is as in the plan in force.  Shape ``(n,)``.
    held_back
        Whether it is not offered for what is in force.  Shape ``(n,)``.
    too_much, too_little
        Whether it outlasts the shelf life or exceeds the cover allowed; whether it falls short.
    cover_days
        Mean stock in days of demand.  Shape ``(n,)``. [day]
    units
        Reorder point, reserve and lot.  Shape ``(n, 3)``. [unit]
    in_block
        Rows of the block's `FineStock`.  Shape ``(n,)``.
    """

    code: IntArray
    per_unit: FloatArray
    of_quarters: FloatArray
    held: FloatArray
    lot_cost: FloatArray
    short: FloatArray
    waited: FloatArray
    short_falls: FloatArray
    waited_falls: FloatArray
    owed_routine: FloatArray
    waiting_routine: FloatArray
    short_rate: FloatArray
    alike: BoolArray
    held_back: BoolArray
    too_much: BoolArray
    too_little: BoolArray
    cover_days: FloatArray
    units: FloatArray
    in_block: IntArray

    @property
    def certain(self) -> FloatArray:
        """What is certain to be paid.  Shape ``(n,)``. [money unit]"""
        return self.held + self.per_unit * self.owed_routine + self.short + self.waited

    def level(self, rows: IntArray) -> FloatArray:
        """Return the stock at which these are ordered, reserve included.  Shape ``(n,)``. [unit]"""
        return np.asarray(self.units[rows, 0] + self.units[rows, 1])


class FineCosting(NamedTuple):
    """What fine designs of some SKUs are costed by."""

    portfolio: Portfolio
    fine: FineCatalogue
    charges: Charges
    price_profile: IntArray
    skus: IntArray
    known: StockOfBlock

    def cost(self, code: IntArray) -> FineDesigns:
        """Cost the designs of these codes, ascending."""
        portfolio, designs, in_block = self.portfolio, self.known.designs(code), self.known.of(code)
        found = self.known.rows
        held = found.held(in_block)
        costs, breaks = cost_of_stock(portfolio, designs, held), broken(portfolio, designs, held)
        of_quarters = self._of_quarters(designs, held)
        per_unit = self._per_unit(designs, held) + of_quarters
        owed = _owed(portfolio, designs, held)
        ordered = costs.ordering + costs.purchasing + self._dearer(designs.sku, costs.lot_days)
        of_days = portfolio.skus.downtime_cost[designs.sku] * portfolio.settings.horizon.days
        asked = portfolio.skus.demand_mean[designs.sku] * portfolio.settings.horizon.days
        waited_falls = of_days * found.waiting_falls[in_block]
        of_service = self._service_charge(designs.sku)
        of_units = asked * short_unit_cost(portfolio, designs.sku) + of_service
        return FineDesigns(
            code=code,
            per_unit=per_unit,
            of_quarters=of_quarters,
            held=costs.carrying
            + self._charged(designs, costs, _OF_STOCK)
            - per_unit * owed
            + ordered,
            lot_cost=per_unit * held.order_quantity / 2.0 + ordered,
            short=costs.routine_stockout
            - of_days * held.waiting_share
            + of_service * (1.0 - held.fill_rate),
            waited=of_days * held.waiting_share,
            short_falls=of_units * found.short_falls[in_block],
            waited_falls=np.where(held.waiting_share > 0.0, waited_falls, 0.0),
            owed_routine=owed,
            waiting_routine=found.waiting[in_block, 0],
            short_rate=held.units_short / held.order_quantity,
            alike=held_alike(portfolio, designs, held),
            held_back=held_back(portfolio, designs, held),
            too_much=breaks[0] | breaks[2],
            too_little=breaks[1],
            cover_days=held.cover_days,
            units=np.stack([held.reorder_point, held.reserve_units, held.order_quantity], axis=1),
            in_block=in_block,
        )

    def lot_costs(self) -> tuple[FloatArray, FloatArray]:
        """
        Return what depends on the lot but for capital by quarter, and the lot's mean stock.

        Each by SKU of the block, family and lot.  ``(n, F, 9)``
        """
        fine, portfolio = self.fine, self.portfolio
        n_families, n_lots = len(fine.policy), int(fine.size[:, 2].max())
        family, lot = np.divmod(np.arange(n_families * n_lots), n_lots)
        place = np.stack([np.zeros_like(lot), np.zeros_like(lot), lot], axis=1)
        sku = np.repeat(self.skus, len(lot))
        designs = self._designs(sku, np.tile(fine.rows(family, place), len(self.skus)))
        lots, none = np.maximum(order_quantity(portfolio, designs), _LEAST), np.zeros(len(sku))
        held = Stock(
            order_quantity=lots,
            lot_days=ratio(lots, portfolio.skus.demand_mean[sku], 1.0),
            **dict.fromkeys(_NO_STOCK, none),
        )
        costs = cost_of_stock(portfolio, designs, held)
        found = self._per_unit(designs, held) * lots / 2.0 + costs.ordering + costs.purchasing
        found += self._dearer(sku, costs.lot_days)
        shape = (len(self.skus), n_families, n_lots)
        return found.reshape(shape), (lots / 2.0).reshape(shape)

    def _designs(self, sku: IntArray, row: IntArray) -> Designs:
        return self.fine.catalogue.designs(sku, row, np.full((len(sku), 2), -1))

    def _per_unit(self, designs: Designs, held: Stock) -> FloatArray:
        """Return what a unit of mean stock costs, but for capital by quarter."""
        none = np.zeros(len(designs))
        one = replace(held, mean_on_hand=none + 1.0, reserve_units=none)
        costs = cost_of_stock(self.portfolio, designs, one)
        return costs.carrying + self._charged(designs, costs, _PER_UNIT)

    def _of_quarters(self, designs: Designs, held: Stock) -> FloatArray:
        """Return what capital by quarter charges a unit more of mean stock."""
        prices = [self.charges.resource.get(name, 0.0) for name in CAPITAL_BY_QUARTER]
        if not any(prices):
            return np.zeros(len(designs))
        rises = capital_by_quarter_rises(self.portfolio, designs, held.mean_on_hand)
        return np.asarray(np.array(prices) @ rises)

    def _charged(self, designs: Designs, costs: Costs, names: tuple[str, ...]) -> FloatArray:
        """Return what the use of these resources is charged."""
        used, charged = resources(self.portfolio, designs, costs), np.zeros(len(designs))
        for name, use in zip(used.name, used.option_use, strict=True):
            if name.split(":")[0] in names:
                charged += self.charges.resource.get(name, 0.0) * use
        return charged

    def _service_charge(self, sku: IntArray) -> FloatArray:
        """Return what service floors charge for all of a SKU's demand being short."""
        charged = np.zeros(len(sku))
        for name, weight in service_weights(self.portfolio).items():
            charged += self.charges.resource.get(name, 0.0) * weight[sku]
        return charged

    def _dearer(self, sku: IntArray, lot_days: FloatArray) -> FloatArray:
        """Return the priced cost of price shocks, which longer lots put off."""
        profile, dearer = self.price_profile[sku], np.zeros(len(sku))
        rows = np.flatnonzero(profile >= 0)
        if len(rows):
            curves = price_curves(self.portfolio, sku[rows], lot_days[rows])
            weights, spend = (
                self.charges.weights[profile[rows]],
                spend_per_day(self.portfolio, sku[rows]),
            )
            dearer[rows] = expected_losses(curves, spend, weights)
        return dearer


def _owed(portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
    """Return mean backorders in routine. [unit]"""
    sku, unit = designs.sku, smallest_unit(portfolio, designs.sku)
    lead_time = portfolio.sources.lead_time_mean[portfolio.skus.primary[sku]]
    asked = portfolio.skus.demand_mean[sku] * lead_time
    middle = held.reorder_point + held.reserve_units + (held.order_quantity + unit) / 2.0
    return held.mean_on_hand - (middle - asked)
