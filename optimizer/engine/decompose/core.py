"""
The core: a small model in which some SKUs choose among few options and all others are fixed.

Cost and losses of the fixed SKUs become one more group with a single option, so the blocks of
`models/` and the exact method solve a core as they solve a whole portfolio (ALGORITHMS 4).  Their
use of resources is subtracted from the limits instead, so that the core's rows stay well scaled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.data import ModelData
from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import N_WEIGHTS, NODES
from optimizer.engine.decompose.bound import column_of
from optimizer.engine.decompose.impacts import Impacts, price_days
from optimizer.engine.decompose.option_blocks import Columns
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.formulate import bounded
from optimizer.maths.hats import LAST
from optimizer.maths.lost_days import entries


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Core:
    """
    The small model, and how its choice maps back to a plan.

    Attributes
    ----------
    data
        Groups: the free SKUs, then the fixed rest.
    rows
        Option-table row of each option of the core, the last (the fixed rest) excepted.
    skus
        The free SKUs.
    base
        A whole plan, whose options the fixed SKUs keep.  Shape ``(N,)``.
    """

    data: ModelData
    rows: IntArray
    skus: IntArray
    base: IntArray

    def plan(self, option: IntArray) -> IntArray:
        """Return the whole plan for the core's choice."""
        plan = self.base.copy()
        plan[self.skus] = self.rows[option[:-1]]
        return plan

    def choice(self, plan: IntArray) -> IntArray:
        """Return the core's choice for a whole plan made of its options."""
        return np.append(np.searchsorted(self.rows, plan[self.skus]), len(self.rows))


def whole(model: PricingModel) -> Core:
    """Return the core in which every option is open."""
    return open_core(model, np.arange(model.options.n_options))


def open_core(model: PricingModel, keep: IntArray) -> Core:
    """Return the core of these options, at least one per SKU."""
    first = np.unique(model.options.sku_of(keep), return_index=True)[1]
    return make_core(model, keep[first], keep)


def make_core(model: PricingModel, base: IntArray, keep: IntArray) -> Core:
    """
    Return the core of the SKUs that keep more than one option.

    Parameters
    ----------
    base
        A whole plan; each of its options must be kept.  Shape ``(N,)``.
    keep
        Options that stay open, ascending.
    """
    sku = model.options.sku_of(keep)
    kept = np.bincount(sku, minlength=model.options.n_skus)
    free = kept > 1
    skus, rows = np.flatnonzero(free), keep[free[sku]]
    start = np.concatenate([[0], np.cumsum(kept[skus]), [len(rows) + 1]])
    data = _model_data(model, rows, base[~free], start)
    return Core(data=bounded(data), rows=rows, skus=skus, base=base)


def _model_data(model: PricingModel, rows: IntArray, fixed: IntArray, start: IntArray) -> ModelData:
    open_, rest = model.options.take(rows), column_of(model, fixed)
    counts = np.flatnonzero(model.tail_cap > 0.0)
    impacts, rest_loss = model.futures.impacts, rest.loss.sum(axis=0)
    event_loss, scenario_events = _events(impacts, open_, rest_loss, counts)
    needs = model.links.supplier[open_.alternate_set]
    link_option, link_supplier = _links(needs, np.flatnonzero(rest.opened))
    cap = model.tail_cap[counts]
    return ModelData(
        start=start,
        cost=np.append(open_.cost, rest.cost.sum()),
        mean_loss=np.append(open_.mean, rest.mean.sum()),
        resource_use=np.column_stack([open_.use, np.zeros(len(model.limit))]),
        resource_limit=model.limit - rest.use.sum(axis=1),
        onboarding_cost=model.onboarding_cost,
        onboarding_use=model.onboarding_use,
        link_option=link_option,
        link_supplier=link_supplier,
        probability=cap / cap.sum(),
        event_loss=event_loss,
        scenario_events=scenario_events,
        measure="cvar" if model.tail_charge > 0.0 else "expected",
        tail_level=1.0 - 1.0 / float(cap.sum()),
        tail_charge=model.tail_charge,
        loss_low=np.zeros_like(cap),
        loss_high=np.zeros_like(cap),
        var_low=0.0,
        var_high=0.0,
        unexpected_high=0.0,
    )


def _links(needs: IntArray, opened: IntArray) -> tuple[IntArray, IntArray]:
    """Return the links of the open options, and of the fixed rest to each supplier it needs."""
    option, place = np.nonzero(needs >= 0)
    rest = np.full(len(opened), len(needs))
    return np.append(option, rest), np.append(needs[option, place], opened)


def _events(
    impacts: Impacts, open_: Columns, rest_loss: FloatArray, counts: IntArray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """
    Return one event per (profile, node) with a loss, and one per scenario the rest loses in.

    Parameters
    ----------
    rest_loss
        Loss of the fixed SKUs in every scenario.  Shape ``(S,)``. [money unit]
    counts
        The scenarios that can be in the tail.
    """
    option, key, money = _losses(open_)
    event, of_pair = np.unique(key, return_inverse=True)
    n_open, n_scenarios = len(open_.cost), len(rest_loss)
    open_loss = sparse.csr_array((money, (of_pair.ravel(), option)), shape=(len(event), n_open + 1))
    hit = np.flatnonzero(rest_loss)
    rest = sparse.csr_array(
        (rest_loss[hit], (np.arange(len(hit)), np.full(len(hit), n_open))),
        shape=(len(hit), n_open + 1),
    )
    alone = sparse.csr_array(
        (np.ones(len(hit)), (hit, np.arange(len(hit)))), shape=(n_scenarios, len(hit))
    )
    meets = sparse.hstack([_hats(impacts, event), alone])
    return sparse.csr_array(sparse.vstack([open_loss, rest])), sparse.csr_array(meets).tocsr()[
        counts
    ]


def _hats(impacts: Impacts, event: IntArray) -> sparse.csc_array:
    """Hat weights of every scenario on events, which are profile × 18 + node.  Shape ``(S, n)``."""
    profiles, place = np.unique(event // N_WEIGHTS, return_inverse=True)
    owner, strike, days = entries(impacts.lost, profiles)
    node = np.searchsorted(NODES, days, side="right") - 1
    above = (days - NODES[node]) / np.append(np.diff(NODES), 1.0)[node]
    at_node = np.where(node == LAST, 1.0, 1.0 - above)
    weight = np.concatenate([at_node, above]) * np.tile(impacts.factor[strike], 2)
    column = owner * N_WEIGHTS + node
    hats = sparse.csc_array(
        (weight, (np.tile(impacts.scenario[strike], 2), np.concatenate([column, column + 1]))),
        shape=(impacts.n_scenarios, len(profiles) * N_WEIGHTS),
    )
    return hats[:, place * N_WEIGHTS + event % N_WEIGHTS]


def _losses(open_: Columns) -> tuple[IntArray, IntArray, FloatArray]:
    """Option (its place), event (profile × 18 + node) and money of every positive loss."""
    shocked = np.flatnonzero(open_.price_profile >= 0)
    spend = open_.spend[shocked]
    dear = np.column_stack([spend[:, None] * price_days(open_.lot_days[shocked]), spend])
    short = np.column_stack([open_.curves, open_.slope])
    money = np.concatenate([short, dear])
    option = np.concatenate([np.arange(len(short)), shocked])
    profile = np.concatenate([open_.profile, open_.price_profile[shocked]])
    row, weight = np.nonzero(money)
    return option[row], profile[row] * N_WEIGHTS + weight, money[row, weight]
