"""Plans of the same parts played day by day in three kinds of future, the same for all plans."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.simulator import Past, Plant, day_by_day
from optimizer.simulator.draws import Stream, draw_chances, draw_lead_time
from optimizer.simulator.past import as_it_came, laid_out, resampled
from optimizer.simulator.replay import replay_one

_ONCE: Final = 0.9
"""Share of the parts that are played no more often than asked for."""
_MOST_TIMES: Final = 30

Future = Literal["law", "resampled", "came"]
FUTURES: Final[tuple[Future, ...]] = ("law", "resampled", "came")
"""
Drawn from the law that was fitted, its mean uncertain by its error (what the formulas assume);
blocks of the part's own fit period drawn with replacement; what came after it.
"""

MEASURES: Final = ("asked", "short", "asked_value", "short_value", "short_cost", "stock", "orders")
"""Units, and their value at unit cost, a year; shortage cost a year; mean stock at cost; orders."""


def play(
    plants: Sequence[Plant], past: Past, stream: Stream, replications: int, threads: int = 1
) -> FloatArray:
    """
    Return what every plan keeps, by part.

    Parameters
    ----------
    plants
        P plans of N parts.
    past
        Their history; the days after its cut are as many as are played in every future.

    replications
        Times of every part, K; those whose value varies most are played a multiple of it, and
        every K-th of them averaged.

    Returns
    -------
    FloatArray
        Shape ``(P, len(FUTURES), N, len(MEASURES), K)``.
    """
    several = _several(plants[0])

    def one(i: int) -> FloatArray:
        kept = _play_part(plants, past, i, stream, replications * int(several[i]))
        means: FloatArray = kept.reshape(*kept.shape[:-1], -1, replications).mean(axis=-2)
        return means

    with ThreadPoolExecutor(threads) as pool:
        return np.stack(list(pool.map(one, range(len(plants[0])))), axis=2)


def _several(plant: Plant) -> IntArray:
    """Return how many times more each part is played: by the deviation of its demand's value."""
    deviation = plant.unit_cost * np.maximum(plant.demand_std, plant.demand_mean)
    times = np.ceil(deviation / max(float(np.quantile(deviation, _ONCE)), 1e-300))
    return np.clip(times, 1, _MOST_TIMES).astype(np.int64)


def _play_part(plants: Sequence[Plant], past: Past, i: int, stream: Stream, n: int) -> FloatArray:
    """Return part i's measures.  Shape ``(P, len(FUTURES), len(MEASURES), K)``."""
    first = plants[0]
    name, settling = str(first.sku[i]), first.settling_days(i)
    days = past.days - past.cut
    laid = laid_out(past, i, stream(name, "days"), n)
    demand = {
        "law": draw_chances(first, i, stream, n, settling + days, 0).demand,
        "resampled": resampled(past, i, laid, settling, stream(name, "blocks")),
        "came": as_it_came(past, laid, settling),
    }
    lead_time = draw_lead_time(first, i, stream, n)
    phase = stream(name, "phase").random(n)
    return np.stack(
        [
            [
                _measures(plant, i, replay_one(plant, i, demand[kind], lead_time, phase), days)
                for kind in FUTURES
            ]
            for plant in plants
        ]
    )


def _measures(plant: Plant, i: int, tally: FloatArray, days: int) -> FloatArray:
    """Return `MEASURES` of every replication.  Shape ``(len(MEASURES), K)``."""
    years, cost, seen = days / DAYS_PER_YEAR, plant.unit_cost[i], tally.T
    asked, short = seen[day_by_day.DEMAND] / years, seen[day_by_day.SHORT] / years
    return np.stack(
        [
            asked,
            short,
            cost * asked,
            cost * short,
            plant.unit_short_cost[i] * short,
            cost * seen[day_by_day.ON_HAND] / days,
            seen[day_by_day.ORDERS] / years,
        ]
    )
