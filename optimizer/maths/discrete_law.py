"""Demand in whole units, negative binomial or Poisson: quantiles, waits, backorders (MODEL 3)."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.maths.demand import Moments

QUANTILE_TOLERANCE: Final = 1e-12
_POISSON_UP_TO: Final = 1.0 + 1e-8
_UNDERFLOW: Final = -690.0
_VANISHED: Final = 1e-17


def discrete_positions(
    group: IntArray, stock_level: IntArray, top: IntArray, demand: Moments
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""
    Return how often demand exceeds an inventory position, and by how much, on average over them.

    .. math:: \frac{1}{K} \sum_{k = s + 1}^{s + K} P(X > k), \qquad
              \frac{1}{K} \sum_{k = s + 1}^{s + K} E(X - k)^+, \qquad
              E(X - k - 1)^+ = E(X - k)^+ - P(X > k)

    X is negative binomial by its moments, Poisson where the variance is at most (1 + 1e-8) times
    the mean.

    Parameters
    ----------
    group
        Row of the demand, ascending: rows of one group share one run over the probabilities.
        Shape ``(O,)``.
    stock_level
        Shape ``(O,)``.  :math:`s` [whole units], may be negative
    top
        Shape ``(O,)``.  :math:`s + K > s` [whole units]
    demand
        Shape ``(N, T)``.  [unit], [unit²]

    Returns
    -------
    tuple of FloatArray
        Shape ``(O, T)`` each: share of time somebody waits [-], backorders [unit], and by how much
        that share falls with a unit more of stock [1/unit].

    Examples
    --------
    Demand of 0.05 a day over 30 days met from 4 units, one ordered at a time.

    >>> mean = np.array([[1.5]])
    >>> found = discrete_positions(
    ...     np.array([0]), np.array([3]), np.array([4]), Moments(mean, mean)
    ... )
    >>> [values.round(4).tolist() for values in found]
    [[[0.0186]], [[0.0242]], [[0.0141]]]

    References
    ----------
    .. [1] Zipkin, P.H. (2000). *Foundations of Inventory Management*. Section 6.2.
    """
    start = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
    mean, variance = np.broadcast_arrays(*demand)
    waiting: FloatArray = np.empty((len(group), mean.shape[1]))
    owed: FloatArray = np.empty_like(waiting)
    falls: FloatArray = np.empty_like(waiting)
    _positions(start, (group, stock_level, top), (mean, variance), (waiting, owed, falls))
    return waiting, owed, falls


def discrete_quantile(probability: FloatArray, demand: Moments) -> FloatArray:
    r"""
    Return the quantile of demand in whole units.

    .. math:: \min\{k \ge 0 : P(X \le k) \ge p - 10^{-12}\}

    Parameters
    ----------
    probability
        Shape ``(N,)``.  :math:`p` in (0, 1) [-]
    demand
        Shape ``(N,)``. [unit], [unit²]

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [whole units]

    Examples
    --------
    Poisson of mean 1.5: P(X <= 3) = 0.934, P(X <= 4) = 0.981.

    >>> mean = np.array([1.5, 1.5])
    >>> discrete_quantile(np.array([0.93, 0.95]), Moments(mean, mean))
    array([3., 4.])

    References
    ----------
    .. [1] The model contract, section 3.
    """
    quantile: FloatArray = _quantiles(
        probability - QUANTILE_TOLERANCE, demand.mean, demand.variance
    )
    return quantile


@numba.njit(cache=True, nogil=True)
def _first_and_steps(mean, variance):  # type: ignore[no-untyped-def]
    """Return ln P(X = 0), and a, b of P(X = k + 1) = P(X = k) (a + b k)/(k + 1)."""
    if mean <= 0.0 or variance <= _POISSON_UP_TO * mean:
        return -mean, mean, 0.0
    excess = (variance - mean) / mean
    size = mean / excess
    b = excess / (1.0 + excess)
    return -size * np.log1p(excess), size * b, b


@numba.njit(cache=True, nogil=True)
def _next(log_p, p, step):  # type: ignore[no-untyped-def]
    """Return the next probability, of which a first one too small is kept as its logarithm."""
    if log_p > _UNDERFLOW:
        return log_p, p * step
    log_p += np.log(step)
    return log_p, np.exp(log_p) if log_p > _UNDERFLOW else 0.0


@numba.njit(cache=True, nogil=True)
def _quantiles(probability, mean, variance):  # type: ignore[no-untyped-def]
    quantile = np.zeros(len(probability))
    for row in range(len(probability)):
        log_p, a, b = _first_and_steps(mean[row], variance[row])
        p = np.exp(log_p) if log_p > _UNDERFLOW else 0.0
        below, k = p, 0
        while below < probability[row] and (p > _VANISHED or k < mean[row]):
            log_p, p = _next(log_p, p, (a + b * k) / (k + 1))
            k += 1
            below += p
        quantile[row] = k
    return quantile


