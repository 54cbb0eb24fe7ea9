r"""
Hat weights of strikes on the nodes of the loss curves (MODEL 3).

A strike that costs :math:`\ell` lost days falls between two nodes and puts weights :math:`1 - f`
and :math:`f` on them; beyond the last node it puts weight 1 on that node, and its further days on
the slope.  The weighted loss of an option is then one dot product with 18 weights of its profile.

Why: pricing then needs neither a scenario × option matrix nor the strikes themselves, only these
weights, added up once per round (ALGORITHMS 2).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import N_WEIGHTS, NODES, LostDays
from optimizer.maths.hats import LAST, add_point, segment_of, share_above
from optimizer.maths.lost_days import Terms, days_lost, terms
from optimizer.maths.threads import over_ranges

_PROFILES_AT_ONCE: Final = 2_048
_MOST_PARTS: Final = 64


class Impacts(NamedTuple):
    """
    `LostDays` by scenario, as the compiled loops read it.

    `scenario` and `factor` belong to the strikes, shape ``(K,)``; `n_scenarios` is S.
    """

    lost: Terms
    scenario: IntArray
    factor: FloatArray
    n_scenarios: int


def make_impacts(lost: LostDays, scenario: IntArray, n_scenarios: int) -> Impacts:
    """Return the lost days by scenario; `scenario` maps every future to its scenario."""
    return Impacts(
        lost=terms(lost),
        scenario=scenario[lost.scenario_of_strike],
        factor=lost.factor_of_strike,
        n_scenarios=n_scenarios,
    )


def node_weights(lost: LostDays, weight: FloatArray) -> FloatArray:
    """
    Return the hat weights that weighted futures put on every profile's curve.

    Parameters
    ----------
    weight
        Weight of each future.  Shape ``(S,)``. [-]

    Returns
    -------
    FloatArray
        Shape ``(P + C, 18)``: one per node, then the days beyond the last; strike factors included.
    """
    every = np.arange(lost.n_scenarios)
    return weigh(make_impacts(lost, every, len(every)), weight)


def weigh(impacts: Impacts, weight: FloatArray) -> FloatArray:
    """Return `node_weights` of weighted scenarios, each profile's strikes in a fixed order."""
    weights = np.zeros((len(impacts.lost.supply), N_WEIGHTS))

    def work(first: int, end: int) -> None:
        _weigh(first, end, impacts, weight, weights)

    over_ranges(work, len(weights), _PROFILES_AT_ONCE)
    return weights


def price_days(lot_days: FloatArray) -> FloatArray:
    r"""
    Return the mean days of demand bought at the shocked price, for a shock as long as each node.

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


def losses_on_curves(lost: LostDays, curves: FloatArray) -> FloatArray:
    """
    Return the loss in every future of one curve per profile.

    Parameters
    ----------
    curves
        At the nodes, and the slope beyond.  Shape ``(P + C, 18)``. [currency]

    Returns
    -------
    FloatArray
        Shape ``(S,)``. [currency]
    """
    impacts = make_impacts(lost, np.arange(lost.n_scenarios), lost.n_scenarios)
    size = max(_PROFILES_AT_ONCE, -(-len(curves) // _MOST_PARTS))
    parts = np.zeros((-(-len(curves) // size), lost.n_scenarios))

    def work(first: int, end: int) -> None:
        _add_losses_of(first, end, curves, impacts, parts[first // size])

    over_ranges(work, len(curves), size)
    return np.asarray(parts.sum(axis=0))


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


@numba.njit(cache=True, inline="always")
def add_losses(profile: int, curve: FloatArray, impacts: Impacts, loss: FloatArray) -> None:
    """Add what the strikes of a profile cost on a curve to the loss of every scenario."""
    lost = impacts.lost
    supply = lost.supply[profile]
    for e in range(lost.start[supply], lost.start[supply + 1]):
        days = days_lost(e, profile, lost)
        if days == 0.0:
            continue
        row, node = lost.strike[e], segment_of(days)
        beyond = share_above(days, node)
        at_node = curve[LAST] if node == LAST else (1.0 - beyond) * curve[node]
        loss[impacts.scenario[row]] += impacts.factor[row] * (at_node + beyond * curve[node + 1])


@numba.njit(nogil=True, cache=True)
def _add_losses_of(
    first: int, end: int, curves: FloatArray, impacts: Impacts, loss: FloatArray
) -> None:
    for profile in range(first, end):
        add_losses(profile, curves[profile], impacts, loss)
