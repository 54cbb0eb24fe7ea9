"""Every SKU played, some at a time on every core; the result does not depend on how many."""

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
from optimizer.domain.disruption import Disruptions
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.stop import Stop
from optimizer.errors import StoppedError
from optimizer.simulator import day_by_day
from optimizer.simulator.draws import Stream
from optimizer.simulator.measures import NAMES, centres, measure
from optimizer.simulator.modelled import ModelView
from optimizer.simulator.plant import Plant
from optimizer.simulator.replicate import BOTH, Played, Storm, gather, replicate
from optimizer.simulator.tally import Line, ledger

_AT_ONCE: Final = 32
"""SKUs of one task; sums go task by task, so that their order is always the same."""
_EVIDENCE: Final = 3
"""Columns of `_evidence`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """
    What the play showed, of the first N SKUs where it was to stop.

    Attributes
    ----------
    centre, half_width
        Of every SKU's measures, in the order of `NAMES`.  Shape ``(N, len(NAMES))``.
    by_convention
        Centres of the replications that keep each convention.  Shape ``(C, N, len(NAMES))``.
    stockouts_seen, losses_seen
        Replications in which a SKU was short undisturbed, or lost to disruptions, in the play or
        by the model.  Shape ``(N,)``.
    mean_owed
        Backorders, undisturbed.  Shape ``(N,)``. [unit]
    groups
        Ledgers of the groups of SKUs, in money.  Shape ``(G, len(Line), K)``.
    sku_days
        Days played, settling and tails included, of all SKUs and replications.
    """

    centre: FloatArray
    half_width: FloatArray
    by_convention: FloatArray
    stockouts_seen: IntArray
    losses_seen: IntArray
    mean_owed: FloatArray
    groups: FloatArray
    sku_days: int

    def __post_init__(self) -> None:
        freeze(self)


class Job(NamedTuple):
    """What a task reads; `group` is that of every SKU, of `n_groups`; `is_over` ends it early."""

    plant: Plant
    storm: Storm
    view: ModelView
    group: IntArray
    n_groups: int
    stream: Stream
    confidence: float
    conventions: Sequence[int]
    is_over: Callable[[], bool]


def simulate(
    plant: Plant,
    disruptions: Disruptions,
    view: ModelView,
    stream: Stream,
    *,
    group: IntArray,
    n_groups: int,
    confidence: float = 0.95,
    conventions: Sequence[int] = BOTH,
    n_threads: int | None = None,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Simulated:
    """
    Play the plan, or where it is to stop its first SKUs.

    Parameters
    ----------
    plant
        SKUs without demand hold nothing and are not played.
    disruptions, view
        The same futures with dates, and as the model sees them.
    stream
        Of the demand and lead times; keyed by name.
    group
        In ``range(n_groups)``.  Shape ``(N,)``.
    conventions
        Of the replications, by turns, see `replicate`.
    n_threads
        The cores when left out.

    Raises
    ------
    StoppedError
        If it was to stop before any SKU was played in every replication.
    """
    ended = threading.Event()
    stop = stop or Stop()
    job = Job(
        plant,
        gather(disruptions),
        view,
        group,
        n_groups,
        stream,
        confidence,
        conventions,
        lambda: ended.is_set() or stop.interrupted,
    )
    tasks = [range(a, min(a + _AT_ONCE, len(plant))) for a in range(0, len(plant), _AT_ONCE)]
    groups = np.zeros((n_groups, len(Line), disruptions.n_replications))
    parts, sku_days = [], 0
    pool = ThreadPoolExecutor(n_threads or os.cpu_count())
    try:
        for played in pool.map(partial(_work, job), tasks):
            if played is None:
                break
            part, added, days = played
            parts.append(part)
            groups += added
            sku_days += days
            observer.on_progress("play", len(parts) / len(tasks))
    finally:
        ended.set()
        pool.shutdown(cancel_futures=True)
    if not parts:
        raise StoppedError(stop.reason, before="any SKU was simulated")
    return _simulated(np.concatenate(parts), len(conventions), groups, sku_days)


def _simulated(
    by_sku: FloatArray, n_conventions: int, groups: FloatArray, sku_days: int
) -> Simulated:
    """Name the columns that tasks return."""
    n_names = len(NAMES)
    by_convention = by_sku[:, 2 * n_names : -_EVIDENCE]
    return Simulated(
        centre=by_sku[:, :n_names],
        half_width=by_sku[:, n_names : 2 * n_names],
        by_convention=by_convention.reshape(len(by_sku), n_conventions, n_names).swapaxes(0, 1),
        stockouts_seen=by_sku[:, -3].astype(np.int64),
        losses_seen=by_sku[:, -2].astype(np.int64),
        mean_owed=by_sku[:, -1],
        groups=groups,
        sku_days=sku_days,
    )


def _work(job: Job, skus: range) -> tuple[FloatArray, FloatArray, int] | None:
    """
    Return a row of figures for each SKU, the ledgers by group, and the days played.

    None where it was to stop before all of them were played.
    """
    n_names, n_conventions = len(NAMES), len(job.conventions)
    rows = np.zeros((len(skus), (2 + n_conventions) * n_names + _EVIDENCE))
    idle = [NAMES.index(name) for name in NAMES if "fill" in name or "service" in name]
    for block in (0, *range(2, 2 + n_conventions)):
        rows[:, block * n_names + np.array(idle)] = 1.0
    added = np.zeros((job.n_groups, len(Line), job.view.lost.n_scenarios))
    sku_days = 0
    for row, i in enumerate(skus):
        if job.is_over():
            return None
        if not job.plant.played(i):
            continue
        played = replicate(job.plant, i, job.storm, job.stream, job.conventions)
        lines = ledger(job.plant, i, played, job.view)
        intervals = measure(lines, job.confidence).values()
        rows[row] = [
            *(float(interval.centre) for interval in intervals),
            *(float(interval.half_width) for interval in intervals),
            *(x for c in range(n_conventions) for x in centres(lines[:, c::n_conventions])),
            *_evidence(played, lines, job.plant),
        ]
        added[job.group[i]] += lines
        sku_days += played.sku_days
    return rows, added, sku_days


def _evidence(played: Played, lines: FloatArray, plant: Plant) -> tuple[float, ...]:
    """Return in how many replications anything was short or lost, and what was owed."""
    owed = played.calm[:, day_by_day.OWED]
    lost = lines[[Line.STOCKOUT_LOSS, Line.PRICE_LOSS]].any(axis=0)
    modelled = lines[[Line.MODELLED_STOCKOUT_LOSS, Line.MODELLED_PRICE_LOSS]].any(axis=0)
    return (
        float((played.calm[:, day_by_day.SHORT] > 0.0).sum()),
        float((lost | modelled).sum()),
        float(owed.mean()) / plant.horizon_days,
    )
