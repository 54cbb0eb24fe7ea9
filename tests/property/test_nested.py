"""Nested funding of small random portfolios against every plan that keeps what was bought."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise, product

import numpy as np
import pytest

from optimizer.domain.arrays import IntArray
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.nested import keeps, nest
from optimizer.engine.optimize import outcome_of
from optimizer.engine.sweep import SolvedBudget, sweep
from optimizer.errors import NoPlanError
from optimizer.jobs.prepare import prepare
from tests.support.random_portfolios import random_portfolio

MEASURES = ("expected", "cvar")
SHARES = (0.3, 0.5, 0.7, 1.0, 1.5)
FEW = 4_000  # plans tried one by one


def _case(seed: int, max_skus: int = 3) -> tuple[Case, list[float]]:
    portfolio = random_portfolio(72_000 + seed, MEASURES[seed % 2], max_skus=max_skus)
    capital = portfolio.settings.budget.capital
    assert capital is not None
    return prepare(_exactly(portfolio)).case, [share * capital for share in SHARES]


def _exactly(portfolio: Portfolio) -> Portfolio:
    solver = portfolio.settings.solver.model_copy(update={"gap": 0.0})
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"solver": solver}))


def _decide(case: Case, proof: Proof) -> Outcome:
    return decide(case, proof=proof)


def _both(seed: int, max_skus: int = 3) -> tuple[Case, list[SolvedBudget], list[SolvedBudget]]:
    case, budgets = _case(seed, max_skus)
    try:
        free = sweep(case, budgets, _decide, Stop())
    except NoPlanError:
        return case, [], []
    return case, free, list(nest(case, _decide, Stop(), free))


def _use(case: Case, option: IntArray) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    opened = outcome_of(case, option).plan.onboard
    used = case.resources
    return used.option_use[:, option].sum(axis=1) + used.onboard_use[:, opened].sum(axis=1)


def _least_kept(case: Case, budget: float, before: IntArray) -> float:
    """Return the least cost of all plans within the limits that keep what one bought."""
    kept, sku = np.flatnonzero(keeps(case, before)), case.options.sku
    limit = case.resources.limit.copy()
    limit[case.resources.name.index("capital")] = budget / case.money_unit
    least = np.inf
    for plan in product(*(kept[sku[kept] == i] for i in range(len(before)))):
        option = np.array(plan)
        if np.all(_use(case, option) <= limit * (1.0 + 1e-9)):
            least = min(least, outcome_of(case, option).objective)
    return least


@pytest.mark.parametrize("seed", range(16))
def test_every_plan_keeps_what_the_one_before_bought(seed: int) -> None:
    """
    Proves: no SKU loses more to an outage of a year or has an alternate less at a larger budget, no
    supplier is given up, costs never rise, and what nesting costs is the distance to the plan that
    is free.
    """
    case, free, nested = _both(seed, max_skus=6)
    assert len(free) == len(nested)
    options = case.options
    for low, high in pairwise(one for one in nested if one.outcome):
        assert low.outcome is not None
        assert high.outcome is not None
        before, after = low.outcome.plan, high.outcome.plan
        of_a_year = options.loss_curves[options.curve, -1]
        assert np.all(of_a_year[after.option] <= of_a_year[before.option] * (1.0 + 1e-9))
        for a, b in zip(before.option, after.option, strict=True):
            had = set(options.sets.sources[options.alternate_set[a]].tolist()) - {-1}
            assert had <= set(options.sets.sources[options.alternate_set[b]].tolist())
        assert np.all(after.onboard >= before.onboard)
        assert high.outcome.objective <= low.outcome.objective
    for alone, one in zip(free, nested, strict=True):
        if alone.outcome is None or one.outcome is None:
            assert alone.outcome is one.outcome
            continue
        assert one.outcome.bound <= alone.outcome.objective
        assert one.unnested == pytest.approx(alone.outcome.objective)
        assert one.outcome.objective >= alone.outcome.objective * (1.0 - 1e-9)


@pytest.mark.parametrize("seed", range(16))
def test_no_plan_that_keeps_it_is_cheaper(seed: int) -> None:
    """Proves: each nested plan costs the least of all plans that keep what the last one bought."""
    case, _, nested = _both(seed)
    for low, high in pairwise(one for one in nested if one.outcome):
        assert low.outcome is not None
        assert high.outcome is not None
        before = low.outcome.plan.option
        counts = np.bincount(case.options.sku[np.flatnonzero(keeps(case, before))])
        if np.prod(counts) <= FEW:
            least = _least_kept(case, high.budget, before)
            assert high.outcome.objective == pytest.approx(least, rel=1e-9)


@pytest.mark.parametrize(("at", "kept"), [(4, 3), (5, 3), (6, 4)])
def test_ctrl_c_keeps_the_nested_budgets_so_far(at: int, kept: int) -> None:
    """
    Proves: every budget is nested before the next is tried; after an interrupt no search begins,
    and its plan counts where the search was the nested one, not where that is still to come.

    Seed 13 searches 1, 2, 3, 3 nested, 4, 4 nested, 5, 5 nested: stopped at the fourth search,
    three budgets are nested; at the fifth, the plan of the fourth budget keeps too little.
    """
    case, budgets = _case(13, 6)
    stop, searches = Stop(), []

    def interrupted(case: Case, proof: Proof) -> Outcome:
        searches.append(case)
        stop.interrupted = len(searches) == at
        return decide(case, proof=proof)

    each = partial(nest, case, interrupted, stop)
    solved = sweep(case, budgets, interrupted, stop, each)
    assert [one.budget for one in solved] == budgets[:kept]
    assert len(searches) == at


def test_costs_never_rise_where_a_search_found_less() -> None:
    """
    Proves: a plan that keeps everything but is dearer than the one before it is not taken.

    Sensitivity: taken as found, the larger budget costs 10,000 more than the smaller one.
    """
    case, budgets = _case(0, 6)
    free = sweep(case, budgets[:1], _decide, Stop())[0]
    assert free.outcome is not None
    dearer = replace(free.outcome, objective=free.outcome.objective + 10_000.0)
    alone = [free, SolvedBudget(budget=budgets[1], outcome=dearer, plan_of=budgets[1])]
    nested = list(nest(case, _decide, Stop(), alone))
    costs = [one.outcome.objective for one in nested if one.outcome]
    assert costs == [free.outcome.objective] * 2
