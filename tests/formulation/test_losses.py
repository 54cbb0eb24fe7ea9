"""(M4) what is lost on average, and in every scenario through the events it meets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo

from models.data import ModelData
from models.decisions import add_decisions
from models.event_range import event_range
from models.extract import complete_choice
from models.losses import add_expected_loss, add_losses, losses_residual
from models.unexpected_loss import expected_value


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: events read options, scenarios read events only, and every bound is finite."""
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_expected_loss(m, example)
    add_losses(m, example)
    m.objective = pyo.Objective(expr=m.expected_loss)
    golden("losses", m)


def test_losses_of_a_plan(example: ModelData) -> None:
    """
    Proves: options 0 and 3 lose 40 + 60 in scenario 0, 20 + 6 in scenario 1, nothing in 2.

    Sensitivity: the transposed event matrix would put 26 into scenario 0.
    """
    choice = complete_choice(example, np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.zeros(2))
    assert choice.loss.tolist() == [100.0, 26.0, 0.0]
    assert losses_residual(example, choice).tolist() == [0.0] * 6


def test_the_mean_is_not_that_of_the_scenarios(example: ModelData) -> None:
    """
    Proves: options 0 and 3 lose 15 + 13 on average, as the data say.

    Sensitivity: the mean over the scenarios would be .2 * 100 + .3 * 26 = 27.8.
    """
    choice = complete_choice(example, np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.zeros(2))
    assert expected_value(example, choice) == 28.0


def test_event_bounds_are_the_sums_of_the_extremes(example: ModelData) -> None:
    """
    Proves: per SKU the least and the most, an unstored option counting as 0.

    Event 1: 1 + 0 and 20 + 6.  Sensitivity: stored entries alone would give 1 + 6 at the low end.
    """
    low, high = event_range(example)
    assert low.tolist() == [0.0, 1.0, 30.0]
    assert high.tolist() == [40.0, 26.0, 60.0]
