r"""
What the tail costs beyond the mean: capital is held against losses that are not expected.

.. math:: U \ge \rho - E(L), \qquad U \ge 0 \tag{M7}

:math:`\rho` is the tail of (M5) or (M6).  Minimised, U is :math:`\max(0, \rho - E(L))`: a tail
below the mean, where hazards are rare, earns nothing.
"""

from __future__ import annotations

import pyomo.environ as pyo

from models.data import Choice, ModelData


def add_unexpected_loss(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add ``unexpected`` and the row ``beyond_mean``."""
    m.unexpected = pyo.Var(bounds=(0.0, data.unexpected_high))
    m.beyond_mean = pyo.Constraint(expr=m.tail - m.expected_loss <= m.unexpected)


def unexpected_loss_residual(data: ModelData, choice: Choice) -> float:
    """Return the tail beyond the mean that U does not cover, at most 0 where (M7) holds."""
    return tail_value(data, choice) - expected_value(data, choice) - choice.unexpected


def tail_value(data: ModelData, choice: Choice) -> float:
    r"""Return :math:`\rho` of a choice: (M5) for ``cvar``, else (M6). [currency]"""
    if data.measure == "cvar":
        beyond = float(data.probability @ choice.excess) / (1.0 - data.tail_level)
        return choice.tail_start + beyond
    return choice.tail_start


def expected_value(data: ModelData, choice: Choice) -> float:
    r"""Return :math:`E(L)` of a choice (M4). [currency]"""
    return float(data.mean_loss @ choice.option)
