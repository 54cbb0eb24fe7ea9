"""Option tables for tests: every option with all its costs; pruned as the product does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import AlternateSets, Costs, Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import N_WEIGHTS, LostDays, MeanWeights, Profiles
from optimizer.options.alternates import alternate_sets
from optimizer.options.block import block
from optimizer.options.build import Built, build
from optimizer.options.choices import offered_choices
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.options.profiles import outage_profiles
from tests.support.lost_days import by_entry

Strike = tuple[int, float]
"""Row of the future and days lost."""


@dataclass(frozen=True, kw_only=True)
class EveryOption:
    """Every option of every SKU before pruning, with everything known of it."""

    start: IntArray
    designs: Designs
    costs: Costs
    curves: FloatArray
    sets: AlternateSets
    alternate_set: IntArray
    profile: IntArray
    price_profile: IntArray
    profiles: Profiles
    stockout_cost_per_day: FloatArray
    spend_per_day: FloatArray

    def __len__(self) -> int:
        return len(self.designs)


def every_option(portfolio: Portfolio, allowed: BoolArray | None = None) -> EveryOption:
    """Return every option of the SKUs, all in one block; every policy is allowed by default."""
    skus, sets = np.arange(len(portfolio.skus)), alternate_sets(portfolio)
    choices = offered_choices(portfolio, everything(portfolio) if allowed is None else allowed)
    found = block(portfolio, choices, sets, skus)
    profiles, profile_of_set, price_profile = outage_profiles(portfolio, sets)
    return EveryOption(
        start=np.searchsorted(found.designs.sku, np.arange(len(skus) + 1)),
        designs=found.designs,
        costs=found.costs,
        curves=found.curves[found.curve],
        sets=sets,
        alternate_set=found.alternate_set,
        profile=profile_of_set[found.alternate_set],
        price_profile=price_profile,
        profiles=profiles,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, skus),
        spend_per_day=spend_per_day(portfolio, skus),
    )


def build_pruned(
    portfolio: Portfolio,
    lost: LostDays | None = None,
    weights: FloatArray | None = None,
    allowed: BoolArray | None = None,
) -> Built:
    """Return the product's option table; by default nothing strikes and nothing is expected."""
    sets = alternate_sets(portfolio)
    profiles, profile_of_set, price_profile = outage_profiles(portfolio, sets)
    return build(
        portfolio,
        offered_choices(portfolio, everything(portfolio) if allowed is None else allowed),
        sets=sets,
        profile_of_set=profile_of_set,
        price_profile=price_profile,
        lost=strikes([[]] * len(profiles)) if lost is None else lost,
        mean=mean_weights(np.zeros((len(profiles), N_WEIGHTS)) if weights is None else weights),
    )


def strikes(by_profile: Sequence[Sequence[Strike]], n_scenarios: int = 10) -> LostDays:
    """Return the days lost by every profile, strike by strike."""
    rows = [strike for profile in by_profile for strike in profile]
    days = np.array([days for _, days in rows], dtype=np.float64)
    start = np.cumsum([0, *(len(profile) for profile in by_profile)])
    scenario = np.array([scenario for scenario, _ in rows], dtype=np.int64)
    return by_entry(start, scenario, days, np.ones(len(rows)), n_scenarios)


def mean_weights(weights: FloatArray) -> MeanWeights:
    """Return weights ``(P + C, 18)`` as those of one hazard."""
    n_profiles = len(weights)
    return MeanWeights(
        start=np.arange(n_profiles + 1),
        hazard=np.zeros(n_profiles, dtype=np.int64),
        weight=weights,
    )


def design_of(
    portfolio: Portfolio,
    policy: str,
    *,
    service_level: float = 0.95,
    reserve_days: float = 0.0,
    lot_days_min: float = 0.0,
    reorder_point: float = np.nan,
    order_quantity: float = np.nan,
    alternates: tuple[int, int] = (-1, -1),
) -> Designs:
    """Return one design for every SKU."""
    n_skus = len(portfolio.skus)
    position = list(portfolio.settings.policies).index(policy)
    return Designs(
        sku=np.arange(n_skus),
        policy=np.full(n_skus, position),
        service_level=np.full(n_skus, service_level),
        reserve_days=np.full(n_skus, reserve_days),
        lot_days_min=np.full(n_skus, lot_days_min),
        lot_factor=np.ones(n_skus),
        reorder_point=np.full(n_skus, reorder_point),
        order_quantity=np.full(n_skus, order_quantity),
        alternates=np.tile(alternates, (n_skus, 1)),
    )


def everything(portfolio: Portfolio) -> BoolArray:
    """Return a mask that leaves every policy to every SKU."""
    return np.ones((len(portfolio.skus), len(portfolio.settings.policies)), dtype=np.bool_)
