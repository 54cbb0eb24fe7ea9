"""Gamma demand against a stock level: mean excess, mean square excess, quantiles (MODEL 3)."""

from __future__ import annotations

import math
from typing import Final

import numba
import numpy as np
from scipy import special

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.maths.demand import CONSTANT_BELOW, Moments
from optimizer.maths.uniform_expansion import COEFFICIENTS, N_ORDERS, N_POWERS

_UNIFORM_FROM: Final = 6.0
_POWERS_UP_TO: Final = ((0.2, 12), (0.5, 18))
_STIRLING_FROM: Final = 12.0
_SMALL: Final = 0.2
_VANISHED: Final = 60.0
_EPSILON: Final = 1e-17
_TINY: Final = 1e-300
_MOST_TERMS: Final = 10_000
_LOG_GAMMA_SERIES: Final = special.zeta(np.arange(2, 28)) / np.arange(2, 28)
"""ζ(n)/n for ln Γ(1 + k) = −γ k + Σ ζ(n)/n (−k)ⁿ."""


def gamma_excess(stock_level: FloatArray, demand: Moments) -> tuple[FloatArray, FloatArray]:
    r"""
    Return the mean excess of gamma demand over a stock level, and half its mean square.

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
    stock_level
        Broadcastable with the demand.  :math:`x` [unit]
    demand
        :math:`\mu, \sigma^2` [unit], [unit²]

    Returns
    -------
    tuple of FloatArray
        :math:`G_1` [unit] and :math:`G_2` [unit²].  At :math:`x \le 0` exactly
        :math:`\mu - x` and :math:`(\sigma^2 + (\mu - x)^2)/2`; where demand is constant
        :math:`(\mu - x)^+` and half its square; 0, or as at 0, where demand passes it with
        a chance of less than :math:`e^{-60}`, or stays below it.

    Examples
    --------
    An exponential of mean 2 at stock level 2: :math:`2 e^{-1}` and :math:`4 e^{-1}`.

    >>> one_two = gamma_excess(np.array([2.0]), Moments(np.array([2.0]), np.array([4.0])))
    >>> [float(x[0].round(8)) for x in one_two]
    [0.73575888, 1.47151776]

    References
    ----------
    .. [1] Zipkin, P.H. (2000). *Foundations of Inventory Management*. p. 457, with
       :math:`Q(k + 1, x) = Q(k, x) + x^k e^{-x}/\Gamma(k + 1)`.
    """
    stock_level, mean, variance = np.broadcast_arrays(stock_level, *demand)
    first, second = np.empty(stock_level.shape), np.empty(stock_level.shape)
    demands = (mean.ravel().astype(np.float64), variance.ravel().astype(np.float64))
    excesses = (first.reshape(-1), second.reshape(-1))
    _all_excesses(stock_level.ravel().astype(np.float64), demands, excesses)
    return first, second


