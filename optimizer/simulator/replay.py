"""Replays plans against a demand history, to compare them with their promises."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.stop import Stop
from optimizer.errors import StoppedError
from optimizer.simulator import day_by_day
from optimizer.simulator.calendar import empty_calendar
from optimizer.simulator.day_by_day import (
    N_STOCK,
    N_TALLIES,
    StockRule,
    Window,
    new_coming,
    new_routine,
    play,
)
from optimizer.simulator.draws import Stream, draw_lead_time
from optimizer.simulator.past import Past, as_it_came, laid_out, resampled
from optimizer.simulator.plant import Plant
from optimizer.simulator.replicate import BOTH, begin, stocked
from optimizer.simulator.tally import unit_value

STRETCHES: Final = ("resampled", "came")
"""The first part of the history resampled, and the part that came after it."""

LINES: Final = (
    "units",
    "units_short",
    "value",
    "value_short",
    "lines",
    "lines_short",
    "stock",
    "capital",
    "shortage_cost",
    "waiting_days",
)
"""
Figures of a SKU: units and their value at unit cost, days with demand, mean stock at unit cost and
the part of it that is own capital, shortage cost, days with a backorder.
"""

_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replayed:
    """
    Results of replaying several plans.  Axes: plans, stretches, then as stated.

    Attributes
    ----------
    by_sku
        Means over replications.  Shape ``(P, 2, N, len(LINES))``.
    groups
        Sums over the SKUs of each group.  Shape ``(P, 2, G, len(LINES), K)``.
    """

    by_sku: FloatArray
    groups: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


class Task(NamedTuple):
    """Inputs of a task; `group` is ``(N, several)``: a SKU counts in each of its groups."""

    plants: Sequence[Plant]
    past: Past
    stream: Stream
    group: IntArray
    n_groups: int
    n: int
    is_over: Callable[[], bool]


def replay(
    plants: Sequence[Plant],
    past: Past,
    stream: Stream,
    *,
    group: IntArray,
    n_groups: int,
    replications: int,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Replayed:
    """
    Replay plans of the same SKUs with the same demand, lead times and phases of the order cycle.

    If stopped, it returns the first N SKUs.

    Parameters
    ----------
    plants
        P plans; demand comes from the history instead.
    stream
        Random streams of lead times, phases, blocks and days within a period, keyed by name.
    group
        Each SKU's groups, in ``range(n_groups)``.  Shape ``(N, several)``.

    Raises
    ------
    StoppedError
        If it was stopped before any SKU was replayed.
    """
    ended = threading.Event()
    stop = stop or Stop()
    is_over = lambda: ended.is_set() or stop.interrupted  # noqa: E731
    task = Task(plants, past, stream, group, n_groups, replications, is_over)
    n_skus = len(plants[0])
    chunks = [range(a, min(a + _AT_ONCE, n_skus)) for a in range(0, n_skus, _AT_ONCE)]
    shape = (len(plants), len(STRETCHES))
    groups = np.zeros((*shape, n_groups, len(LINES), replications))
    by_sku = np.zeros((*shape, n_skus, len(LINES)))
    done = 0
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for skus, lines in zip(chunks, pool.map(partial(_work, task), chunks), strict=True):
            if lines is None:
                break
            by_sku[:, :, skus.start : skus.stop] = lines.mean(axis=-1)
            for row, i in enumerate(skus):
                for g in group[i]:
                    groups[:, :, g] += lines[:, :, row]
            done = skus.stop
            observer.on_progress("replay", done / n_skus)
    finally:
        ended.set()
        pool.shutdown(cancel_futures=True)
    if not done:
        raise StoppedError(stop.reason, before="any SKU was replayed")
    return Replayed(by_sku=by_sku[:, :, :done], groups=groups)


def _work(task: Task, skus: range) -> FloatArray | None:
    """Return the lines of these SKUs, None if stopped.  ``(P, 2, skus, len(LINES), K)``"""
    shape = (len(task.plants), len(STRETCHES), len(skus), len(LINES), task.n)
    lines = np.zeros(shape)
    for row, i in enumerate(skus):
        if task.is_over():
            return None
        first = task.plants[0]
        name, settling = str(first.sku[i]), first.settling_days(i)
        demand = laid_out(task.past, i, task.stream(name, "days"), task.n)
        blocks = task.stream(name, "blocks")
        days = {
            "resampled": resampled(task.past, i, demand, settling, blocks),
            "came": as_it_came(task.past, demand, settling),
        }
        phase = task.stream(name, "phase").random(task.n)
        lead_time = draw_lead_time(first, i, task.stream, task.n)
        for p, plant in enumerate(task.plants):
            for s, stretch in enumerate(STRETCHES):
                tally = replay_one(plant, i, days[stretch], lead_time, phase)
                n_days = days[stretch].shape[1] - settling
                lines[p, s, row] = _lines(plant, i, tally, n_days)
    return lines


def replay_one(
    plant: Plant, i: int, demand: FloatArray, lead_time: IntArray, phase: FloatArray
) -> FloatArray:
    """
    Play SKU i with given demand, which begins with settling days that are not counted.

    Parameters
    ----------
    demand
        Shape ``(K, T)``. [unit/day]
    lead_time, phase
        Lead time of all orders, and phase of the order cycle at the beginning.  Shape ``(K,)``.

    Returns
    -------
    FloatArray
        Tallies, see `day_by_day`.  Shape ``(K, N_TALLIES)``.
    """
    tally = np.empty((len(demand), N_TALLIES))
    late = np.resize(BOTH, len(demand)).tolist()
    window = (plant.settling_days(i), demand.shape[1])
    if plant.order_quantity[i] > 0.0:
        rules = [
            begin(stocked(plant, i), at, day) for at, day in zip(phase.tolist(), late, strict=True)
        ]
    else:
        held = float(plant.reorder_point[i])
        rules = [StockRule(-np.inf, 1.0, 0.0, held, day, False, 0.0) for day in late]
    _play_days(rules, window, demand, lead_time, tally)
    return tally


def _play_days(
    rules: Sequence[StockRule],
    window: tuple[int, int],
    demand: FloatArray,
    lead_time: IntArray,
    tally: FloatArray,
) -> None:
    n_days = demand.shape[1]
    calm, coming = empty_calendar(n_days), new_coming(n_days)
    days, stock, routine = Window(*window, window[1]), np.zeros(N_STOCK), new_routine(n_days)
    for k, rule in enumerate(rules):
        play(rule, days, demand[k], lead_time[k], calm, False, routine, coming, stock, tally[k])


def _lines(plant: Plant, i: int, tally: FloatArray, days: int) -> FloatArray:
    """Return `LINES` of every replication.  Shape ``(len(LINES), K)``."""
    seen, value = tally.T, unit_value(plant, i)
    short, waiting = seen[day_by_day.SHORT], seen[day_by_day.WAITING]
    stock = seen[day_by_day.ON_HAND] / days
    return np.stack(
        [
            seen[day_by_day.DEMAND],
            short,
            value * seen[day_by_day.DEMAND],
            value * short,
            seen[day_by_day.EVENTS],
            seen[day_by_day.EVENTS_SHORT],
            value * stock,
            plant.unit_cost[i] * plant.own_books[i] * stock,
            plant.unit_short_cost[i] * short + plant.downtime_cost[i] * waiting,
            waiting,
        ]
    )
