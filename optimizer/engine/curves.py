r"""
Loss curves at their nodes: what strikes weigh on them, and what they lose to strikes (MODEL 3).

A strike that costs :math:`\ell` lost days falls between two nodes and weighs on both,
:math:`1 - f` and :math:`f`; beyond the last node it weighs on that node, and its days beyond weigh
on the slope.  The weighted loss of an option is then one sum over 18 weights of its profile.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray
from optimizer.domain.scenario import N_WEIGHTS, NODES, LostDays
from optimizer.engine.threads import over_ranges

LAST: Final = len(NODES) - 1


class Impacts(NamedTuple):
    """
    Lost days as places on the curves, by profile.

    Attributes
    ----------
    start
        Entries of profile p are ``start[p]:start[p + 1]``.  Shape ``(P + C + 1,)``.
    scenario
        Row of the future.  Shape ``(E,)``.
    node
        Last node at or before the lost days.  Shape ``(E,)``.
    beyond
        Share of the way to the next node, f; from the last node on, days beyond it.
        Shape ``(E,)``. [-], [day]
    factor
        Shape ``(E,)``. [-]
    n_scenarios
        S.
    """

    start: IntArray
    scenario: Int32Array
    node: IntArray
    beyond: FloatArray
    factor: FloatArray
    n_scenarios: int


def make_impacts(lost: LostDays) -> Impacts:
    """Return the lost days as places on the curves."""
    node = np.searchsorted(NODES, lost.days, side="right") - 1
    width = np.append(np.diff(NODES), 1.0)
    return Impacts(
        start=lost.start,
        scenario=lost.scenario,
        node=node,
        beyond=(lost.days - NODES[node]) / width[node],
        factor=lost.factor,
        n_scenarios=lost.n_scenarios,
    )


def node_weights(lost: LostDays, weight: FloatArray) -> FloatArray:
    """
    Return what weights of the futures put on every profile's curve.

    Parameters
    ----------
    weight
        Of each future.  Shape ``(S,)``. [-]

    Returns
    -------
    FloatArray
        Shape ``(P + C, 18)``: by node, then the days beyond the last; factors included.
    """
    return weigh(make_impacts(lost), weight)


def weigh(impacts: Impacts, weight: FloatArray) -> FloatArray:
    """Return the same of impacts, profile by profile in the order of their entries."""
    weights = np.zeros((len(impacts.start) - 1, N_WEIGHTS))

    def work(first: int, end: int) -> None:
        _weigh(first, end, impacts, weight, weights)

    over_ranges(work, len(weights))
    return weights


def price_days(lot_days: FloatArray) -> FloatArray:
    r"""
    Return the days that are bought at a shocked price when a shock lasts as long as a node.

    .. math:: E(\ell - v)^+, \quad v \text{ uniform on } [0, q]

    Parameters
    ----------
    lot_days
        Shape ``(O,)``.  :math:`q \ge 0` [day]

    Returns
    -------
    FloatArray
        Shape ``(O, 17)``. [day]

    Examples
    --------
    A shock of 10 days meets a lot of 4 days: 10 - 2; one of 2 days, 2²/8.

    >>> price_days(np.array([4.0]))[0, [2, 6]]
    array([0.5, 8. ])
    """
    lot = lot_days[:, None]
    within = NODES**2 / (2.0 * np.maximum(lot, NODES[1] * 1e-9))
    return np.asarray(np.where(lot < NODES, NODES - lot / 2.0, within))


@numba.njit(cache=True, inline="always")
def price_day(node: float, lot: float) -> float:
    """Return one value of `price_days`."""
    return node - 0.5 * lot if lot < node else (0.5 * node * node / lot if node > 0.0 else 0.0)


@numba.njit(nogil=True, cache=True)
def _weigh(first: int, end: int, impacts: Impacts, weight: FloatArray, weights: FloatArray) -> None:
    for p in range(first, end):
        for e in range(impacts.start[p], impacts.start[p + 1]):
            w = weight[impacts.scenario[e]] * impacts.factor[e]
            node, beyond = impacts.node[e], impacts.beyond[e]
            if node == LAST:
                weights[p, LAST] += w
            else:
                weights[p, node] += w * (1.0 - beyond)
            weights[p, node + 1] += w * beyond
