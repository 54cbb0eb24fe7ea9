r"""
Every SKU gets exactly one option.

.. math:: \sum_{o \in O_i} x_o = 1 \qquad \forall i \tag{M1}
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from models.data import Choice, FloatArray, ModelData


def add_one_option(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add the rows ``one_option[i]``."""
    start = data.start.tolist()

    def exactly_one(m: pyo.ConcreteModel, i: int) -> pyo.Expression:
        return pyo.quicksum(m.option[o] for o in range(start[i], start[i + 1])) == 1

    m.one_option = pyo.Constraint(range(data.n_skus), rule=exactly_one)


def one_option_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return the options chosen beyond one.  Shape ``(N,)``, 0 where (M1) holds."""
    chosen: FloatArray = np.zeros(data.n_skus)
    np.add.at(chosen, data.sku_of_option, choice.option)
    return chosen - 1.0
