"""Who and what the tail is made of: Euler shares of VaR and CVaR by SKU and hazard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray
from optimizer.domain.scenario import NODES, LostDays
from optimizer.maths.lost_days import entries, terms
from optimizer.maths.risk import TIE, tail_weights, value_at_risk
from optimizer.options.by_hazard import StruckCurves

_AT_ONCE: Final = 256  # SKUs whose strikes are held at a time


class Blows(NamedTuple):
    """What single strikes cost single SKUs, SKU by SKU.  Shape ``(E,)`` each. [currency]"""

    sku: IntArray
    strike: Int32Array
    loss: FloatArray


class Shares(NamedTuple):
    """Shares of the tail by SKU and hazard, rows of the portfolio; ``(E,)`` each. [currency]"""

    sku: IntArray
    hazard: IntArray
    var: FloatArray
    cvar: FloatArray


def at_var(loss: FloatArray, probability: FloatArray, tail_level: float) -> FloatArray:
    r"""
    Return the weights of the futures whose loss is VaR.

    .. math:: w_s = p_s\,[L_s = \mathrm{VaR}_\alpha] \Big/ P(L = \mathrm{VaR}_\alpha), \qquad
        \sum_s w_s L_{is} = E(L_i \mid L = \mathrm{VaR}_\alpha)

    Parameters
    ----------
    loss, probability
        Shape ``(S,)``. [currency], [-]

    References
    ----------
    .. [1] Tasche, D. (1999). *Risk contributions and performance measurement*. Theorem 4.4: the
       Euler shares of a quantile are these conditional means.

    Examples
    --------
    >>> at_var(np.array([10.0, 30.0, 30.0, 40.0]), np.array([0.25, 0.25, 0.25, 0.25]), 0.6)
    array([0. , 0.5, 0.5, 0. ])
    """
    value = value_at_risk(loss, probability, tail_level)
    there = probability * (np.abs(loss - value) <= TIE * max(abs(value), 1e-300))
    return np.asarray(there / there.sum())


def tail_shares(
    kinds: tuple[StruckCurves, ...],
    lost: LostDays,
    loss: FloatArray,
    probability: FloatArray,
    tail_level: float,
) -> Shares:
    r"""
    Return every SKU's and hazard's share of VaR and of CVaR.

    .. math:: \sum_s w_s \sum_{k \in s,\,h(k) = h} loss_i(\ell_{ik})

    with the weights of `at_var` for VaR and of the tail for CVaR.

    Parameters
    ----------
    kinds
        Loss curves with the SKUs' supplies, price curves with their categories' price shocks.
    loss
        Of the plan in every future.  Shape ``(S,)``. [currency]

    Returns
    -------
    Shares
        Pairs with a share, sorted by SKU and hazard; they add up to VaR and CVaR.
    """
    weights = (
        at_var(loss, probability, tail_level),
        tail_weights(loss, probability, tail_level),
    )
    counts = (weights[0] > 0.0) | (weights[1] > 0.0)
    n_hazards = int(lost.hazard_of_strike.max(initial=0)) + 1
    parts = []
    for blows in blows_of(kinds, only(lost, counts[lost.scenario_of_strike])):
        pair, place = np.unique(
            blows.sku * n_hazards + lost.hazard_of_strike[blows.strike], return_inverse=True
        )
        scenario = lost.scenario_of_strike[blows.strike]
        sums = [
            np.bincount(place, weight[scenario] * blows.loss, minlength=len(pair))
            for weight in weights
        ]
        parts.append((pair // n_hazards, pair % n_hazards, *sums))
    columns = [np.concatenate([part[at] for part in parts]) for at in range(4)]
    return Shares(*columns)


def only(lost: LostDays, counts: BoolArray) -> LostDays:
    """
    Return what some strikes alone cost.

    Parameters
    ----------
    counts
        Which strikes do.  Shape ``(K,)``.
    """
    kept = counts[lost.strike]
    start = np.concatenate([[0], np.cumsum(kept)])[lost.start]
    return replace(
        lost, start=start, strike=lost.strike[kept], days=lost.days[kept], out=lost.out[kept]
    )


def blows_of(kinds: tuple[StruckCurves, ...], lost: LostDays) -> Iterator[Blows]:
    """Yield what strikes cost, some SKUs at a time."""
    for first in range(0, len(kinds[0].profile), _AT_ONCE):
        some = [_blows(kind, lost, first) for kind in kinds]
        yield Blows(*map(np.concatenate, zip(*some, strict=True)))


def _blows(kind: StruckCurves, lost: LostDays, first: int) -> Blows:
    """Return what strikes cost a block of SKUs on one kind of curve."""
    exposed = first + np.flatnonzero(kind.profile[first : first + _AT_ONCE] >= 0)
    found = entries(terms(lost), kind.profile[exposed])
    sku, strike = exposed[found.owner], found.strike
    return Blows(sku, strike, lost.factor_of_strike[strike] * _on_curves(kind, sku, found.days))


def _on_curves(kind: StruckCurves, sku: IntArray, days: FloatArray) -> FloatArray:
    """Return each SKU's curve at so many lost days: linear between nodes, then its slope."""
    at = np.clip(np.searchsorted(NODES, days, side="right") - 1, 0, len(NODES) - 2)
    low, high = kind.curve[sku, at], kind.curve[sku, at + 1]
    share = np.minimum((days - NODES[at]) / (NODES[at + 1] - NODES[at]), 1.0)
    beyond = np.maximum(days - NODES[-1], 0.0) * kind.slope[sku]
    return np.asarray(low + share * (high - low) + beyond)
