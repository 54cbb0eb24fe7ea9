r"""
Expected hat weights of an outage of the primary that lasts d days, over what is left of older ones.

With :math:`t_j = \min(b_j, d)` the days lost are linear in each of them:

.. math:: \ell = (1 - \kappa_1 - \kappa_2)^+\,d + \kappa_1 t_1 + \kappa_2 t_2
    - (\kappa_1 + \kappa_2 - 1)^+ \max(t_1, t_2)

so a run of :math:`\rho` adds its mass and its mean to every segment between nodes that it crosses.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.scenario import NODES
from optimizer.maths.hats import LAST, add_hats, add_point, segment_of
from optimizer.scenarios.begins import Alternate, Begins, begins_in
from optimizer.scenarios.older_outages import Both


class Out(NamedTuple):
    r"""
    A measure of how long an alternate is still out; see `older_outages.Left`.

    `tail` is the mass of :math:`\rho \ge b`, `moment` that of its days.  Shapes ``(D + 2,)``.
    """

    tail: FloatArray
    moment: FloatArray


@numba.njit(nogil=True, cache=True)
def add_run(
    out: Out, run: tuple[int, int], offset: float, slope: float, weight: FloatArray
) -> None:
    r"""
    Add the hat weights of ``offset + slope * rho`` lost days for a run of :math:`\rho`.

    Parameters
    ----------
    run
        First :math:`\rho`, and the one after the last.
    slope
        At least 0.
    weight
        Shape ``(18,)``.
    """
    first, end = run
    while first < end:
        segment = segment_of(offset + slope * first)
        stop = end
        if segment < LAST:
            reach = NODES[segment + 1] - offset
            if reach < slope * end:
                stop = min(max(first + 1, int(np.ceil(reach / slope))), end)
        mass = out.tail[first] - out.tail[stop]
        days = offset * mass + slope * (out.moment[first] - out.moment[stop])
        add_hats(segment, mass, days, weight)
        first = stop


@numba.njit(nogil=True, cache=True)
def add_with_one(
    days: int, first: tuple[float, float], other: Begins, out: Out, weight: FloatArray
) -> None:
    r"""
    Add the hat weights of an outage of d days by how long one alternate is still out.

    Parameters
    ----------
    days
        d [day]
    first
        When another alternate begins, at most d, and its share; (0, 0) for none. [day], [-]
    other
        The alternate.
    out
        What is left of its older outages, at the mass of `first`.
    weight
        Shape ``(18,)``.
    """
    begins, share = first
    surplus = max(share + other.share - 1.0, 0.0)
    alone = max(1.0 - share - other.share, 0.0) * days
    lost = alone + share * begins + (other.share - surplus) * days
    add_point(lost, out.tail[other.late], weight)
    _add_served(alone, first, other, out, weight)


@numba.njit(nogil=True, cache=True)
def _add_served(
    alone: float, first: tuple[float, float], other: Begins, out: Out, weight: FloatArray
) -> None:
    """
    Add the hat weights where the other alternate delivers before the outage ends.

    `alone` are the days that both together leave uncovered; see `add_with_one`.
    """
    begins, share = first
    surplus = max(share + other.share - 1.0, 0.0)
    before, slope_before = alone + (share - surplus) * begins, other.share
    after, slope_after = alone + share * begins, other.share - surplus

    mass = out.tail[0] - out.tail[other.still + 1]
    lost = min(before + slope_before * other.soonest, after + slope_after * other.soonest)
    add_point(lost, mass, weight)
    turn = other.still + 1
    if surplus > 0.0:
        turn = min(max(turn, int(np.ceil(begins - other.extra))), other.late)
        offset = before + slope_before * other.extra
        add_run(out, (other.still + 1, turn), offset, slope_before, weight)
    add_run(out, (turn, other.late), after + slope_after * other.extra, slope_after, weight)


@numba.njit(nogil=True, cache=True)
def add_with_two(days: int, one: Begins, other: Begins, both: Both, weight: FloatArray) -> None:
    """
    Add the hat weights of an outage of d days with two alternates; see `add_with_one`.

    Parameters
    ----------
    both
        What is left of older outages of the two.
    """
    above = one.still + 1
    soon = Out(both.tail[0] - both.tail[above], both.moment[0] - both.moment[above])
    add_with_one(days, (one.soonest, one.share), other, soon, weight)
    for rho in range(above, one.late):
        out = Out(both.tail_at[rho], both.moment_at[rho])
        add_with_one(days, (rho + one.extra, one.share), other, out, weight)
    late = Out(both.tail[one.late], both.moment[one.late])
    add_with_one(days, (float(days), one.share), other, late, weight)


@numba.njit(nogil=True, cache=True)
def add_with_full_two(
    one: Alternate, other: Alternate, both: Both, turned: Both, hats: FloatArray
) -> None:
    r"""
    Add the hat weights of outages of every length with two alternates that together cover all.

    Where :math:`\kappa_1 + \kappa_2 \ge 1` and both deliver before the outage ends, the days lost
    do not depend on d: from one day to the next only the :math:`\rho` are new that make an
    alternate begin on that day.

    Parameters
    ----------
    one, other
        The strike hits neither.
    both, turned
        What is left of older outages of the two, and the same with the other one's in the rows.
    hats
        Added to, except for days 0.  Shape ``(D + 1, 18)``.
    """
    longest = len(hats) - 1
    served = np.zeros(hats.shape[1])
    late, later = -1, -1
    for days in range(1, longest + 1):
        first, second = begins_in(days, one, 0, longest), begins_in(days, other, 0, longest)
        if max(first.soonest, second.soonest) >= days:
            add_with_two(days, first, second, both, hats[days])
            continue
        if late < 0:
            late, later = first.still + 1, second.still + 1
            soon = Out(both.tail[0] - both.tail[late], both.moment[0] - both.moment[late])
            _add_served(0.0, (first.soonest, one.share), _until(second, later), soon, served)
        for rho in range(later, second.late):
            out = Out(turned.tail_at[rho], turned.moment_at[rho])
            _add_served(0.0, (rho + second.extra, other.share), _until(first, late), out, served)
        for rho in range(late, first.late):
            out = Out(both.tail_at[rho], both.moment_at[rho])
            _add_served(0.0, (rho + first.extra, one.share), second, out, served)
        late, later = first.late, second.late
        hats[days] += served
        out = Out(both.tail[late], both.moment[late])
        add_with_one(days, (float(days), one.share), second, out, hats[days])
        out = Out(turned.tail[later], turned.moment[later])
        _add_served(0.0, (float(days), other.share), first, out, hats[days])


@numba.njit(nogil=True, cache=True)
def _until(begins: Begins, late: int) -> Begins:
    return Begins(begins.soonest, begins.still, late, begins.extra, begins.share)
