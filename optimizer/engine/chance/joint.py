r"""
Quantile limits over futures that all options share, as one mixed-integer program.

A binary :math:`z_s` for every future that may exceed the limit:

.. math:: \sum_o \ell_{so}\,x_o \le W + M_s z_s, \qquad \sum_s p_s z_s \le 1 - \alpha
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.chance.limit import LEVEL_ROUNDING, QuantileLimit
from optimizer.engine.highs import LinearProgram
from optimizer.engine.knapsack import Choice, Knapsack, solve_program


def solve_joint(knapsack: Knapsack, limits: list[QuantileLimit], gap: float, stop: Stop) -> Choice:
    """
    Return the best choice found.

    A choice that the solver's tolerances let pass, though it exceeds a limit too often, is
    forbidden, and the search repeated.
    """
    program = knapsack.program()
    for limit in limits:
        program = _with_limit(program, knapsack.start, limit)
    while True:
        found = solve_program(knapsack, program, gap, stop)
        option = found.option
        if option is None or all(probability_of(limit, option) >= limit.level for limit in limits):
            return found
        program = _without(program, option)


def probability_of(limit: QuantileLimit, option: IntArray) -> float:
    """Return the probability of the futures in which the losses are within the limit."""
    total = np.sum([limit.loss[o] for o in option], axis=0)
    return float(limit.probability[0][total <= limit.most].sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Futures:
    """The futures whose losses may exceed the limit, and by how much."""

    loss: FloatArray
    excess: FloatArray
    probability: FloatArray


def _with_limit(program: LinearProgram, start: IntArray, limit: QuantileLimit) -> LinearProgram:
    futures = _uncertain(limit, start)
    if not len(futures.excess):
        return program
    n_columns, n_futures = len(program.cost), len(futures.excess)
    scale = np.maximum(np.abs(futures.loss).max(axis=1, initial=0.0), futures.excess)
    unused = np.zeros((n_futures, n_columns - futures.loss.shape[1]))
    within = sparse.hstack(
        [
            sparse.csr_array(np.hstack([futures.loss, unused]) / scale[:, None]),
            sparse.diags_array(-futures.excess / scale),
        ]
    )
    often = sparse.hstack(
        [sparse.csr_array((1, n_columns)), sparse.csr_array(futures.probability[None, :])]
    )
    old = sparse.hstack([program.matrix, sparse.csr_array((program.matrix.shape[0], n_futures))])
    rarely = 1.0 - limit.level + LEVEL_ROUNDING
    return LinearProgram(
        cost=np.concatenate([program.cost, np.zeros(n_futures)]),
        matrix=sparse.csr_array(sparse.vstack([old, within, often])),
        row_low=np.concatenate([program.row_low, np.full(n_futures + 1, -np.inf)]),
        row_high=np.concatenate([program.row_high, limit.most / scale, [rarely]]),
        low=np.concatenate([program.low, np.zeros(n_futures)]),
        high=np.concatenate([program.high, np.ones(n_futures)]),
        integer=np.concatenate([program.integer, np.ones(n_futures, dtype=np.bool_)]),
    )


def _uncertain(limit: QuantileLimit, start: IntArray) -> _Futures:
    loss = np.array(limit.loss).T
    largest = np.maximum.reduceat(loss, start[:-1], axis=1).sum(axis=1)
    may = largest > limit.most
    return _Futures(
        loss=loss[may],
        excess=largest[may] - limit.most,
        probability=limit.probability[0][may],
    )


def _without(program: LinearProgram, option: IntArray) -> LinearProgram:
    """Forbid one choice."""
    row = np.zeros(len(program.cost))
    row[option] = 1.0
    return replace(
        program,
        matrix=sparse.csr_array(sparse.vstack([program.matrix, sparse.csr_array(row[None, :])])),
        row_low=np.append(program.row_low, -np.inf),
        row_high=np.append(program.row_high, len(option) - 1.0),
    )
