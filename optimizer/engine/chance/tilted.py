r"""
Good choices for quantile limits over independent groups, by exponential tilting.

With :math:`K_o(\theta) = \log E\,e^{\theta \ell_o}`, Chernoff's bound makes the linear row
:math:`\sum_o K_o(\theta)\,x_o \le \theta W + \log(1 - \alpha)` sufficient.  It is stricter than
needed, so it is loosened as far as the exact probability allows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from scipy import sparse
from scipy.special import logsumexp

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.chance.distribution import probability_within
from optimizer.engine.chance.limit import QuantileLimit
from optimizer.engine.highs import LinearProgram, solve
from optimizer.engine.knapsack import Knapsack

_TILTS: Final = (0.7, 1.2, 2.0)  # of the tilt that suits a normal total
_STRICTEST, _LOOSEST, _HALVINGS = -2.0, 6.0, 8  # of the logarithm of the row
_GAP, _NODES = 1e-4, 2_000


def tilted_choice(knapsack: Knapsack, limits: list[QuantileLimit], stop: Stop) -> IntArray | None:
    """Return the cheapest choice found that keeps every limit, None where none was found."""
    program = knapsack.program()
    best: IntArray | None = None
    for factor in _TILTS:
        low, high = _STRICTEST, _LOOSEST
        rows = [tilted_row(limit, knapsack.start, factor) for limit in limits]
        for _ in range(_HALVINGS):
            if stop.seconds_left == 0.0:
                return best
            loosened = (low + high) / 2.0
            option = _solved(knapsack, program, rows, loosened, stop)
            if option is not None and not _keeps(limits, option):
                high = loosened
                continue
            low = loosened
            if option is not None and _is_cheaper(knapsack.cost, option, best):
                best = option
    return best


def tilted_row(limit: QuantileLimit, start: IntArray, factor: float) -> tuple[FloatArray, float]:
    """Return Chernoff's row and its right side, in units of 1."""
    sizes = np.diff(start)
    mean = np.array([p @ row for p, row in zip(limit.probability, limit.loss, strict=True)])
    square = np.array([p @ row**2 for p, row in zip(limit.probability, limit.loss, strict=True)])
    variance = (np.add.reduceat(np.maximum(square - mean**2, 0.0), start[:-1]) / sizes).sum()
    rarely = float(np.log1p(-limit.level))
    spread = float(np.sqrt(variance)) or max(abs(limit.most), 1.0)
    tilt = factor * float(np.sqrt(-2.0 * rarely)) / spread
    row = [
        logsumexp(tilt * loss, b=p) for p, loss in zip(limit.probability, limit.loss, strict=True)
    ]
    return np.array(row, dtype=np.float64), tilt * limit.most + rarely


def _solved(
    knapsack: Knapsack,
    program: LinearProgram,
    rows: list[tuple[FloatArray, float]],
    loosened: float,
    stop: Stop,
) -> IntArray | None:
    tilted = sparse.csr_array(np.array([row for row, _ in rows]))
    right = np.array([most + loosened for _, most in rows])
    whole = replace(
        program,
        matrix=sparse.csr_array(sparse.vstack([program.matrix, tilted])),
        row_low=np.concatenate([program.row_low, np.full(len(rows), -np.inf)]),
        row_high=np.concatenate([program.row_high, right]),
    )
    answer = solve(whole, gap=_GAP, stop=stop, node_limit=_NODES)
    return None if answer.values is None else knapsack.chosen(answer.values)


def _keeps(limits: list[QuantileLimit], option: IntArray) -> bool:
    return all(probability_within(limit, option, quick=True).low >= limit.level for limit in limits)


def _is_cheaper(cost: FloatArray, option: IntArray, best: IntArray | None) -> bool:
    return best is None or bool(cost[option].sum() < cost[best].sum())
