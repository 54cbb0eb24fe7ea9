r"""
What may be lost at most: on average, and in the tail.

.. math:: E(L) \le \bar e, \qquad E(L) + U \le \bar\rho \tag{M9}

:math:`E(L) + U` is the tail of (M5), or the mean where that is larger: no tail is below its mean
but by the sampling of the futures.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from models.data import Choice, FloatArray, ModelData
from models.unexpected_loss import expected_value


def add_risk_limits(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add the rows ``most_expected`` and ``most_tail``, those that have a limit."""
    if np.isfinite(data.expected_limit):
        m.most_expected = pyo.Constraint(expr=m.expected_loss <= data.expected_limit)
    if np.isfinite(data.tail_limit):
        m.most_tail = pyo.Constraint(expr=m.expected_loss + m.unexpected <= data.tail_limit)


def risk_limits_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return mean and tail beyond their limits.  Shape ``(2,)``, at most 0 where (M9) holds."""
    mean = expected_value(data, choice)
    over = [mean - data.expected_limit, mean + choice.unexpected - data.tail_limit]
    return np.array(over)
