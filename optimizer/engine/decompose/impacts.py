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

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import N_WEIGHTS, NODES, LostDays
from optimizer.maths.hats import add_point
from optimizer.maths.lost_days import Terms, days_lost, terms
from optimizer.maths.threads import over_ranges

_PROFILES_AT_ONCE: Final = 2_048


class Impacts(NamedTuple):
    """
    `LostDays` on scenarios, as the compiled loops read it.

    `scenario` and `factor` are those of every strike, shape ``(K,)``; `n_scenarios` is S.
    """

    lost: Terms
    scenario: IntArray
    factor: FloatArray
    n_scenarios: int


def make_impacts(lost: LostDays, scenario: IntArray, n_scenarios: int) -> Impacts:
    """Return the lost days on scenarios; `scenario` is that of every future."""
    return Impacts(
        lost=terms(lost),
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
    """Return the same of impacts, profile by profile in the order of their strikes."""
    weights = np.zeros((len(impacts.lost.supply), N_WEIGHTS))

    def work(first: int, end: int) -> None:
        _weigh(first, end, impacts, weight, weights)

    over_ranges(work, len(weights), _PROFILES_AT_ONCE)
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
    lost = impacts.lost
    for p in range(first, end):
        supply = lost.supply[p]
        for e in range(lost.start[supply], lost.start[supply + 1]):
            strike = lost.strike[e]
            w = weight[impacts.scenario[strike]] * impacts.factor[strike]
            if w != 0.0:
                days = days_lost(e, p, lost)
                if days > 0.0:
                    add_point(days, w, weights[p])
