"""Few changes, locks, dead band and cap against every plan there is."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from optimizer.domain.arrays import BoolArray
from optimizer.domain.change_list import Point
from optimizer.domain.portfolio import MUST, NEVER, PRIMARY, PlanInForce, Portfolio
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.sweep import at_limit
from optimizer.errors import BadInputError, NoPlanError
from optimizer.jobs.change_cost import charging, check_charge, settled
from optimizer.jobs.prepare import prepare
from optimizer.jobs.refine import Refined
from optimizer.jobs.stability_curve import falling
from optimizer.options.change import change
from optimizer.store.words import alternate_names
from tests.support.brute_force import least_objective
from tests.support.options import EveryOption, every_option
from tests.support.random_portfolios import random_portfolio

MEASURES = ("expected", "cvar", "var")


def with_plan(portfolio: Portfolio, rng: np.random.Generator, *, keep: float = 0.0) -> Portfolio:
    """Return the portfolio with one of its options for every SKU as the plan in force."""
    options = every_option(portfolio)
    spans = zip(options.start[:-1], options.start[1:], strict=True)
    chosen = options.designs.take(np.array([rng.integers(a, b) for a, b in spans]))
    n = len(portfolio.skus)
    policies = np.array(list(portfolio.settings.policies), dtype=object)
    plan = PlanInForce(
        policy=policies[chosen.policy],
        service_level=chosen.service_level,
        reserve_days=chosen.reserve_days,
        lot_days_min=chosen.lot_days_min,
        lot_factor=chosen.lot_factor,
        reorder_point=np.full(n, np.nan),
        order_quantity=np.full(n, np.nan),
        alternates=alternate_names(portfolio, chosen),
        keep=rng.random(n) < keep,
    )
    return replace(portfolio, plan_in_force=plan)


def having(portfolio: Portfolio, **tables: dict[str, object]) -> Portfolio:
    """Return the portfolio with some settings changed."""
    return replace(portfolio, settings=portfolio.settings.having(**tables))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(4))
def test_every_number_of_changes_has_its_best_plan(seed: int, measure: str) -> None:
    """
    Proves: with at most k changes the plan is the best of all plans that differ in at most k SKUs,
    for every k from none to all; with none only the plan in force is left, with all none is out.
    The curve of all k falls, so that one more change never costs more than the curve says.
    """
    rng = np.random.default_rng(seed)
    portfolio = with_plan(random_portfolio(500 + seed, measure, max_skus=4), rng)
    most = len(portfolio.skus)
    prepared = prepare(having(portfolio, limits={"changes": most}))
    points = []
    for k in range(most + 1):
        limited = having(portfolio, limits={"changes": k})
        least = least_objective(limited, prepared)
        case = at_limit(prepared.case, "changes", k)
        if math.isinf(least):
            with pytest.raises(NoPlanError):
                decide(case)
            continue
        outcome = decide(case)
        assert outcome.objective == pytest.approx(least, rel=1e-9, abs=1e-9)
        designs = prepared.case.options.designs(outcome.plan.option)
        assert change(portfolio, designs).sum() <= k
        points.append(Point(k, k, outcome.objective, outcome.bound))
    costs = [point.objective for point in points]
    assert costs == sorted(costs, reverse=True)
    free = least_objective(having(portfolio, limits={"changes": None}), prepared)
    assert not points or costs[-1] == pytest.approx(free, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measure", ["expected", "cvar"])
@pytest.mark.parametrize("seed", range(4))
def test_a_change_is_made_only_where_it_pays_for_itself(seed: int, measure: str) -> None:
    """
    Proves: with a charge a change the plan minimizes cost and charges together over all numbers of
    changes, and what the run then states, the best plan with as many changes, is that.
    """
    rng = np.random.default_rng(seed)
    portfolio = with_plan(random_portfolio(520 + seed, measure, max_skus=4), rng)
    most = len(portfolio.skus)
    prepared = prepare(having(portfolio, limits={"changes": most}))
    least = [
        least_objective(having(portfolio, limits={"changes": k}), prepared) for k in range(most + 1)
    ]
    charge = float(rng.uniform(0.0, 0.3)) * abs(least[-1])
    if math.isinf(least[-1]):
        return
    charged = charging(lambda case, proof: decide(case, proof=proof), charge)
    outcome = charged(prepared.case, Proof())
    stated = settled(portfolio, Refined(prepared=prepared, outcome=outcome, proof=Proof()))
    made = stated.portfolio.settings.limits.changes
    assert made is not None
    best = min(cost + charge * k for k, cost in enumerate(least))
    assert outcome.objective + charge * made == pytest.approx(best, rel=1e-9)
    assert outcome.objective == pytest.approx(least[made], rel=1e-9)
    assert outcome.bound <= least[made] + 1e-9 * abs(least[made])


@pytest.mark.parametrize("seed", range(8))
def test_what_is_held_back_is_held_back_and_nothing_else(seed: int) -> None:
    """
    Proves: locks, dead band and cap leave the best of the plans that a planner would allow by hand:
    a kept SKU as it is; within the policy no move of stock level or lot below 20 %; none above
    150 %; the decision in force always.
    Sensitivity: a dead band that also held other policies back, or a lock that left the alternates
    free, would be told by some of the portfolios.
    """
    rng = np.random.default_rng(100 + seed)
    free = with_plan(random_portfolio(700 + seed, "cvar", max_skus=4), rng, keep=0.3)
    band = {"min_change_percent": 20.0, "max_change_percent": 150.0}
    held = having(free, stability=band)
    nothing_kept = np.zeros_like(free.plan_in_force.keep)  # type: ignore[union-attr]
    open_plan = replace(free.plan_in_force, keep=nothing_kept)  # type: ignore[type-var]
    plain = replace(free, plan_in_force=open_plan)
    try:
        prepared = prepare(held)
    except BadInputError:
        pytest.fail("the decision in force is always an option")
    least = least_objective(plain, prepared, partial(_by_hand, free))
    if math.isinf(least):
        with pytest.raises(NoPlanError):
            decide(prepared.case)
        return
    assert decide(prepared.case).objective == pytest.approx(least, rel=1e-9, abs=1e-9)


def _by_hand(portfolio: Portfolio, options: EveryOption) -> BoolArray:
    """Return which options a planner with these rules would look at."""
    plan, costs, designs = portfolio.plan_in_force, options.costs, options.designs
    assert plan is not None
    policies = list(portfolio.settings.policies)
    names = alternate_names(portfolio, designs)
    taken = np.zeros(len(designs.sku), dtype=np.bool_)
    for i in range(len(portfolio.skus)):
        rows = range(options.start[i], options.start[i + 1])
        mine = [o for o in rows if _is_it(portfolio, options, o, i)]
        now = mine[0]
        for o in rows:
            same = o in mine
            if plan.keep[i]:
                taken[o] = same and names[o] == plan.alternates[i]
                continue
            level, was = (costs.reorder_point[k] + costs.reserve_units[k] for k in (o, now))
            lot, lot_was = costs.order_quantity[o], costs.order_quantity[now]
            move = max(
                abs(level - was) / max(abs(was), 1.0), abs(lot - lot_was) / max(lot_was, 1.0)
            )
            small = policies[designs.policy[o]] == plan.policy[i] and move < 0.2
            taken[o] = same or not (small or move > 1.5)
    return taken


def _is_it(portfolio: Portfolio, options: EveryOption, option: int, sku: int) -> bool:
    """Return whether an option is the decision in force, its alternates aside."""
    plan, designs = portfolio.plan_in_force, options.designs
    assert plan is not None
    names = ("service_level", "reserve_days", "lot_days_min", "lot_factor")
    policy = list(portfolio.settings.policies)[designs.policy[option]]
    return policy == plan.policy[sku] and all(
        getattr(designs, name)[option] == getattr(plan, name)[sku] for name in names
    )


def test_a_lock_that_no_option_satisfies_is_named() -> None:
    """Proves: a decision that must stay and is not offered any more is refused with its remedy."""
    portfolio = with_plan(random_portfolio(503, "cvar", max_skus=3), np.random.default_rng(1))
    plan = portfolio.plan_in_force
    assert plan is not None
    kept = np.arange(len(portfolio.skus)) == 0
    broken = replace(plan, keep=kept, service_level=np.where(kept, 0.123, plan.service_level))
    with pytest.raises(BadInputError) as refused:
        prepare(replace(portfolio, plan_in_force=broken))
    [problem] = refused.value.problems
    assert (problem.column, problem.value) == ("keep", portfolio.skus.sku[0])
    assert "no longer possible" in problem.rule
    assert "Remove keep" in problem.remedy


def test_the_curve_falls_and_its_bounds_hold() -> None:
    """
    Proves: a point takes the cheaper plan of fewer changes and the higher bound of more.

    Plans 10, 12, 7 with bounds 6, 5, 6.5: the second keeps the first one's 10, and the bound of the
    third, 6.5, holds for all.
    """
    found = falling([Point(0, 0, 10.0, 6.0), Point(1, 1, 12.0, 5.0), Point(2, 2, 7.0, 6.5)])
    assert [point.objective for point in found] == [10.0, 10.0, 7.0]
    assert [point.bound for point in found] == [6.5, 6.5, 6.5]


@pytest.mark.parametrize("amount", [math.nan, math.inf, -1.0])
def test_a_charge_that_is_no_amount_is_refused(amount: float) -> None:
    """Proves: nothing is optimized for a charge that no plan can be judged by; nor with VaR."""
    with pytest.raises(BadInputError, match="must be an amount"):
        check_charge(random_portfolio(1, "cvar"), amount)
    with pytest.raises(BadInputError, match=r"risk\.measure = var"):
        check_charge(random_portfolio(1, "var"), 100.0)


@pytest.mark.parametrize("measure", ["expected", "cvar"])
@pytest.mark.parametrize("seed", range(6))
def test_sources_that_must_be_used_have_their_price(seed: int, measure: str) -> None:
    """
    Proves: the plan uses what must be used and nothing that never is, is the best of the free
    portfolio's plans that do, and so costs no less than the free one.
    """
    rng = np.random.default_rng(seed)
    free = random_portfolio(640 + seed, measure, max_skus=4)
    use = np.where(free.sources.role != PRIMARY, rng.integers(0, 3, len(free.sources)), 0)
    _, again = np.unique(np.where(use == MUST, free.sources.sku, -1), return_index=True)
    use[np.setdiff1d(np.flatnonzero(use == MUST), again)] = 0  # one alternate an option
    bound = replace(free, sources=replace(free.sources, use=use))
    least = least_objective(bound, prepare(bound))
    if math.isinf(least):
        return
    case = prepare(bound).case
    outcome = decide(case)
    assert outcome.objective == pytest.approx(least, rel=1e-9, abs=1e-9)
    assert outcome.objective >= least_objective(free, prepare(free)) - 1e-9 * abs(least)
    used = np.unique(case.options.designs(outcome.plan.option).alternates)
    asked = free.skus.demand_mean[free.sources.sku] > 0.0
    assert set(np.flatnonzero((use == MUST) & asked)) <= set(used)
    assert not set(np.flatnonzero(use == NEVER)) & set(used)
