"""Builds an option table with one option per SKU from the designs of a plan."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import AlternateSets, Catalogue, Costs, Designs, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import MeanWeights
from optimizer.options.costs import cost_of_stock, spend_per_day, stockout_cost_per_day
from optimizer.options.holding import stock
from optimizer.options.loss_curves import Struck, loss_curves, mean_losses
from optimizer.options.resource_use import decisive, resources


class Chosen(NamedTuple):
    """A plan as options; row i of the table and of the curves ``(N, 17)`` belongs to SKU i."""

    options: OptionTable
    costs: Costs
    curves: FloatArray
    resources: Resources


def own_sets(designs: Designs) -> AlternateSets:
    """
    Return the sets of alternates of a plan.

    Parameters
    ----------
    designs
        One row per SKU, in the portfolio's order.

    Returns
    -------
    AlternateSets
        Row i is SKU i's own set.
    """
    every = np.arange(len(designs))
    return AlternateSets(sku=every, sources=designs.alternates, start=np.arange(len(designs) + 1))


def chosen_options(
    portfolio: Portfolio,
    designs: Designs,
    profile_of_set: IntArray,
    price_profile: IntArray,
    mean: MeanWeights,
) -> Chosen:
    """
    Return a plan's options, costed.

    Parameters
    ----------
    portfolio
        The one the plan was made for.
    designs
        One row per SKU, in the portfolio's order.
    profile_of_set, price_profile
        From `outage_profiles` of `own_sets`.  Shape ``(N,)`` each.
    mean
        Exact weights of these profiles.

    Returns
    -------
    Chosen
        Stated reorder points and lots enter the costs only; the table's catalogue has none.

    References
    ----------
    .. [1] The model contract, sections 3 and 4.
    """
    every = np.arange(len(designs))
    held = stock(portfolio, designs)
    costs = cost_of_stock(portfolio, designs, held)
    curves = loss_curves(portfolio, designs, held)
    struck = Struck(every, every, profile_of_set, price_profile)
    options = OptionTable(
        start=np.arange(len(designs) + 1),
        choice=every.astype(np.int32),
        alternate_set=every.astype(np.int32),
        curve=every.astype(np.int32),
        cost=costs.total,
        expected_loss=mean_losses(portfolio, struck, curves, costs.lot_days, mean.total),
        loss_curves=curves,
        lot_days=costs.lot_days,
        catalogue=Catalogue(
            policy=designs.policy,
            service_level=designs.service_level,
            reserve_days=designs.reserve_days,
            lot_days_min=designs.lot_days_min,
            lot_factor=designs.lot_factor,
        ),
        sets=own_sets(designs),
        profile_of_set=profile_of_set,
        price_profile=price_profile,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, every),
        spend_per_day=spend_per_day(portfolio, every),
    )
    return Chosen(options, costs, curves, decisive(resources(portfolio, designs, costs)))
