"""The chances of one SKU: its demand day by day, its lead times, where its order cycle stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array
from optimizer.engine.simulate.demand import draw_demand, draw_factor, law_of
from optimizer.engine.simulate.plant import Plant

Stream = Callable[..., np.random.Generator]
"""The stream of random numbers that belongs to some names."""


class Chances(NamedTuple):
    """
    What happens to one SKU in K replications of T days, whatever its plan.

    Attributes
    ----------
    demand
        Shape ``(K, T)``. [unit/day]
    lead_time
        Of an order that is dispatched on this day.  Shape ``(K, T)``. [whole days]
    phase
        Where in its cycle the inventory position begins, in [0, 1).  Shape ``(K,)``. [-]
    """

    demand: FloatArray
    lead_time: Int32Array
    phase: FloatArray


def draw_chances(plant: Plant, i: int, stream: Stream, n: int, days: int, more: int) -> Chances:
    """
    Return the chances of SKU i.

    Parameters
    ----------
    n, days
        K replications, and the days that all of them play.
    more
        Days that some play beyond.  They have streams of their own and are drawn day by day for
        all replications, so that a longer tail moves no draw; nor do more replications move one
        before the tail.
    """
    name, law = str(plant.sku[i]), law_of(plant, i)
    factor = draw_factor(plant, i, stream(name, "mean"), n)
    demand = draw_demand(law, factor[:, None], stream(name, "demand"), (n, days))
    lead_time = draw_lead_time(plant, i, stream, "lead time", (n, days))
    if more:
        later = draw_demand(law, factor[None, :], stream(name, "later demand"), (more, n)).T
        later_lead_time = draw_lead_time(plant, i, stream, "later lead time", (more, n)).T
        demand = np.concatenate([demand, later], axis=1)
        lead_time = np.concatenate([lead_time, later_lead_time], axis=1)
    return Chances(demand, lead_time, stream(name, "phase").random(n))


def draw_lead_time(
    plant: Plant, i: int, stream: Stream, what: str, shape: tuple[int, int]
) -> Int32Array:
    r"""Draw gamma lead times, whole days :math:`\lfloor \ell + U \rfloor`: true in the mean."""
    name, mean, sd = str(plant.sku[i]), plant.lead_time_mean[i], plant.lead_time_std[i]
    if mean == 0.0 or (sd == 0.0 and mean == np.floor(mean)):
        return np.full(shape, int(mean), dtype=np.int32)
    exact = np.full(shape, mean)
    if sd > 0.0:
        exact = stream(name, what).gamma((mean / sd) ** 2, sd**2 / mean, shape)
    exact += stream(name, what, "rounding").random(shape)
    return exact.astype(np.int32)
