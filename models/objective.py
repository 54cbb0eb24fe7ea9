r"""
What the plan costs: certain, expected, and for the capital that unexpected loss ties up.

.. math::
    \min \; \sum_o c_o\, x_o + \sum_j c_j\, z_j + E(L) + \omega y\, U \tag{M8}

:math:`\omega y` counts as 0 where the measure is ``expected``; there is no U then.
"""

from __future__ import annotations

import pyomo.environ as pyo

from models.data import Choice, ModelData
from models.linear import weighted_sum
from models.unexpected_loss import expected_value


def add_objective(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add ``certain_cost``, ``onboarding_cost`` and the ``objective`` over them and the losses."""
    m.certain_cost = pyo.Expression(expr=weighted_sum(data.cost, m.option.values()))
    m.onboarding_cost = pyo.Expression(expr=weighted_sum(data.onboarding_cost, m.onboard.values()))
    cost = m.certain_cost + m.onboarding_cost + m.expected_loss
    charge = tail_charge(data)
    if charge > 0.0:
        cost += charge * m.unexpected
    m.objective = pyo.Objective(expr=cost, sense=pyo.minimize)


def objective_value(data: ModelData, choice: Choice) -> float:
    """Return the objective (M8) of a choice. [currency]"""
    certain = data.cost @ choice.option + data.onboarding_cost @ choice.onboard
    charge = tail_charge(data) * choice.unexpected
    return float(certain + expected_value(data, choice) + charge)


def tail_charge(data: ModelData) -> float:
    r"""Return the :math:`\omega y` that counts. [-]"""
    has_tail = data.measure != "expected" and data.probability.size > 0
    return data.tail_charge if has_tail else 0.0
