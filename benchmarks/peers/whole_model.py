"""
The formulation (M1)-(M5), (M7) and (M8) as arrays, written in two ways.

`dense_model`, where every scenario reads every option, is the one that HiGHS and SCIP solve faster
at the sizes they can solve at all, so it is what the peers get.  `event_model` is `models`' own
writing, which has far fewer nonzeros when scenarios are many.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from models.data import FloatArray, ModelData
from models.event_range import event_range
from models.objective import tail_charge
from models.onboarding import link_pairs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WholeModel:
    """
    Minimise ``cost @ x`` with ``row_low <= matrix @ x <= row_high``, ``low <= x <= high``.

    The first `n_options` columns are the options; the first `n_integer` are whole numbers.
    """

    cost: FloatArray
    matrix: sparse.csr_array
    row_low: FloatArray
    row_high: FloatArray
    low: FloatArray
    high: FloatArray
    n_options: int
    n_integer: int


def dense_model(data: ModelData) -> WholeModel:
    """
    Return the model whose scenarios read options.

    Columns: option, onboard, and, with a tail, tail start, excess, unexpected loss.
    """
    decided = _decision_rows(data)
    if not tail_charge(data):
        return decided
    n_scenarios = len(data.probability)
    loss = _of_options(sparse.csr_array(data.scenario_events @ data.event_loss), data)
    start, less_excess = _column(n_scenarios, -1.0), -sparse.eye_array(n_scenarios)
    tail = _tail(data)
    return _joined(
        decided,
        blocks=[
            [decided.matrix, None, None, None],
            [loss, start, less_excess, None],
            [-_mean(data), _column(1, 1.0), tail.weight, _column(1, -1.0)],
        ],
        row_low=np.full(n_scenarios + 1, -np.inf),
        columns=[tail.columns],
    )


def event_model(data: ModelData) -> WholeModel:
    """
    Return the model whose scenarios read events.

    Columns: option, onboard, and, with a tail, event, loss, tail start, excess, unexpected loss.
    """
    decided = _decision_rows(data)
    if not tail_charge(data):
        return decided
    n_scenarios, n_events = data.scenario_events.shape
    is_event, is_loss = sparse.eye_array(n_events), sparse.eye_array(n_scenarios)
    caused, start = _of_options(data.event_loss, data), _column(n_scenarios, -1.0)
    tail, nothing = _tail(data), np.zeros(n_events + n_scenarios)
    event_low, event_high = event_range(data)
    low = np.concatenate([event_low, data.loss_low])
    high = np.concatenate([event_high, data.loss_high])
    return _joined(
        decided,
        blocks=[
            [decided.matrix, None, None, None, None, None],
            [caused, -is_event, None, None, None, None],
            [None, data.scenario_events, -is_loss, None, None, None],
            [None, None, is_loss, start, -is_loss, None],
            [-_mean(data), None, None, _column(1, 1.0), tail.weight, _column(1, -1.0)],
        ],
        row_low=np.concatenate([nothing, np.full(n_scenarios + 1, -np.inf)]),
        columns=[_Columns(nothing, low, high), tail.columns],
    )


class _Columns(NamedTuple):
    """Columns behind the decisions'."""

    cost: FloatArray
    low: FloatArray
    high: FloatArray


class _Tail(NamedTuple):
    """The columns of (M5) and (M7), and the excesses' weights in the tail.  Shape ``(1, S)``."""

    columns: _Columns
    weight: sparse.csr_array


def _tail(data: ModelData) -> _Tail:
    """Return the columns tail start, excess and unexpected loss; only the last has a cost."""
    nothing = np.zeros(len(data.probability))
    reach = np.maximum(data.loss_high - data.var_low, 0.0)
    columns = _Columns(
        cost=np.concatenate([[0.0], nothing, [tail_charge(data)]]),
        low=np.concatenate([[data.var_low], nothing, [0.0]]),
        high=np.concatenate([[data.var_high], reach, [data.unexpected_high]]),
    )
    weight = data.probability / (1.0 - data.tail_level)
    return _Tail(columns, sparse.csr_array(weight[None, :]))


def _mean(data: ModelData) -> sparse.csr_array:
    """Row of the expected loss over options and onboardings."""
    return _of_options(sparse.csr_array(data.mean_loss[None, :]), data)


def _of_options(rows: sparse.csr_array, data: ModelData) -> sparse.csr_array:
    """Rows over the options, onboardings beside them."""
    no_supplier = sparse.csr_array((rows.shape[0], len(data.onboarding_cost)))
    return sparse.csr_array(sparse.hstack([rows, no_supplier]))


def _column(n_rows: int, value: float) -> sparse.csr_array:
    return sparse.csr_array(np.full((n_rows, 1), value))


def _joined(
    decided: WholeModel, *, blocks: list[list[Any]], row_low: FloatArray, columns: list[_Columns]
) -> WholeModel:
    """Return the model with more columns, and more rows whose upper bound is 0."""
    cost, low, high = zip(*columns, strict=True)
    return replace(
        decided,
        cost=np.concatenate([decided.cost, *cost]),
        matrix=sparse.csr_array(sparse.block_array(blocks, format="csr")),
        row_low=np.concatenate([decided.row_low, row_low]),
        row_high=np.concatenate([decided.row_high, np.zeros(len(row_low))]),
        low=np.concatenate([decided.low, *low]),
        high=np.concatenate([decided.high, *high]),
    )


def _decision_rows(data: ModelData) -> WholeModel:
    """
    One option per SKU, links, resources, with the expected loss among the costs: all but the tail.

    Raises
    ------
    ValueError
        If the measure is ``var``, which needs other rows.
    """
    if data.measure == "var":
        raise ValueError("the peers' arrays know the measures cvar and expected only.")
    n_options, n_suppliers, n_skus = len(data.cost), len(data.onboarding_cost), data.n_skus
    ones = np.ones(n_options)
    one = sparse.csr_array(
        (ones, (data.sku_of_option, np.arange(n_options))), shape=(n_skus, n_options + n_suppliers)
    )
    links = _links(data)
    use = sparse.csr_array(np.hstack([data.resource_use, data.onboarding_use]))
    n_links, n_limits = links.shape[0], len(data.resource_limit)
    free = np.full(n_links + n_limits, -np.inf)
    n_columns = n_options + n_suppliers
    return WholeModel(
        cost=np.concatenate([data.cost + data.mean_loss, data.onboarding_cost]),
        matrix=sparse.csr_array(sparse.vstack([one, links, use])),
        row_low=np.concatenate([np.ones(n_skus), free]),
        row_high=np.concatenate([np.ones(n_skus), np.zeros(n_links), data.resource_limit]),
        low=np.zeros(n_columns),
        high=np.ones(n_columns),
        n_options=n_options,
        n_integer=n_columns,
    )


def _links(data: ModelData) -> sparse.csr_array:
    """Rows: the options of a SKU that need a supplier, less its onboarding, at most 0."""
    _, supplier, pair = link_pairs(data)
    n_options, n_pairs = len(data.cost), len(supplier)
    row = np.concatenate([pair, np.arange(n_pairs)])
    column = np.concatenate([data.link_option, n_options + supplier])
    value = np.concatenate([np.ones(len(pair)), -np.ones(n_pairs)])
    shape = (n_pairs, n_options + len(data.onboarding_cost))
    return sparse.csr_array((value, (row, column)), shape=shape)