@numba.njit(cache=True, nogil=True)
def _positions(start, rows, moments, out):  # type: ignore[no-untyped-def]
    group, stock_level, top = rows
    mean, variance = moments
    waiting, owed, falls = out
    for g in range(len(start) - 1):
        first, last = start[g], start[g + 1]
        highest = top[first]
        for row in range(first, last):
            highest = max(highest, top[row])
        for t in range(mean.shape[1]):
            mu, var = mean[group[first], t], variance[group[first], t]
            excess, summed = _excess(mu, var, highest + 2)
            for row in range(first, last):
                low, high = stock_level[row], top[row]
                n = high - low
                more = _at(excess, mu, low + 1) - _at(excess, mu, high + 1)
                less = _at(excess, mu, low + 2) - _at(excess, mu, high + 2)
                falls[row, t] = max((more - less) / n, 0.0)
                over = _sum_to(summed, mu, high) - _sum_to(summed, mu, low)
                waiting[row, t] = min(max(more / n, 0.0), 1.0)
                owed[row, t] = max(over / n, 0.0)


@numba.njit(cache=True, nogil=True)
def _excess(mean, variance, highest):  # type: ignore[no-untyped-def]
    """
    Return E(X - k)⁺ for k = 0 … and its sums over 0 … k, up to `highest` or until it vanishes.

    What is left of it by rounding where the probabilities end is taken as 0.
    """
    size = max(highest, 0) + 1
    excess, summed = np.empty(min(size, 64)), np.empty(min(size, 64))
    log_p, a, b = _first_and_steps(mean, variance)
    p = np.exp(log_p) if log_p > _UNDERFLOW else 0.0
    above, owed, total = 1.0 - p, mean, mean
    excess[0], summed[0] = owed, total
    n = 1
    for k in range(size - 1):
        if k > mean and (above <= _VANISHED or p <= _VANISHED * above or owed <= 0.0):
            break
        if n == len(excess):
            excess, summed = _doubled(excess, size), _doubled(summed, size)
        owed = max(owed - above, 0.0)
        total += owed
        excess[n], summed[n] = owed, total
        n += 1
        log_p, p = _next(log_p, p, (a + b * k) / (k + 1))
        above = max(above - p, 0.0)
    return excess[:n], summed[:n]


@numba.njit(cache=True, nogil=True)
def _doubled(values, at_most):  # type: ignore[no-untyped-def]
    longer = np.empty(min(2 * len(values), at_most))
    longer[: len(values)] = values
    return longer


@numba.njit(cache=True, nogil=True)
def _at(excess, mean, k):  # type: ignore[no-untyped-def]
    """Return E(X - k)⁺."""
    if k <= 0:
        return mean - k
    return excess[k] if k < len(excess) else 0.0


@numba.njit(cache=True, nogil=True)
def _sum_to(summed, mean, k):  # type: ignore[no-untyped-def]
    """Return the sum of E(X - j)⁺ over j = 0 … k, for k < 0 less those over k + 1 … -1."""
    if k < 0:
        below = -1.0 - k
        return -(below * mean + below * (below + 1.0) / 2.0)
    return summed[min(k, len(summed) - 1)]


def discrete_square_excess(stock_level: IntArray, top: IntArray, demand: Moments) -> FloatArray:
    r"""
    Return the mean square of what demand exceeds an inventory position by, on average over them.

    .. math:: \frac{1}{K} \sum_{k = s + 1}^{s + K} E[((X - k)^+)^2]

    Parameters
    ----------
    stock_level, top
        Shape ``(O,)``.  :math:`s`, :math:`s + K > s` [whole units]
    demand
        Shape ``(O,)``. [unit], [unit²]

    Returns
    -------
    FloatArray
        Shape ``(O,)``. [unit²]

    Examples
    --------
    Poisson of mean 1.5 at position 1: :math:`E(X - 1)^2 - P(X = 0)`.

    >>> mean = np.array([1.5])
    >>> found = discrete_square_excess(np.array([0]), np.array([1]), Moments(mean, mean))
    >>> found.round(5), round(1.75 - float(np.exp(-1.5)), 5)
    (array([1.52687]), 1.52687)
    """
    square: FloatArray = np.empty(len(stock_level))
    _square_excess(stock_level, top, demand.mean, demand.variance, square)
    return square


@numba.njit(cache=True, nogil=True)
def _sum_of_squares(n):  # type: ignore[no-untyped-def]
    return n * (n + 1.0) * (2.0 * n + 1.0) / 6.0 if n > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def _square_excess(stock_level, top, mean, variance, out):  # type: ignore[no-untyped-def]
    for row in range(len(out)):
        log_p, a, b = _first_and_steps(mean[row], variance[row])
        p = np.exp(log_p) if log_p > _UNDERFLOW else 0.0
        total, x = 0.0, 0
        while p > _VANISHED or x < mean[row]:
            beyond = _sum_of_squares(x - stock_level[row] - 1)
            total += p * (beyond - _sum_of_squares(x - top[row] - 1))
            log_p, p = _next(log_p, p, (a + b * x) / (x + 1))
            x += 1
        out[row] = total / (top[row] - stock_level[row])
