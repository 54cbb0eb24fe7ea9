"""The whole model: the blocks in the order of the page, those that the data need."""

from __future__ import annotations

import math

import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from models.data import ModelData
from models.decisions import add_decisions
from models.losses import add_expected_loss, add_losses
from models.objective import add_objective, tail_charge
from models.onboarding import add_onboarding
from models.one_option import add_one_option
from models.resources import add_resources
from models.risk_limits import add_risk_limits
from models.tail_risk import add_tail_risk
from models.unexpected_loss import add_unexpected_loss
from models.value_at_risk import add_value_at_risk


def build_model(data: ModelData) -> pyo.ConcreteModel:
    """Return the formulation (M1)-(M9) of the data as a Pyomo model."""
    m = pyo.ConcreteModel(name="ballast")
    with PauseGC():
        add_decisions(m, data)
        add_one_option(m, data)
        if data.link_option.size:
            add_onboarding(m, data)
        if data.resource_limit.size:
            add_resources(m, data)
        add_expected_loss(m, data)
        if tail_charge(data) > 0.0 or data.tail_limit < math.inf:
            add_losses(m, data)
            add_tail = add_tail_risk if data.measure == "cvar" else add_value_at_risk
            add_tail(m, data)
            add_unexpected_loss(m, data)
        add_risk_limits(m, data)
        add_objective(m, data)
    return m
