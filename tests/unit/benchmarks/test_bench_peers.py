"""The peers of the benchmarks solve the same instance to the same number."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from benchmarks.instance import whole_model
from benchmarks.knapsack_families import FAMILIES, make_knapsack
from benchmarks.peers.result import judged, plan_objective
from benchmarks.portfolios import make_portfolio
from models.data import ModelData
from optimizer.prepare import prepare

# OR-Tools and highspy cannot share a process, so that SCIP and OR-Tools are tested by cells.
IN_PROCESS = ("highs_arrays", "highs_events", "pyomo_highs")


@pytest.fixture(scope="module")
def data() -> ModelData:
    return whole_model(prepare(make_portfolio(20, 20, 1)).case).data


@pytest.mark.parametrize("peer", IN_PROCESS)
def test_two_writings_of_the_model_have_one_optimum(peer: str, data: ModelData) -> None:
    """Proves: dense rows, rows of events and the user's Pyomo are the same problem."""
    reference = import_module("benchmarks.peers.highs_events").solve(data, 0.0, 30.0)
    result = import_module(f"benchmarks.peers.{peer}").solve(data, 0.0, 30.0)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(reference.objective, rel=1e-9)
    assert result.bound == pytest.approx(result.objective, rel=1e-6)


def test_greedy_is_a_plan_no_better_than_the_optimum(data: ModelData) -> None:
    """Proves: marginal analysis ends with a plan within the limits and claims no bound."""
    optimum = import_module("benchmarks.peers.highs_arrays").solve(data, 0.0, 30.0)
    greedy = import_module("benchmarks.peers.greedy").solve(data, 0.0, 30.0)
    assert greedy.bound is None
    assert greedy.status == "no bound"
    assert optimum.objective * (1.0 - 1e-9) <= greedy.objective <= optimum.objective * 1.05


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
