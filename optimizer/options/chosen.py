"""The designs of a plan → an option table with one option per SKU, to be priced again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.option import AlternateSets, Catalogue, Costs, Designs, OptionTable
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import OutageProfiles
from optimizer.options.costs import cost, spend_per_day, stockout_cost_per_day
from optimizer.options.profiles import outage_profiles
from optimizer.options.resources import decisive, resources


class Chosen(NamedTuple):
    """A plan as options; row i of the table is SKU i's."""

    options: OptionTable
    costs: Costs
    resources: Resources
    profiles: OutageProfiles


def chosen_options(portfolio: Portfolio, designs: Designs) -> Chosen:
    """
    Return a plan's options, costed, and the outage profiles they are exposed to.

    Parameters
    ----------
    portfolio
        The one the plan was made for.
    designs
        One row per SKU, in the portfolio's order.

    Returns
    -------
    Chosen
        Everything but the scenarios.
    """
    every = np.arange(len(designs))
    sets = AlternateSets(sku=every, sources=designs.alternates, start=np.arange(len(designs) + 1))
    profiles, profile_of_set = outage_profiles(portfolio, sets)
    costs = cost(portfolio, designs)
    options = OptionTable(
        start=np.arange(len(designs) + 1),
        choice=every.astype(np.int32),
        alternate_set=every.astype(np.int32),
        cost=costs.total,
        assured_days=costs.assured_days,
        lot_days=costs.lot_days,
        catalogue=Catalogue(
            policy=designs.policy,
            service_level=designs.service_level,
            reserve_days=designs.reserve_days,
            lot_days_min=designs.lot_days_min,
        ),
        sets=sets,
        profile_of_set=profile_of_set,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, every),
        spend_per_day=spend_per_day(portfolio, every),
    )
    return Chosen(options, costs, decisive(resources(portfolio, designs, costs)), profiles)
