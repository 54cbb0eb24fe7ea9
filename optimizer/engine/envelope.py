r"""
The weights a tail measure may put on the scenarios, and the tail that the worst of them give.

.. math:: \rho(L) = \max\Bigl\{\sum_s \pi_s L_s : 0 \le \pi_s \le c_s,\ \sum_s \pi_s = 1\Bigr\}

With :math:`c_s = p_s/(1 - \alpha)` this is CVaR; with 1 for the scenarios of a set T and 0 for all
others, the greatest loss in T: what VaR is of a plan when T is all that it does not ignore.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray

_ARITHMETIC = 1e-12


def cvar_cap(probability: FloatArray, tail_level: float) -> FloatArray:
    """Return the caps of CVaR.  Shape ``(S,)``. [-]"""
    return np.asarray(probability / (1.0 - tail_level))


def greatest_cap(kept: BoolArray) -> FloatArray:
    """Return the caps of the greatest loss in the kept scenarios.  Shape ``(S,)``. [-]"""
    return kept.astype(np.float64)


def worst_weights(loss: FloatArray, cap: FloatArray) -> FloatArray:
    """Return the weights at which the loss is greatest, of equal losses the first.  ``(S,)``"""
    order = np.argsort(-loss, kind="stable")
    before = np.cumsum(cap[order]) - cap[order]
    weight = np.zeros(len(loss))
    weight[order] = np.clip(1.0 - before, 0.0, cap[order])
    return weight


def tail_of_duals(duals: FloatArray, charge: float, cap: FloatArray) -> FloatArray:
    r"""
    Return the nearest weights that a charge on unexpected loss allows, :math:`\omega y\theta\pi`.

    Parameters
    ----------
    duals
        Of the rows that say how far each scenario lies in the tail.  Shape ``(S,)``.
    charge
        :math:`\omega y`, the most that they may be together. [-]
    """
    total = min(float(np.maximum(duals, 0.0).sum()), charge)
    if total == 0.0:
        return np.zeros(len(duals))
    return np.asarray(total * in_envelope(duals / total, cap))


def in_envelope(pi: FloatArray, cap: FloatArray) -> FloatArray:
    """
    Return the nearest weights the caps allow: at most the caps, together 1.

    A solver's dual is only nearly so, and a bound needs it exactly.
    """
    clipped = np.clip(pi, 0.0, cap)
    total, room = clipped.sum(), cap - clipped
    if total > 0.0 and np.all(clipped <= total * cap * (1.0 + _ARITHMETIC)):
        return np.asarray(clipped / total)
    return np.asarray(clipped + (1.0 - total) * room / room.sum())
