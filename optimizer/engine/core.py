"""
A small model inside a large one: some SKUs free among few options, all others as they are.

What the fixed SKUs cost and lose is one more group with one option, so the blocks of `models/`
and the exact method serve the core as they serve a whole portfolio (ALGORITHMS 4); what they use
is taken off the limits, whose rows would else be all rest and no core.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.data import ModelData
from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, ranges
from optimizer.engine.bound import column_of
from optimizer.engine.formulate import bounded
from optimizer.engine.kernel import PricingTable, sku_of
from optimizer.engine.knots import Knots
from optimizer.engine.pricing_model import PricingModel
from optimizer.maths.outage import short_days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Core:
    """
    The small model and the way back.

    Attributes
    ----------
    data
        Groups: the free SKUs, then the fixed rest.
    rows
        Row of the option table of each of its options but the last.
    skus
        The free SKUs.
    base
        Option of every SKU where it is fixed.  Shape ``(N,)``.
    """

    data: ModelData
    rows: IntArray
    skus: IntArray
    base: IntArray

    def plan(self, option: IntArray) -> IntArray:
        """Return the option of every SKU for the core's choice."""
        plan = self.base.copy()
        plan[self.skus] = self.rows[option[:-1]]
        return plan

    def choice(self, plan: IntArray) -> IntArray:
        """Return the core's choice that a plan made of its options stands for."""
        return np.append(np.searchsorted(self.rows, plan[self.skus]), len(self.rows))


def whole(model: PricingModel) -> Core:
    """Return the core in which every option is open."""
    every = np.ones(len(model.table.cost), dtype=np.bool_)
    return make_core(model, model.table.start[:-1], every)


def make_core(model: PricingModel, base: IntArray, keep: BoolArray) -> Core:
    """
    Return the core of the SKUs that keep more than one option.

    Parameters
    ----------
    base
        A plan; each SKU's option in it must be kept.  Shape ``(N,)``.
    keep
        Options that stay open.  Shape ``(O,)``.
    """
    table = model.table
    kept = np.add.reduceat(keep, table.start[:-1], dtype=np.int64)
    free = kept > 1
    skus = np.flatnonzero(free)
    rows = np.flatnonzero(keep)
    rows = rows[free[sku_of(table, rows)]]
    fixed = np.where(free, -1, base)
    start = np.concatenate([[0], np.cumsum(kept[skus]), [len(rows) + 1]])
    data = _model_data(model, rows, fixed[fixed >= 0], start)
    return Core(data=bounded(data), rows=rows, skus=skus, base=base)


def _model_data(model: PricingModel, rows: IntArray, fixed: IntArray, start: IntArray) -> ModelData:
    table = model.table
    rest = column_of(model, fixed)
    event_loss, scenario_events = _events(table, rows, rest.loss.sum(axis=0))
    link_option, link_supplier = _links(model, rows, np.flatnonzero(rest.opened))
    counted, level = _tail(model)
    even = sparse.csr_array(scenario_events[np.flatnonzero(model.tail_cap > 0.0)])
    unevenly = (1.0 - model.tail_weight) * (model.probability @ scenario_events - counted @ even)
    return ModelData(
        start=start,
        cost=np.append(table.cost[rows], rest.cost.sum()) + unevenly @ event_loss,
        resource_use=np.column_stack([table.use[:, rows], np.zeros(len(model.limit))]),
        resource_limit=model.limit - rest.use.sum(axis=1),
        onboarding_cost=model.onboarding_cost,
        onboarding_use=model.onboarding_use,
        link_option=link_option,
        link_supplier=link_supplier,
        probability=counted,
        event_loss=event_loss,
        scenario_events=even,
        measure="cvar" if model.tail_weight > 0.0 else "expected",
        tail_level=level,
        tail_weight=model.tail_weight,
        loss_low=np.zeros_like(counted),
        loss_high=np.zeros_like(counted),
        var_low=0.0,
        var_high=0.0,
    )


def _tail(model: PricingModel) -> tuple[FloatArray, float]:
    """
    Return probabilities and level of the CVaR that has the model's caps.

    The greatest loss in n scenarios is the mean of their worst nth, were each as likely as the
    others; what their true probabilities make of the expected loss goes into the options' costs.
    """
    cap = model.tail_cap[model.tail_cap > 0.0]
    return cap / cap.sum(), 1.0 - 1.0 / float(cap.sum())


def _links(model: PricingModel, rows: IntArray, opened: IntArray) -> tuple[IntArray, IntArray]:
    """Links of the open options, and of the rest to every supplier it needs."""
    needs = model.links.supplier[model.table.set_of_option[rows]]
    option, place = np.nonzero(needs >= 0)
    rest = np.full(len(opened), len(rows))
    return np.append(option, rest), np.append(needs[option, place], opened)


def _events(
    table: PricingTable, rows: IntArray, rest_loss: FloatArray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """One event per knot that some option is short on, and one per scenario the rest loses in."""
    option, knot, money = _short_of(table, rows)
    event, of_pair = np.unique(knot, return_inverse=True)
    n_columns, n_scenarios = len(rows) + 1, len(rest_loss)
    own = sparse.csr_array((money, (of_pair.ravel(), option)), shape=(len(event), n_columns))
    hit = np.flatnonzero(rest_loss)
    rest = sparse.csr_array(
        (rest_loss[hit], (np.arange(len(hit)), np.full(len(hit), len(rows)))),
        shape=(len(hit), n_columns),
    )
    alone = sparse.csr_array(
        (np.ones(len(hit)), (hit, np.arange(len(hit)))), shape=(n_scenarios, len(hit))
    )
    contains = _contained(table.knots, event)
    return sparse.csr_array(sparse.vstack([own, rest])), sparse.csr_array(
        sparse.hstack([contains, alone])
    )


def _contained(knots: Knots, event: IntArray) -> sparse.csr_array:
    """Factor of every event (a knot) in every scenario that contains it.  Shape ``(S, events)``."""
    first = knots.entry[event]
    place, entry = ranges(first, knots.entry[event + 1] - first)
    return sparse.csr_array(
        (_factors(knots, entry), (knots.scenario[entry], place)),
        shape=(knots.n_scenarios, len(event)),
    )


def _factors(knots: Knots, entry: IntArray) -> FloatArray:
    """Return f of entries: 1 but for the last, those of price shocks."""
    shock = entry - (len(knots.scenario) - len(knots.factor))
    factor = np.ones(len(entry))
    factor[shock >= 0] = knots.factor[shock[shock >= 0]]
    return factor


def _short_of(table: PricingTable, rows: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Option (place in `rows`), knot and money of every positive loss, before its factor."""
    sku = sku_of(table, rows)
    outages = table.profile_of_set[table.set_of_option[rows]]
    parts = [
        _pairs(table, rows, profile, money[sku])
        for profile, money in (
            (outages, table.stockout_cost_per_day),
            (table.price_profile[sku], table.spend_per_day),
        )
    ]
    option, knot, money = (np.concatenate(column) for column in zip(*parts, strict=True))
    return option, knot, money


def _pairs(
    table: PricingTable, rows: IntArray, profile: IntArray, per_day: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    knots = table.knots
    known = profile >= 0
    first = np.where(known, knots.start[profile], 0)
    count = np.where(known, knots.start[profile + 1] - first, 0)
    option, knot = ranges(first, count)
    row = rows[option]
    money = per_day[option] * short_days(
        knots.day[knot].astype(np.float64), table.assured_days[row], table.lot_days[row]
    )
    real = money != 0.0
    return option[real], knot[real], money[real]
