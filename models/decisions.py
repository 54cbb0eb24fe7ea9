r"""
The two decisions that every block reads.

.. math:: x_o \in \{0, 1\} \quad \text{option } o \text{ is chosen}, \qquad
          z_j \in \{0, 1\} \quad \text{supplier } j \text{ is onboarded}
"""

from __future__ import annotations

import pyomo.environ as pyo

from models.data import ModelData


def add_decisions(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Declare ``option[o]`` and ``onboard[j]``."""
    m.option = pyo.Var(range(len(data.cost)), domain=pyo.Binary)
    m.onboard = pyo.Var(range(len(data.onboarding_cost)), domain=pyo.Binary)
