"""Prices at which the fine catalogue is searched, what they prove, and a proof carried over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.plan import LossPrices, Prices
from optimizer.domain.scenario import MeanWeights
from optimizer.engine.decompose.bound import Proof, column_of, price_round
from optimizer.engine.decompose.impacts import weigh
from optimizer.engine.decompose.loss_limits import charged, loss_limits
from optimizer.engine.decompose.onboarding import open_suppliers
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import Case, PricingModel, pricing_model
from optimizer.engine.envelope import tail_of_duals

_MOST_ROWS: Final = 1 << 20


class CataloguePrices(NamedTuple):
    """
    A pricing round of the options offered, from which others can be priced.

    Attributes
    ----------
    model, at
        The model that prices on losses make of the case, and the round's prices in its units.
    loss
        The prices on losses.
    resource
        Price of each limited resource, by name.
    weights
        What each profile's strikes put on the nodes of a curve, mean and tail together.
        Shape ``(P + C, 18)``. [-]
    least, surcharge
        Least price of each set's options, and what its suppliers cost beside.  Shape ``(A,)``.
    of_sku
        Least price of each SKU, the surcharge included.  Shape ``(N,)``.
    bound
        What the prices prove for the options offered. [currency]
    """

    model: PricingModel
    at: RoundPrices
    loss: LossPrices
    resource: Mapping[str, float]
    weights: FloatArray
    least: FloatArray
    surcharge: FloatArray
    of_sku: FloatArray
    bound: float


def catalogue_prices(case: Case, mean: MeanWeights, prices: Prices) -> CataloguePrices:
    """Return a pricing round at the prices of a plan's relaxation."""
    model, scale = charged(pricing_model(case), prices.loss), prices.loss.scale
    at = round_prices(case, model, prices)
    best, mean_weight = price_round(model, at), 1.0 - float(at.tail.sum())
    names = [case.resources.name[r] for r in model.limited.tolist()]
    return CataloguePrices(
        model=model,
        at=at,
        loss=prices.loss,
        resource=dict(zip(names, (scale * at.resource).tolist(), strict=True)),
        weights=scale * (weigh(model.futures.impacts, at.tail) + mean_weight * mean.total),
        least=scale * model.options.price(at).least,
        surcharge=scale * best.opening.link_price,
        of_sku=scale * best.opening.least,
        bound=loss_limits(case).bound(prices.loss, best.bound) * case.money_unit,
    )


def bound_of_sets(case: Case, prices: CataloguePrices, least: FloatArray) -> float:
    """
    Return the bound that prices prove where options of each set cost no less than this.

    Parameters
    ----------
    least
        By set of alternates, surcharges excluded.  Shape ``(A,)``. [money unit]
    """
    model, resource, loss = prices.model, prices.at.resource, prices.loss
    opening = open_suppliers(model.links, least / loss.scale, model.opening_price(resource))
    priced = float(opening.least.sum() - resource @ model.limit)
    return min(loss_limits(case).bound(loss, priced) * case.money_unit, prices.bound)


def round_prices(case: Case, model: PricingModel, prices: Prices) -> RoundPrices:
    """Return prices in units of a charged model, projected onto those that prove a bound."""
    scale = prices.loss.scale
    unit = case.resource_unit[model.limited] / case.money_unit / scale
    weight = model.futures.merged(prices.tail_weight / scale)
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
    model = charged(pricing_model(case), prices.loss)
    best = price_round(model, round_prices(case, model, prices))
    row = _rows_in(before, case.options)
    warm = Proof(loss=prices.loss, stand=proof.stand)
    for column in proof.columns:
        option = row[column.option]
        option = np.where(option < 0, best.column.option, option)
        warm.columns.append(column_of(model, option))
    warm.add(best)
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
