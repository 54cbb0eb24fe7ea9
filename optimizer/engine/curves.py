r"""
Loss curves at their nodes: what strikes weigh on them, and what they lose to strikes (MODEL 3).

A strike that costs :math:`\ell` lost days falls between two nodes and weighs on both,
:math:`1 - f` and :math:`f`; beyond the last node it weighs on that node, and its days beyond weigh
on the slope.  The weighted loss of an option is then one sum over 18 weights of its profile.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray
from optimizer.domain.scenario import N_WEIGHTS, NODES, LostDays
from optimizer.engine.threads import over_ranges
from optimizer.maths.hats import add_point


class Impacts(NamedTuple):
    """
    Columns of `LostDays` on scenarios, as the compiled loops read them; those of strikes by row.

    Attributes
    ----------
    start
        Entries of profile p are ``start[p]:start[p + 1]``.  Shape ``(P + C + 1,)``.
    strike
        Row of `scenario` and `factor`.  Shape ``(E,)``.
    days
        Lost.  Shape ``(E,)``. [day]
    scenario, factor
        Shape ``(K,)``. [-]
    n_scenarios
        S.
    """

    start: IntArray
    strike: Int32Array
    days: FloatArray
    scenario: IntArray
    factor: FloatArray
    n_scenarios: int


def make_impacts(lost: LostDays, scenario: IntArray, n_scenarios: int) -> Impacts:
    """Return the lost days on scenarios; `scenario` is that of every future."""
    return Impacts(
        start=lost.start,
        strike=lost.strike,
        days=lost.days,
        scenario=scenario[lost.scenario_of_strike],
        factor=lost.factor_of_strike,
        n_scenarios=n_scenarios,
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
    every = np.arange(lost.n_scenarios)
    return weigh(make_impacts(lost, every, len(every)), weight)


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
            strike = impacts.strike[e]
            w = weight[impacts.scenario[strike]] * impacts.factor[strike]
            if w != 0.0:
                add_point(impacts.days[e], w, weights[p])
