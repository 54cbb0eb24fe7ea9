"""Long sums for Pyomo, built at once and not term by term."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression
from scipy import sparse

from models.data import FloatArray


def weighted_sum(weights: FloatArray, variables: Iterable[pyo.Var]) -> LinearExpression:
    r"""Return :math:`\sum_c w_c x_c`, zero weights included."""
    return LinearExpression(linear_coefs=weights.tolist(), linear_vars=list(variables))


def matrix_product(
    matrix: sparse.csr_array, variables: Iterable[pyo.Var]
) -> list[LinearExpression]:
    r"""Return :math:`\sum_c A_{rc} x_c` of every row r, stored entries only."""
    variable = list(variables)
    column, weight = matrix.indices.tolist(), matrix.data.tolist()
    return [
        LinearExpression(
            linear_coefs=weight[start:end],
            linear_vars=[variable[c] for c in column[start:end]],
        )
        for start, end in pairwise(matrix.indptr.tolist())
    ]
