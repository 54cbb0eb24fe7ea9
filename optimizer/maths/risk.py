"""Expectation, VaR and CVaR of a discrete loss distribution; loss is positive when bad."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray

PROBABILITY_TOLERANCE: Final = 1e-9
TIE: Final = 1e-9
"""Relative difference of losses that are equal but for arithmetic."""


def expected_loss(loss: FloatArray, probability: FloatArray) -> float:
    r"""
    Return the mean of the loss.

    .. math:: E[L] = \sum_s p_s L_s

    Parameters
    ----------
    loss
        Shape ``(S,)``.  :math:`L_s` [currency]
    probability
        Shape ``(S,)``.  :math:`p_s \ge 0`, sum 1 [-]

    Returns
    -------
    float
        [currency]

    Examples
    --------
    >>> expected_loss(np.array([0.0, 10.0]), np.array([0.75, 0.25]))
    2.5

    References
    ----------
    .. [1] The model contract, section 5.
    """
    return float(probability @ loss)


def value_at_risk(loss: FloatArray, probability: FloatArray, tail_level: float) -> float:
    r"""
    Return the quantile of the loss.

    .. math:: \mathrm{VaR}_\alpha = \min\{v : P(L \le v) \ge \alpha - 10^{-9}\}

    Parameters
    ----------
    loss
        Shape ``(S,)``.  :math:`L_s` [currency]
    probability
        Shape ``(S,)``.  :math:`p_s \ge 0`, sum 1 [-]
    tail_level
        :math:`\alpha` in [0, 1) [-]

    Returns
    -------
    float
        [currency].  The least loss that can happen where :math:`\alpha = 0`.

    Examples
    --------
    >>> value_at_risk(np.array([10.0, 20.0, 30.0, 40.0]), np.full(4, 0.25), 0.6)
    30.0

    References
    ----------
    .. [1] Rockafellar, R.T. and Uryasev, S. (2002). Conditional value-at-risk for general loss
       distributions. *J. Banking & Finance* 26, Definition 1.
    """
    possible = probability > 0.0
    order = np.argsort(loss[possible], kind="stable")
    cumulative = np.cumsum(probability[possible][order])
    row = int(np.searchsorted(cumulative, tail_level - PROBABILITY_TOLERANCE))
    return float(loss[possible][order][min(row, len(order) - 1)])


def cvar(loss: FloatArray, probability: FloatArray, tail_level: float) -> float:
    r"""
    Return the mean of the worst share of the loss.

    .. math:: \mathrm{CVaR}_\alpha = \min_v\; v + \frac{E(L - v)^+}{1 - \alpha}

    Parameters
    ----------
    loss
        Shape ``(S,)``.  :math:`L_s` [currency]
    probability
        Shape ``(S,)``.  :math:`p_s \ge 0`, sum 1 [-]
    tail_level
        :math:`\alpha` in [0, 1) [-]

    Returns
    -------
    float
        [currency].  The mean where :math:`\alpha = 0`.

    Examples
    --------
    The worst 40 %: (0.25 · 40 + 0.15 · 30) / 0.4.

    >>> round(cvar(np.array([10.0, 20.0, 30.0, 40.0]), np.full(4, 0.25), 0.6), 9)
    36.25

    References
    ----------
    .. [1] Rockafellar and Uryasev (2002), Theorem 10.
    """
    return float(tail_weights(loss, probability, tail_level) @ loss)


def effective_count(probability: FloatArray, loss: FloatArray, tail_level: float) -> float:
    r"""
    Return how many equally probable scenarios tell as much of the tail.

    .. math:: (1 - \alpha)^2 / \sum_{s \text{ in the tail}} q_s^2

    Parameters
    ----------
    probability, loss, tail_level
        As of `cvar`; :math:`q_s` is the part of :math:`p_s` among the worst :math:`1 - \alpha`.

    Returns
    -------
    float
        :math:`(1 - \alpha) S` where all are equally probable. [-]

    Examples
    --------
    Half a percent each, ten of which are the worst 5 %.

    >>> round(effective_count(np.full(200, 0.005), np.arange(200.0), 0.95), 9)
    10.0
    """
    worst_first = np.argsort(-loss, kind="stable")
    likely = probability[worst_first]
    before = np.cumsum(likely) - likely
    tail = np.clip(1.0 - tail_level - before, 0.0, likely)
    return float((1.0 - tail_level) ** 2 / (tail @ tail))


def tail_weights(loss: FloatArray, probability: FloatArray, tail_level: float) -> FloatArray:
    r"""
    Return the weight of every scenario in the mean of the worst share.

    .. math:: \mathrm{CVaR}_\alpha = \sum_s \pi_s L_s, \qquad 0 \le \pi_s \le p_s/(1 - \alpha)

    Parameters
    ----------
    loss
        Shape ``(S,)``.  :math:`L_s` [currency]
    probability
        Shape ``(S,)``.  :math:`p_s \ge 0`, sum 1 [-]
    tail_level
        :math:`\alpha` in [0, 1) [-]

    Returns
    -------
    FloatArray
        Shape ``(S,)``.  :math:`\pi_s`, sum 1 [-].  Scenarios that lose the value at risk, to
        9 digits, share what is left of the tail in proportion to their probability.

    Examples
    --------
    >>> tail_weights(np.array([10.0, 30.0, 30.0, 40.0]), np.full(4, 0.25), 0.6)
    array([0.    , 0.1875, 0.1875, 0.625 ])

    References
    ----------
    .. [1] Rockafellar and Uryasev (2002), Section 4.
    """
    quantile = value_at_risk(loss, probability, tail_level)
    tied = np.isclose(loss, quantile, rtol=TIE, atol=0.0)
    worse = np.where((loss > quantile) & ~tied, probability, 0.0)
    left = max(1.0 - tail_level - worse.sum(), 0.0)
    weight = worse + left * np.where(tied, probability, 0.0) / probability[tied].sum()
    return np.asarray(weight / weight.sum())


def unexpected_loss(tail: float, expected: float) -> float:
    r"""
    Return what the tail loses beyond the mean, which capital is held against.

    .. math:: U = (\rho_\alpha(L) - E L)^+

    Parameters
    ----------
    tail
        VaR or CVaR.  :math:`\rho_\alpha(L)` [currency]
    expected
        The exact mean.  :math:`E L` [currency]

    Returns
    -------
    float
        [currency].  0 where VaR is below the mean, as with rare hazards.

    Examples
    --------
    >>> unexpected_loss(36.25, 25.0), unexpected_loss(0.0, 25.0)
    (11.25, 0.0)

    References
    ----------
    .. [1] The model contract, section 5.
    """
    return max(0.0, tail - expected)


def cvar_at(
    loss: FloatArray, probability: FloatArray, tail_level: float, threshold: float
) -> float:
    r"""
    Return the upper bound on CVaR that a threshold gives; an expectation, unlike CVaR itself.

    .. math:: v + \frac{E(L - v)^+}{1 - \alpha} \ge \mathrm{CVaR}_\alpha

    Parameters
    ----------
    loss
        Shape ``(S,)``.  :math:`L_s` [currency]
    probability
        Shape ``(S,)``.  :math:`p_s \ge 0`, sum 1 [-]
    tail_level
        :math:`\alpha` in [0, 1) [-]
    threshold
        :math:`v`, chosen without looking at the losses. [currency]

    Returns
    -------
    float
        [currency].  CVaR itself where :math:`v` is the value at risk.

    Examples
    --------
    The value at risk is 30: 30 + 0.25 · 10/0.4; with 20 it is 20 + (0.25 · 20 + 0.25 · 10)/0.4.

    >>> loss = np.array([10.0, 20.0, 30.0, 40.0])
    >>> [round(cvar_at(loss, np.full(4, 0.25), 0.6, v), 9) for v in (30.0, 20.0)]
    [36.25, 38.75]

    References
    ----------
    .. [1] Rockafellar and Uryasev (2002), Theorem 10.
    """
    beyond = probability @ np.maximum(loss - threshold, 0.0)
    return threshold + float(beyond) / (1.0 - tail_level)
