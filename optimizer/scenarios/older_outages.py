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
from optimizer.scenarios.laws import Laws, Reach

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


def left_of_older(laws: Laws, reach: Reach) -> Left:
    """Return the law of what is left of older outages, supplier by supplier."""
    beyond = np.zeros((len(reach.start) - 1, laws.excess.shape[1]))
    supplier = np.repeat(np.arange(len(beyond)), np.diff(reach.start))
    rate = laws.daily_rate[reach.threat] * reach.hit
    for row, threat, hits in zip(supplier, reach.threat, rate, strict=True):
        beyond[row] += hits * laws.excess[threat]
    tail = np.zeros((len(beyond), beyond.shape[1] + 1))
    tail[:, 0] = 1.0
    tail[:, 1:] = -np.expm1(-beyond)
    day = np.arange(tail.shape[1])
    later = np.cumsum(tail[:, ::-1], axis=1)[:, ::-1] - tail
    return Left(at_most=np.exp(-beyond), tail=tail, moment=day * tail + later)


@numba.njit(nogil=True, cache=True)
def joint_tail(
    laws: Laws, reach: Reach, left: Left, pair: tuple[int, int], tail: FloatArray
) -> None:
    r"""
    Fill in how long two suppliers are still out together.

    .. math:: P(\rho_1 \ge a, \rho_2 \ge b) = P(\rho_1 \ge a)\,P(\rho_2 \ge b)
        + P(\rho_1 < a)\,P(\rho_2 < b)\,\bigl(e^{\Lambda_{12}(\max(a, b) - 1)} - 1\bigr)

    where :math:`\Lambda_{12}(b) = \sum_h (rate_h/365)\,hit_{h1}\,hit_{h2}\,E(d_h - b)^+` runs over
    the hazards that both share: :math:`P(\rho_1 \le a, \rho_2 \le b)` has the exponent
    :math:`\Lambda_1(a) + \Lambda_2(b) - \Lambda_{12}(\max(a, b))`.

    Parameters
    ----------
    pair
        The two suppliers.
    tail
        Shape ``(D + 2, D + 2)``. [-]
    """
    one, other = pair
    more = np.expm1(np.minimum(_shared(laws, reach, one, other), _LARGEST))
    for a in range(len(tail)):
        for b in range(len(tail)):
            tail[a, b] = left.tail[one, a] * left.tail[other, b]
            if a > 0 and b > 0:
                both = left.at_most[one, a - 1] * left.at_most[other, b - 1]
                tail[a, b] += both * more[max(a, b) - 1]


@numba.njit(nogil=True, cache=True)
def _shared(laws: Laws, reach: Reach, one: int, other: int) -> FloatArray:
    r"""Return :math:`\Lambda_{12}`.  Shape ``(D + 1,)``."""
    shared = np.zeros(laws.excess.shape[1])
    row, end = reach.start[other], reach.start[other + 1]
    for k in range(reach.start[one], reach.start[one + 1]):
        threat = reach.threat[k]
        while row < end and reach.threat[row] < threat:
            row += 1
        if row < end and reach.threat[row] == threat:
            rate = laws.daily_rate[threat] * reach.hit[k] * reach.hit[row]
            shared += rate * laws.excess[threat]
    return shared
