"""Designs, alternates, rules and profiles of small portfolios, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.options.change import change
from optimizer.options.resource_use import resources
from tests.support.options import build_pruned, design_of, every_option
from tests.support.portfolios import make_portfolio

PRIMARY = {"sku": 0, "supplier": 0, "lead_time_std": 5.0}
TWO_MORE = (
    {"sku": 0, "supplier": 2, "role": "qualified", "ramp_days": 9.0, "capacity_share": 0.3},
    {"sku": 0, "supplier": 1, "role": "candidate", "ramp_days": 30.0, "qualification_cost": 800.0},
)
SKU = {"sku": "S1", "category": "mro", "demand_std": 3.0}


def policies(portfolio: Portfolio) -> list[str]:
    names = list(portfolio.settings.policies)
    return [names[row] for row in every_option(portfolio).designs.policy]


def test_default_catalogue_without_vmi() -> None:
    """Proves: 1 + 3 + 5 + 3·3 + 4·9 = 54 options where the primary offers no VMI, 57 where so."""
    assert len(every_option(make_portfolio([SKU], [PRIMARY]))) == 54
    offers = ({"supplier": "Alfa", "offers_vmi": True},)
    assert len(every_option(make_portfolio([SKU], [PRIMARY], suppliers=offers))) == 57


@pytest.mark.parametrize(
    ("sku", "n_options"),
    [
        ({"demand_mean": 0.9}, 55),
        ({"demand_mean": 1.0}, 54),
        ({"demand_mean": 0.9, "unit_decimals": 2.0, "order_multiple": 0.01}, 54),
        ({"demand_mean": 0.9, "demand_model": "gamma"}, 54),
        ({"demand_mean": 1.0, "demand_model": "discrete"}, 55),
    ],
)
def test_on_demand_is_for_whole_units_only(sku: dict[str, Any], n_options: int) -> None:
    """
    Proves: waiting until somebody asks is open where demand is counted: by itself in whole units
    with D·L = 18 < 20, not at 20; never in fractions; always or never where the SKU says so.
    """
    assert len(every_option(make_portfolio([{**SKU, **sku}], [PRIMARY]))) == n_options


@pytest.mark.parametrize(
    ("max_alternates", "sets"),
    [
        (0, [[-1, -1]]),
        (1, [[-1, -1], [1, -1], [2, -1]]),
        (2, [[-1, -1], [1, -1], [1, 2], [2, -1]]),
    ],
)
def test_sets_of_alternates(max_alternates: int, sets: list[list[int]]) -> None:
    """Proves: none; none and two singles; and their pair: 54 times 1, 3, 4 options."""
    portfolio = make_portfolio([SKU], [PRIMARY, *TWO_MORE], max_alternates=max_alternates)
    options = every_option(portfolio)
    assert len(options) == 54 * len(sets)
    assert options.designs.alternates[: len(sets)].tolist() == sets


@pytest.mark.parametrize(
    ("uses", "sets"),
    [
        (("must", "may"), [[1, -1], [1, 2]]),
        (("may", "never"), [[-1, -1], [1, -1]]),
        (("must", "never"), [[1, -1]]),
        (("must", "must"), [[1, 2]]),
        (("never", "never"), [[-1, -1]]),
    ],
)
def test_sources_are_used_as_stated(uses: tuple[str, str], sets: list[list[int]]) -> None:
    """Proves: of none, both singles and the pair, those with every must and no never are left."""
    stated = [{**source, "use": use} for source, use in zip(TWO_MORE, uses, strict=True)]
    options = every_option(make_portfolio([SKU], [PRIMARY, *stated], max_alternates=2))
    assert len(options) == 54 * len(sets)
    assert options.designs.alternates[: len(sets)].tolist() == sets


def test_a_sku_without_demand_has_no_duties() -> None:
    """Proves: nobody asks for it, so nobody delivers it: its one option stays."""
    idle, must = {**SKU, "demand_mean": 0.0}, {**TWO_MORE[0], "use": "must"}
    assert len(every_option(make_portfolio([idle], [PRIMARY, must]))) == 1


def test_pairs_stay_within_their_sku() -> None:
    """
    Proves: SKUs with 1, 3 and 2 alternates have 2, 7 and 4 sets.

    Sensitivity: pairing neighbours across SKUs gives more.
    """
    skus = [{"sku": f"S{i}"} for i in range(3)]
    sources = [
        {"sku": sku, "supplier": j, "role": "primary" if j == 0 else "candidate"}
        for sku, n_alternates in enumerate((1, 3, 2))
        for j in range(n_alternates + 1)
    ]
    suppliers = [{"supplier": name} for name in "ABCD"]
    portfolio = make_portfolio(skus, sources, suppliers=suppliers, max_alternates=2)
    options = every_option(portfolio)
    assert (np.diff(options.start) / 54).tolist() == [2.0, 7.0, 4.0]
    owner = portfolio.sources.sku[options.designs.alternates]
    given = options.designs.alternates >= 0
    assert np.all((owner == options.designs.sku[:, None]) | ~given)


def test_lock_leaves_one_policy() -> None:
    """Proves: a locked SKU has its policy's options only."""
    portfolio = make_portfolio([{**SKU, "lock_policy": "reorder_point"}], [PRIMARY])
    assert policies(portfolio) == ["reorder_point"] * 3


