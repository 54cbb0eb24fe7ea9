"""(M7) what the tail costs beyond the mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from models.data import ModelData
from models.decisions import add_decisions
from models.extract import complete_choice
from models.losses import add_expected_loss, add_losses
from models.tail_risk import add_tail_risk
from models.unexpected_loss import add_unexpected_loss, unexpected_loss_residual


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: one row, the tail less the mean, and a variable that is never below 0."""
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_expected_loss(m, example)
    add_losses(m, example)
    add_tail_risk(m, example)
    add_unexpected_loss(m, example)
    m.objective = pyo.Objective(expr=m.unexpected)
    golden("unexpected_loss", m)


@pytest.mark.parametrize(("measure", "unexpected"), [("cvar", 57.2), ("var", 0.0)])
def test_unexpected_loss_by_hand(example: ModelData, measure: str, unexpected: float) -> None:
    """
    Proves: options 0 and 3: CVaR 85.2 and VaR 26 beside a mean of 28.

    Sensitivity: without the floor at 0 a VaR below the mean would earn 2.
    """
    data = replace(example, measure=measure)
    choice = complete_choice(data, np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.zeros(2))
    assert choice.unexpected == pytest.approx(unexpected)
    assert unexpected_loss_residual(data, choice) <= 1e-9
    short = replace(choice, unexpected=unexpected - 1.0)
    expected = 1.0 if measure == "cvar" else -1.0
    assert unexpected_loss_residual(data, short) == pytest.approx(expected)
