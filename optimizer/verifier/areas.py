r"""
Areas under the tail of demand over a lot's positions, by quadrature and by plain sums.

.. math:: \int_x^{x+Q} P(X > u)\,du \qquad\text{and}\qquad
          \int_x^{x+Q} E(X - y)^+ dy = \int_x^\infty \min(u - x, Q)\,P(X > u)\,du

For whole units the integrals are sums over u = s + 1, s + 2, …  Nothing is subtracted from a larger
number, so no digits cancel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from scipy import special

from optimizer.domain.arrays import FloatArray

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
TAIL: Final = 41.0
"""Minus the logarithm of the probability neglected at the top: exp(-41) = 2e-18."""
SURE: Final = 9.5
"""Deviations below the mean beyond which probability is neglected: exp(-9.5²/2) = 3e-20."""
UPPER_PANELS: Final = (6.0, 2.0)
"""Distances below the top, in ln u, at which a skewed law's range is cut into panels."""
PEAKED: Final = 20.0
"""Shape from which the law is integrated in equal panels around its peak."""
PANELS: Final = 3
LITTLE: Final = 1e-17
Nodes = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """
    `waiting` is the first of the module's integrals [unit], `backorders` the second [unit²].

    Divided by the lot they are the share of time with a backorder, and the mean backorders.
    """

    waiting: FloatArray
    backorders: FloatArray


def areas_of_gamma(
    low: FloatArray, lot: FloatArray, mean: FloatArray, variance: FloatArray
) -> Areas:
    r"""
    Return the areas of gamma demand.

    By parts they are means over the density f, again without cancellation:

    .. math:: \int_b^e P(X > u)\,du = \int_b^e (u - b) f\,du + (e - b) \int_e^\infty f\,du

    In units of the law's scale, over :math:`\ln u` from :math:`k - 9.5\sqrt k` (Chernoff bound) to
    :math:`k + \sqrt{82 k} + 41` (Laurent and Massart 2000, Lemma 1).
    """
    shape, scale = mean**2 / variance, variance / mean
    x, q = low / scale, lot / scale
    far = shape + np.sqrt(2.0 * TAIL * shape) + TAIL
    sure = np.maximum(shape - SURE * np.sqrt(shape), 1e-20 * far)
    end = x + q
    certain = np.maximum(np.minimum(sure, end) - x, 0.0)
    begin = np.maximum(x, sure)
    middle = np.maximum(np.minimum(end, far), begin)
    _, first, second = _moments(shape, begin, middle, begin)
    above, more, _ = _moments(shape, np.maximum(end, sure), far, end)
    wide = middle - begin
    within = first + wide * above
    weighed = second / 2.0 + (begin - x) * first + wide * (middle + begin - 2.0 * x) / 2.0 * above
    beyond = np.where(end <= sure, shape - end, more)
    return Areas(
        waiting=scale * (certain + within),
        backorders=scale**2 * (certain**2 / 2.0 + weighed + q * beyond),
    )


def areas_of_whole_units(
    low: FloatArray, lot: FloatArray, mean: FloatArray, variance: FloatArray
) -> Areas:
    r"""
    Return the areas of demand in whole units: negative binomial, Poisson if variance equals mean.

    The probability mass follows from :math:`p_{u+1}/p_u = (m^2/v + u (1 - m/v))/(u + 1)`; the area
    beyond the lot is the mean less the tail summed up to there.  Fractions of a unit in stock
    levels and lots, which only today's numbers can have, are ignored.
    """
    variance = np.where(variance <= (1.0 + 1e-8) * mean, mean, variance)
    end = np.floor(low + lot + 1e-9)
    low = np.floor(low + 1e-9)
    end = np.maximum(end, low + 1.0)
    units = end - low
    waiting = units.copy()
    backorders = units * (mean - low - (units + 1.0) / 2.0)
    counted = np.flatnonzero(end >= mean - SURE * np.sqrt(variance))
    waiting[counted], backorders[counted] = _counted(
        low[counted],
        end[counted],
        mean[counted],
        variance[counted],
        _log_of_none(mean[counted], variance[counted]),
    )
    return Areas(waiting=waiting / units * lot, backorders=backorders / units * lot)


def least_covering(mean: FloatArray, variance: FloatArray, service_level: FloatArray) -> FloatArray:
    """Return the least whole k with P(X ≤ k) at least the service level, within 1e-12."""
    variance = np.where(variance <= (1.0 + 1e-8) * mean, mean, variance)
    return _least(mean, variance, _log_of_none(mean, variance), service_level - 1e-12)


