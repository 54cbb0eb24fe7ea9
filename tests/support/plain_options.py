"""The option table the long way: designs in plain loops, costed whole, rivals by dense numpy."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import PRIMARY, Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.options.alternates import alternate_sets
from optimizer.options.costs import cost, stockout_cost_per_day
from optimizer.options.designs import eligible_policies
from optimizer.options.profiles import outage_profiles
from optimizer.options.resources import resources
from optimizer.options.rules import broken
from optimizer.options.stock import stock
from optimizer.scenarios.lost_days import lost_days
from tests.support.lost_days import dense


class PlainTable(NamedTuple):
    """The options kept, what they cost, and how many there were."""

    designs: Designs
    costs: Costs
    n_built: int


def plain_table(portfolio: Portfolio, allowed: BoolArray, scenarios: ScenarioSet) -> PlainTable:
    """Return the options that `build` keeps, found without its blocks, kernel and sharing."""
    designs = _designs(portfolio, eligible_policies(portfolio, allowed))
    breaks = broken(portfolio, designs, stock(portfolio, designs))
    designs = designs.take(np.flatnonzero(~breaks.any(axis=0)))
    costs = cost(portfolio, designs)
    rows = _kept(portfolio, designs, costs, scenarios)
    return PlainTable(designs.take(rows), costs.take(rows), len(designs))


def _designs(portfolio: Portfolio, eligible: BoolArray) -> Designs:
    """Every design: SKU by SKU, policy by policy, parameter by parameter, set by set."""
    rows = [
        (sku, position, *parameters, alternates)
        for sku in range(len(portfolio.skus))
        for position, policy in enumerate(portfolio.settings.policies.values())
        if eligible[sku, position]
        for parameters in itertools.product(
            policy.service_levels, policy.reserve_days, policy.lot_days_min or (0.0,)
        )
        for alternates in _alternates(portfolio, sku)
    ]
    sku, position, service_level, reserve_days, lot_days_min, alternates = zip(*rows, strict=True)
    return Designs(
        sku=np.array(sku),
        policy=np.array(position),
        service_level=np.array(service_level),
        reserve_days=np.array(reserve_days),
        lot_days_min=np.array(lot_days_min),
        alternates=np.array(alternates),
    )


def _alternates(portfolio: Portfolio, sku: int) -> list[tuple[int, int]]:
    sources = portfolio.sources
    usable = np.flatnonzero((sources.sku == sku) & (sources.role != PRIMARY)).tolist()
    if portfolio.skus.demand_mean[sku] == 0.0:
        usable = []
    sets = [(-1, -1), *((one, -1) for one in usable), *itertools.combinations(usable, 2)]
    at_most = portfolio.settings.max_alternates
    return sorted(chosen for chosen in sets if sum(j >= 0 for j in chosen) <= at_most)


def _kept(portfolio: Portfolio, designs: Designs, costs: Costs, scenarios: ScenarioSet) -> IntArray:
    """Rows of the options that no option of the same SKU dominates."""
    used = resources(portfolio, designs, costs)
    nearest, farthest = costs.assured_days, costs.assured_days + costs.lot_days
    falls = scenarios.categories[(scenarios.price_multiplier < 1.0).any(axis=0)]
    pays = np.isin(portfolio.skus.category.astype(str), falls.astype(str))
    pays |= stockout_cost_per_day(portfolio, np.arange(len(portfolio.skus))) < 0.0
    equal = np.where(pays[designs.sku], [nearest, farthest], 0.0)
    limited = used.option_use[np.isfinite(used.limit)]
    terms = np.array([costs.total, *limited, -nearest, -farthest, *equal])
    lost = _lost(portfolio, designs, scenarios)
    onboard = _onboarded_for(portfolio, designs)
    kept = []
    for sku in range(len(portfolio.skus)):
        rows = np.flatnonzero(designs.sku == sku)
        beaten = dominated(terms[:, rows], lost[rows], onboard[rows])
        kept.append(rows[~beaten])
    return np.concatenate(kept)


def _lost(portfolio: Portfolio, designs: Designs, scenarios: ScenarioSet) -> IntArray:
    """Days lost by option and scenario.  Shape ``(O, S)``."""
    sets = alternate_sets(portfolio)
    profiles, profile_of_set = outage_profiles(portfolio, sets)
    names = zip(sets.sku.tolist(), *sets.sources.T.tolist(), strict=True)
    profile = dict(zip(names, profile_of_set.tolist(), strict=True))
    chosen = zip(designs.sku.tolist(), *designs.alternates.T.tolist(), strict=True)
    return dense(lost_days(scenarios, profiles))[[profile[name] for name in chosen]]


def _onboarded_for(portfolio: Portfolio, designs: Designs) -> BoolArray:
    """Return which suppliers every option needs onboarded.  Shape ``(O, J)``."""
    needed = np.zeros((len(designs), len(portfolio.suppliers)), dtype=np.bool_)
    option, place = np.nonzero(designs.alternates >= 0)
    needed[option, portfolio.sources.supplier[designs.alternates[option, place]]] = True
    return needed & ~portfolio.suppliers.onboarded


def dominated(terms: FloatArray, lost: IntArray, onboard: BoolArray) -> BoolArray:
    """Return which of the options of one SKU another one dominates; axes i, j of each pair."""
    no_worse = (terms[:, :, None] <= terms[:, None, :]).all(axis=0)
    no_worse &= (lost[:, None] <= lost[None, :]).all(axis=2)
    no_worse &= (onboard[:, None] <= onboard[None, :]).all(axis=2)
    earlier = np.triu(np.ones(no_worse.shape, dtype=np.bool_), k=1)
    return np.asarray((no_worse & (earlier | ~no_worse.T)).any(axis=0), dtype=np.bool_)
