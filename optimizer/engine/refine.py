"""What the whole fine catalogue proves at the prices of a plan, and what of it to offer."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.plan import Prices
from optimizer.domain.scenario import MeanWeights
from optimizer.engine.decompose.bound import Proof, column_of, price_round
from optimizer.engine.decompose.impacts import weigh
from optimizer.engine.decompose.onboarding import open_suppliers
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import Case, PricingModel, pricing_model
from optimizer.engine.envelope import tail_of_duals
from optimizer.options.choices import Choices
from optimizer.options.fine_designs import Charges
from optimizer.options.fine_pass import Known, Offers, price_fine

DESIGNS_A_SKU: Final = 12
"""As many of the best fine designs are offered to each SKU."""
_TOLERANCE: Final = 0.1  # of the gap asked for


class FineBound(NamedTuple):
    """
    What a pass over the fine catalogue found.

    Attributes
    ----------
    offered, fine
        Bounds that the prices prove for the options offered, and for the whole fine catalogue.
        [currency]
    sku, row
        Fine designs worth offering.
    designs
        How many were costed.
    """

    offered: float
    fine: float
    sku: IntArray
    row: IntArray
    designs: int


def price_catalogue(case: Case, mean: MeanWeights, choices: Choices, prices: Prices) -> FineBound:
    """
    Price the whole fine catalogue.

    Parameters
    ----------
    prices
        Of the plan's relaxation.
    """
    model, settings = pricing_model(case), case.portfolio.settings
    tolerance = settings.catalogue.gap * _TOLERANCE
    at = _round_prices(case, model, prices)
    best = price_round(model, at)
    known, options = model.options.price(at).least, case.options
    weights = weigh(model.futures.impacts, at.tail)
    weights += (1.0 - float(at.tail.sum())) * mean.total
    names = [case.resources.name[r] for r in model.limited.tolist()]
    found = price_fine(
        case.portfolio,
        Offers(
            choices.fine,
            choices.eligible,
            options.sets,
            options.profile_of_set,
            options.price_profile,
        ),
        Charges(resource=dict(zip(names, at.resource.tolist(), strict=True)), weights=weights),
        Known(known, best.opening.link_price, tolerance * np.abs(best.opening.least)),
        DESIGNS_A_SKU,
    )
    opening_price = model.onboarding_cost + at.resource @ model.onboarding_use
    opening = open_suppliers(model.links, found.least, opening_price)
    fine_bound = float(opening.least.sum() - at.resource @ model.limit)
    return FineBound(
        offered=best.bound * case.money_unit,
        fine=min(fine_bound, best.bound) * case.money_unit,
        sku=found.sku,
        row=found.row,
        designs=found.designs,
    )


def _round_prices(case: Case, model: PricingModel, prices: Prices) -> RoundPrices:
    """Return prices in units of money, projected onto those that prove a bound."""
    unit = case.resource_unit[model.limited] / case.money_unit
    weight = model.futures.merged(prices.tail_weight)
    return RoundPrices(
        resource=np.maximum(prices.resource[model.limited] * unit, 0.0),
        tail=tail_of_duals(weight, model.tail_charge, model.tail_cap),
    )


def carried(proof: Proof, before: OptionTable, case: Case, prices: Prices) -> Proof:
    """
    Return a proof's columns and prices for a case with more options: a warm start.

    An option that is offered no more, because a new one dominates it, is replaced by its SKU's
    cheapest at these prices.
    """
    model = pricing_model(case)
    best = price_round(model, _round_prices(case, model, prices))
    row = _rows_in(before, case.options)
    warm = Proof(columns=[], best=None)
    warm.add(best)
    for column in proof.columns:
        option = row[column.option]
        option = np.where(option < 0, best.column.option, option)
        warm.columns.append(column_of(model, option))
    return warm


def _rows_in(before: OptionTable, after: OptionTable) -> IntArray:
    """Return the row of every option in another table of the same SKUs, -1 where it has none."""
    old, new = (_codes(table) for table in (before, after))
    order = np.argsort(new)
    place = np.minimum(np.searchsorted(new[order], old), len(new) - 1)
    return np.where(new[order][place] == old, order[place], -1)


def _codes(table: OptionTable) -> IntArray:
    """Return a number for every option: its set of alternates, which is its SKU's, and its row."""
    return table.alternate_set.astype(np.int64) * _MOST_ROWS + table.choice


_MOST_ROWS: Final = 1 << 20
