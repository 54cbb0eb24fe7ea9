"""Frontiers of small random portfolios against every plan there is."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.sweep import SolvedBudget, sweep
from optimizer.errors import NoPlanError
from optimizer.jobs.prepare import prepare
from optimizer.sensitivity.next_money import PlanStep, next_money
from tests.support.brute_force import least_objective
from tests.support.random_portfolios import random_portfolio

MEASURES = ("expected", "cvar")


def _at(portfolio: Portfolio, budget: float) -> Portfolio:
    settings = portfolio.settings
    changed = settings.budget.model_copy(update={"capital": budget})
    return replace(portfolio, settings=settings.model_copy(update={"budget": changed}))


def _budgets(portfolio: Portfolio) -> list[float]:
    capital = portfolio.settings.budget.capital
    assert capital is not None
    return [capital * share for share in (0.1, 0.3, 0.6, 1.0, 1.5)]


def _within(portfolio: Portfolio, gap: float) -> Portfolio:
    solver = portfolio.settings.solver.model_copy(update={"gap": gap})
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"solver": solver}))


def _swept(portfolio: Portfolio, budgets: list[float]) -> list[SolvedBudget]:
    case = prepare(_at(portfolio, budgets[-1])).case
    return sweep(case, budgets, lambda at, proof: decide(at, proof=proof), Stop())


@pytest.mark.parametrize(
    ("seed", "measure"),
    [*((seed, MEASURES[seed % 2]) for seed in range(10)), (2, "var")],
)
def test_every_point_is_the_least_of_all_plans(seed: int, measure: str) -> None:
    """
    Proves: every plan costs what the cheapest of all plans within its budget costs, costs and
    bounds never rise, and there is none exactly where no plan fits; raised by `missing` one does.

    Sensitivity: options pruned for one budget, or a bound of a smaller budget taken for a larger,
    lie above the least.
    """
    n_skus, gap = (3, 1e-3) if measure == "var" else (4, (0.0, 1e-5)[seed // 2 % 2])
    portfolio = _within(random_portfolio(70_000 + seed, measure, max_skus=n_skus), gap)
    prepared, budgets = prepare(portfolio), _budgets(portfolio)
    least = [least_objective(_at(portfolio, budget), prepared) for budget in budgets]
    if all(map(math.isinf, least)):
        with pytest.raises(NoPlanError):
            _swept(portfolio, budgets)
        return
    solved = _swept(portfolio, budgets)
    for one, best in zip(solved, least, strict=True):
        assert (one.outcome is None) == math.isinf(best)
        if one.outcome is not None:
            assert one.outcome.objective == pytest.approx(best, rel=gap + 1e-9)
            assert one.outcome.bound <= best + 1e-9 * abs(best)
        elif one.missing is not None:
            enough = one.budget + one.missing
            more, fewer = _at(portfolio, enough * 1.000001), _at(portfolio, enough * 0.999999)
            assert math.isfinite(least_objective(more, prepared))
            assert math.isinf(least_objective(fewer, prepared))
    outcomes = [one.outcome for one in solved if one.outcome]
    assert all(high.objective <= low.objective for low, high in pairwise(outcomes))
    assert all(high.bound <= low.bound for low, high in pairwise(outcomes))


@pytest.mark.parametrize("seed", range(6))
def test_next_money_adds_up(seed: int) -> None:
    """
    Proves: what a step changes sums to the difference of the capital and of the objectives, and
    with the expected loss, which has no tail to shift, without a remainder.
    """
    portfolio = random_portfolio(71_000 + seed, MEASURES[seed % 2], max_skus=8)
    budgets = _budgets(portfolio)[2:]
    try:
        solved = _swept(portfolio, budgets)
    except NoPlanError:
        return
    case = prepare(_at(portfolio, budgets[-1])).case
    row = case.resources.name.index("capital")
    for low, high in pairwise(one for one in solved if one.outcome):
        assert low.outcome is not None
        assert high.outcome is not None
        step = PlanStep(
            budget=low.budget, plan=low.outcome, to_budget=high.budget, to_plan=high.outcome
        )
        table = next_money(case, step)
        gained = low.outcome.objective - high.outcome.objective
        assert table["saving"].sum() == pytest.approx(gained, abs=1e-6 * low.outcome.objective)
        used = [
            case.resources.option_use[row, plan.option].sum()
            + case.resources.onboard_use[row, plan.onboard].sum()
            for plan in (low.outcome.plan, high.outcome.plan)
        ]
        more = float(used[1] - used[0]) * case.money_unit
        assert table["capital"].sum() == pytest.approx(more, abs=1e-6 * low.budget)
        rest = table.loc[table["kind"] == "tail", "saving"].to_numpy()
        if MEASURES[seed % 2] == "expected":
            np.testing.assert_allclose(rest, 0.0, atol=1e-7 * low.outcome.objective)
