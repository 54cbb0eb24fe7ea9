"""(M5) the conditional value at risk."""

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
from models.losses import add_losses
from models.tail_risk import add_tail_risk
from models.unexpected_loss import tail_value

Solve = Callable[[ModelData, pyo.ConcreteModel], Choice]


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """
    Proves: the tail is v + 4 (.2 u_0 + .3 u_1 + .5 u_2) at level .75.

    Sensitivity: dividing by alpha would show .2 / .75 = .267 for u_0, not .8.
    """
    m = pyo.ConcreteModel()
    add_decisions(m, example)
    add_losses(m, example)
    add_tail_risk(m, example)
    m.objective = pyo.Objective(expr=m.tail)
    golden("tail_risk", m)


@pytest.mark.parametrize(("level", "cvar"), [(0.5, 35), (0.6, 36.25), (0.75, 40), (0.9, 40)])
def test_cvar_matches_the_hand_calculation(
    four_losses: ModelData, solve: Solve, level: float, cvar: float
) -> None:
    """
    Proves: the solved (M5) and the completed choice give the mean of the worst 1 - alpha.

    At .6, the worst 40 % = the 40 (25 %) and 15/25 of the 30: (.25 * 40 + .15 * 30) / .4 = 36.25.
    Sensitivity: dividing by alpha gives 32.5; the mean is 25.
    """
    data = replace(four_losses, tail_level=level)
    m = build_model(data)
    solve(data, m)
    assert pyo.value(m.objective) == pytest.approx(cvar)
    assert tail_value(data, complete_choice(data, np.ones(1), np.zeros(0))) == pytest.approx(cvar)


def test_minimiser_is_the_value_at_risk(four_losses: ModelData, solve: Solve) -> None:
    """
    Proves: at .6, where the minimiser is unique, v = 30 with an excess of 10 in the last scenario.

    Sensitivity: v = 20 costs 20 + (10 + 20) / 4 / .4 = 38.75, v = 40 costs 40.
    """
    choice = solve(four_losses, build_model(four_losses))
    assert choice.tail_start == pytest.approx(30.0)
    assert choice.excess == pytest.approx([0.0, 0.0, 0.0, 10.0])


@pytest.fixture
def four_losses() -> ModelData:
    """One option that loses 10, 20, 30 or 40, equally likely; nothing else costs."""
    loss = np.array([10.0, 20.0, 30.0, 40.0])
    return ModelData(
        start=np.array([0, 1]),
        cost=np.zeros(1),
        mean_loss=np.zeros(1),
        resource_use=np.zeros((0, 1)),
        resource_limit=np.zeros(0),
        onboarding_cost=np.zeros(0),
        onboarding_use=np.zeros((0, 0)),
        link_option=np.zeros(0, dtype=np.int64),
        link_supplier=np.zeros(0, dtype=np.int64),
        probability=np.full(4, 0.25),
        event_loss=sparse.csr_array(loss[:, None]),
        scenario_events=sparse.csr_array(np.eye(4)),
        measure="cvar",
        tail_level=0.6,
        tail_charge=1.0,
        loss_low=loss,
        loss_high=loss,
        var_low=10.0,
        var_high=40.0,
        unexpected_high=40.0,
    )
