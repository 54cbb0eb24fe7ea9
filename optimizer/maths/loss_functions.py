"""First-order loss functions, E[(X − level)⁺], in closed form and true far into the tail."""

from __future__ import annotations

import numpy as np
from scipy import special

from optimizer.domain.arrays import FloatArray
from optimizer.maths.checks import require

SQRT_2 = np.sqrt(2.0)
DENSITY_AT_ZERO = 1.0 / np.sqrt(2.0 * np.pi)
VANISHED = 40.0
"""Standard deviations beyond which the normal loss is 0 in double precision."""


def standard_normal_loss(z: FloatArray) -> FloatArray:
    r"""
    Return the loss function of the standard normal distribution.

    .. math:: \mathscr{L}(z) = \phi(z) - z\,(1 - \Phi(z)), \qquad
              \mathscr{L}(-z) = z + \mathscr{L}(z)

    Parameters
    ----------
    z
        Standardised level.  Shape ``(N,)``. [-]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [-].  The scaled complementary error function keeps 12 digits to
        :math:`z = 37`; from `VANISHED` on it is 0.

    Examples
    --------
    >>> standard_normal_loss(np.array([0.3, -1.4])).round(8)
    array([0.26676124, 1.43666814])

    References
    ----------
    .. [1] Snyder, L.V. and Shen, Z.-J.M. (2019). *Fundamentals of Supply Chain Theory*, 2nd ed.
       Eq. (C.22).
    """
    far = np.minimum(np.abs(z), VANISHED)
    mills = 0.5 * special.erfcx(far / SQRT_2)
    upper = np.exp(-0.5 * far**2) * np.maximum(DENSITY_AT_ZERO - far * mills, 0.0)
    return np.asarray(upper + np.maximum(-z, 0.0), dtype=np.float64)


def normal_loss(level: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
    r"""
    Return the units by which normal demand is expected to exceed a level.

    .. math:: n(r) = \sigma\,\mathscr{L}(z), \qquad z = (r - \mu)/\sigma

    Parameters
    ----------
    level
        Shape ``(N,)``.  :math:`r` [unit]
    mean, sd
        Shape ``(N,)``.  :math:`\mu, \sigma \ge 0` [unit]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  :math:`n(r)` [unit].  Where ``sd`` is zero, ``max(mean - level, 0)``.

    Raises
    ------
    ValueError
        If ``sd`` is negative or NaN.

    Examples
    --------
    >>> normal_loss(np.array([11.0]), np.array([8.0]), np.array([3.0])).round(8)
    array([0.24994641])

    References
    ----------
    .. [1] Snyder and Shen (2019), Eq. (C.31).
    """
    require("sd", sd, sd >= 0.0, ">= 0")
    certain = sd == 0.0
    z = (level - mean) / np.where(certain, 1.0, sd)
    return np.where(certain, np.maximum(mean - level, 0.0), sd * standard_normal_loss(z))


def gamma_loss(level: FloatArray, mean: FloatArray, sd: FloatArray) -> FloatArray:
    r"""
    Return the units by which gamma demand is expected to exceed a level.

    .. math:: n(r) = (\mu - r)\,Q(k, x) + \theta\,\frac{x^k e^{-x}}{\Gamma(k)}, \qquad
              k = \mu^2/\sigma^2,\; \theta = \sigma^2/\mu,\; x = r/\theta

    with :math:`Q` the regularised upper incomplete gamma function.

    Parameters
    ----------
    level
        Shape ``(N,)``.  :math:`r \ge 0` [unit]
    mean, sd
        Shape ``(N,)``.  :math:`\mu, \sigma > 0` [unit]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  :math:`n(r)` [unit]

    Raises
    ------
    ValueError
        If ``level`` is negative, or ``mean`` or ``sd`` is not positive.

    Examples
    --------
    An exponential of mean 2 at level 2: :math:`2 e^{-1}`.

    >>> gamma_loss(np.array([2.0]), np.array([2.0]), np.array([2.0])).round(8)
    array([0.73575888])

    References
    ----------
    .. [1] Zipkin, P.H. (2000). *Foundations of Inventory Management*. p. 457, with
       :math:`Q(k + 1, x) = Q(k, x) + x^k e^{-x}/\Gamma(k + 1)`.
    """
    require("level", level, level >= 0.0, ">= 0")
    require("mean", mean, mean > 0.0, "> 0")
    require("sd", sd, sd > 0.0, "> 0")
    shape, scale = (mean / sd) ** 2, sd**2 / mean
    x = level / scale
    density_term = scale * np.exp(special.xlogy(shape, x) - x - special.gammaln(shape))
    excess = (mean - level) * special.gammaincc(shape, x) + density_term
    return np.asarray(np.maximum(excess, 0.0), dtype=np.float64)


def poisson_loss(level: FloatArray, mean: FloatArray) -> FloatArray:
    r"""
    Return the units by which Poisson demand is expected to exceed a level.

    .. math:: n(r) = (\mu - r)\,P(X > r) + \mu\,P(X = r)

    Parameters
    ----------
    level
        Whole units.  Shape ``(N,)``.  :math:`r \ge 0` [unit]
    mean
        Shape ``(N,)``.  :math:`\mu \ge 0` [unit]

    Returns
    -------
    FloatArray
        Shape ``(N,)``.  :math:`n(r)` [unit]

    Raises
    ------
    ValueError
        If ``level`` is negative or not whole, or ``mean`` is negative.

    Examples
    --------
    >>> poisson_loss(np.array([18.0]), np.array([15.0])).round(8)
    array([0.51760953])

    References
    ----------
    .. [1] Snyder and Shen (2019), Eq. (C.41).
    """
    require("level", level, (level >= 0.0) & (level == np.floor(level)), "whole and >= 0")
    require("mean", mean, mean >= 0.0, ">= 0")
    exactly = np.exp(special.xlogy(level, mean) - mean - special.gammaln(level + 1.0))
    more = special.pdtrc(level, mean)
    return np.asarray(np.maximum((mean - level) * more + mean * exactly, 0.0), dtype=np.float64)
