"""The one future in which every hazard is its own mean, and the mean of given futures."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import N_WEIGHTS, Futures, LostDays, MeanWeights, Strikes
from optimizer.maths.hats import add_points
from optimizer.maths.lost_days import losses
from optimizer.scenarios.durations import ROUNDING_DECIMALS, duration_distribution
from optimizer.scenarios.threats import Threat, shock_categories, threats


def mean_future(portfolio: Portfolio) -> Futures:
    r"""
    Return one certain future: every hazard strikes once, all within its reach, for its mean.

    .. math:: \bar d_h = \Bigl\lceil \frac{\lambda_h H}{365}\,hit_h\,E[d_h] \Bigr\rceil, \qquad
        \bar g_h = 1 + (g_h - 1)\,\frac{\lambda_h H\,E[d_h]}{365\,\bar d_h}

    Strikes last whole days (MODEL 4), so the days that a target is struck on average are rounded
    up, after rounding to 9 decimals.  A shock's multiplier is the one that keeps what it adds on
    average.  The strikes follow each other, in the order of the hazards and spread over the horizon
    in proportion to their days, so that none is older and still running where they fit into it.

    References
    ----------
    .. [1] Birge, J.R. (1982). The value of the stochastic solution in stochastic linear programs
       with fixed recourse. *Mathematical Programming* 24:314–325 (the mean value
       problem).
    """
    found = threats(portfolio)
    mean_days = np.array([_mean_days(portfolio, threat) for threat in found])
    days = np.ceil(mean_days.round(ROUNDING_DECIMALS)).clip(1.0).astype(np.int64)
    ends = np.cumsum(days)
    start_day = portfolio.settings.horizon.days * (ends - days) / max(int(days.sum()), 1)
    multiplier = [
        1.0 + (t.multiplier - 1.0) * m / d for t, m, d in zip(found, mean_days, days, strict=True)
    ]
    n_targets = [len(threat.target) for threat in found]
    of = np.repeat(np.arange(len(found)), n_targets)
    return Futures(
        probability=np.ones(1),
        categories=shock_categories(portfolio),
        strikes=Strikes(
            scenario=np.zeros(len(of), dtype=np.int64),
            strike=of,
            hazard=np.array([threat.row for threat in found], dtype=np.int64)[of],
            target=np.concatenate([np.zeros(0, np.int64), *(threat.target for threat in found)]),
            start_day=start_day[of],
            days=days[of],
            multiplier=np.array(multiplier)[of],
        ),
    )


def sample_weights(lost: LostDays, probability: FloatArray) -> MeanWeights:
    r"""
    Return the mean of the hat weights over given futures.

    .. math:: W_{phk} = \sum_{\text{entries of } p, h} p_s\,factor\,\hat w_k(\ell)

    Parameters
    ----------
    lost
        Days lost in the futures.
    probability
        Shape ``(S,)``.  :math:`p_s` [-]

    Returns
    -------
    MeanWeights
        For the profiles and hazards that lose any days.  Strikes that cost nothing are not on the
        first node, where every curve is 0.
    """
    found = losses(lost, np.arange(len(lost)))
    n_hazards = int(found.hazard.max(initial=0)) + 1
    pairs, row = np.unique(found.owner * n_hazards + found.hazard, return_inverse=True)
    weight = np.zeros((len(pairs), N_WEIGHTS))
    add_points(row, found.days, probability[found.scenario] * found.factor, weight)
    owner, hazard = np.divmod(pairs, n_hazards)
    return MeanWeights(
        start=np.searchsorted(owner, np.arange(len(lost) + 1)), hazard=hazard, weight=weight
    )


def _mean_days(portfolio: Portfolio, threat: Threat) -> float:
    """Return the days that each target is struck within the horizon, on average."""
    settings = portfolio.settings
    days, probability = duration_distribution(
        threat.duration_mean_days, threat.duration_cv, settings.scenarios.longest_days
    )
    n_hits = threat.daily_rate * settings.horizon.days * threat.hit_probability
    return float(n_hits * (days @ probability))
