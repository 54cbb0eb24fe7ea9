"""The ledger of one SKU, replication by replication; ledgers of SKUs add up."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.simulator import day_by_day
from optimizer.simulator.modelled import ModelView, modelled_losses
from optimizer.simulator.plant import Plant
from optimizer.simulator.replicate import Played


class Line(IntEnum):
    """
    The lines of a ledger; those without *struck* come from the undisturbed play.

    Demand, shortage and stock are in money at unit cost, so that SKUs can be added.  Losses are the
    cost of the struck play beyond its baseline on the same random numbers, see `Played`; *modelled*
    losses are the model's formula on the same futures.
    """

    DEMAND = 0
    SHORT = 1
    CYCLES = 2
    CYCLES_SHORT = 3
    WAITING_DAYS = 4
    STOCK = 5
    CARRYING = 6
    ORDERING = 7
    ROUTINE_STOCKOUT = 8
    STRUCK_DEMAND = 9
    STRUCK_SHORT = 10
    STRUCK_WAITING_DAYS = 11
    STOCKOUT_LOSS = 12
    PRICE_LOSS = 13
    MODELLED_STOCKOUT_LOSS = 14
    MODELLED_PRICE_LOSS = 15


def ledger(plant: Plant, i: int, played: Played, view: ModelView) -> FloatArray:
    """
    Return the ledger of SKU i.

    A unit short costs margin, expediting and goodwill; a day with a backorder costs the downtime.

    Returns
    -------
    FloatArray
        Shape ``(len(Line), K)``. [currency], [cycles], [days]
    """
    calm, struck = played.calm.T, played.struck.T
    lines = np.empty((len(Line), len(played.calm)))
    value = unit_value(plant, i)
    unit_short, downtime = plant.unit_short_cost[i], plant.downtime_cost[i]
    lines[Line.DEMAND] = value * calm[day_by_day.DEMAND]
    lines[Line.SHORT] = value * calm[day_by_day.SHORT]
    lines[Line.CYCLES] = calm[day_by_day.CYCLES]
    lines[Line.CYCLES_SHORT] = calm[day_by_day.CYCLES_SHORT]
    lines[Line.WAITING_DAYS] = calm[day_by_day.WAITING]
    lines[Line.STOCK] = value * calm[day_by_day.ON_HAND] / plant.horizon_days
    lines[Line.CARRYING] = plant.holding_cost[i] * calm[day_by_day.ON_HAND] + plant.rotation_cost[i]
    lines[Line.ORDERING] = plant.order_cost[i] * calm[day_by_day.ORDERS]
    routine = unit_short * calm[day_by_day.SHORT] + downtime * calm[day_by_day.WAITING]
    lines[Line.ROUTINE_STOCKOUT] = routine
    lines[Line.STRUCK_DEMAND] = value * struck[day_by_day.DEMAND]
    lines[Line.STRUCK_SHORT] = value * struck[day_by_day.SHORT]
    lines[Line.STRUCK_WAITING_DAYS] = struck[day_by_day.WAITING]
    more = struck - played.spared.T
    lost = unit_short * more[day_by_day.LOST] + downtime * more[day_by_day.WAITING_IN_ALL]
    lines[Line.STOCKOUT_LOSS] = lost
    lines[Line.PRICE_LOSS] = plant.unit_cost[i] * struck[day_by_day.PREMIUM]
    modelled = modelled_losses(view, i)
    lines[Line.MODELLED_STOCKOUT_LOSS], lines[Line.MODELLED_PRICE_LOSS] = modelled
    return lines


def unit_value(plant: Plant, i: int) -> float:
    """Return a unit's weight in sums over SKUs: its cost, or 1 if that is 0. [currency]"""
    return float(plant.unit_cost[i]) or 1.0
