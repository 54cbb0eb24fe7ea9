"""(M3) resources stay within their limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy import sparse

from models.build import build_model
from models.data import Choice, ModelData
from models.decisions import add_decisions
from models.extract import complete_choice
from models.objective import objective_value
from models.resources import add_resources, resources_residual

Solve = Callable[[ModelData, pyo.ConcreteModel], Choice]


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: (M3) counts options and onboarding against the same limit."""
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_resources(m, example)
    m.objective = pyo.Objective(expr=0)
    golden("resources", m)


def test_residual_counts_onboarding(example: ModelData) -> None:
    """
    Proves: options 2 and 4 with both suppliers use 3 + 6 + 2 + 2 = 13 of 16 and 2 of 1.

    Sensitivity: without the onboarding it would be -7 and -1.
    """
    choice = complete_choice(example, np.array([0.0, 0.0, 1.0, 0.0, 1.0]), np.ones(2))
    assert resources_residual(example, choice).tolist() == [-3.0, 1.0]


@pytest.mark.parametrize(
    ("budget", "least"),
    [
        (0, 230),
        (5, 215),
        (10, 190),
        (15, 175),
        (20, 165),
        (25, 140),
        (30, 125),
        (40, 100),
        (45, 85),
        (55, 80),
        (60, 55),
        (75, 35),
    ],
)
def test_multiple_choice_knapsack(
    knapsack: ModelData, solve: Solve, budget: float, least: float
) -> None:
    """
    Proves: (M1), (M3) and (M8) are the multiple-choice knapsack, on and between its hull points.

    By brute force over the 27 plans.  Sensitivity: the relaxation would give less than 175 at 15.
    """
    data = replace(knapsack, resource_limit=np.array([float(budget)]))
    assert objective_value(data, solve(data, build_model(data))) == pytest.approx(least)


@pytest.fixture
def knapsack() -> ModelData:
    """Groups of (use, cost): (0,100)(10,60)(25,20); (0,80)(15,30)(30,10); (0,50)(5,35)(20,5)."""
    return ModelData(
        start=np.array([0, 3, 6, 9]),
        cost=np.array([100.0, 60.0, 20.0, 80.0, 30.0, 10.0, 50.0, 35.0, 5.0]),
        mean_loss=np.zeros(9),
        resource_use=np.array([[0.0, 10.0, 25.0, 0.0, 15.0, 30.0, 0.0, 5.0, 20.0]]),
        resource_limit=np.array([0.0]),
        onboarding_cost=np.zeros(0),
        onboarding_use=np.zeros((1, 0)),
        link_option=np.zeros(0, dtype=np.int64),
        link_supplier=np.zeros(0, dtype=np.int64),
        probability=np.zeros(0),
        event_loss=sparse.csr_array((0, 9)),
        scenario_events=sparse.csr_array((0, 0)),
        measure="expected",
        tail_level=0.95,
        tail_charge=0.5,
        loss_low=np.zeros(0),
        loss_high=np.zeros(0),
        var_low=0.0,
        var_high=0.0,
        unexpected_high=0.0,
    )
