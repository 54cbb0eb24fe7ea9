"""The chances of one SKU: its demand day by day, its lead times, where its order cycle stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.simulator.compound_demand import draw_demand, draw_factor, law_of
from optimizer.simulator.plant import Plant

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
        Of every order.  Shape ``(K,)``. [whole days]
    phase
        Where in its cycle the inventory position begins, in [0, 1).  Shape ``(K,)``. [-]
    """

    demand: FloatArray
    lead_time: IntArray
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
    if more:
        later = draw_demand(law, factor[None, :], stream(name, "later demand"), (more, n)).T
        demand = np.concatenate([demand, later], axis=1)
    lead_time = draw_lead_time(plant, i, stream, n)
    return Chances(demand, lead_time, stream(name, "phase").random(n))


def draw_lead_time(plant: Plant, i: int, stream: Stream, n: int) -> IntArray:
    r"""
    Draw a gamma lead time for each replication, whole days :math:`\lfloor \ell + U \rfloor`.

    It is true in the mean, and that of all orders of a replication: as in the model none overtakes
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
