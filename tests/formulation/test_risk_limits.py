"""(M9) what may be lost at most, on average and in the tail."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from models.build import build_model
from models.data import Choice, ModelData
from models.decisions import add_decisions
from models.extract import complete_choice
from models.losses import add_expected_loss, add_losses
from models.objective import objective_value
from models.resources import resources_residual
from models.risk_limits import add_risk_limits, risk_limits_residual
from models.tail_risk import add_tail_risk
from models.unexpected_loss import add_unexpected_loss


def test_golden(example: ModelData, golden: Callable[[str, pyo.ConcreteModel], None]) -> None:
    """Proves: two rows, the mean alone and with the unexpected loss on top."""
    data = replace(example, expected_limit=20.0, tail_limit=70.0)
    m = pyo.ConcreteModel()
    add_decisions(m, data)
    add_expected_loss(m, data)
    add_losses(m, data)
    add_tail_risk(m, data)
    add_unexpected_loss(m, data)
    add_risk_limits(m, data)
    m.objective = pyo.Objective(expr=m.unexpected)
    golden("risk_limits", m)


def test_limits_by_hand(example: ModelData) -> None:
    """
    Proves: options 0 and 3 lose 28 on average and 85.2 in the tail.

    Sensitivity: the tail limited without the mean under it would be 28 too loose.
    """
    data = replace(example, expected_limit=27.0, tail_limit=85.0)
    choice = complete_choice(data, np.array([1.0, 0.0, 0.0, 1.0, 0.0]), np.zeros(2))
    assert risk_limits_residual(data, choice) == pytest.approx([1.0, 0.2])


@pytest.mark.parametrize("charge", [0.4, 0.0])
def test_a_tail_is_limited_whether_or_not_it_costs(
    example: ModelData, charge: float, solve: Callable[[ModelData, pyo.ConcreteModel], Choice]
) -> None:
    """
    Proves: within each limit that some plan just meets the cheapest of all six plans is found.

    Sensitivity: a model that leaves the scenarios out where nothing is charged exceeds the limit.
    """
    data = replace(example, tail_charge=charge)
    plans = [plan for plan in every_plan(data) if (resources_residual(data, plan) <= 1e-9).all()]
    tails = [float(data.mean_loss @ plan.option) + plan.unexpected for plan in plans]
    assert len(set(tails)) > 1
    for most in tails:
        limited = replace(data, tail_limit=most)
        m = build_model(limited)
        solve(limited, m)
        within = zip(plans, tails, strict=True)
        costs = [objective_value(data, plan) for plan, tail in within if tail <= most]
        assert pyo.value(m.objective) == pytest.approx(min(costs))


def every_plan(data: ModelData) -> Iterator[Choice]:
    """Every choice of an option for both SKUs, with the suppliers it needs."""
    for first, second in itertools.product(range(3), range(3, 5)):
        option = np.zeros(5)
        option[[first, second]] = 1.0
        onboard = np.zeros(2)
        onboard[data.link_supplier[option[data.link_option] > 0.0]] = 1.0
        yield complete_choice(data, option, onboard)
