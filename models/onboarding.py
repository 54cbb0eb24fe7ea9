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
    """Add the rows ``onboarding[i, j]``, one per (SKU, supplier) with a link."""
    sku, supplier, row = link_pairs(data)
    needs = sparse.csr_array(
        (np.ones(len(row)), (row, data.link_option)), shape=(len(sku), len(data.cost))
    )
    pairs = list(zip(sku.tolist(), supplier.tolist(), strict=True))
    served = dict(zip(pairs, matrix_product(needs, m.option.values()), strict=True))
    m.onboarding = pyo.Constraint(pairs, rule=lambda m, i, j: served[i, j] <= m.onboard[j])


def onboarding_residual(data: ModelData, choice: Choice) -> FloatArray:
    """Return the use of a supplier beyond its onboarding, at most 0 where (M2) holds."""
    sku, supplier, row = link_pairs(data)
    served = np.bincount(row, weights=choice.option[data.link_option], minlength=len(sku))
    return served - choice.onboard[supplier]


def link_pairs(data: ModelData) -> tuple[IntArray, IntArray, IntArray]:
    """Return SKU and supplier of each row, SKU by SKU, and the row of each link."""
    n_suppliers = len(data.onboarding_cost)
    key = data.sku_of_option[data.link_option] * n_suppliers + data.link_supplier
    pair, row_of_link = np.unique(key, return_inverse=True)
    sku, supplier = np.divmod(pair, n_suppliers)
    return sku, supplier, row_of_link
