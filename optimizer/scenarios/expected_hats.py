r"""
Expected hat weights of an outage of the primary that lasts d days, over what is left of older ones.

With :math:`t_j = \min(b_j, d)` the days lost are linear in each of them:

.. math:: \ell = d - \kappa_1\,(d - t_1) - \kappa_2\,(d - t_2)
    + (\kappa_1 + \kappa_2 - 1)^+\,(d - \max(t_1, t_2))

so a run of :math:`\rho` adds its mass and its mean to every segment between nodes that it crosses.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.scenario import NODES
from optimizer.scenarios.begins import Alternate, begin, first_at, last_still
from optimizer.scenarios.hats import LAST, add_hats, add_point, segment_of


class Out(NamedTuple):
    r"""
    A measure of how long an alternate is still out; see `older_outages.Left`.

    `tail` is the mass of :math:`\rho \ge b`, `moment` that of the days.  Shapes ``(D + 2,)``.
    """

    tail: FloatArray
    moment: FloatArray


class Both(NamedTuple):
    """
    A measure of how long two alternates are still out, `Out` of the second row by row.

    Row a of `tail` and `moment` is where the first is out a days or more, ``(D + 2, D + 2)``; row a
    of `tail_at` and `moment_at` where it is out just a days, ``(D + 1, D + 2)``.
    """

    tail: FloatArray
    moment: FloatArray
    tail_at: FloatArray
    moment_at: FloatArray


class First(NamedTuple):
    """Day on which an alternate begins to deliver, at most d, and its share. [day], [-]"""

    begins: float
    share: float


NOBODY: Final = First(0.0, 0.0)


class Line(NamedTuple):
    """Days lost as a line: ``offset + slope * x``. [day]"""

    offset: float
    slope: float


@numba.njit(nogil=True, cache=True)
def add_run(out: Out, first: int, end: int, line: Line, weight: FloatArray) -> None:
    r"""
    Add the hat weights of :math:`\rho` from ``first`` up to but not at ``end``.

    Parameters
    ----------
    line
        Of slope at least 0.
    weight
        Shape ``(18,)``.
    """
    while first < end:
        segment = segment_of(line.offset + line.slope * first)
        stop = end
        if segment < LAST and line.slope > 0.0:
            reaches = np.ceil((NODES[segment + 1] - line.offset) / line.slope)
            if reaches < end:
                stop = max(first + 1, int(reaches))
        mass = out.tail[first] - out.tail[stop]
        days = line.offset * mass + line.slope * (out.moment[first] - out.moment[stop])
        add_hats(segment, mass, days, weight)
        first = stop


@numba.njit(nogil=True, cache=True)
def add_with_one(days: int, first: First, other: Alternate, out: Out, weight: FloatArray) -> None:
    r"""
    Add the hat weights of an outage of d days by how long one alternate is still out.

    Parameters
    ----------
    days
        d [day]
    first
        What another alternate does; its share is 0 where there is none.
    other
        The alternate.
    out
        What is left of its older outages, at the mass of what `first` does.
    weight
        Shape ``(18,)``.
    """
    longest = len(out.tail) - 2
    still = last_still(other, longest)
    late = first_at(other, days, still, longest)
    turn = min(first_at(other, first.begins, still, longest), late)

    surplus = max(first.share + other.share - 1.0, 0.0)
    alone = max(1.0 - first.share - other.share, 0.0) * days
    sooner = Line(alone + (first.share - surplus) * first.begins, other.share)
    later = Line(alone + first.share * first.begins, other.share - surplus)

    soonest = min(begin(other, still), days)
    line = sooner if soonest < first.begins else later
    add_point(line.offset + line.slope * soonest, out.tail[0] - out.tail[still + 1], weight)
    add_run(out, still + 1, turn, _delayed(sooner, other), weight)
    add_run(out, turn, late, _delayed(later, other), weight)
    add_point(later.offset + later.slope * days, out.tail[late], weight)


@numba.njit(nogil=True, cache=True)
def add_with_two(
    days: int, one: Alternate, other: Alternate, both: Both, weight: FloatArray
) -> None:
    """
    Add the hat weights of an outage of d days with two alternates; see `add_with_one`.

    Parameters
    ----------
    both
        What is left of older outages of the two.
    """
    longest = len(both.tail) - 2
    still = last_still(one, longest)
    late = first_at(one, days, still, longest)
    soonest = min(begin(one, still), days)
    soon = Out(both.tail[0] - both.tail[still + 1], both.moment[0] - both.moment[still + 1])
    add_with_one(days, First(soonest, one.share), other, soon, weight)
    for rho in range(still + 1, late):
        out = Out(both.tail_at[rho], both.moment_at[rho])
        if out.tail[0] > 0.0:
            add_with_one(days, First(rho + one.extra_lead_days, one.share), other, out, weight)
    out = Out(both.tail[late], both.moment[late])
    add_with_one(days, First(float(days), one.share), other, out, weight)


@numba.njit(nogil=True, cache=True)
def _delayed(line: Line, alternate: Alternate) -> Line:
    r"""Return a line in :math:`\rho` instead of in :math:`b = \rho + L_j - L`."""
    return Line(line.offset + line.slope * alternate.extra_lead_days, line.slope)
