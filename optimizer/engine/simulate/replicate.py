"""One SKU played through every replication: undisturbed, and as struck, with the same chances."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.disruption import Disruptions
from optimizer.engine.simulate.calendar import Dated, Exposure, dated, empty_calendar, paint
from optimizer.engine.simulate.draws import Chances, Stream, draw_chances
from optimizer.engine.simulate.kernel import N_STOCK, N_TALLIES, Coming, Rule, Window, play
from optimizer.engine.simulate.plant import Plant


class Storm(NamedTuple):
    """
    The disruptions as the kernel reads them, and when the last of each target ends.

    Attributes
    ----------
    spells
        Outages, surges, price shocks.
    last_day
        For each of them the end of the last spell, 0 for none.  Shape ``(K, T)``.
    """

    spells: tuple[Dated, Dated, Dated]
    last_day: tuple[IntArray, IntArray, IntArray]


class Played(NamedTuple):
    """What was counted, see `kernel`: undisturbed and as struck.  Shape ``(K, N_TALLIES)``."""

    calm: FloatArray
    struck: FloatArray
    sku_days: int


def gather(disruptions: Disruptions) -> Storm:
    """Return the disruptions as the kernel reads them."""
    n_categories = len(disruptions.categories)
    spells = (
        dated(disruptions.outages, disruptions.n_suppliers),
        dated(disruptions.surges, n_categories),
        dated(disruptions.prices, n_categories),
    )
    outages, surges, prices = (_last_day(one, disruptions.n_replications) for one in spells)
    return Storm(spells, (outages, surges, prices))


def _last_day(spells: Dated, n_replications: int) -> IntArray:
    last = np.zeros(len(spells.start) - 1, dtype=np.int64)
    row = np.repeat(np.arange(len(last)), np.diff(spells.start))
    np.maximum.at(last, row, spells.end_day)
    return last.reshape(n_replications, spells.n_targets)


def replicate(plant: Plant, i: int, storm: Storm, stream: Stream) -> Played:
    """
    Play SKU i through every replication.

    The play begins a settling time before the horizon, with the inventory position anywhere in
    :math:`(r, r + Q]`, where it is in the long run whenever one looks [1]_.  A replication in which
    something strikes goes on until its effects are over, so that a strike late in the horizon
    counts like an early one.

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
    calm, struck = np.empty((2, len(end), N_TALLIES))
    stock_rule = (plant.reorder_point[i], plant.order_quantity[i], plant.reserve_units[i])
    _play_all(
        (*stock_rule, plant.demand_mean[i]),
        (settling, ordinary),
        end,
        last > 0,
        chances,
        _exposure(plant, i),
        storm.spells,
        calm,
        struck,
    )
    return Played(calm, struck, int(end.sum() + end[last > 0].sum()))


def _last_strike(plant: Plant, i: int, storm: Storm) -> IntArray:
    """Return the end of the last spell that concerns SKU i, 0 for none.  Shape ``(K,)``."""
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
        capacity_share=plant.capacity_share[i],
        category=int(plant.category[i]),
    )


@numba.njit(nogil=True, cache=True)
def _play_all(
    rule: tuple[float, float, float, float],
    window: tuple[int, int],
    end: IntArray,
    is_struck: BoolArray,
    chances: Chances,
    exposure: Exposure,
    spells: tuple[Dated, Dated, Dated],
    calm: FloatArray,
    struck: FloatArray,
) -> None:
    n_days = chances.demand.shape[1]
    undisturbed, calendar = empty_calendar(n_days), empty_calendar(n_days)
    helper_out = np.zeros((2, n_days), dtype=np.uint8)
    coming = Coming(np.zeros(n_days + 1), np.zeros(n_days + 1))
    stock = np.zeros(N_STOCK)
    for k in range(len(end)):
        demand, lead_time = chances.demand[k], chances.lead_time[k]
        position = rule[0] + (1.0 - chances.phase[k]) * rule[1]
        ruled = Rule(rule[0], rule[1], rule[2], rule[3], position)
        days = Window(window[0], window[1], end[k])
        play(ruled, days, demand, lead_time, undisturbed, coming, stock, calm[k])
        if is_struck[k]:
            paint(k, days.first, exposure, spells, lead_time, calendar, helper_out)
            play(ruled, days, demand, lead_time, calendar, coming, stock, struck[k])
        else:
            struck[k] = calm[k]
