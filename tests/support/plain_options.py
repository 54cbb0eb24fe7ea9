"""The option table the long way: designs in plain loops, costed whole, rivals by dense numpy."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import PRIMARY, Portfolio
from optimizer.domain.scenario import LostDays
from optimizer.options.alternates import alternate_sets
from optimizer.options.costs import cost, spend_per_day, stockout_cost_per_day
from optimizer.options.designs import eligible_policies
from optimizer.options.holding import stock
from optimizer.options.loss_curves import loss_curves, price_curves
from optimizer.options.profiles import outage_profiles
from optimizer.options.resource_use import resources
from optimizer.options.rules import broken
from optimizer.options.table_part import rounded_down
from tests.support.lost_days import entries


class PlainTable(NamedTuple):
    """The options kept, what they cost and lose, and how many there were."""

    designs: Designs
    costs: Costs
    curves: FloatArray
    expected_loss: FloatArray
    n_built: int


def plain_table(
    portfolio: Portfolio, allowed: BoolArray, lost: LostDays, weights: FloatArray
) -> PlainTable:
    """Return the options that `build` keeps, found without its blocks, kernel and sharing."""
    designs = _designs(portfolio, eligible_policies(portfolio, allowed))
    breaks = broken(portfolio, designs, stock(portfolio, designs))
    designs = designs.take(np.flatnonzero(~breaks.any(axis=0)))
    costs = cost(portfolio, designs)
    curves = loss_curves(portfolio, designs, stock(portfolio, designs))
    profile, price_profile = _profiles(portfolio, designs)
    expected = _expected(portfolio, designs, costs, curves, (profile, price_profile, weights))
    kept, single = [], rounded_down(curves)
    for sku in range(len(portfolio.skus)):
        rows = np.flatnonzero(designs.sku == sku)
        terms = _terms(portfolio, designs, costs, expected, price_profile)[:, rows]
        beaten = dominated(
            np.concatenate([terms, single[rows].T]),
            loses_no_more(profile[rows], lost),
            _onboarded_for(portfolio, designs)[rows],
            grows=(np.diff(single[rows], axis=1) >= 0.0).all(axis=1),
            sets=designs.alternates[rows],
        )
        kept.append(rows[~beaten])
    rows = np.concatenate(kept)
    return PlainTable(
        designs.take(rows), costs.take(rows), curves[rows], expected[rows], len(designs)
    )


def _designs(portfolio: Portfolio, eligible: BoolArray) -> Designs:
    """Every design: SKU by SKU, policy by policy, parameter by parameter, set by set."""
    rows = [
        (sku, position, *parameters, alternates)
        for sku in range(len(portfolio.skus))
        for position, policy in enumerate(portfolio.settings.policies.values())
        if eligible[sku, position]
        for parameters in itertools.product(
            policy.service_levels if policy.reorder_point is None else (0.0,),
            policy.reserve_days,
            policy.lot_days_min or (0.0,),
        )
        for alternates in _alternates(portfolio, sku)
    ]
    demand = portfolio.skus.demand_mean
    first = {row[0]: place for place, row in reversed(list(enumerate(rows)))}
    rows = [row for place, row in enumerate(rows) if demand[row[0]] > 0 or first[row[0]] == place]
    sku, position, service_level, reserve_days, lot_days_min, alternates = zip(*rows, strict=True)
    return Designs(
        sku=np.array(sku),
        policy=np.array(position),
        service_level=np.array(service_level),
        reserve_days=np.array(reserve_days),
        lot_days_min=np.array(lot_days_min),
        lot_factor=np.ones(len(sku)),
        reorder_point=np.full(len(sku), np.nan),
        order_quantity=np.full(len(sku), np.nan),
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


def _profiles(portfolio: Portfolio, designs: Designs) -> tuple[IntArray, IntArray]:
    """Return the supply's and the price category's profile of every option."""
    sets = alternate_sets(portfolio)
    _, profile_of_set, price_profile = outage_profiles(portfolio, sets)
    names = zip(sets.sku.tolist(), *sets.sources.T.tolist(), strict=True)
    profile = dict(zip(names, profile_of_set.tolist(), strict=True))
    chosen = zip(designs.sku.tolist(), *designs.alternates.T.tolist(), strict=True)
    return np.array([profile[name] for name in chosen]), price_profile[designs.sku]


def _expected(
    portfolio: Portfolio,
    designs: Designs,
    costs: Costs,
    curves: FloatArray,
    struck: tuple[IntArray, IntArray, FloatArray],
) -> FloatArray:
    profile, price_profile, weights = struck
    slope = stockout_cost_per_day(portfolio, designs.sku)
    spend = spend_per_day(portfolio, designs.sku)
    dearer = price_curves(portfolio, designs.sku, costs.lot_days)
    expected = []
    for o, row in enumerate(profile.tolist()):
        total = float(weights[row] @ np.append(curves[o], slope[o]))
        if price_profile[o] >= 0:
            total += float(weights[price_profile[o]] @ np.append(dearer[o], spend[o]))
        expected.append(total)
    return np.array(expected)


def _terms(
    portfolio: Portfolio,
    designs: Designs,
    costs: Costs,
    expected: FloatArray,
    price_profile: IntArray,
) -> FloatArray:
    """Return what must not be larger, to ten digits: sums in another order differ in the last."""
    used = resources(portfolio, designs, costs)
    limited = used.option_use[np.isfinite(used.limit)]
    shorter = np.where(price_profile >= 0, -costs.lot_days, 0.0)
    charged = [-expected] if portfolio.settings.tail_charge > 1.0 else []
    rounded = [np.array([float(f"{x:.10g}") for x in row]) for row in (expected, *charged)]
    return np.array([costs.total, *limited, shorter, *rounded])


def loses_no_more(profile: IntArray, lost: LostDays) -> BoolArray:
    """Return whether option i's strikes can be matched with larger ones of option j.  ``(O, O)``"""
    rows = [[(scenario, days) for scenario, _, days, _ in own] for own in entries(lost)]
    return np.array([[p == q or _matches(rows[p], rows[q]) for q in profile] for p in profile])


def _matches(these: list[tuple[int, float]], those: list[tuple[int, float]]) -> bool:
    """Return whether these are no more than some of those, one each, in their order."""
    left = iter(those)
    return all(
        any(scenario == other and days <= more for other, more in left) for scenario, days in these
    )


def _onboarded_for(portfolio: Portfolio, designs: Designs) -> BoolArray:
    """Return which suppliers every option needs onboarded.  Shape ``(O, J)``."""
    needed = np.zeros((len(designs), len(portfolio.suppliers)), dtype=np.bool_)
    option, place = np.nonzero(designs.alternates >= 0)
    needed[option, portfolio.sources.supplier[designs.alternates[option, place]]] = True
    return needed & ~portfolio.suppliers.onboarded


def dominated(
    terms: FloatArray, fewer: BoolArray, onboard: BoolArray, *, grows: BoolArray, sets: IntArray
) -> BoolArray:
    """Return which of the options of one SKU another one dominates; axes i, j of each pair."""
    no_worse = (terms[:, :, None] <= terms[:, None, :]).all(axis=0) & fewer
    no_worse &= (onboard[:, None] <= onboard[None, :]).all(axis=2)
    same_set = (sets[:, None] == sets[None, :]).all(axis=2)
    back = no_worse.T
    no_worse &= same_set | grows[:, None]
    earlier = np.triu(np.ones(no_worse.shape, dtype=np.bool_), k=1)
    return np.asarray((no_worse & (earlier | ~back)).any(axis=0), dtype=np.bool_)
