"""The one scenario in which every hazard is its own mean."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.durations import ROUNDING_DECIMALS


def mean_scenario(scenarios: ScenarioSet) -> ScenarioSet:
    r"""
    Return one certain scenario, the mean of all.

    .. math:: \bar d_j = \Bigl\lceil \sum_s p_s d_{js} \Bigr\rceil, \qquad
        \bar m = \Bigl\lceil \sum_s p_s m_s \Bigr\rceil, \quad
        \bar g = 1 + \frac{\sum_s p_s (g_s - 1)\,m_s}{\bar m}

    Outages and shocks last whole days (MODEL 4), so their means are rounded up.  A shock's mean
    multiplier is the one that keeps what the shocks add on average.

    Parameters
    ----------
    scenarios
        Any.

    Returns
    -------
    ScenarioSet
        Of length 1.

    References
    ----------
    .. [1] Birge, J.R. (1982). The value of the stochastic solution in stochastic linear programs
       with fixed recourse. *Mathematical Programming* 24:314–325 (the mean value
       problem).
    """
    surge_multiplier, surge_days = _mean_shock(
        scenarios.probability, scenarios.surge_multiplier, scenarios.surge_days
    )
    price_multiplier, price_days = _mean_shock(
        scenarios.probability, scenarios.price_multiplier, scenarios.price_days
    )
    return ScenarioSet(
        probability=np.ones(1),
        outage_days=_mean_days(scenarios.probability, scenarios.outage_days),
        categories=scenarios.categories,
        surge_multiplier=surge_multiplier,
        surge_days=surge_days,
        price_multiplier=price_multiplier,
        price_days=price_days,
        method="mean",
    )


def _mean_days(probability: FloatArray, days: IntArray) -> IntArray:
    """Return the mean of each column, rounded up.  Shape ``(1, T)``."""
    return np.ceil((probability @ days).round(ROUNDING_DECIMALS)).astype(np.int64)[None, :]


def _mean_shock(
    probability: FloatArray, multiplier: FloatArray, days: IntArray
) -> tuple[FloatArray, IntArray]:
    mean_days = _mean_days(probability, days)
    added = (probability @ ((multiplier - 1.0) * days))[None, :]
    mean_multiplier = np.ones(added.shape)
    np.divide(added, mean_days, out=mean_multiplier, where=mean_days > 0)
    return np.where(mean_days > 0, 1.0 + mean_multiplier, 1.0), mean_days
