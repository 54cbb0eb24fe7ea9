r"""
The conditional value at risk: the mean of the worst :math:`1 - \alpha` of the losses.

.. math::
    u_s \ge L_s - v, \quad u_s \ge 0 \quad \forall s, \qquad
    \rho = v + \frac{1}{1 - \alpha} \sum_s p_s\, u_s \tag{M5}

At the minimum over v, :math:`\rho` is CVaR and v a value at risk [1]_.

References
----------
.. [1] Rockafellar, R.T. and Uryasev, S. (2000). Optimization of conditional value-at-risk.
       *Journal of Risk* 2(3). Eq. (9).
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from models.data import Choice, FloatArray, ModelData
from models.linear import weighted_sum


def add_tail_risk(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add ``tail_start``, ``excess[s]``, the rows ``tail_excess[s]``, the expression ``tail``."""
    scenarios = range(len(data.probability))
    most = np.maximum(data.loss_high - data.var_low, 0.0).tolist()
    m.tail_start = pyo.Var(bounds=(data.var_low, data.var_high))
    m.excess = pyo.Var(scenarios, bounds=lambda _, s: (0.0, most[s]))
    m.tail_excess = pyo.Constraint(
        scenarios, rule=lambda m, s: m.excess[s] >= m.loss[s] - m.tail_start
    )
    weight = data.probability / (1.0 - data.tail_level)
    m.tail = pyo.Expression(expr=m.tail_start + weighted_sum(weight, m.excess.values()))


def tail_risk_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return the loss beyond v that no excess covers.  ``(S,)``, at most 0 where (M5) holds."""
    return choice.loss - choice.tail_start - choice.excess
