"""(M8) what a plan costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from models.build import build_model
from models.data import ModelData
from models.extract import complete_choice
from models.objective import objective_value


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: the whole model with CVaR, its objective term by term and its rows in order."""
    golden("objective", build_model(example))


@pytest.mark.parametrize(("measure", "cost"), [("expected", 58.0), ("var", 58.0), ("cvar", 80.88)])
def test_objective_by_hand(example: ModelData, measure: str, cost: float) -> None:
    """
    Proves: options 0 and 3, which lose (100, 26, 0) with probability (.2, .3, .5).

    Certain 30, mean 28, VaR 26, CVaR (.2 * 100 + .05 * 26) / .25 = 85.2, charge .4: 30 + 28;
    30 + 28 + .4 * 0, VaR being below the mean; 30 + 28 + .4 * (85.2 - 28).
    Sensitivity: weighing mean and tail, .6 * 28 + .4 * 26, would let VaR discount the mean: 57.2.
    """
    data = replace(example, measure=measure)
    choice = complete_choice(data, np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.zeros(2))
    assert objective_value(data, choice) == pytest.approx(cost)


def test_onboarding_is_paid_once(example: ModelData) -> None:
    """
    Proves: supplier 1, which two options need, costs its 4 once.

    Sensitivity: paid per option it would be 8.
    """
    option = np.array([0.0, 0.0, 1.0, 0.0, 1.0])
    with_both = objective_value(example, complete_choice(example, option, np.array([1.0, 1.0])))
    without = objective_value(example, complete_choice(example, option, np.array([1.0, 0.0])))
    assert with_both - without == pytest.approx(4.0)
