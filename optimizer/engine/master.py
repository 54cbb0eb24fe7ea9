r"""
The master: the best mixture of the plans priced so far, and the prices that follow from it.

.. math::
    \min \sum_k \lambda_k \bigl(c_k + (1-\omega)\,p^\top \ell_k\bigr)
         + \omega\Bigl(v + \tfrac{1}{1-\alpha}\sum_s p_s u_s\Bigr)
    \quad\text{s.t.}\quad \sum_k \lambda_k = 1,\;
    \sum_k \lambda_k a_{rk} \le b_r,\; \sum_k \lambda_k \ell_{ks} - v \le u_s .

Its duals are resource prices and a distribution over scenarios in CVaR's envelope (ALGORITHMS 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.engine.highs import Answer, LinearProgram, solve
from optimizer.engine.pricing import in_envelope
from optimizer.engine.pricing_model import PricingModel

_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """
    A priced plan: its certain cost with onboarding, its use of limits and its losses.

    Attributes
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    use
        Shape ``(R,)``.
    loss
        Shape ``(S,)``. [money unit]
    """

    option: IntArray
    cost: float
    use: FloatArray
    loss: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """
    The master's answer.

    Attributes
    ----------
    share
        Of each column.  Shape ``(columns,)``. [-]
    value
        Objective of the mixture. [money unit]
    resource
        Shape ``(R,)``. [money unit per unit]
    scenario
        :math:`w_s`.  Shape ``(S,)``. [-]
    """

    share: FloatArray
    value: float
    resource: FloatArray
    scenario: FloatArray


def mix(columns: Sequence[Column], model: PricingModel) -> Mixture | None:
    """Return the best mixture of the columns, None where no mixture meets the limits."""
    loss = np.stack([column.loss for column in columns], axis=1)
    money = max(float(np.median([abs(column.cost) for column in columns])), 1.0)
    program = _program(columns, model, loss, money)
    answer = _solved(program)
    if answer.values is None or answer.row_duals is None:
        return None
    n_limits = len(model.limit)
    duals = np.abs(answer.row_duals)
    return Mixture(
        share=answer.values[: len(columns)],
        value=float(program.cost @ answer.values) * money,
        resource=duals[1 : 1 + n_limits] * money / _limit_unit(model),
        scenario=scenario_weight(model, duals[1 + n_limits :]),
    )


def _solved(program: LinearProgram) -> Answer:
    """Solve a small program; Ctrl-C, which the solver takes, is handed on."""
    answer = solve(program, gap=0.0, time_limit=_SECONDS)
    if answer.status == "interrupt":
        raise KeyboardInterrupt
    return answer


def scenario_weight(model: PricingModel, tail_dual: FloatArray) -> FloatArray:
    """Return the weights of the scenarios for the tail's duals, repaired into the envelope."""
    expected = (1.0 - model.risk.tail_weight) * model.probability
    if model.risk.tail_weight == 0.0:
        return expected
    pi = in_envelope(tail_dual / model.risk.tail_weight, model.probability, model.risk.level)
    return np.asarray(expected + model.risk.tail_weight * pi)


def least_excess(columns: Sequence[Column], model: PricingModel) -> FloatArray:
    """
    Return the prices of the limits at which a mixture exceeds them least, in sum of their shares.

    Returns
    -------
    FloatArray
        Shape ``(R,)``. [1 per unit]
    """
    unit, n_limits = _limit_unit(model), len(model.limit)
    use = np.stack([column.use for column in columns], axis=1) / unit[:, None]
    n_columns = len(columns)
    answer = _solved(
        LinearProgram(
            cost=np.concatenate([np.zeros(n_columns), np.ones(n_limits)]),
            matrix=sparse.csr_array(
                np.vstack(
                    [
                        np.concatenate([np.ones(n_columns), np.zeros(n_limits)]),
                        np.hstack([use, -np.eye(n_limits)]),
                    ]
                )
            ),
            row_low=np.concatenate([[1.0], np.full(n_limits, -np.inf)]),
            row_high=np.concatenate([[1.0], model.limit / unit]),
            low=np.zeros(n_columns + n_limits),
            high=np.concatenate([np.ones(n_columns), np.full(n_limits, use.max())]),
            integer=np.zeros(n_columns + n_limits, dtype=np.bool_),
        )
    )
    if answer.row_duals is None:
        raise RuntimeError(f"the least excess over the limits was not found: {answer.status}.")
    return np.asarray(np.abs(answer.row_duals[1:]) / unit)


def _limit_unit(model: PricingModel) -> FloatArray:
    return np.where(model.limit > 0.0, model.limit, 1.0)


def _program(
    columns: Sequence[Column], model: PricingModel, loss: FloatArray, money: float
) -> LinearProgram:
    """Columns, then v, then u; the convexity row, the limits, the tail."""
    n_columns, n_limits = len(columns), len(model.limit)
    n_tail = len(model.probability) if model.risk.tail_weight > 0.0 else 0
    expected = (1.0 - model.risk.tail_weight) * (model.probability @ loss)
    certain = np.array([column.cost for column in columns]) + expected
    most = float(loss.max(initial=0.0)) / money
    use = np.stack([column.use for column in columns], axis=1) / _limit_unit(model)[:, None]
    tail = sparse.hstack(
        [
            sparse.csr_array(loss[:n_tail] / money),
            sparse.csr_array(-np.ones((n_tail, 1))),
            -sparse.eye_array(n_tail),
        ]
    )
    head = sparse.csr_array(np.vstack([np.ones(n_columns), use]))
    padding = sparse.csr_array((1 + n_limits, 1 + n_tail))
    weight = model.risk.tail_weight * model.probability[:n_tail] / (1.0 - model.risk.level)
    return LinearProgram(
        cost=np.concatenate([certain / money, [model.risk.tail_weight], weight]),
        matrix=sparse.csr_array(sparse.vstack([sparse.hstack([head, padding]), tail])),
        row_low=np.concatenate([[1.0], np.full(n_limits + n_tail, -np.inf)]),
        row_high=np.concatenate([[1.0], model.limit / _limit_unit(model), np.zeros(n_tail)]),
        low=np.zeros(n_columns + 1 + n_tail),
        high=np.concatenate([np.ones(n_columns), np.full(1 + n_tail, most)]),
        integer=np.zeros(n_columns + 1 + n_tail, dtype=np.bool_),
    )
