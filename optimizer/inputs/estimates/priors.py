r"""
Priors for SKUs with little history, fitted to the others by empirical Bayes (MODEL 1a).

**Frequency.** In each of T periods there is demand for a SKU or not, n times in total.  Its share
of periods with demand, p, is modelled as a draw from a beta distribution with parameters a and
b - a, so that

.. math:: E\,p = \frac{a + n}{b + T}, \qquad
   \mathrm{Var}\,p = \frac{E\,p\,(1 - E\,p)}{b + T + 1}.

For rare demand this is the gamma prior (a, b) on a rate, with variance (a + n)/(b + T)²; for
demand in nearly every period it takes into account that there is at most one per period, and the
variance vanishes as it must.

**Size.** Sizes of a SKU vary around its mean with a squared coefficient of variation
:math:`\kappa`; the logarithms of the means vary with variance :math:`\tau^2` around a line over
the logarithm of unit cost, since expensive items are demanded in ones and screws in thousands.  The
credibility of k sizes is :math:`z = k/(k + K)` with the prior's weight
:math:`K = \kappa/\tau^2` (Bühlmann, on logarithms, since means differ by factors).

No prior has more weight than the history of the average SKU that it was fitted to (otherwise counts
that vary less than by chance would make all SKUs alike), and no prior of sizes counts for more than
`HEAVIEST` sizes: that many of its own say more about a SKU than all the others.

References
----------
.. [1] Bühlmann, H. and Gisler, A. (2005). *A Course in Credibility Theory*. Theorems 3.7, 4.2.
.. [2] Griffiths, D.A. (1973). Maximum likelihood estimation for the beta-binomial distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import Bounds, minimize
from scipy.special import betaln, expit, logit

from optimizer.domain.arrays import FloatArray, IntArray

HEAVIEST: Final = 30.0
LEAST_WEIGHT: Final = 1e-3
RAREST: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePrior:
    """Beta prior of the share of periods with demand, `events` (a) in `periods` (b)."""

    events: float
    periods: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizePrior:
    r"""
    Prior of a SKU's sizes, before any demand.

    Attributes
    ----------
    level, slope
        The mean size at a unit cost of 1 and its elasticity: :math:`\log m = l + e\log c`. [-]
    spread
        Variance of the logarithm of a SKU's mean size.  :math:`\tau^2` [-]
    weight
        Weight of the prior mean, as a number of sizes.  :math:`K` [-]
    variation
        Squared coefficient of variation of a SKU's sizes.  :math:`\kappa` [-]
    variation_weight
        Weight of the prior variation, as a number of sizes. [-]
    """

    level: float
    slope: float
    spread: float
    weight: float
    variation: float
    variation_weight: float


ALONE: Final = RatePrior(events=0.5, periods=1.0)
"""Jeffreys' prior, for a SKU without pooling."""

ALONE_SIZE: Final = SizePrior(
    level=-0.5, slope=0.0, spread=1.0, weight=0.0, variation=1.0, variation_weight=1.0
)
"""One unit on average with a coefficient of variation of 1, without any information."""


def rate_prior(events: IntArray, periods: IntArray) -> RatePrior:
    r"""
    Return the beta prior that maximizes the likelihood of these counts.

    Parameters
    ----------
    events, periods
        Periods with demand, and periods observed, of each SKU.  Shape ``(N,)``.
        :math:`n \le T`.

    Returns
    -------
    RatePrior
        Jeffreys' prior if no period was observed.

    Examples
    --------
    >>> prior = rate_prior(np.array([0, 10] * 50), np.array([100] * 100))
    >>> round(prior.events / prior.periods, 3)
    0.05
    """
    pairs, count = np.unique(np.stack([events, periods]), axis=1, return_counts=True)
    n, seen = pairs.astype(np.float64)
    total = float(count @ seen)
    if total == 0.0:
        return ALONE
    mean = float(count @ n) / total
    heaviest = max(total / float(count.sum()), LEAST_WEIGHT)

    def minus_likelihood(at: FloatArray) -> float:
        weight = np.exp(at[1])
        a, rest = weight * expit(at[0]), weight * expit(-at[0])
        return -float(count @ (betaln(a + n, rest + seen - n) - betaln(a, rest)))

    low = np.array([logit(RAREST), np.log(LEAST_WEIGHT)])
    high = np.array([-logit(RAREST), np.log(heaviest)])
    start = np.clip(np.array([logit(mean), high[1] - 1.0]), low, high)
    found = minimize(minus_likelihood, start, method="Nelder-Mead", bounds=Bounds(low, high)).x
    weight = float(np.exp(found[1]))
    return RatePrior(events=weight * float(expit(found[0])), periods=weight)


def size_prior(
    count: IntArray, mean: FloatArray, variation: FloatArray, log_cost: FloatArray
) -> SizePrior:
    r"""
    Return the prior of sizes fitted to these.

    Parameters
    ----------
    count, mean, variation
        Of each SKU's sizes: number (at least 1), mean, and sample variance over the squared mean,
        0 if there is only one.  Shape ``(N,)``.
    log_cost
        Logarithm of each SKU's unit cost.  Shape ``(N,)``.

    Returns
    -------
    SizePrior
        `ALONE_SIZE` if there are no sizes at all.
    """
    if not len(count):
        return ALONE_SIZE
    common, variation_weight = _common_variation(count, variation)
    level = np.log(mean) + common / (
        2.0 * count
    )  # the logarithm of a sample mean is biased downwards
    distance = log_cost - log_cost.mean()
    squares = float(distance @ distance)
    slope = float(distance @ level) / squares if len(count) > 2 and squares > 0.0 else 0.0
    rest = level - level.mean() - slope * distance
    scatter = float(rest @ rest) / max(len(count) - 2, 1)
    typical = min(float(count.mean()), HEAVIEST)
    between = max(scatter - common * float((1.0 / count).mean()), common / typical)
    return SizePrior(
        level=float(level.mean() - slope * log_cost.mean()),
        slope=slope,
        spread=between,
        weight=common / between if between > 0.0 else typical,
        variation=common,
        variation_weight=variation_weight,
    )


def _common_variation(count: IntArray, variation: FloatArray) -> tuple[float, float]:
    """Return the SKUs' common squared coefficient of variation, and its credibility weight."""
    several = count > 1
    weight, own = count[several] - 1.0, variation[several]
    total = float(weight.sum())
    if total == 0.0:
        return ALONE_SIZE.variation, ALONE_SIZE.variation_weight
    common = float(weight @ own) / total
    within = common**2 * (2.0 + 6.0 * common)  # of one gamma size: 2 κ² and the excess kurtosis 6 κ
    spread = float(weight @ (own - common) ** 2) - (several.sum() - 1) * within
    between = spread / max(total - float(weight @ weight) / total, 1e-300)
    heaviest = min(total / float(several.sum()), HEAVIEST)
    if between * heaviest <= within:
        return common, heaviest
    return common, max(within / between, LEAST_WEIGHT)
