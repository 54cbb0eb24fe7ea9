r"""
The value at risk: the largest loss once the worst :math:`1 - \alpha` of the scenarios is ignored.

.. math::
    L_s \le v + M_s\, k_s \quad \forall s, \qquad
    \sum_s p_s\, k_s \le 1 - \alpha, \qquad
    \rho = v, \qquad M_s = (\overline{L}_s - \underline{v})^+ \tag{M6}

:math:`k_s = 1` ignores scenario s.  :math:`M_s` comes from the bounds of the data and is the least
that the bounds prove; where it is 0 the row holds by itself and there is neither row nor binary.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from models.data import Choice, FloatArray, ModelData
from models.linear import weighted_sum

PROBABILITY_TOLERANCE = 1e-9


def add_value_at_risk(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add ``tail_start``, ``ignored[s]``, their rows, and the expression ``tail``."""
    reach = _reach(data)
    uncertain = np.flatnonzero(reach > 0.0)
    m.tail_start = pyo.Var(bounds=(data.var_low, data.var_high))
    m.ignored = pyo.Var(uncertain.tolist(), domain=pyo.Binary)

    def kept_below(m: pyo.ConcreteModel, s: int) -> pyo.Expression:
        return m.loss[s] <= m.tail_start + float(reach[s]) * m.ignored[s]

    m.kept_loss = pyo.Constraint(uncertain.tolist(), rule=kept_below)
    m.ignored_probability = pyo.Constraint(
        expr=weighted_sum(data.probability[uncertain], m.ignored.values()) <= _tail_mass(data)
    )
    m.tail = pyo.Expression(expr=m.tail_start)


def value_at_risk_residual(data: ModelData, choice: Choice) -> FloatArray:
    """
    Return the loss of kept scenarios beyond v, then the probability ignored beyond the allowed.

    Returns
    -------
    FloatArray
        Shape ``(scenarios with M_s > 0, then 1)``, at most 0 where (M6) holds.
    """
    reach = _reach(data)
    beyond = choice.loss - choice.tail_start - reach * choice.ignored
    uncertain = reach > 0.0
    ignored = data.probability[uncertain] @ choice.ignored[uncertain]
    return np.append(beyond[uncertain], ignored - _tail_mass(data))


def loss_quantile(data: ModelData, loss: FloatArray) -> float:
    r"""
    Return the value at risk of given losses, 0 without scenarios.

    .. math:: \min \{ v : P(L > v) \le 1 - \alpha \}
    """
    if not loss.size:
        return 0.0
    worst_first = np.argsort(-loss, kind="stable")
    ignored = np.cumsum(data.probability[worst_first])
    n_ignored = int(np.searchsorted(ignored, _tail_mass(data), side="right"))
    return float(loss[worst_first[min(n_ignored, loss.size - 1)]])


def _reach(data: ModelData) -> FloatArray:
    """Return M of every scenario: how far its loss can lie beyond the value at risk."""
    return np.maximum(data.loss_high - data.var_low, 0.0)


def _tail_mass(data: ModelData) -> float:
    """Return the probability that may be ignored, forgiving the last digits of its sum."""
    return 1.0 - data.tail_level + PROBABILITY_TOLERANCE
