"""How long a hazard lasts: lognormal, in whole days, from 1 to the longest (MODEL 4)."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from optimizer.domain.arrays import FloatArray, IntArray

ROUNDING_DECIMALS = 9


def duration_at(quantile: FloatArray, mean_days: float, cv: float, longest_days: int) -> IntArray:
    r"""
    Return the durations at given quantiles of their distribution.

    .. math:: \min(d_{max}, \max(1, \lceil e^{\mu + \sigma\,\Phi^{-1}(v)} \rceil)), \qquad
        \sigma^2 = \ln(1 + cv^2), \quad \mu = \ln(mean) - \sigma^2/2

    Parameters
    ----------
    quantile
        Shape ``(S,)``.  :math:`v \in [0, 1)` [-]
    mean_days, cv
        Mean, :math:`> 0`, and coefficient of variation, :math:`\ge 0`, before rounding up.
        [day], [-]
    longest_days
        :math:`d_{max} \ge 1` [day]

    Returns
    -------
    IntArray
        Shape ``(S,)``. [whole days].  The duration is rounded to 9 decimals before it is rounded
        up; a ``cv`` of zero gives the mean, rounded up.

    Examples
    --------
    >>> duration_at(np.array([0.5, 0.9]), 30.0, 1.0, 365)
    array([22, 62])
    """
    mu, sigma = _lognormal(mean_days, cv)
    if sigma == 0.0:
        days = np.full(len(quantile), mean_days)
    else:
        days = np.exp(mu + sigma * ndtri(quantile))
    whole_days: IntArray = (
        np.ceil(days.round(ROUNDING_DECIMALS)).clip(1, longest_days).astype(np.int64)
    )
    return whole_days


def duration_distribution(
    mean_days: float, cv: float, longest_days: int
) -> tuple[IntArray, FloatArray]:
    r"""
    Return every duration of positive probability, and the probabilities.

    .. math:: P(k) = F(k) - F(k - 1), \quad k < d_{max}, \qquad
        P(d_{max}) = 1 - F(d_{max} - 1)

    Parameters
    ----------
    mean_days, cv, longest_days
        As in `duration_at`.

    Returns
    -------
    IntArray
        Durations, ascending.  Shape ``(K,)``. [whole days]
    FloatArray
        Their probabilities, summing to 1.  Shape ``(K,)``. [-]

    Examples
    --------
    >>> duration_distribution(30.0, 0.0, 365)
    (array([30]), array([1.]))
    """
    mu, sigma = _lognormal(mean_days, cv)
    if sigma == 0.0:
        return duration_at(np.zeros(1), mean_days, cv, longest_days), np.ones(1)
    days = np.arange(1, longest_days + 1)
    rounds_to_day = days + 0.5 * 10.0**-ROUNDING_DECIMALS
    at_most = ndtr((np.log(rounds_to_day) - mu) / sigma)
    at_most[-1] = 1.0
    probability = np.diff(at_most, prepend=0.0)
    possible = probability > 0.0
    return days[possible], probability[possible]


def _lognormal(mean_days: float, cv: float) -> tuple[float, float]:
    """Return mean and standard deviation of the logarithm."""
    variance = math.log1p(cv * cv)
    return math.log(mean_days) - variance / 2.0, math.sqrt(variance)
