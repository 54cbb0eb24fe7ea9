r"""
How long a supplier is still out when a strike begins, by outages that are older (MODEL 4).

By Campbell's theorem the older outages are as they always are, whatever strikes: strikes of h that
hit j and reach beyond day b are Poisson with mean

.. math:: \Lambda_j(b) = \sum_h \frac{rate_h}{365}\,hit_h\,E(d_h - b)^+

and :math:`P(\rho_j \le b) = e^{-\Lambda_j(b)}` for whole days b.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.scenarios.hazard_laws import HazardLaws, Reach, hit_probability

_LARGEST: Final = 700.0
"""An exponent that leaves no supplier any time to deliver; a larger one could overflow."""


class Left(NamedTuple):
    r"""
    What is left of older outages, J suppliers, whole days b up to D.

    Attributes
    ----------
    at_most
        :math:`P(\rho_j \le b)`.  Shape ``(J, D + 1)``. [-]
    tail
        :math:`P(\rho_j \ge b)`, b up to D + 1.  Shape ``(J, D + 2)``. [-]
    moment
        :math:`E[\rho_j; \rho_j \ge b]`.  Shape ``(J, D + 2)``. [day]
    """

    at_most: FloatArray
    tail: FloatArray
    moment: FloatArray


class Both(NamedTuple):
    """
    What is left of older outages of two suppliers: a measure of the second row by row.

    Row a of `tail` and `moment`, as in `Left`, is where the first is out a days or more, row a of
    `tail_at` and `moment_at` where it is out just a days.  Shapes ``(D + 2, D + 2)``.
    """

    tail: FloatArray
    moment: FloatArray
    tail_at: FloatArray
    moment_at: FloatArray


def left_of_older(laws: HazardLaws, reach: Reach) -> Left:
    """Return the law of what is left of older outages, supplier by supplier."""
    beyond = np.zeros((len(reach.start) - 1, laws.excess.shape[1]))
    supplier = np.repeat(np.arange(len(beyond)), np.diff(reach.start))
    rate = laws.daily_rate[reach.threat] * reach.hit
    for row, threat, hits in zip(supplier, reach.threat, rate, strict=True):
        beyond[row] += hits * laws.excess[threat]
    tail = np.zeros((len(beyond), beyond.shape[1] + 1))
    tail[:, 0] = 1.0
    tail[:, 1:] = -np.expm1(-beyond)
    later = np.cumsum(tail[:, ::-1], axis=1)[:, ::-1] - tail
    moment = np.ascontiguousarray(np.arange(tail.shape[1]) * tail + later)
    return Left(at_most=np.exp(-beyond), tail=tail, moment=moment)


def room_for_both(left: Left) -> Both:
    """Return tables to be filled by `both_left`."""
    size = left.tail.shape[1]
    return Both(*(np.empty((size, size)) for _ in Both._fields))


def both_left(
    laws: HazardLaws, reach: Reach, left: Left, pair: tuple[int, int], room: Both
) -> Both:
    r"""
    Return how long two suppliers are still out, in the tables given.

    .. math:: P(\rho_1 \ge a, \rho_2 \ge b) = P(\rho_1 \ge a)\,P(\rho_2 \ge b)
        + P(\rho_1 < a)\,P(\rho_2 < b)\,\bigl(e^{\Lambda_{12}(\max(a, b) - 1)} - 1\bigr)

    where :math:`\Lambda_{12}(b) = \sum_h (rate_h/365)\,hit_{h1}\,hit_{h2}\,E(d_h - b)^+` runs over
    the hazards that both share: :math:`P(\rho_1 \le a, \rho_2 \le b)` has the exponent
    :math:`\Lambda_1(a) + \Lambda_2(b) - \Lambda_{12}(\max(a, b))`.

    Parameters
    ----------
    pair
        Rows of the suppliers.
    room
        Overwritten.
    """
    more = np.expm1(np.minimum(_shared(laws, reach, *pair), _LARGEST))
    _fill(left, pair, more, room)
    return room


def _shared(laws: HazardLaws, reach: Reach, one: int, other: int) -> FloatArray:
    r"""Return :math:`\Lambda_{12}`.  Shape ``(D + 1,)``."""
    rows = np.arange(reach.start[one], reach.start[one + 1])
    threat = reach.threat[rows]
    hit = reach.hit[rows] * hit_probability(reach, np.full(len(rows), other), threat)
    shared: FloatArray = (laws.daily_rate[threat] * hit) @ laws.excess[threat]
    return shared


@numba.njit(nogil=True, cache=True)
def _fill(left: Left, pair: tuple[int, int], more: FloatArray, both: Both) -> None:
    one, other = pair
    size = len(both.tail)
    for a in range(size - 1, -1, -1):
        later = 0.0
        for b in range(size - 1, -1, -1):
            mass = left.tail[one, a] * left.tail[other, b]
            if a > 0 and b > 0:
                well = left.at_most[one, a - 1] * left.at_most[other, b - 1]
                mass += well * more[max(a, b) - 1]
            both.tail[a, b] = mass
            both.moment[a, b] = b * mass + later
            later += mass
        both.tail_at[a] = both.tail[a]
        both.moment_at[a] = both.moment[a]
        if a + 1 < size:
            both.tail_at[a] -= both.tail[a + 1]
            both.moment_at[a] -= both.moment[a + 1]