def gamma_positions(
    group: IntArray, stock_level: FloatArray, lot: FloatArray, demand: Moments
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""
    Return how often demand exceeds an inventory position, and by how much, on average over a lot.

    .. math:: [G_1(x) - G_1(x + Q)]/Q, \qquad [G_2(x) - G_2(x + Q)]/Q

    Parameters
    ----------
    group
        Row of the demand: rows of one group share what depends on it alone.  Shape ``(O,)``.
    stock_level, lot
        Shape ``(O,)``.  :math:`x`, :math:`Q > 0` [unit]
    demand
        Shape ``(N, T)``. [unit], [unit²]

    Returns
    -------
    tuple of FloatArray
        Shape ``(O, T)`` each: share of time somebody waits [-], backorders [unit], and by how much
        that share falls with a unit more of stock [1/unit].

    Examples
    --------
    >>> demand = Moments(np.array([[2.0]]), np.array([[4.0]]))
    >>> found = gamma_positions(np.array([0]), np.array([2.0]), np.array([1e-3]), demand)
    >>> [values.round(3).tolist() for values in found]
    [[[0.368]], [[0.736]], [[0.184]]]

    References
    ----------
    .. [1] The model contract, section 3.
    """
    start = np.flatnonzero(np.diff(group, prepend=-1, append=-1))
    mean, variance = np.broadcast_arrays(*demand)
    waiting: FloatArray = np.empty((len(group), mean.shape[1]))
    owed: FloatArray = np.empty_like(waiting)
    falls: FloatArray = np.empty_like(waiting)
    _positions(start, (group, stock_level, lot), (mean, variance), (waiting, owed, falls))
    return waiting, owed, falls


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
    quantile = scale * special.gammaincinv(mean / scale, probability)
    return np.where(constant, demand.mean, quantile)


@numba.njit(cache=True, nogil=True)
def _all_excesses(stock_level, moments, out):  # type: ignore[no-untyped-def]
    mean, variance = moments
    powers = np.empty(N_POWERS)
    for row in range(len(stock_level)):
        law = _law(mean[row], variance[row], powers)
        out[0][row], out[1][row], _ = _excess(stock_level[row], law, powers)


@numba.njit(cache=True, nogil=True)
def _positions(start, rows, moments, out):  # type: ignore[no-untyped-def]
    group, stock_level, lot = rows
    mean, variance = moments
    waiting, owed, falls = out
    powers = np.empty(N_POWERS)
    for g in range(len(start) - 1):
        of = group[start[g]]
        for t in range(mean.shape[1]):
            law = _law(mean[of, t], variance[of, t], powers)
            level, near, near_squared, above = np.nan, 0.0, 0.0, 0.0
            for row in range(start[g], start[g + 1]):
                if stock_level[row] != level:  # neighbours often differ in the lot alone
                    level = stock_level[row]
                    near, near_squared, above = _excess(level, law, powers)
                far, far_squared, beyond = _excess(stock_level[row] + lot[row], law, powers)
                falls[row, t] = max((above - beyond) / lot[row], 0.0)
                waiting[row, t] = min(max((near - far) / lot[row], 0.0), 1.0)
                owed[row, t] = max((near_squared - far_squared) / lot[row], 0.0)


@numba.njit(cache=True, nogil=True)
def _law(mean, variance, powers):  # type: ignore[no-untyped-def]
    """
    Return mean, variance, shape (0 where constant), ln Γ(k + 1) − k ln k + k and ln Γ(k + 1).

    Of large shapes `powers` gets the sums of the uniform expansion over its orders, for each unit
    of the density term.
    """
    if mean <= 0.0 or math.sqrt(variance) < CONSTANT_BELOW * mean:
        return mean, variance, 0.0, 0.0, 0.0
    shape = mean * mean / variance
    log_factorial = _log_factorial(shape)
    if shape > _STIRLING_FROM:
        inverse = 1.0 / shape
        square = inverse * inverse
        scaled = 0.5 * math.log(2.0 * math.pi * shape) + inverse * (
            1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))
        )
    else:
        scaled = log_factorial - shape * math.log(shape) + shape
    if shape >= _UNIFORM_FROM:
        n_orders = min(N_ORDERS, 2 + int(30.0 / math.log(shape)))
        inverse, per_density = 1.0 / shape, math.exp(scaled) / math.sqrt(2.0 * math.pi * shape)
        for j in range(N_POWERS):
            total = 0.0
            for n in range(n_orders - 1, -1, -1):
                total = total * inverse + COEFFICIENTS[n, j]
            powers[j] = total * per_density
    return mean, variance, shape, scaled, log_factorial


@numba.njit(cache=True, nogil=True)
def _log_factorial(shape):  # type: ignore[no-untyped-def]
    """Return ln Γ(k + 1), also of next to nothing."""
    if shape > _SMALL:
        return math.lgamma(shape + 1.0)
    total, power = -np.euler_gamma * shape, -shape
    for term in _LOG_GAMMA_SERIES:
        power *= -shape
        total += term * power
    return total


@numba.njit(cache=True, nogil=True)
def _excess(stock_level, law, powers):  # type: ignore[no-untyped-def]
    """
    Return G₁ and G₂ at a stock level, and the probability of exceeding it.

    By m − ln(1 + m) ≥ 3 m²/(6 + 4 m⁺) and Chernoff's bound, demand is on one side of levels far
    from its mean.
    """
    mean, variance, shape, scaled, _ = law
    below = mean - stock_level
    if shape == 0.0:
        short = max(below, 0.0)
        return short, 0.5 * short * short, 1.0 if below > 0.0 else 0.0
    if stock_level <= 0.0:
        return below, 0.5 * (variance + below * below), 1.0
    m, square = -below / mean, 1.0 / shape
    if 3.0 * shape * m * m > _VANISHED * (6.0 + 4.0 * max(m, 0.0)):
        if m < 0.0:
            return below, 0.5 * (variance + below * below), 1.0
        return 0.0, 0.0, 0.0
    half = _half_square(m)
    density = math.exp(-shape * half - scaled)
    tail = _tail(m, half, density, law, powers)
    first = mean * (density - m * tail)
    second = 0.5 * mean * mean * (tail * (m * m + square) + density * (square - m))
    return max(first, 0.0), max(second, 0.0), tail


@numba.njit(cache=True, nogil=True)
def _half_square(m):  # type: ignore[no-untyped-def]
    """Return m − ln(1 + m), all of its digits."""
    if abs(m) > _SMALL:
        return m - math.log1p(m) if m > -1.0 else np.inf
    s = m / (2.0 + m)
    q = s * s
    series = 1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q / 15)))))
    return m * s - 2.0 * s * q * series


@numba.njit(cache=True, nogil=True)
def _tail(m, half, density, law, powers):  # type: ignore[no-untyped-def]
    """Return Q(k, k (1 + m)): by the uniform expansion, the power series or the fraction."""
    shape = law[2]
    if shape >= _UNIFORM_FROM and half <= 0.5:
        eta = math.copysign(math.sqrt(2.0 * half), m)
        correction = density * _polynomial(eta, powers)
        return 0.5 * math.erfc(eta * math.sqrt(0.5 * shape)) + correction
    z = shape * (1.0 + m)
    if z < (shape + 1.0 + math.sqrt(shape + 1.0) if shape > _SMALL else 1.5):
        return _one_less_series(z, density, law)
    return density * shape * _fraction(shape, z)


@numba.njit(cache=True, nogil=True)
def _polynomial(eta, powers):  # type: ignore[no-untyped-def]
    """Return Σ c_j η^j, even and odd powers side by side."""
    n = N_POWERS
    for up_to, enough in _POWERS_UP_TO:
        if abs(eta) < up_to:
            n = enough
            break
    square = eta * eta
    even, odd = powers[n - 2], powers[n - 1]
    for j in range(n - 4, -1, -2):
        even = even * square + powers[j]
        odd = odd * square + powers[j + 1]
    return even + eta * odd


@numba.njit(cache=True, nogil=True)
def _one_less_series(z, density, law):  # type: ignore[no-untyped-def]
    """Return 1 − P(k, z) by P = d·Σ zⁿ/((k + 1)…(k + n)); of small shapes all of its digits."""
    shape, log_factorial = law[2], law[4]
    term, more = 1.0, 0.0
    for n in range(1, _MOST_TERMS):
        term *= z / (shape + n)
        more += term
        if term < _EPSILON * (1.0 + more):
            break
    if shape > _SMALL:
        return max(1.0 - density * (1.0 + more), 0.0)
    return -math.expm1(shape * math.log(z) - z - log_factorial + math.log1p(more))


@numba.njit(cache=True, nogil=True)
def _fraction(shape, z):  # type: ignore[no-untyped-def]
    """Return Q(k, z)/(d·k), Legendre's continued fraction by Lentz's algorithm."""
    b = z + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / b
    value = d
    for n in range(1, _MOST_TERMS):
        a = -n * (n - shape)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return value
