"""(M6) the value at risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from models.build import build_model
from models.data import Choice, FloatArray, IntArray, ModelData
from models.decisions import add_decisions
from models.extract import complete_choice
from models.losses import add_losses
from models.objective import objective_value
from models.value_at_risk import add_value_at_risk, loss_quantile, value_at_risk_residual

Solve = Callable[[ModelData, pyo.ConcreteModel], Choice]


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: M is 100 - 1 and 26 - 1, scenario 2 has no binary, and the tail is v alone."""
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_losses(m, example)
    add_value_at_risk(m, example)
    m.objective = pyo.Objective(expr=m.tail)
    golden("value_at_risk", m)


@pytest.mark.parametrize(("level", "quantile"), [(0.5, 20), (0.6, 30), (0.75, 30), (0.9, 40)])
def test_quantile_of_four_losses(example: ModelData, level: float, quantile: float) -> None:
    """
    Proves: the least v with P(L <= v) >= alpha; at .75 three of four suffice.

    Sensitivity: P(L <= v) > alpha would give 30 and 40 at .5 and .75.
    """
    data = replace(example, probability=np.full(4, 0.25), tail_level=level)
    assert loss_quantile(data, np.array([30.0, 10.0, 40.0, 20.0])) == quantile


def test_one_of_ten_is_a_tenth(example: ModelData) -> None:
    """
    Proves: at .9 one of ten equally likely losses is ignored although 1 - .9 < .1 in floats.

    Sensitivity: without the tolerance the largest loss, 10, would be the value at risk.
    """
    data = replace(example, probability=np.full(10, 0.1), tail_level=0.9)
    assert loss_quantile(data, np.arange(1.0, 11.0)) == 9.0


def test_no_binary_where_no_loss_reaches_the_tail(example: ModelData) -> None:
    """
    Proves: with bounds that settle the value at risk, (M6) is a row about nothing, and compiles.

    Sensitivity: a binary per scenario would leave three.
    """
    data = replace(example, measure="var", var_low=100.0, var_high=100.0)
    m = build_model(data)
    LinearStandardFormCompiler().write(m, mixed_form=True)
    assert len(m.ignored) == 0


def test_ignoring_too_much_is_seen(example: ModelData) -> None:
    """
    Proves: with both uncertain scenarios ignored .2 + .3 exceeds the allowed .25 by .25.

    Sensitivity: counting scenarios instead of probability would give 2 - .25.
    """
    plan = complete_choice(example, np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.zeros(2))
    choice = replace(plan, tail_start=1.0, ignored=np.array([1.0, 1.0, 0.0]))
    assert value_at_risk_residual(example, choice) == pytest.approx([0.0, 0.0, 0.25])


@pytest.mark.parametrize("seed", range(25))
def test_solved_block_equals_brute_force(solve: Solve, seed: int) -> None:
    """
    Proves: with unequal probabilities the solved (M6) is the cheapest of all 27 plans.

    Sensitivity: an M one tenth smaller, or scenarios counted instead of weighed, fails seeds here.
    """
    data = _random_portfolio(np.random.default_rng(seed))
    choice = solve(data, build_model(data))
    assert objective_value(data, choice) == pytest.approx(_least_cost(data))


def _random_portfolio(rng: np.random.Generator) -> ModelData:
    """Three SKUs of three options, six scenarios of one event each, a budget that binds."""
    event_loss = rng.exponential(10.0, (6, 9)) * rng.integers(0, 2, (6, 9))
    per_sku = event_loss.reshape(6, 3, 3)
    low, high = per_sku.min(axis=2).sum(axis=1), per_sku.max(axis=2).sum(axis=1)
    probability, level = rng.dirichlet(np.ones(6)), float(rng.uniform(0.5, 0.9))
    return ModelData(
        start=np.array([0, 3, 6, 9]),
        cost=rng.uniform(0.0, 5.0, 9),
        mean_loss=rng.uniform(0.0, 8.0, 9),
        resource_use=rng.integers(0, 5, (1, 9)).astype(np.float64),
        resource_limit=np.array([8.0]),
        onboarding_cost=np.zeros(0),
        onboarding_use=np.zeros((1, 0)),
        link_option=np.zeros(0, dtype=np.int64),
        link_supplier=np.zeros(0, dtype=np.int64),
        probability=probability,
        event_loss=sparse.csr_array(event_loss),
        scenario_events=sparse.csr_array(np.eye(6)),
        measure="var",
        tail_level=level,
        tail_charge=0.8,
        loss_low=low,
        loss_high=high,
        var_low=_quantile(low, probability, level),
        var_high=_quantile(high, probability, level),
        unexpected_high=float(high.max()),
    )


def _least_cost(data: ModelData) -> float:
    """Return the least objective over every plan within the budget, by definition."""
    plans = np.array(list(product(range(3), repeat=3))) + data.start[:-1]
    within = data.resource_use[0][plans].sum(axis=1) <= data.resource_limit[0]
    dense = data.event_loss.toarray()
    return min(_cost(data, plan, dense[:, plan].sum(axis=1)) for plan in plans[within])


def _cost(data: ModelData, plan: IntArray, loss: FloatArray) -> float:
    tail, mean = _quantile(loss, data.probability, data.tail_level), data.mean_loss[plan].sum()
    return float(data.cost[plan].sum() + mean + 0.8 * max(tail - mean, 0.0))


def _quantile(loss: FloatArray, probability: FloatArray, level: float) -> float:
    """Return the least of the losses v with P(L <= v) >= level."""
    return min(v for v in loss.tolist() if probability[loss <= v].sum() >= level)
