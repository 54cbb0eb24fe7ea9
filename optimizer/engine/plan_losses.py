"""What a plan loses: in every scenario, and SKU by SKU."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.plan import PlanLosses
from optimizer.engine.losses import LossEvents
from optimizer.maths.risk import cvar, tail_weights, value_at_risk


def plan_losses(
    losses: LossEvents, option: IntArray, probability: FloatArray, tail_level: float
) -> PlanLosses:
    """
    Return the losses of a plan.

    Parameters
    ----------
    option
        Chosen option of every SKU.  Shape ``(N,)``.
    probability
        Shape ``(S,)``. [-]
    tail_level
        :math:`\\alpha` [-]
    """
    by_event: sparse.csr_array = losses.event_loss[:, option]
    scenario = np.asarray(losses.scenario_events @ by_event.sum(axis=1))
    in_tail = tail_weights(scenario, probability, tail_level)
    return PlanLosses(
        scenario=scenario,
        expected_by_sku=np.asarray((probability @ losses.scenario_events) @ by_event),
        tail_by_sku=np.asarray((in_tail @ losses.scenario_events) @ by_event),
        expected=float(probability @ scenario),
        value_at_risk=value_at_risk(scenario, probability, tail_level),
        cvar=cvar(scenario, probability, tail_level),
    )
