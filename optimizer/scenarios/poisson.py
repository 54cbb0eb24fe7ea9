"""Poisson numbers at quantiles of their distribution, all of them or those above 0."""

from __future__ import annotations

import numpy as np
from scipy.special import pdtr, pdtrc

from optimizer.domain.arrays import FloatArray, IntArray


def poisson_at(quantile: FloatArray, mean: float) -> IntArray:
    r"""
    Return the Poisson numbers at given quantiles of their distribution.

    .. math:: \min\{k : F(k) > u\}

    Parameters
    ----------
    quantile
        Shape ``(S,)``.  :math:`u \in [0, 1)` [-]
    mean
        :math:`\ge 0` [-]

    Returns
    -------
    IntArray
        Shape ``(S,)``. [-]

    Examples
    --------
    >>> poisson_at(np.array([0.0, 0.36, 0.37, 0.73, 0.74]), 1.0)
    array([0, 0, 1, 1, 2])
    """
    most = int(mean + 40.0 * np.sqrt(mean) + 40.0)
    cumulative = pdtr(np.arange(most, dtype=np.float64), mean)
    number: IntArray = np.searchsorted(cumulative, quantile, side="right")
    return number


def poisson_above_0(quantile: FloatArray, mean: float) -> IntArray:
    r"""
    Return the same of Poisson numbers that are 1 or more.

    .. math:: \min\{k \ge 1 : 1 - F(k) < (1 - u)\,(1 - e^{-mean})\}
    """
    most = int(mean + 40.0 * np.sqrt(mean) + 40.0)
    beyond = pdtrc(np.arange(most, dtype=np.float64), mean)
    left = (1.0 - quantile) * -np.expm1(-mean)
    number: IntArray = np.searchsorted(-beyond, -left, side="right").clip(1)
    return number
