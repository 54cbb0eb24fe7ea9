"""The numbers of the formulation, bounded and restricted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from models.data import ModelData
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.maths.risk import value_at_risk

_DUST = 1e-9  # of the unit of money
_DENSER = 4.0  # times as many nonzeros, which fewer rows make up for


def bounded(data: ModelData) -> ModelData:
    """Return the data with the bounds of every loss, and so of VaR, that its options allow."""
    low, high = _loss_range(data)
    return replace(
        data,
        loss_low=low,
        loss_high=high,
        var_low=value_at_risk(low, data.probability, data.tail_level) if low.size else 0.0,
        var_high=value_at_risk(high, data.probability, data.tail_level) if low.size else 0.0,
        unexpected_high=float(high.max(initial=0.0)),
    )


def restrict(data: ModelData, keep: BoolArray) -> ModelData:
    """Return the model of these options alone; every SKU must keep one."""
    kept = np.concatenate([[0], np.cumsum(keep)])
    linked = keep[data.link_option]
    return bounded(
        replace(
            data,
            start=kept[data.start],
            cost=data.cost[keep],
            mean_loss=data.mean_loss[keep],
            resource_use=data.resource_use[:, keep],
            link_option=kept[data.link_option[linked]],
            link_supplier=data.link_supplier[linked],
            event_loss=data.event_loss[:, np.flatnonzero(keep)],
        )
    )


def by_scenario(data: ModelData) -> ModelData:
    """
    Return the same model with one event per scenario.

    Sums over shared events make the relaxation small; in the search they are rows the solver cuts
    at in vain, and few options share an event by then.
    """
    losses = without_dust(sparse.csr_array(data.scenario_events @ data.event_loss))
    one = sparse.csr_array(sparse.eye_array(len(data.probability)))
    return replace(data, event_loss=losses, scenario_events=one)


def without_dust(loss: sparse.csr_array) -> sparse.csr_array:
    """
    Return losses without those below 1e-9 of the model's unit of money.

    Curves begin with losses of 1e-30.  Fed losses of 1e-12, or products of hats and losses of
    5e-19, HiGHS 1.12 and 1.16.0 proved plans that were .025 and .011 % too dear.  Less is lost
    without them, so that a bound remains one.
    """
    loss.data[loss.data < _DUST] = 0.0
    loss.eliminate_zeros()
    return loss


def lean(data: ModelData) -> ModelData:
    """Return the model with scenarios that read options, unless shared events are much sparser."""
    direct = by_scenario(data)
    events = data.event_loss.nnz + data.scenario_events.nnz
    return direct if direct.event_loss.nnz <= _DENSER * events else data


def needed_suppliers(data: ModelData, option: IntArray) -> BoolArray:
    """Return which suppliers these options need onboarded.  Shape ``(K,)``."""
    chosen = np.zeros(len(data.cost), dtype=np.bool_)
    chosen[option] = True
    needed = np.zeros(len(data.onboarding_cost), dtype=np.bool_)
    needed[data.link_supplier[chosen[data.link_option]]] = True
    return needed


def _loss_range(data: ModelData) -> tuple[FloatArray, FloatArray]:
    """Least and greatest loss of every scenario, each SKU at its best and its worst option."""
    n_scenarios = len(data.probability)
    low, high = np.zeros(n_scenarios), np.zeros(n_scenarios)
    losses: sparse.csr_array = (data.scenario_events @ data.event_loss).tocsr()
    for s in range(n_scenarios):
        loss = losses[[s]].toarray().ravel()
        low[s] = np.minimum.reduceat(loss, data.start[:-1]).sum()
        high[s] = np.maximum.reduceat(loss, data.start[:-1]).sum()
    return low, high