def test_allowed_policies_are_a_mask() -> None:
    """Proves: only the policies of the mask are built: 5 of safety_stock."""
    portfolio = make_portfolio([SKU], [PRIMARY])
    mask = np.array([[name == "safety_stock" for name in portfolio.settings.policies]])
    assert len(every_option(portfolio, mask)) == 5


def test_shelf_life_drops_what_would_expire() -> None:
    """
    Proves: EOQ = sqrt(2·50·3650/(.17·10)) = 463.4, so 464 units, 46.4 days; shelf life 60 keeps
    reserves of 7 only (53.4 days; 14 makes 60.4), at four service levels.

    Forward lots of 90 and 180 days are capped at 60, as MODEL 3 says, and stay: 1 + 3 + 5 + 9 + 4.
    Sensitivity: half the lot instead of the lot keeps the reserves of 14, 21 and 30 too.
    """
    options = every_option(make_portfolio([{**SKU, "shelf_life_days": 60.0}], [PRIMARY]))
    reserves = options.designs.reserve_days
    assert sorted(reserves[reserves > 0]) == [7.0] * 4
    assert options.costs.lot_days.max() == 60.0
    assert len(options) == 22


SLOW = {"demand_mean": 0.1, "demand_std": 0.4, "shelf_life_days": 60.0}


@pytest.mark.parametrize("least", [6.0, 7.0])
def test_the_least_lot_may_outlast_the_shelf_life(least: float) -> None:
    """
    Proves: a least lot of 7 lasts 70 days of 60: every option without a reserve stays with just
    that lot, all with one go; one of 6 lasts just 60.

    Sensitivity: as a wall it would leave the SKU without options.
    """
    portfolio = make_portfolio([{**SKU, **SLOW, "min_order_qty": least}], [PRIMARY])
    options = every_option(portfolio)
    assert set(options.costs.order_quantity) == {least}
    assert not options.designs.reserve_days.any()
    assert len(options) == 19


def test_cover_limits() -> None:
    """
    Proves: cover = I/D; every kept option lies within [40, 90] days, and every such one is kept.

    Sensitivity: limits on the lot alone would keep the 180 days' reserve.
    """
    limits = {"min_cover_days": 40.0, "max_cover_days": 90.0}
    every = every_option(make_portfolio([SKU], [PRIMARY])).costs.cover_days
    kept = every_option(make_portfolio([{**SKU, **limits}], [PRIMARY])).costs.cover_days
    assert sorted(kept) == sorted(cover for cover in every if 40.0 <= cover <= 90.0)
    assert 0 < len(kept) < len(every)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_cover_days": 0.1}, "cover exceeds max_cover_days"),
        ({"min_cover_days": 9999.0}, "cover stays below min_cover_days"),
        ({"lock_policy": "vmi"}, "no policy is available"),
        ({"lock_policy": "stockpile", "shelf_life_days": 5.0}, "lot and reserve last longer"),
    ],
)
def test_skus_without_options_are_all_listed(limits: dict[str, Any], reason: str) -> None:
    """Proves: both SKUs without an option are named with the reason; the good one is not."""
    skus = [{**SKU, **limits, "sku": "bad1"}, {**SKU, "sku": "good"}, {**SKU, **limits, "sku": "x"}]
    sources = [{**PRIMARY, "sku": sku} for sku in range(3)]
    with pytest.raises(BadInputError, match=reason) as refusal:
        build_pruned(make_portfolio(skus, sources))
    assert [problem.value for problem in refusal.value.problems] == ["bad1", "x"]


