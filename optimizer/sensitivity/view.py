"""The view of a solved portfolio from which reasons are computed, a set of SKUs at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import AlternateSets, Designs
from optimizer.domain.plan import loss_prices
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import Futures, LostDays, MeanWeights
from optimizer.metrics.allowed import allowed_policies
from optimizer.metrics.outage_rates import outage_rates
from optimizer.options.block import Block, block
from optimizer.options.choices import Choices, offered_choices, with_plan
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.known_curves import KnownCurves
from optimizer.options.loss_curves import expected_losses, price_curves
from optimizer.options.resource_use import resources
from optimizer.sensitivity.outlook import Outlook, Weights, make_outlook
from optimizer.sensitivity.priced_lines import Lines, LossLines, PlanPrices, make_lines
from optimizer.sensitivity.runner_up import Inputs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prospects:
    """
    A portfolio's futures, and the days that every set of alternates loses in them.

    Attributes
    ----------
    lost, mean
        Lost days of the profiles, in each future and on average.
    profile_of_set
        Profile of each set of alternates.  Shape ``(A,)``.
    price_profile
        Profile of each SKU's price shocks, -1 for none.  Shape ``(N,)``.
    """

    futures: Futures
    lost: LostDays
    mean: MeanWeights
    sets: AlternateSets
    profile_of_set: IntArray
    price_profile: IntArray


class Offer(NamedTuple):
    """Every option of a set of SKUs, with its resource use."""

    built: Block
    used: Resources


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """
    Everything needed to explain any SKU; money in the portfolio's currency.

    `outage_rate` is the rate at which each SKU's primary is struck, shape ``(N,)`` [1/yr]; `spend`
    is its demand at unit cost, shape ``(N,)`` [currency/day].
    """

    portfolio: Portfolio
    choices: Choices
    prospects: Prospects
    outlook: Outlook
    prices: PlanPrices
    outage_rate: FloatArray
    spend: FloatArray

    def inputs(self, skus: IntArray) -> Inputs:
        """Return today's values of the inputs in which these SKUs' choices can flip."""
        return Inputs(
            capital_price=self.prices.resource.get("capital", 0.0),
            stockout_cost=self.prices.stockout_cost[skus],
            outage_rate=self.outage_rate[skus],
        )


def make_view(
    portfolio: Portfolio,
    prospects: Prospects,
    chosen: Designs,
    resource_price: Mapping[str, float],
    tail_weight: FloatArray,
) -> View:
    """
    Return the view of a plan.

    Parameters
    ----------
    chosen
        The plan, one row per SKU.
    resource_price, tail_weight
        Shadow prices, of the limits on losses too, and tail weights of the relaxation.
    """
    every = np.arange(len(portfolio.skus))
    used = chosen.alternates[chosen.alternates >= 0]
    users = np.bincount(portfolio.sources.supplier[used], minlength=len(portfolio.suppliers))
    kind = portfolio.hazards.kind
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    mean_weight = loss_prices(resource_price).scale - float(tail_weight.sum())
    return View(
        portfolio=portfolio,
        choices=with_plan(
            offered_choices(portfolio, allowed_policies(portfolio)), portfolio, chosen
        ),
        prospects=prospects,
        outlook=make_outlook(kind, prospects.lost, prospects.mean, tail_weight, mean_weight),
        prices=PlanPrices(
            resource=resource_price,
            users=users,
            chosen=chosen,
            stockout_cost=stockout_cost_per_day(portfolio, every),
        ),
        outage_rate=outage_rates(portfolio)[primary],
        spend=spend_per_day(portfolio, every),
    )


def offered(view: View, skus: IntArray, known: KnownCurves | None = None) -> Offer:
    """Return every option of these SKUs (ascending rows), whatever the plan chose."""
    built = block(view.portfolio, view.choices, view.prospects.sets, skus, known)
    return Offer(built, resources(view.portfolio, built.designs, built.costs))


def lines_of(view: View, offer: Offer) -> Lines:
    """Return the priced cost of every option offered, as lines."""
    return make_lines(
        view.portfolio,
        view.prices,
        designs=offer.built.designs,
        costs=offer.built.costs,
        used=offer.used,
        losses=losses_of(view, offer.built, view.outlook.priced),
    )


def losses_of(view: View, built: Block, weights: Weights) -> LossLines:
    """Return every option's losses to disruptions under these weights."""
    sku, curves = built.designs.sku, built.curves[built.curve]
    profile = view.prospects.profile_of_set[built.alternate_set]
    per_day = view.prices.stockout_cost[sku]
    shocked = np.flatnonzero(view.prospects.price_profile[sku] >= 0)
    dearer = np.zeros(len(sku))
    dearer[shocked] = expected_losses(
        price_curves(view.portfolio, sku[shocked], built.costs.lot_days[shocked]),
        view.spend[sku[shocked]],
        weights.shock[view.prospects.price_profile[sku[shocked]]],
    )
    return LossLines(
        outage=expected_losses(curves, per_day, weights.outage[profile]),
        surge=expected_losses(curves, per_day, weights.shock[profile]),
        dearer=dearer,
    )
