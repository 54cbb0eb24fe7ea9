"""Gamma demand against a level: what exceeds it, its square, its quantiles (MODEL 3)."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import special

from optimizer.domain.arrays import FloatArray
from optimizer.maths.demand import Moments

_STIRLING_FROM: Final = 12.0


def gamma_excess(level: FloatArray, demand: Moments) -> tuple[FloatArray, FloatArray]:
    r"""
    Return the mean excess of gamma demand over a level, and half its mean square.

    .. math::
        G_1(x) &= E(X - x)^+ = \mu\,(d - m\,Q) \\
        G_2(x) &= \tfrac12 E[((X - x)^+)^2]
                = \tfrac12\,\mu^2\,[Q\,(m^2 + 1/k) + d\,(1/k - m)]

    with :math:`k = \mu^2/\sigma^2`, :math:`m = x/\mu - 1`, :math:`Q = Q(k, k(1 + m))` the
    regularised upper incomplete gamma function and
    :math:`d = e^{-k (m - \ln(1 + m))}\,k^k e^{-k}/\Gamma(k + 1)` its density term, from which
    :math:`Q(k + 1)` and :math:`Q(k + 2)` follow.

    Parameters
    ----------
    level
        Broadcastable with the demand.  :math:`x` [unit]
    demand
        :math:`\mu, \sigma^2` [unit], [unit²]

    Returns
    -------
    tuple of FloatArray
        :math:`G_1` [unit] and :math:`G_2` [unit²].  At :math:`x \le 0` exactly
        :math:`\mu - x` and :math:`(\sigma^2 + (\mu - x)^2)/2`; where demand is constant
        :math:`(\mu - x)^+` and half its square.

    Examples
    --------
    An exponential of mean 2 at level 2: :math:`2 e^{-1}` and :math:`4 e^{-1}`.

    >>> one_two = gamma_excess(np.array([2.0]), Moments(np.array([2.0]), np.array([4.0])))
    >>> [float(x[0].round(8)) for x in one_two]
    [0.73575888, 1.47151776]

    References
    ----------
    .. [1] Zipkin, P.H. (2000). *Foundations of Inventory Management*. p. 457, with
       :math:`Q(k + 1, x) = Q(k, x) + x^k e^{-x}/\Gamma(k + 1)`.
    """
    level, mean, variance = np.broadcast_arrays(level, *demand)
    constant = Moments(mean, variance).is_constant | (mean <= 0.0)
    within = ~constant & (level > 0.0)
    below = mean - level
    first = np.maximum(below, 0.0)
    second = 0.5 * np.where(constant, first**2, below**2 + variance)
    x, mu, var = level[within], mean[within], variance[within]
    square = var / mu**2
    relative = (x - mu) / mu
    tail, density = _tail_and_density(1.0 / square, relative)
    first[within] = np.maximum(mu * (density - relative * tail), 0.0)
    both = tail * (relative**2 + square) + density * (square - relative)
    second[within] = np.maximum(0.5 * mu**2 * both, 0.0)
    return first, second


def gamma_quantile(probability: FloatArray, demand: Moments) -> FloatArray:
    r"""
    Return the quantile of gamma demand.

    .. math:: x:\; P(X \le x) = p

    Parameters
    ----------
    probability
        Shape ``(N,)``.  :math:`p` in (0, 1) [-]
    demand
        Shape ``(N,)``. [unit], [unit²]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [unit].  The mean where demand is constant.

    Examples
    --------
    >>> gamma_quantile(np.array([0.5]), Moments(np.array([2.0]), np.array([4.0]))).round(8)
    array([1.38629436])

    References
    ----------
    .. [1] The model contract, section 3.
    """
    constant = demand.is_constant | (demand.mean <= 0.0)
    mean = np.where(constant, 1.0, demand.mean)
    scale = np.where(constant, 1.0, demand.variance) / mean
    found = scale * special.gammaincinv(mean / scale, probability)
    return np.where(constant, demand.mean, found)


def _tail_and_density(shape: FloatArray, relative: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Q(k, k (1 + m)) and the density term d."""
    tail = special.gammaincc(shape, shape * (1.0 + relative))
    exponent = shape * (relative - np.log1p(relative))
    return tail, np.exp(-exponent - _log_scaled_factorial(shape))


def _log_scaled_factorial(shape: FloatArray) -> FloatArray:
    """Return ln Γ(k + 1) − k ln k + k, true for large k too (Stirling)."""
    large = np.maximum(shape, _STIRLING_FROM)
    inverse = 1.0 / large
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    stirling = 0.5 * np.log(2.0 * np.pi * large) + series
    small = np.minimum(shape, _STIRLING_FROM)
    exact = special.gammaln(small + 1.0) - special.xlogy(small, small) + small
    return np.where(shape > _STIRLING_FROM, stirling, exact)
