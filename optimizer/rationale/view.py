"""A solved portfolio as its reasons are read from it, some SKUs at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import AlternateSets, Catalogue, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.engine.lines import Lines, PlanPrices, make_lines
from optimizer.engine.outlook import make_outlook, short_days
from optimizer.engine.reasons import Inputs
from optimizer.options.block import Block, block
from optimizer.options.catalogue import catalogue
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.designs import eligible_policies
from optimizer.options.resources import resources
from optimizer.segments.allowed import allowed_policies


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """The scenarios, and the days that every set of alternates loses in them."""

    scenarios: ScenarioSet
    lost: LostDays
    sets: AlternateSets
    profile_of_set: IntArray


class Offer(NamedTuple):
    """Every option of some SKUs, and what each uses of the resources."""

    built: Block
    used: Resources


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What the reasons of any SKU are read from; money in the portfolio's currency."""

    portfolio: Portfolio
    catalogue: Catalogue
    eligible: BoolArray
    sets: AlternateSets
    prices: PlanPrices

    def inputs(self, skus: IntArray) -> Inputs:
        """Return today's values of what a choice can flip in, of these SKUs."""
        return Inputs(
            capital_price=self.prices.resource.get("capital", 0.0),
            stockout_cost=self.prices.stockout_cost[skus],
            outage_probability=self.prices.outlook.probability[skus],
        )


def make_view(
    portfolio: Portfolio,
    futures: Futures,
    chosen: Designs,
    resource_price: Mapping[str, float],
    weight: FloatArray,
) -> View:
    """
    Return the view of a plan.

    Parameters
    ----------
    chosen
        The plan, one row per SKU.
    resource_price, weight
        By the relaxation.
    """
    every = np.arange(len(portfolio.skus))
    used = chosen.alternates[chosen.alternates >= 0]
    users = np.bincount(portfolio.sources.supplier[used], minlength=len(portfolio.suppliers))
    outlook = make_outlook(
        portfolio,
        futures.scenarios,
        lost=futures.lost,
        sets=futures.sets,
        profile_of_set=futures.profile_of_set,
        weight=weight,
    )
    return View(
        portfolio=portfolio,
        catalogue=catalogue(portfolio.settings),
        eligible=eligible_policies(portfolio, allowed_policies(portfolio)),
        sets=futures.sets,
        prices=PlanPrices(
            resource=resource_price,
            weight=weight,
            outlook=outlook,
            users=users,
            chosen=chosen,
            stockout_cost=stockout_cost_per_day(portfolio, every),
            spend=spend_per_day(portfolio, every),
        ),
    )


def offered(view: View, skus: IntArray) -> Offer:
    """Return every option of some SKUs, ascending rows of the portfolio; the plan is no matter."""
    built = block(view.portfolio, view.catalogue, view.eligible, view.sets, skus)
    return Offer(built, resources(view.portfolio, built.designs, built.costs))


def lines_of(view: View, offer: Offer) -> Lines:
    """Return what every option offered costs at the plan's prices."""
    designs, costs = offer.built.designs, offer.built.costs
    short = short_days(
        view.prices.outlook,
        designs.sku,
        offer.built.alternate_set,
        costs.assured_days,
        costs.lot_days,
    )
    return make_lines(
        view.portfolio, view.prices, designs=designs, costs=costs, used=offer.used, short=short
    )


def per_year(probability: FloatArray, years: float) -> FloatArray:
    """Return the annual rate at which something within the horizon has this probability."""
    with np.errstate(divide="ignore"):
        return -np.log1p(-np.minimum(probability, 1.0)) / years
