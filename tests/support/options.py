"""Option tables for tests: every option with all its costs, pruned as the product does, plainly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import AlternateSets, Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import OutageProfiles, ScenarioSet
from optimizer.options.alternates import alternate_sets
from optimizer.options.block import block
from optimizer.options.build import Built, build
from optimizer.options.catalogue import catalogue
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.designs import eligible_policies
from optimizer.options.profiles import outage_profiles
from tests.support.lost_days import sparse


@dataclass(frozen=True, kw_only=True)
class EveryOption:
    """Every option of every SKU before pruning, with everything known of it."""

    start: IntArray
    designs: Designs
    costs: Costs
    sets: AlternateSets
    profile: IntArray
    profiles: OutageProfiles
    stockout_cost_per_day: FloatArray
    spend_per_day: FloatArray

    def __len__(self) -> int:
        return len(self.designs)


def every_option(portfolio: Portfolio, allowed: BoolArray | None = None) -> EveryOption:
    """Return every option of the SKUs, all in one block; every policy is allowed by default."""
    skus, sets = np.arange(len(portfolio.skus)), alternate_sets(portfolio)
    eligible = eligible_policies(portfolio, _all(portfolio) if allowed is None else allowed)
    found = block(portfolio, catalogue(portfolio.settings), eligible, sets, skus)
    profiles, profile_of_set = outage_profiles(portfolio, sets)
    return EveryOption(
        start=np.searchsorted(found.designs.sku, np.arange(len(skus) + 1)),
        designs=found.designs,
        costs=found.costs,
        sets=sets,
        profile=profile_of_set[found.alternate_set],
        profiles=profiles,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, skus),
        spend_per_day=spend_per_day(portfolio, skus),
    )


def build_pruned(
    portfolio: Portfolio, scenarios: ScenarioSet, lost: IntArray, allowed: BoolArray | None = None
) -> Built:
    """Return the product's option table for days lost by profile and scenario ``(P, S)``."""
    sets = alternate_sets(portfolio)
    return build(
        portfolio,
        _all(portfolio) if allowed is None else allowed,
        sets=sets,
        profile_of_set=outage_profiles(portfolio, sets)[1],
        scenarios=scenarios,
        lost=sparse(lost),
    )


def _all(portfolio: Portfolio) -> BoolArray:
    return np.ones((len(portfolio.skus), len(portfolio.settings.policies)), dtype=np.bool_)
