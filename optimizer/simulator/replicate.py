"""Plays one SKU through every replication, undisturbed and struck, on common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.disruption import Disruptions
from optimizer.simulator.calendar import Dated, Exposure, dated, empty_calendar, paint
from optimizer.simulator.day_by_day import (
    EVENING,
    MORNING,
    N_STOCK,
    N_TALLIES,
    StockRule,
    Window,
    new_coming,
    new_routine,
    play,
)
from optimizer.simulator.draws import Chances, Stream, draw_chances
from optimizer.simulator.plant import Plant

BOTH: Final = (MORNING, EVENING)
"""Taken in turn, so that the mean over replications lies halfway, as the model does."""


class Storm(NamedTuple):
    """
    The disruptions as compiled code reads them, and the end of the last one of each target.

    Attributes
    ----------
    spells
        Outages, surges, price shocks.
    last_day
        For each kind, the end of the last spell that begins within the horizon, 0 for none.
        Shape ``(K, T)``.
    """

    spells: tuple[Dated, Dated, Dated]
    last_day: tuple[IntArray, IntArray, IntArray]


class Played(NamedTuple):
    """
    Tallies, see `day_by_day`.  Shape ``(K, N_TALLIES)`` each.

    Attributes
    ----------
    calm
        The undisturbed play.
    spared
        The baseline of the struck play: undisturbed, but with a ring-fenced reserve opened as in
        the struck play, so that routine shortages it prevents do not reduce the loss.
    struck
        The struck play.
    """

    calm: FloatArray
    spared: FloatArray
    struck: FloatArray
    sku_days: int


class Stocked(NamedTuple):
    """A SKU's `StockRule` without the starting state of a replication."""

    reorder_point: float
    order_quantity: float
    reserve_units: float
    whole: bool
    demand_mean: float


def gather(disruptions: Disruptions) -> Storm:
    """Return the disruptions as compiled code reads them."""
    n_categories = len(disruptions.categories)
    spells = (
        dated(disruptions.outages, disruptions.n_suppliers),
        dated(disruptions.surges, n_categories),
        dated(disruptions.prices, n_categories),
    )
    outages, surges, prices = (_last_day(kind, disruptions.n_replications) for kind in spells)
    return Storm(spells, (outages, surges, prices))


def _last_day(spells: Dated, n_replications: int) -> IntArray:
    last = np.zeros(len(spells.start) - 1, dtype=np.int64)
    row = np.repeat(np.arange(len(last)), np.diff(spells.start))
    within = spells.first_day >= 0
    np.maximum.at(last, row[within], spells.end_day[within])
    return last.reshape(n_replications, spells.n_targets)


def stocked(plant: Plant, i: int) -> Stocked:
    """Return SKU i's rule; a reserve that is not ring-fenced is part of the reorder point."""
    reserve = float(plant.reserve_units[i])
    fenced = reserve if plant.ring_fenced[i] else 0.0
    reorder_point = float(plant.reorder_point[i]) + reserve - fenced
    return Stocked(
        reorder_point,
        float(plant.order_quantity[i]),
        fenced,
        bool(plant.whole_units[i]),
        float(plant.demand_mean[i]),
    )


def replicate(
    plant: Plant, i: int, storm: Storm, stream: Stream, conventions: Sequence[int] = BOTH
) -> Played:
    """
    Play SKU i through every replication.

    The play begins a settling time before the horizon, with the inventory position uniform on
    :math:`(s, s + Q]`, its stationary distribution [1]_.  A replication with a strike goes on until
    the effects are over, so that a strike late in the horizon counts like an early one.

    Parameters
    ----------
    conventions
        Conventions that the replications take in turn: `MORNING` or `EVENING`.

    References
    ----------
    .. [1] Zipkin, P.H. (2000). *Foundations of Inventory Management*. Section 6.2.3.
    """
    settling, horizon = plant.settling_days(i), plant.horizon_days
    last = _last_strike(plant, i, storm)
    ordinary = settling + horizon
    end = np.where(last > 0, np.maximum(ordinary, settling + last + settling), ordinary)
    n_days = int(end.max())
    chances = draw_chances(plant, i, stream, len(end), ordinary, n_days - ordinary)
    calm, spared, struck = np.empty((3, len(end), N_TALLIES))
    _play_all(
        stocked(plant, i),
        (settling, ordinary),
        np.resize(np.asarray(conventions, dtype=np.int64), len(end)),
        end,
        last > 0,
        chances,
        _exposure(plant, i),
        storm.spells,
        calm,
        spared,
        struck,
    )
    return Played(calm, spared, struck, int(end.sum() + end[last > 0].sum()))


def _last_strike(plant: Plant, i: int, storm: Storm) -> IntArray:
    """Return the end of the last spell that affects SKU i, 0 for none.  Shape ``(K,)``."""
    outages, surges, prices = storm.last_day
    last = outages[:, plant.primary[i]]
    category = plant.category[i]
    if category < 0:
        return last
    return np.maximum(last, np.maximum(surges[:, category], prices[:, category]))


def _exposure(plant: Plant, i: int) -> Exposure:
    return Exposure(
        primary=int(plant.primary[i]),
        alternate=plant.alternate[i],
        ramp_days=plant.ramp_days[i],
        extra_lead_days=plant.extra_lead_days[i],
        capacity_share=plant.capacity_share[i],
        category=int(plant.category[i]),
    )


@numba.njit(nogil=True, cache=True)
def begin(rule: Stocked, phase: float, late: int) -> StockRule:
    """Return the rule of a replication that begins at this phase of its order cycle."""
    above = (1.0 - phase) * rule.order_quantity
    position = rule.reorder_point + (np.ceil(above) if rule.whole else above)
    return StockRule(
        rule.reorder_point,
        rule.order_quantity,
        rule.reserve_units,
        position,
        late,
        rule.whole,
        rule.demand_mean,
    )


@numba.njit(nogil=True, cache=True)
def _play_all(
    rule: Stocked,
    window: tuple[int, int],
    late: IntArray,
    end: IntArray,
    is_struck: BoolArray,
    chances: Chances,
    exposure: Exposure,
    spells: tuple[Dated, Dated, Dated],
    calm: FloatArray,
    spared: FloatArray,
    struck: FloatArray,
) -> None:
    n_days = chances.demand.shape[1]
    undisturbed, calendar = empty_calendar(n_days), empty_calendar(n_days)
    helper_out = np.zeros((2, n_days), dtype=np.uint8)
    routine, coming, stock = new_routine(n_days), new_coming(n_days), np.zeros(N_STOCK)
    for k in range(len(end)):
        demand, lead_time = chances.demand[k], chances.lead_time[k]
        started = begin(rule, chances.phase[k], late[k])
        days = Window(window[0], window[1], end[k])
        undisturbed.opened[:] = 0
        play(started, days, demand, lead_time, undisturbed, False, routine, coming, stock, calm[k])
        spared[k], struck[k] = calm[k], calm[k]
        if not is_struck[k]:
            continue
        paint(k, days.first, lead_time + late[k], exposure, spells, calendar, helper_out)
        if rule.reserve_units > 0.0:
            undisturbed.opened[:] = calendar.opened
            other = spared[k]
            play(
                started, days, demand, lead_time, undisturbed, False, routine, coming, stock, other
            )
        play(started, days, demand, lead_time, calendar, True, routine, coming, stock, struck[k])
