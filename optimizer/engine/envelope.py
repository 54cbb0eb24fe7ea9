r"""
The risk envelope: the scenario weights that a tail measure allows, and the worst of them.

.. math:: \rho(L) = \max\Bigl\{\sum_s \pi_s L_s : 0 \le \pi_s \le c_s,\ \sum_s \pi_s = 1\Bigr\}

With :math:`c_s = p_s/(1 - \alpha)` this is CVaR; with 1 for the scenarios of a set T and 0 for all
others, it is the greatest loss in T: the VaR of a plan that ignores all scenarios outside T.

Why an envelope: at fixed weights the risk charge is linear in the losses, so it separates by SKU
like any other price, and any weights in the envelope prove a bound (ALGORITHMS 2).
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
    """Return the weights that maximise the loss, ties going to the first scenario.  ``(S,)``"""
    order = np.argsort(-loss, kind="stable")
    before = np.cumsum(cap[order]) - cap[order]
    weight = np.zeros(len(loss))
    weight[order] = np.clip(1.0 - before, 0.0, cap[order])
    return weight


def tail_of_duals(duals: FloatArray, charge: float, cap: FloatArray) -> FloatArray:
    r"""
    Project duals onto the tail weights that the risk charge allows, :math:`\omega y\theta\pi`.

    Parameters
    ----------
    duals
        Duals of the rows that measure each scenario's excess over VaR.  Shape ``(S,)``.
    charge
        :math:`\omega y`, the largest sum of the weights. [-]
    """
    total = min(float(np.maximum(duals, 0.0).sum()), charge)
    if total == 0.0:
        return np.zeros(len(duals))
    return np.asarray(total * in_envelope(duals / total, cap))


def in_envelope(pi: FloatArray, cap: FloatArray) -> FloatArray:
    """
    Project weights onto the envelope: between 0 and the caps, with sum 1.

    A solver's duals meet this only within its tolerance; a valid bound needs it exactly.
    """
    clipped = np.clip(pi, 0.0, cap)
    total, room = clipped.sum(), cap - clipped
    if total > 0.0 and np.all(clipped <= total * cap * (1.0 + _ARITHMETIC)):
        return np.asarray(clipped / total)
    return np.asarray(clipped + (1.0 - total) * room / room.sum())
