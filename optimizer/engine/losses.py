r"""
Losses as events: what an option loses when a profile costs so many days, or a price shock lasts.

A scenario contains few events and many options share them, so the scenario × option matrix
never exists: :math:`\ell_{os} = \sum_e A_{se} B_{eo}` (MODEL 4, ALGORITHMS 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray, TextArray
from optimizer.domain.option import OptionTable
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.maths.outage import short_days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossEvents:
    """
    Loss of every option in every event, and the events of every scenario.

    Attributes
    ----------
    event_loss
        CSR, shape ``(E, O)``.  :math:`B_{eo}` [currency]
    scenario_events
        CSR of ones, shape ``(S, E)``.  :math:`A_{se}`
    """

    event_loss: sparse.csr_array
    scenario_events: sparse.csr_array


def loss_events(
    category: TextArray, options: OptionTable, scenarios: ScenarioSet, lost: LostDays
) -> LossEvents:
    """
    Return every loss of MODEL 4 as events.

    Parameters
    ----------
    category
        Category of each SKU.  Shape ``(N,)``.
    lost
        Days of supply lost by profile and scenario.
    """
    outages = _outage_events(options, lost)
    shocks = _price_events(category, options, scenarios)
    return LossEvents(
        event_loss=sparse.csr_array(sparse.vstack([outages.event_loss, shocks.event_loss])),
        scenario_events=sparse.csr_array(
            sparse.hstack([outages.scenario_events, shocks.scenario_events])
        ),
    )


def _outage_events(options: OptionTable, lost: LostDays) -> LossEvents:
    """One event per profile and number of days lost."""
    profile = np.repeat(np.arange(len(lost)), np.diff(lost.start))
    pairs = np.stack([profile, lost.days], axis=1)
    event, of_pair = np.unique(pairs, axis=0, return_inverse=True)
    row, option = _join(event[:, 0], options.profile(np.arange(len(options))))
    loss = options.stockout_cost_per_day[options.sku[option]] * _short(
        event[row, 1], options, option
    )
    shape = (len(event), lost.n_scenarios)
    return _events((row, option, loss), (lost.scenario, of_pair.ravel()), shape, options)


def _price_events(category: TextArray, options: OptionTable, scenarios: ScenarioSet) -> LossEvents:
    """One event per category, multiplier and duration of a price shock."""
    scenario, shocked = np.nonzero((scenarios.price_days > 0) & (scenarios.price_multiplier > 1.0))
    multiplier = scenarios.price_multiplier[scenario, shocked]
    triples = np.stack([shocked, multiplier, scenarios.price_days[scenario, shocked]], axis=1)
    event, of_triple = np.unique(triples, axis=0, return_inverse=True)
    position = {name: i for i, name in enumerate(scenarios.categories)}
    category_of_sku = np.array([position.get(name, -1) for name in category], dtype=np.int64)
    row, option = _join(event[:, 0].astype(np.int64), category_of_sku[options.sku])
    spend = options.spend_per_day[options.sku[option]]
    loss = spend * (event[row, 1] - 1.0) * _short(event[row, 2], options, option)
    shape = (len(event), len(scenarios))
    return _events((row, option, loss), (scenario, of_triple.ravel()), shape, options)


def _join(event_key: IntArray, option_key: IntArray) -> tuple[IntArray, IntArray]:
    """Return every pair (event, option) whose keys are equal."""
    order = np.argsort(option_key, kind="stable")
    low = np.searchsorted(option_key[order], event_key, side="left")
    high = np.searchsorted(option_key[order], event_key, side="right")
    count = high - low
    row = np.repeat(np.arange(len(event_key)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, order[np.repeat(low, count) + within]


def _short(lost: FloatArray | IntArray, options: OptionTable, option: IntArray) -> FloatArray:
    return short_days(
        lost.astype(np.float64), options.assured_days[option], options.lot_days[option]
    )


def _events(
    losses: tuple[IntArray, IntArray, FloatArray],
    members: tuple[IntArray | Int32Array, IntArray],
    shape: tuple[int, int],
    options: OptionTable,
) -> LossEvents:
    """Pack (event, option, loss) and (scenario, event) into the two sparse matrices."""
    n_events, n_scenarios = shape
    row, option, loss = losses
    real = loss > 0.0
    scenario, event = members
    return LossEvents(
        event_loss=sparse.csr_array(
            (loss[real], (row[real], option[real])), shape=(n_events, len(options))
        ),
        scenario_events=sparse.csr_array(
            (np.ones(len(scenario)), (scenario, event)), shape=(n_scenarios, n_events)
        ),
    )
