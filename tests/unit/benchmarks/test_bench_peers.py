"""The peers of the benchmarks solve the same instance to the same number."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from benchmarks.instance import whole_model
from benchmarks.knapsack_families import FAMILIES, make_knapsack
from benchmarks.peers.greedy import marginal_cost
from benchmarks.peers.result import indicators, judged, plan_objective
from benchmarks.peers.whole_model import dense_model
from benchmarks.portfolios import make_portfolio
from models.data import IntArray, ModelData
from models.extract import complete_choice
from models.objective import objective_value
from optimizer.domain.stop import Stop
from optimizer.engine.exact.compile import compile_model
from optimizer.engine.highs import solve
from optimizer.jobs.prepare import prepare

# OR-Tools and highspy cannot share a process, so that SCIP and OR-Tools are tested by cells.
IN_PROCESS = ("highs_arrays", "highs_events", "pyomo_highs")


@pytest.fixture(scope="module")
def data() -> ModelData:
    """Return a model small enough for rows of events, the hardest to solve."""
    return whole_model(prepare(make_portfolio(10, 10, 1)).case).core.data


@pytest.fixture(scope="module")
def least(data: ModelData) -> float:
    """Return the optimum of the blocks of `models`."""
    return solve(compile_model(data).program, gap=0.0, stop=Stop.within(60.0)).bound


@pytest.mark.parametrize("peer", IN_PROCESS)
def test_two_writings_of_the_model_have_one_optimum(
    peer: str, data: ModelData, least: float
) -> None:
    """Proves: dense rows, rows of events and the user's Pyomo are (M1)-(M5), (M7), (M8)."""
    result = import_module(f"benchmarks.peers.{peer}").solve(data, 0.0, 60.0)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(least, rel=1e-6)
    assert result.bound == pytest.approx(result.objective, rel=1e-6)


def test_the_tail_counts_only_beyond_the_mean(data: ModelData) -> None:
    """
    Proves: the columns' costs and the last row give a plan's own objective, mean and tail alike.

    Sensitivity: a tail that did not deduct the mean would cost the charge times the mean more.
    """
    option, onboard = indicators(data, _leanest(data))
    choice = complete_choice(data, option, onboard)
    assert choice.unexpected > 0.0
    model = dense_model(data)
    values = [option, onboard, [choice.tail_start], choice.excess, [choice.unexpected]]
    column = np.concatenate(values)
    assert model.cost @ column == pytest.approx(objective_value(data, choice), rel=1e-12)
    assert (model.matrix @ column)[-1] == pytest.approx(0.0, abs=1e-9 * choice.tail_start)


def test_greedy_prices_are_what_a_move_saves(data: ModelData) -> None:
    """
    Proves: the marginal cost of the plan's own options adds up to its objective.

    The mean counts once and the tail beyond it by the charge.  Sensitivity: with the mean left
    out of the tail's price the sum would be dearer.
    """
    option, onboard = indicators(data, _leanest(data))
    choice = complete_choice(data, option, onboard)
    cost = marginal_cost(data, option, onboard) @ option
    paid = data.onboarding_cost @ onboard
    assert cost + paid == pytest.approx(objective_value(data, choice), rel=1e-9)


def _leanest(data: ModelData) -> IntArray:
    """Return every SKU's option that uses least, of those that need no onboarding."""
    use = data.resource_use.sum(axis=0)
    use[data.link_option] = np.inf
    return np.lexsort((use, data.sku_of_option))[data.start[:-1]]


def test_greedy_is_a_plan_no_better_than_the_optimum(data: ModelData, least: float) -> None:
    """Proves: marginal analysis ends with a plan within the limits and claims no bound."""
    greedy = import_module("benchmarks.peers.greedy").solve(data, 0.0, 30.0)
    assert greedy.bound is None
    assert greedy.status == "no bound"
    assert least * (1.0 - 1e-9) <= greedy.objective <= least * 1.05


def test_a_plan_beyond_a_limit_is_refused(data: ModelData) -> None:
    """Proves: a peer's plan counts only where it keeps every limit."""
    share = np.zeros(len(data.cost))
    share[data.start[:-1]] = 1.0
    tight = replace(data, resource_limit=np.zeros(len(data.resource_limit)))
    result = judged(tight, share=share, bound=0.0, status="optimal", began=time.perf_counter())
    assert (result.status, result.objective) == ("refused", None)
    assert plan_objective(tight, data.start[:-1]) is None


@pytest.mark.parametrize("family", FAMILIES)
def test_allocate_and_plain_highs_agree_on_a_knapsack(family: str) -> None:
    """Proves: `allocate` at gap 0 finds the optimum of each family's smallest instance."""
    knapsack = make_knapsack(family, 5, 5, 1)
    plain = import_module("benchmarks.peers.highs_arrays").solve(knapsack, 0.0, 60.0)
    ours = import_module("benchmarks.peers.allocate").solve(knapsack, 0.0, 60.0)
    assert (ours.status, plain.status) == ("optimal", "optimal")
    assert ours.objective == plain.objective
