r"""
What the plan costs, the certain and the uncertain.

.. math::
    \min \; \sum_o c_o\, x_o + \sum_j c_j\, z_j + (1 - \omega)\, E(L) + \omega\, \rho \tag{M7}

:math:`\rho` is the tail of (M5) or (M6).  :math:`\omega` counts as 0 where the measure is
``expected``; without scenarios only the first two sums are left.
"""

from __future__ import annotations

import pyomo.environ as pyo

from models.data import Choice, ModelData
from models.linear import weighted_sum


def add_objective(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add ``certain_cost``, ``onboarding_cost`` and the ``objective`` over them and the losses."""
    m.certain_cost = pyo.Expression(expr=weighted_sum(data.cost, m.option.values()))
    m.onboarding_cost = pyo.Expression(expr=weighted_sum(data.onboarding_cost, m.onboard.values()))
    cost = m.certain_cost + m.onboarding_cost
    omega = risk_weight(data)
    if data.probability.size:
        cost += (1.0 - omega) * m.expected_loss
    if omega > 0.0:
        cost += omega * m.tail
    m.objective = pyo.Objective(expr=cost, sense=pyo.minimize)


def objective_value(data: ModelData, choice: Choice) -> float:
    """Return the objective (M7) of a choice. [currency]"""
    certain = data.cost @ choice.option + data.onboarding_cost @ choice.onboard
    omega = risk_weight(data)
    uncertain = (1.0 - omega) * (data.probability @ choice.loss) + omega * tail_value(data, choice)
    return float(certain + uncertain)


def tail_value(data: ModelData, choice: Choice) -> float:
    r"""Return :math:`\rho` of a choice: (M5) for ``cvar``, else (M6). [currency]"""
    if data.measure == "cvar":
        beyond = float(data.probability @ choice.excess) / (1.0 - data.tail_level)
        return choice.tail_start + beyond
    return choice.tail_start


def risk_weight(data: ModelData) -> float:
    r"""Return the :math:`\omega` that counts. [-]"""
    has_tail = data.measure != "expected" and data.probability.size > 0
    return data.tail_weight if has_tail else 0.0
