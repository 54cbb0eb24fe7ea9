"""What one SKU did and cost, replication by replication; ledgers of SKUs add up."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.engine.simulate import kernel
from optimizer.engine.simulate.modelled import ModelView, modelled_losses
from optimizer.engine.simulate.plant import Plant
from optimizer.engine.simulate.replicate import Played


class Line(IntEnum):
    """
    The lines of a ledger; without *struck* they are of the undisturbed play.

    Demand and shortage are in money at unit cost, so that SKUs can be added.  Losses are what the
    struck play costs beyond the undisturbed one with the same chances; *modelled* ones are the
    model's formula on the same futures.
    """

    DEMAND = 0
    SHORT = 1
    CYCLES = 2
    CYCLES_SHORT = 3
    STOCKOUT_DAYS = 4
    CARRYING = 5
    ORDERING = 6
    ROUTINE_STOCKOUT = 7
    STRUCK_DEMAND = 8
    STRUCK_SHORT = 9
    STRUCK_STOCKOUT_DAYS = 10
    STOCKOUT_LOSS = 11
    PRICE_LOSS = 12
    MODELLED_STOCKOUT_LOSS = 13
    MODELLED_PRICE_LOSS = 14


def ledger(plant: Plant, i: int, played: Played, view: ModelView) -> FloatArray:
    r"""
    Return the ledger of SKU i.

    A unit short costs :math:`\kappa/D`, as in the model.

    Returns
    -------
    FloatArray
        Shape ``(len(Line), K)``. [currency], [cycles], [days]
    """
    calm, struck = played.calm.T, played.struck.T
    lines = np.empty((len(Line), len(played.calm)))
    value = plant.unit_cost[i] if plant.unit_cost[i] > 0.0 else 1.0
    per_unit_short = plant.stockout_cost_per_day[i] / plant.demand_mean[i]
    lines[Line.DEMAND] = value * calm[kernel.DEMAND]
    lines[Line.SHORT] = value * calm[kernel.SHORT]
    lines[Line.CYCLES] = calm[kernel.CYCLES]
    lines[Line.CYCLES_SHORT] = calm[kernel.CYCLES_SHORT]
    lines[Line.STOCKOUT_DAYS] = calm[kernel.STOCKOUT_DAYS]
    lines[Line.CARRYING] = plant.holding_cost[i] * calm[kernel.ON_HAND] + plant.rotation_cost[i]
    lines[Line.ORDERING] = plant.order_cost[i] * calm[kernel.ORDERS]
    lines[Line.ROUTINE_STOCKOUT] = per_unit_short * calm[kernel.SHORT]
    lines[Line.STRUCK_DEMAND] = value * struck[kernel.DEMAND]
    lines[Line.STRUCK_SHORT] = value * struck[kernel.SHORT]
    lines[Line.STRUCK_STOCKOUT_DAYS] = struck[kernel.STOCKOUT_DAYS]
    short_more = struck[kernel.SHORT_IN_ALL] - calm[kernel.SHORT_IN_ALL]
    lines[Line.STOCKOUT_LOSS] = per_unit_short * short_more
    lines[Line.PRICE_LOSS] = plant.unit_cost[i] * struck[kernel.PREMIUM]
    modelled = modelled_losses(view, plant, i)
    lines[Line.MODELLED_STOCKOUT_LOSS], lines[Line.MODELLED_PRICE_LOSS] = modelled
    return lines