def test_a_sku_without_demand_has_one_option() -> None:
    """
    Proves: no demand: one option, nothing held, paid or lost, cover without end, limits or not.

    Sensitivity: the minimum order of 500 would hold 2500 of capital; downtime would make a loss.
    """
    limits = {"max_cover_days": 30.0, "min_order_qty": 500.0, "shelf_life_days": 20.0}
    sku = {**SKU, **limits, "demand_mean": 0.0, "downtime_cost": 1000.0}
    options = every_option(make_portfolio([sku], [PRIMARY, *TWO_MORE]))
    costs = options.costs
    assert len(options) == 1
    assert [costs.total[0], costs.capital[0], costs.order_quantity[0]] == [0.0, 0.0, 0.0]
    assert [costs.reorder_point[0], costs.mean_on_hand[0]] == [0.0, 0.0]
    assert np.isinf(costs.cover_days[0])
    assert (costs.fill_rate[0], costs.waiting_share[0]) == (1.0, 0.0)
    assert options.stockout_cost_per_day.tolist() == [0.0]
    assert not options.curves.any()


def test_a_sku_without_demand_keeps_what_insures_it() -> None:
    """
    Proves: min_stock 3, lots of 2: Q = 2, r = 1, I = 3 with capital 30 and carrying .17·30 = 5.1,
    nothing else.
    """
    sku = {**SKU, "demand_mean": 0.0, "min_stock": 3.0, "order_multiple": 2.0, "volume": 0.5}
    costs = every_option(make_portfolio([sku], [PRIMARY])).costs
    assert [costs.order_quantity[0], costs.reorder_point[0], costs.mean_on_hand[0]] == [2, 1, 3]
    assert (costs.capital[0], costs.storage[0]) == (30.0, 1.5)
    assert costs.total[0] == costs.carrying[0] == pytest.approx(5.1)


