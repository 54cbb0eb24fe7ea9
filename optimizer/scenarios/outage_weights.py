"""Expected hat weights of the outages of every supply's primary (MODEL 4)."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.scenario import N_WEIGHTS
from optimizer.maths.hats import add_points
from optimizer.maths.threads import over_ranges
from optimizer.scenarios.begins import Alternate, begins_in
from optimizer.scenarios.expected_hats import Out, add_with_full_two, add_with_one, add_with_two
from optimizer.scenarios.hazard_laws import HazardLaws, Reach, hit_probability, rows_reaching
from optimizer.scenarios.older_outages import Both, Left, both_left, left_of_older, room_for_both
from optimizer.scenarios.supplies import Supplies

PROFILES_AT_ONCE: Final = 64
PAIRS_AT_ONCE: Final = 8


class Outages(NamedTuple):
    """
    What can hit the primaries: a row per supply and threat, supply by supply.

    `often` is how often it strikes the primary within the horizon, by whom of the alternates the
    strike hits too: nobody, the first, the second, both.  Shape ``(E, 4)``.  `probability` is that
    of every duration, by threat.
    """

    start: IntArray
    threat: IntArray
    often: FloatArray
    probability: FloatArray


def outage_weights(
    laws: HazardLaws, reach: Reach, supply: Supplies, horizon_days: int
) -> FloatArray:
    """
    Return the expected hat weights of outages over the horizon.

    Returns
    -------
    FloatArray
        A row for every supply and outage that can hit its primary, supply by supply, ascending.
        Shape ``(E, 18)``.

    Notes
    -----
    What an outage of d days costs depends on who else is hit, not on the hazard: it is worked out
    once for each pattern of hits and added up over hazards.  Supplies with the same two alternates
    share what is left of their older outages.
    """
    outages = _outages(laws, reach, supply, horizon_days)
    weight = outages.often[:, :1] * bare_weights(laws, 1.0)[outages.threat]
    left = left_of_older(laws, reach)
    n_alternates = (supply.alternate >= 0).sum(axis=1)

    ones = np.flatnonzero(n_alternates == 1)

    def weigh_ones(first: int, end: int) -> None:
        _weigh_with_one(ones[first:end], outages, supply, left, weight)

    over_ranges(weigh_ones, len(ones), PROFILES_AT_ONCE)

    twos = np.flatnonzero(n_alternates == 2)
    twos = twos[np.lexsort(supply.alternate[twos].T)]
    changes = np.any(np.diff(supply.alternate[twos], axis=0, prepend=-1) != 0, axis=1)
    groups = list(pairwise([*np.flatnonzero(changes).tolist(), len(twos)]))

    def weigh_twos(first: int, end: int) -> None:
        room, turned_room = room_for_both(left), room_for_both(left)
        for begin, beyond in groups[first:end]:
            one, other = supply.alternate[twos[begin]].tolist()
            both = both_left(laws, reach, left, (one, other), room)
            turned = both_left(laws, reach, left, (other, one), turned_room)
            _weigh_with_two(twos[begin:beyond], outages, supply, (both, turned), weight)

    over_ranges(weigh_twos, len(groups), PAIRS_AT_ONCE)
    return weight


def bare_weights(laws: HazardLaws, per_day: float | FloatArray) -> FloatArray:
    r"""
    Return the expected hat weights of one strike where every day of it loses as much.

    .. math:: \sum_k P(d = k)\,\hat w(a\,k)

    Parameters
    ----------
    per_day
        Broadcast to ``(T,)``.  a [day/day]

    Returns
    -------
    FloatArray
        Shape ``(T, 18)``. [-]
    """
    weight = np.zeros((len(laws.daily_rate), N_WEIGHTS))
    row, days = np.nonzero(laws.probability)
    factor = np.broadcast_to(per_day, len(weight))[row]
    add_points(row, days * factor, laws.probability[row, days], weight)
    return weight


def _outages(laws: HazardLaws, reach: Reach, supply: Supplies, horizon_days: int) -> Outages:
    owner, row = rows_reaching(reach, supply.primary)
    threat = reach.threat[row]
    often = laws.daily_rate[threat] * horizon_days * reach.hit[row]
    one, other = (hit_probability(reach, supply.alternate[owner, n], threat) for n in range(2))
    pattern = [(1.0 - one) * (1.0 - other), one * (1.0 - other), (1.0 - one) * other, one * other]
    return Outages(
        start=np.searchsorted(owner, np.arange(len(supply.primary) + 1)),
        threat=threat,
        often=often[:, None] * np.stack(pattern, axis=1),
        probability=laws.probability,
    )


@numba.njit(nogil=True, cache=True)
def _weigh_with_one(
    profiles: IntArray, outages: Outages, supply: Supplies, left: Left, weight: FloatArray
) -> None:
    longest = outages.probability.shape[1] - 1
    hats = np.empty((4, longest + 1, N_WEIGHTS))
    needed = np.empty((4, longest + 1), dtype=np.bool_)
    for profile in profiles:
        supplier = supply.alternate[profile, 0]
        out = Out(left.tail[supplier], left.moment[supplier])
        alternate = _alternate(supply, profile, 0)
        _need(profile, outages, needed, hats)
        for days in range(1, longest + 1):
            for hits in range(2):
                if needed[hits, days]:
                    begins = begins_in(days, alternate, days * hits, longest)
                    add_with_one(days, (0.0, 0.0), begins, out, hats[hits, days])
        _weigh(profile, outages, hats, weight)


@numba.njit(nogil=True, cache=True)
def _weigh_with_two(
    profiles: IntArray,
    outages: Outages,
    supply: Supplies,
    left: tuple[Both, Both],
    weight: FloatArray,
) -> None:
    both, turned = left
    longest = outages.probability.shape[1] - 1
    hats = np.empty((4, longest + 1, N_WEIGHTS))
    needed = np.empty((4, longest + 1), dtype=np.bool_)
    for profile in profiles:
        one, other = _alternate(supply, profile, 0), _alternate(supply, profile, 1)
        _need(profile, outages, needed, hats)
        if one.share + other.share >= 1.0 and needed[0].any():
            add_with_full_two(one, other, both, turned, hats[0])
            needed[0] = False
        for days in range(1, longest + 1):
            for hits in range(4):
                if needed[hits, days]:
                    first = begins_in(days, one, days * (hits & 1), longest)
                    second = begins_in(days, other, days * (hits >> 1), longest)
                    if hits == 2:  # who is hit too has few days left to begin on
                        add_with_two(days, second, first, turned, hats[hits, days])
                    else:
                        add_with_two(days, first, second, both, hats[hits, days])
        _weigh(profile, outages, hats, weight)


@numba.njit(nogil=True, cache=True)
def _alternate(supply: Supplies, profile: int, n: int) -> Alternate:
    return Alternate(
        supply.ramp_days[profile, n], supply.extra_lead_days[profile, n], supply.share[profile, n]
    )


@numba.njit(nogil=True, cache=True)
def _need(profile: int, outages: Outages, needed: BoolArray, hats: FloatArray) -> None:
    """Fill in which durations matter for each pattern of hits; their hat weights begin at 0."""
    needed[:] = False
    for row in range(outages.start[profile], outages.start[profile + 1]):
        for hits in range(4):
            for days in range(needed.shape[1]):
                mass = outages.often[row, hits] * outages.probability[outages.threat[row], days]
                needed[hits, days] |= mass > 0.0
    hats[:] = 0.0


@numba.njit(nogil=True, cache=True)
def _weigh(profile: int, outages: Outages, hats: FloatArray, weight: FloatArray) -> None:
    """Put the mean of the hat weights over durations and patterns of hits in the rows."""
    for row in range(outages.start[profile], outages.start[profile + 1]):
        weight[row] = 0.0
        for hits in range(4):
            for days in range(hats.shape[1]):
                mass = outages.often[row, hits] * outages.probability[outages.threat[row], days]
                if mass > 0.0:
                    for node in range(N_WEIGHTS):
                        weight[row, node] += mass * hats[hits, days, node]
