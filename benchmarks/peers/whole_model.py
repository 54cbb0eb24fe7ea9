"""
The formulation (M1)-(M5) and (M7) as arrays, written in two ways.

`dense_model`, where every scenario reads every option, is the one that HiGHS and SCIP solve faster
at the sizes they can solve at all, so it is what the peers get.  `event_model` is `models`' own
writing, which has far fewer nonzeros when scenarios are many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from models.data import FloatArray, ModelData
from models.event_range import event_range
from models.objective import risk_weight
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
    Return the model with the expected loss part of each option's cost.

    Columns: option, onboard, and, with scenarios, tail start and excess.
    """
    decided = _decision_rows(data)
    if not data.probability.size:
        return decided
    omega, probability = risk_weight(data), data.probability
    n_scenarios = len(probability)
    expected = (probability @ data.scenario_events) @ data.event_loss
    cost = decided.cost.copy()
    cost[: decided.n_options] += (1.0 - omega) * expected
    loss = sparse.csr_array(data.scenario_events @ data.event_loss)
    no_supplier = sparse.csr_array((n_scenarios, len(data.onboarding_cost)))
    start = sparse.csr_array(-np.ones((n_scenarios, 1)))
    blocks: list[list[Any]] = [
        [decided.matrix, None, None],
        [sparse.hstack([loss, no_supplier]), start, -sparse.eye_array(n_scenarios)],
    ]
    reach = np.maximum(data.loss_high - data.var_low, 0.0)
    tail_cost = omega / (1.0 - data.tail_level) * probability
    return WholeModel(
        cost=np.concatenate([cost, [omega], tail_cost]),
        matrix=sparse.csr_array(sparse.block_array(blocks, format="csr")),
        row_low=np.concatenate([decided.row_low, np.full(n_scenarios, -np.inf)]),
        row_high=np.concatenate([decided.row_high, np.zeros(n_scenarios)]),
        low=np.concatenate([decided.low, [data.var_low], np.zeros(n_scenarios)]),
        high=np.concatenate([decided.high, [data.var_high], reach]),
        n_options=decided.n_options,
        n_integer=decided.n_integer,
    )


def event_model(data: ModelData) -> WholeModel:
    """
    Return the model with scenarios that read events.

    Columns: option, onboard, and, with scenarios, event, loss, tail start, excess.
    """
    decided = _decision_rows(data)
    if not data.probability.size:
        return decided
    n_scenarios, n_events = data.scenario_events.shape
    event_low, event_high = event_range(data)
    omega, probability = risk_weight(data), data.probability
    reach = np.maximum(data.loss_high - data.var_low, 0.0)
    is_event, is_loss = sparse.eye_array(n_events), sparse.eye_array(n_scenarios)
    start = -np.ones((n_scenarios, 1))
    no_supplier = sparse.csr_array((n_events, len(data.onboarding_cost)))
    blocks: list[list[Any]] = [
        [decided.matrix, None, None, None, None],
        [sparse.hstack([data.event_loss, no_supplier]), -is_event, None, None, None],
        [None, data.scenario_events, -is_loss, None, None],
        [None, None, is_loss, sparse.csr_array(start), -is_loss],
    ]
    nothing, no_floor = np.zeros(n_events + n_scenarios), np.full(n_scenarios, -np.inf)
    tail_cost = omega / (1.0 - data.tail_level) * probability
    no_cost, expected_cost = np.zeros(n_events), (1.0 - omega) * probability
    return WholeModel(
        cost=np.concatenate([decided.cost, no_cost, expected_cost, [omega], tail_cost]),
        matrix=sparse.csr_array(sparse.block_array(blocks, format="csr")),
        row_low=np.concatenate([decided.row_low, nothing, no_floor]),
        row_high=np.concatenate([decided.row_high, nothing, np.zeros(n_scenarios)]),
        low=np.concatenate(
            [decided.low, event_low, data.loss_low, [data.var_low], np.zeros(n_scenarios)]
        ),
        high=np.concatenate([decided.high, event_high, data.loss_high, [data.var_high], reach]),
        n_options=decided.n_options,
        n_integer=decided.n_integer,
    )


def _decision_rows(data: ModelData) -> WholeModel:
    """
    One option per SKU, links, resources: everything but losses.

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
        cost=np.concatenate([data.cost, data.onboarding_cost]),
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