def _log_of_none(mean: FloatArray, variance: FloatArray) -> FloatArray:
    r"""Return :math:`\ln P(X = 0) = -m \ln(1 + z)/z`, z = v/m - 1."""
    excess = np.where(mean > 0.0, variance - mean, 0.0) / np.where(mean > 0.0, mean, 1.0)
    positive = np.where(excess > 0.0, excess, 1.0)
    return -mean * np.where(excess > 0.0, np.log1p(positive) / positive, 1.0)


@numba.njit(cache=True, nogil=True)
def _log_more(unit: int, mean: float, variance: float) -> float:
    """Return the change of the log mass from one unit to the next."""
    if mean <= 0.0:
        return -np.inf
    return float(np.log((mean**2 / variance + unit * (1.0 - mean / variance)) / (unit + 1.0)))


@numba.njit(cache=True, nogil=True)
def _least(
    mean: FloatArray, variance: FloatArray, log_of_none: FloatArray, service_level: FloatArray
) -> FloatArray:
    least = np.zeros(len(mean))
    for row in range(len(mean)):
        unit, log_mass = 0, log_of_none[row]
        below = np.exp(log_mass)
        while below < service_level[row]:
            log_mass += _log_more(unit, mean[row], variance[row])
            below += np.exp(log_mass)
            unit += 1
        least[row] = unit
    return least


@numba.njit(cache=True, nogil=True)
def _counted(
    low: FloatArray,
    end: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
    log_of_none: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Add up the tail unit by unit until it is negligible."""
    waiting, backorders = np.zeros(len(low)), np.zeros(len(low))
    for row in range(len(low)):
        waiting[row] = max(-1.0 - low[row], 0.0)  # below 0 somebody always waits
        backorders[row] = waiting[row] * (waiting[row] + 1.0) / 2.0
        unit, log_mass, below, total = 0, log_of_none[row], 0.0, 0.0
        while unit <= end[row]:
            below += np.exp(log_mass)
            above = max(1.0 - below, 0.0)
            total += above
            if unit > low[row]:
                waiting[row] += above
                backorders[row] += (unit - low[row]) * above
            if above <= LITTLE and unit > mean[row]:
                break
            log_mass += _log_more(unit, mean[row], variance[row])
            unit += 1
        backorders[row] += (end[row] - low[row]) * max(mean[row] - total, 0.0)
    return waiting, backorders


def _moments(
    shape: FloatArray, begin: FloatArray, end: FloatArray, origin: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the integrals of f, (u - origin) f and (u - origin)² f from begin to end."""
    integral = np.zeros((3, len(shape)))
    for rows, mass_of in (
        (np.flatnonzero((end > begin) & (shape < PEAKED)), _skewed),
        (np.flatnonzero((end > begin) & (shape >= PEAKED)), _peaked),
    ):
        since, of_rows = origin[rows], np.zeros((3, len(rows)))
        for u, mass in mass_of(shape[rows], begin[rows], end[rows]):
            beyond = u - since
            of_rows[0] += mass
            of_rows[1] += mass * beyond
            of_rows[2] += mass * beyond**2
        integral[:, rows] = of_rows
    return integral[0], integral[1], integral[2]


def _skewed(shape: FloatArray, begin: FloatArray, end: FloatArray) -> Iterator[Nodes]:
    """Yield nodes u and the mass of each, over ln u; most of them near the top."""
    low, high = np.log(begin), np.log(end)
    cuts = [low]
    for below in UPPER_PANELS:
        share = 1.0 - below / (UPPER_PANELS[0] * 1.5)
        cuts.append(np.maximum(low + share * (high - low), high - below))
    constant = special.gammaln(shape)
    for left, right in zip(cuts, [*cuts[1:], high], strict=True):
        half = (right - left) / 2.0
        for node, weight in zip(NODES, WEIGHTS, strict=True):
            log = left + half * (node + 1.0)
            u = np.exp(log)
            yield u, weight * half * np.exp(shape * log - u - constant)


def _peaked(shape: FloatArray, begin: FloatArray, end: FloatArray) -> Iterator[Nodes]:
    r"""
    Yield nodes u and the mass of each, over :math:`m = u/k - 1` in equal panels.

    .. math:: f(u)\,du = \frac{k^k e^{-k}}{\Gamma(k)}\,e^{-k (m - \ln(1 + m))}\,\frac{dm}{1 + m}

    where Stirling's series gives the constant, and nothing large is subtracted.
    """
    square = 1.0 / shape**2
    series = 1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))
    constant = 0.5 * np.log(shape / (2.0 * np.pi)) - series / shape
    low, high = (begin - shape) / shape, (end - shape) / shape
    half = (high - low) / (2.0 * PANELS)
    for panel in range(PANELS):
        for node, weight in zip(NODES, WEIGHTS, strict=True):
            m = low + half * (2.0 * panel + node + 1.0)
            at = np.exp(constant - shape * (m - np.log1p(m)))
            yield shape * (1.0 + m), weight * half * at / (1.0 + m)
