r"""
No resource is used beyond its limit.

.. math:: \sum_o a_{ro}\, x_o + \sum_j a_{rj}\, z_j \le b_r \qquad \forall r \tag{M3}
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from scipy import sparse

from models.data import Choice, FloatArray, ModelData
from models.linear import matrix_product


def add_resources(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add the rows ``resources[r]``."""
    use = sparse.csr_array(np.hstack([data.resource_use, data.onboarding_use]))
    used = matrix_product(use, [*m.option.values(), *m.onboard.values()])
    limit = data.resource_limit.tolist()

    def within_limit(_: pyo.ConcreteModel, r: int) -> tuple[None, pyo.Expression, float]:
        return (None, used[r], limit[r])

    m.resources = pyo.Constraint(range(len(limit)), rule=within_limit)


def resources_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return the use beyond each limit.  Shape ``(R,)``, at most 0 where (M3) holds."""
    used: FloatArray = data.resource_use @ choice.option + data.onboarding_use @ choice.onboard
    return used - data.resource_limit
