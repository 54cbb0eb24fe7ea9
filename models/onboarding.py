r"""
An option that buys from a supplier needs that supplier onboarded.

.. math:: \sum_{o \in O_i :\, o \text{ needs } j} x_o \le z_j \qquad \forall (i, j) \tag{M2}

A SKU has one option, so the sum is at most 1 and one row per (SKU, supplier) says as much as one
row per option.  It says it tighter: half of each of two options needs all of the supplier.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from scipy import sparse

from models.data import Choice, FloatArray, IntArray, ModelData
from models.linear import matrix_product


def add_onboarding(m: pyo.ConcreteModel, data: ModelData) -> None:
    """Add the rows ``onboarding[r]``, one per (SKU, supplier) with a link, in that order."""
    supplier, row = _pairs(data)
    ones = np.ones(len(row))
    needs = sparse.csr_array((ones, (row, data.link_option)), shape=(len(supplier), len(data.cost)))
    served = matrix_product(needs, m.option.values())

    def only_onboarded(m: pyo.ConcreteModel, r: int) -> pyo.Expression:
        return served[r] <= m.onboard[supplier[r]]

    m.onboarding = pyo.Constraint(range(len(supplier)), rule=only_onboarded)


def onboarding_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return the use of a supplier beyond its onboarding, at most 0 where (M2) holds."""
    supplier, row = _pairs(data)
    served = np.bincount(row, weights=choice.option[data.link_option], minlength=len(supplier))
    return served - choice.onboard[supplier]


def _pairs(data: ModelData) -> tuple[IntArray, IntArray]:
    """Return the supplier of each (SKU, supplier) row, and the row of each link."""
    n_suppliers = len(data.onboarding_cost)
    key = data.sku_of_option[data.link_option] * n_suppliers + data.link_supplier
    rows, row_of_link = np.unique(key, return_inverse=True)
    return rows % n_suppliers, row_of_link
