"""The compiled part of `mean_weights`: outages of every supply's primary."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import N_WEIGHTS
from optimizer.scenarios.begins import Alternate, begins_in
from optimizer.scenarios.expected_hats import Both, Out, add_with_one, add_with_two
from optimizer.scenarios.hats import add_points
from optimizer.scenarios.laws import Laws, Reach
from optimizer.scenarios.older_outages import Left, joint_tail, left_of_older
from optimizer.scenarios.supplies import Supplies
from optimizer.scenarios.threads import over_ranges

PROFILES_AT_ONCE: Final = 64


class World(NamedTuple):
    """
    What the loops read.

    `bare` are the expected hat weights of one strike where nobody steps in, ``(T, 18)``.
    """

    laws: Laws
    reach: Reach
    left: Left
    supply: Supplies
    bare: FloatArray
    horizon_days: float


def outage_weights(laws: Laws, reach: Reach, supply: Supplies, horizon_days: int) -> FloatArray:
    """
    Return the expected hat weights of outages over the horizon.

    Returns
    -------
    FloatArray
        A row for every supply and outage that can hit its primary, supply by supply, ascending.
        Shape ``(E, 18)``.

    Notes
    -----
    What an outage of d days is worth depends on who else is hit, not on the hazard: so it is worked
    out once for each of the at most four patterns of hits and added up over hazards.  Supplies
    with the same alternates follow each other, so that two share one table.
    """
    n_threats = reach.start[supply.primary + 1] - reach.start[supply.primary]
    start = np.concatenate([[0], np.cumsum(n_threats)])
    weight = np.zeros((start[-1], N_WEIGHTS))
    bare = bare_weights(laws, np.ones(len(laws.daily_rate)))
    world = World(laws, reach, left_of_older(laws, reach), supply, bare, float(horizon_days))
    order = np.lexsort(supply.alternate.T)
    over_ranges(partial(_weigh_range, world, order, start, weight), len(order), PROFILES_AT_ONCE)
    return weight


def bare_weights(laws: Laws, per_day: FloatArray) -> FloatArray:
    r"""
    Return the expected hat weights of one strike where every day of it loses as much.

    .. math:: \sum_k P(d = k)\,\hat w(a\,k)

    Parameters
    ----------
    per_day
        Shape ``(T,)``.  a [day/day]

    Returns
    -------
    FloatArray
        Shape ``(T, 18)``. [-]
    """
    weight = np.zeros((len(per_day), N_WEIGHTS))
    row, days = np.nonzero(laws.probability)
    add_points(row, days * per_day[row], laws.probability[row, days], weight)
    return weight


def _weigh_range(
    world: World, order: IntArray, start: IntArray, weight: FloatArray, places: range
) -> None:
    _weigh(world, order[places.start : places.stop], start, weight)


@numba.njit(nogil=True, cache=True)
def _weigh(world: World, profiles: IntArray, start: IntArray, weight: FloatArray) -> None:
    both, last = _no_table(), (-1, -1)
    for profile in profiles:
        rows = weight[start[profile] : start[profile + 1]]
        one, other = world.supply.alternate[profile]
        if len(rows) == 0:
            continue
        if one < 0:
            _weigh_bare(world, profile, rows)
            continue
        if other >= 0 and (one, other) != last:
            both, last = _table(world, one, other), (one, other)
        _weigh_one(world, profile, both, rows)


@numba.njit(nogil=True, cache=True)
def _weigh_bare(world: World, profile: int, weight: FloatArray) -> None:
    """Fill in the weights of one supply without alternates; see `_weigh_one`."""
    first = world.reach.start[world.supply.primary[profile]]
    for row in range(len(weight)):
        threat = world.reach.threat[first + row]
        often = world.laws.daily_rate[threat] * world.horizon_days * world.reach.hit[first + row]
        weight[row] = often * world.bare[threat]


@numba.njit(nogil=True, cache=True)
def _weigh_one(world: World, profile: int, both: Both, weight: FloatArray) -> None:
    """
    Add the weights of a supply with alternates.

    Parameters
    ----------
    weight
        A row for each threat of the primary.  Shape ``(n, 18)``.
    """
    first = world.reach.start[world.supply.primary[profile]]
    threat = world.reach.threat[first : first + len(weight)]
    pattern, probability = _patterns(world, profile), world.laws.probability
    hats, mass = np.empty(N_WEIGHTS), np.empty(len(threat))
    for days in range(1, probability.shape[1]):
        for hits in range(4):
            for row in range(len(threat)):
                mass[row] = pattern[row, hits] * probability[threat[row], days]
            if not mass.max() > 0.0:
                continue
            hats[:] = 0.0
            _add_hats(world, profile, both, (days, hits), hats)
            for row in range(len(threat)):
                for node in range(N_WEIGHTS):
                    weight[row, node] += mass[row] * hats[node]


@numba.njit(nogil=True, cache=True)
def _patterns(world: World, profile: int) -> FloatArray:
    """
    Return how often each threat strikes the primary within the horizon, by whom else it hits.

    Shape ``(threats of the primary, 4)``: neither alternate, the first, the second, both.
    """
    reach, primary = world.reach, world.supply.primary[profile]
    pattern = np.zeros((reach.start[primary + 1] - reach.start[primary], 4))
    for row in range(len(pattern)):
        k = reach.start[primary] + row
        threat = reach.threat[k]
        one = _hit(reach, world.supply.alternate[profile, 0], threat)
        other = _hit(reach, world.supply.alternate[profile, 1], threat)
        often = world.laws.daily_rate[threat] * world.horizon_days * reach.hit[k]
        pattern[row, 0] = often * (1.0 - one) * (1.0 - other)
        pattern[row, 1] = often * one * (1.0 - other)
        pattern[row, 2] = often * (1.0 - one) * other
        pattern[row, 3] = often * one * other
    return pattern


@numba.njit(nogil=True, cache=True)
def _hit(reach: Reach, supplier: int, threat: int) -> float:
    """Return the probability that a strike of a threat hits a supplier; 0 for none."""
    if supplier < 0:
        return 0.0
    first, end = reach.start[supplier], reach.start[supplier + 1]
    place = first + np.searchsorted(reach.threat[first:end], threat)
    if place < end and reach.threat[place] == threat:
        return float(reach.hit[place])
    return 0.0


@numba.njit(nogil=True, cache=True)
def _add_hats(
    world: World, profile: int, both: Both, outage: tuple[int, int], hats: FloatArray
) -> None:
    """Add the expected hat weights of an outage (days, pattern of hits) to ``hats``, (18,)."""
    days, hits = outage
    one, other = world.supply.alternate[profile]
    longest = world.left.tail.shape[1] - 2
    first = begins_in(days, _alternate(world.supply, profile, 0), days * (hits & 1), longest)
    if other < 0:
        out = Out(world.left.tail[one], world.left.moment[one])
        add_with_one(days, (0.0, 0.0), first, out, hats)
        return
    second = begins_in(days, _alternate(world.supply, profile, 1), days * (hits >> 1), longest)
    add_with_two(days, first, second, both, hats)


@numba.njit(nogil=True, cache=True)
def _alternate(supply: Supplies, profile: int, n: int) -> Alternate:
    return Alternate(
        supply.ramp_days[profile, n], supply.extra_lead_days[profile, n], supply.share[profile, n]
    )


@numba.njit(nogil=True, cache=True)
def _no_table() -> Both:
    return Both(np.empty((0, 0)), np.empty((0, 0)), np.empty((0, 0)), np.empty((0, 0)))


@numba.njit(nogil=True, cache=True)
def _table(world: World, one: int, other: int) -> Both:
    """Return what is left of older outages of two suppliers."""
    size = world.left.tail.shape[1]
    tail, moment = np.empty((size, size)), np.empty((size, size))
    joint_tail(world.laws, world.reach, world.left, (one, other), tail)
    for a in range(size):
        later = 0.0
        for b in range(size - 1, -1, -1):
            moment[a, b] = b * tail[a, b] + later
            later += tail[a, b]
    return Both(tail, moment, tail[:-1] - tail[1:], moment[:-1] - moment[1:])
