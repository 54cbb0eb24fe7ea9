"""What the model says the plan loses in the very futures that are played (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.engine.simulate.plant import Plant
from optimizer.maths.outage import short_days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelView:
    """
    The futures as the model sees them, one scenario a replication.

    Attributes
    ----------
    scenarios
        K of them.
    lost
        Days of supply lost.
    profile
        Row of `lost`.  Shape ``(N,)``.
    assured_days, lot_days
        Of the plan.  Shape ``(N,)``.  :math:`a, q` [day]
    """

    scenarios: ScenarioSet
    lost: LostDays
    profile: IntArray
    assured_days: FloatArray
    lot_days: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def modelled_losses(view: ModelView, plant: Plant, i: int) -> tuple[FloatArray, FloatArray]:
    r"""
    Return what SKU i loses by the model's formula in every replication.

    .. math:: \kappa\,\text{short}(\text{lost}; a, q) \quad\text{and}\quad
              c\,D\,(\pi - 1)\,\text{short}(m_\pi; a, q)

    Returns
    -------
    tuple of FloatArray
        By days short, and by dear purchases.  Shape ``(K,)`` each. [currency]
    """
    assured, lot = view.assured_days[i], view.lot_days[i]
    rows = slice(view.lost.start[view.profile[i]], view.lost.start[view.profile[i] + 1])
    stockout = np.zeros(len(view.scenarios))
    short = short_days(view.lost.days[rows].astype(np.float64), assured, lot)
    stockout[view.lost.scenario[rows]] = plant.stockout_cost_per_day[i] * short
    category = plant.category[i]
    if category < 0:
        return stockout, np.zeros(len(view.scenarios))
    dear_days = view.scenarios.price_days[:, category].astype(np.float64)
    premium = view.scenarios.price_multiplier[:, category] - 1.0
    spend_per_day = plant.unit_cost[i] * plant.demand_mean[i]
    return stockout, spend_per_day * premium * short_days(dear_days, assured, lot)