def test_profiles_are_shared_and_sorted_by_supplier() -> None:
    """
    Proves: two SKUs alike share 4 profiles; pairs stand in supplier order with their own ramp.

    The qualified Gamma (row 2, ramp counts 0, share .3) comes after candidate Beta (row 1, 30).
    Sensitivity: keeping source order gives (2, 1) and ramps (0, 30).
    """
    sources = [{**row, "sku": sku} for sku in range(2) for row in (PRIMARY, *TWO_MORE)]
    portfolio = make_portfolio([SKU, {**SKU, "sku": "S2"}], sources, max_alternates=2)
    options = every_option(portfolio)
    assert len(options.profiles) == 4
    pair = options.profiles.alternate.min(axis=1) >= 0
    assert options.profiles.alternate[pair].tolist() == [[1, 2]]
    assert options.profiles.ramp_days[pair].tolist() == [[30.0, 0.0]]
    assert options.profiles.capacity_share[pair].tolist() == [[1.0, 0.3]]
    assert (options.profile[: len(options) // 2] == options.profile[len(options) // 2 :]).all()


def test_lead_times_and_prices_stand_in_the_profiles() -> None:
    """
    Proves: Gamma delivers 30 days later than the primary, Beta 5 days sooner; price categories
    follow the supplies, -1 where no price hazard acts.

    Sensitivity: alternates' own lead times, not what they have beyond the primary's, are 50 and 15.
    """
    late = {**TWO_MORE[0], "lead_time_mean": 50.0}
    soon = {**TWO_MORE[1], "lead_time_mean": 15.0}
    portfolio = make_portfolio(
        [{**SKU, "category": "mro"}, {**SKU, "sku": "S2", "category": "paint"}],
        [PRIMARY, late, soon, {**PRIMARY, "sku": 1}],
        hazards=[
            {"hazard": name, "kind": "price", "scope": "category", "target": target}
            for name, target in (("h1", "paint"), ("h2", "glass"), ("h3", "paint"))
        ],
    )
    options = every_option(portfolio)
    assert options.profiles.extra_lead_days.tolist() == [[0, 0], [30, 0], [-5, 0]]
    assert options.profiles.price_category.tolist() == ["glass", "paint"]
    assert options.price_profile.tolist() == [-1, 3 + 1]


@pytest.mark.parametrize(("kind", "category"), [("surge", "mro"), ("price", "")])
def test_only_a_surge_splits_profiles_by_category(kind: str, category: str) -> None:
    """Proves: the category stands in the profile only where a surge targets it."""
    hazard = {"hazard": "h", "kind": kind, "scope": "category", "target": "mro"}
    options = every_option(make_portfolio([SKU], [PRIMARY], hazards=[hazard]))
    assert options.profiles.surge_category.tolist() == [category]


def test_change_against_the_plan_in_force() -> None:
    """
    Proves: of 216 options exactly one equals the plan, alternates named in any order of roles.

    S2 has no decision yet: every option counts as a change.
    """
    plan = [
        {
            "policy": "stockpile",
            "service_level": 0.95,
            "reserve_days": 30.0,
            "alternates": "Beta;Gamma",
        },
        {},
    ]
    sources = [PRIMARY, *TWO_MORE, {**PRIMARY, "sku": 1}]
    portfolio = make_portfolio([SKU, {**SKU, "sku": "S2"}], sources, plan=plan, max_alternates=2)
    options = every_option(portfolio)
    same = np.flatnonzero(options.costs.change == 0.0)
    assert len(same) == 1
    assert options.designs.alternates[same].tolist() == [[1, 2]]
    assert options.designs.reserve_days[same].tolist() == [30.0]


def test_change_against_numbers_in_force() -> None:
    """
    Proves: where only r and Q are in force, options with just these numbers and no reserve are no
    change: the 95 % of reorder_point and of safety_stock, of all 54.
    """
    every = every_option(make_portfolio([SKU], [PRIMARY]))
    wanted = (every.designs.service_level == 0.95) & (every.designs.reserve_days == 0.0)
    wanted &= every.designs.lot_days_min == 0.0
    today = {
        "reorder_point": every.costs.reorder_point[wanted][0],
        "order_quantity": every.costs.order_quantity[wanted][0],
    }
    portfolio = make_portfolio([SKU], [PRIMARY], plan=[today])
    found = every_option(portfolio).costs.change
    assert np.flatnonzero(found == 0.0).tolist() == np.flatnonzero(wanted).tolist()
    assert wanted.sum() == 2
    stated = design_of(portfolio, "jit", **today)
    assert change(portfolio, stated).tolist() == [0.0]


def test_resources_by_hand() -> None:
    """
    Proves: capital = stock + 800 qualification cash; category capital the same; onboarding is in
    capital (cash 500) and counted, never in the category.

    Sensitivity: without includes_qualification capital is the stock alone and onboarding is free.
    """
    suppliers = (
        {"supplier": "Alfa", "onboarding_cost": 77.0},
        {"supplier": "Beta", "onboarded": False, "onboarding_cost": 500.0},
        {"supplier": "Gamma"},
    )
    budget = {"capital": 9e4, "category": {"mro": 4e4, "paint": 1.0}}
    portfolio = make_portfolio(
        [SKU], [PRIMARY, *TWO_MORE], suppliers=suppliers, budget=budget, limits={"storage": 12.0}
    )
    options = every_option(portfolio)
    found = resources(portfolio, options.designs, options.costs)
    names = ("capital", "capital:mro", "capital:paint", "storage", "qualifications", "onboardings")
    assert found.name == names
    assert found.limit.tolist() == [9e4, 4e4, 1.0, 12.0, np.inf, np.inf]
    extra = found.option_use[0] - options.costs.capital
    assert extra[:3] == pytest.approx([0.0, 0.0, 800.0])
    assert (found.option_use[1] == found.option_use[0]).all()
    assert not found.option_use[2].any()
    assert found.option_use[4, :3].tolist() == [0.0, 0.0, 1.0]
    assert found.onboard_use[:, 1].tolist() == [500.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    assert not found.onboard_use[:, [0, 2]].any()
    settings = portfolio.settings.model_copy(
        update={
            "budget": portfolio.settings.budget.model_copy(update={"includes_qualification": False})
        }
    )
    plain = resources(replace(portfolio, settings=settings), options.designs, options.costs)
    assert (plain.option_use[0] == options.costs.capital).all()
    assert not plain.onboard_use[0].any()


def test_changes_are_a_resource_only_where_there_is_a_plan() -> None:
    """Proves: without a plan in force there is nothing to change."""
    portfolio = make_portfolio([SKU], [PRIMARY], plan=[{"policy": "jit", "service_level": 0.5}])
    options = every_option(portfolio)
    found = resources(portfolio, options.designs, options.costs)
    assert found.name[-1] == "changes"
    assert found.option_use[-1].tolist() == [0.0] + [1.0] * 53
