r"""
What is lost: on average, exactly, and in every scenario.

.. math::
    E(L) = \sum_o e_o\, x_o, \qquad
    \sum_o B_{eo}\, x_o = Y_e \quad \forall e, \qquad
    \sum_e A_{se}\, Y_e = L_s \quad \forall s \tag{M4}

:math:`e_o` is exact (Campbell's theorem), so the scenarios serve the tail alone.  An event, a node
of the loss curves that one outage profile meets, is summed once over the options; a scenario reads
the few events that its strikes fall between and never an option.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from models.data import Choice, FloatArray, ModelData
from models.event_range import event_range
from models.linear import matrix_product, weighted_sum


def add_expected_loss(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add the expression ``expected_loss``."""
    m.expected_loss = pyo.Expression(expr=weighted_sum(data.mean_loss, m.option.values()))


def add_losses(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add ``event[e]``, ``loss[s]`` and their rows."""
    n_scenarios, n_events = data.scenario_events.shape
    event_bounds = list(zip(*(bound.tolist() for bound in event_range(data)), strict=True))
    loss_bounds = list(zip(data.loss_low.tolist(), data.loss_high.tolist(), strict=True))
    m.event = pyo.Var(range(n_events), bounds=lambda _, e: event_bounds[e])
    m.loss = pyo.Var(range(n_scenarios), bounds=lambda _, s: loss_bounds[s])

    caused = matrix_product(data.event_loss, m.option.values())
    m.event_loss = pyo.Constraint(range(n_events), rule=lambda m, e: caused[e] == m.event[e])
    suffered = matrix_product(data.scenario_events, m.event.values())
    m.scenario_loss = pyo.Constraint(range(n_scenarios), rule=lambda m, s: suffered[s] == m.loss[s])


def losses_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return each sum minus its total, events first.  Shape ``(E + S,)``, 0 where (M4) holds."""
    event = data.event_loss @ choice.option - choice.event
    loss = data.scenario_events @ choice.event - choice.loss
    return np.concatenate([event, loss])
