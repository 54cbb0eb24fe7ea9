"""Random draws of one SKU: daily demand, lead times, and the phase of its order cycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.simulator.compound_demand import draw_demand, draw_factor, law_of
from optimizer.simulator.plant import Plant

Stream = Callable[..., np.random.Generator]
"""Returns the stream of random numbers keyed by these names."""


class Chances(NamedTuple):
    """
    Random draws of one SKU in K replications of T days, independent of its plan.

    Attributes
    ----------
    demand
        Shape ``(K, T)``. [unit/day]
    lead_time
        Lead time of every order of a replication.  Shape ``(K,)``. [whole days]
    phase
        Phase of the order cycle at the beginning, in [0, 1).  Shape ``(K,)``. [-]
    """

    demand: FloatArray
    lead_time: IntArray
    phase: FloatArray


def draw_chances(plant: Plant, i: int, stream: Stream, n: int, days: int, more: int) -> Chances:
    """
    Draw the random numbers of SKU i.

    Parameters
    ----------
    n, days
        Number of replications K, and the days that all of them play.
    more
        Days that some play beyond.  They have a separate stream and are drawn day by day for all
        replications, so that a longer tail changes no draw, nor do more replications change one
        before the tail.
    """
    name, law = str(plant.sku[i]), law_of(plant, i)
    factor = draw_factor(plant, i, stream(name, "mean"), n)
    demand = draw_demand(law, factor[:, None], stream(name, "demand"), (n, days))
    if more:
        later = draw_demand(law, factor[None, :], stream(name, "later demand"), (more, n)).T
        demand = np.concatenate([demand, later], axis=1)
    lead_time = draw_lead_time(plant, i, stream, n)
    return Chances(demand, lead_time, stream(name, "phase").random(n))


def draw_lead_time(plant: Plant, i: int, stream: Stream, n: int) -> IntArray:
    r"""
    Draw a gamma lead time for each replication, whole days :math:`\lfloor \ell + U \rfloor`.

    Rounding keeps the mean.  All orders of a replication share it: as in the model, none overtakes
    an earlier one.

    Returns
    -------
    IntArray
        Shape ``(n,)``. [day]
    """
    name, mean, sd = str(plant.sku[i]), plant.lead_time_mean[i], plant.lead_time_std[i]
    exact = np.full(n, mean)
    if mean > 0.0 and sd > 0.0:
        exact = stream(name, "lead time").gamma((mean / sd) ** 2, sd**2 / mean, n)
    return np.floor(exact + stream(name, "lead time", "rounding").random(n)).astype(np.int64)
