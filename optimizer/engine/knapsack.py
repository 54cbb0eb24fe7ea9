"""The multiple-choice knapsack as HiGHS's arrays: one column per option, nothing else."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.engine.highs import LinearProgram


def knapsack(
    cost: FloatArray, start: IntArray, use: FloatArray, limit: FloatArray
) -> LinearProgram:
    """
    Return the program that chooses one option per group within the limits.

    Parameters
    ----------
    cost
        Of each option.  Shape ``(O,)``.
    start
        First option of each group, and the number of options.  Shape ``(N + 1,)``.
    use, limit
        Use of each resource, and its limit.  Shapes ``(R, O)`` and ``(R,)``.
    """
    n_groups, n_options = len(start) - 1, len(cost)
    group = np.repeat(np.arange(n_groups), np.diff(start))
    one = sparse.csr_array((np.ones(n_options), (group, np.arange(n_options))))
    return LinearProgram(
        cost=cost,
        matrix=sparse.csr_array(sparse.vstack([one, sparse.csr_array(use)])),
        row_low=np.concatenate([np.ones(n_groups), np.full(len(limit), -np.inf)]),
        row_high=np.concatenate([np.ones(n_groups), limit]),
        low=np.zeros(n_options),
        high=np.ones(n_options),
        integer=np.ones(n_options, dtype=np.bool_),
    )


def chosen_options(values: FloatArray, start: IntArray) -> IntArray:
    """Return the chosen option of every group.  Shape ``(N,)``."""
    n_options = start[-1]
    chosen: IntArray = np.flatnonzero(values[:n_options] > 0.5)
    return chosen
