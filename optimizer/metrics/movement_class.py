"""FSN: fast-moving, slow-moving and non-moving SKUs."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray, TextArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.metrics.asked import Asked

_ROUNDING = 1e-9


def issues_a_year(portfolio: Portfolio, seen: Asked | None) -> FloatArray:
    """
    Return how often a year each SKU is asked for.

    Parameters
    ----------
    seen
        From `asked`; None without a history, when ``demand_interval_days`` says it.

    Returns
    -------
    FloatArray
        Shape ``(N,)``. [1/yr]  At most one issue a period of the history is seen.
    """
    skus = portfolio.skus
    planned = np.where(skus.demand_mean > 0.0, DAYS_PER_YEAR / skus.demand_interval_days, 0.0)
    if seen is None:
        return planned
    days = seen.periods * seen.days_per_period
    seen_issues = seen.demands * DAYS_PER_YEAR / np.maximum(days, 1.0)
    return np.where(seen.periods > 0, seen_issues, 0.0)


def movement_class(portfolio: Portfolio, seen: Asked | None) -> TextArray:
    """
    Return F, S or N: fast-moving, slow-moving, non-moving.

    Parameters
    ----------
    seen
        From `asked`; None without a history: then only a SKU without demand is N.

    Returns
    -------
    TextArray
        Shape ``(N,)``.
    """
    limits = portfolio.settings.segments
    issues = issues_a_year(portfolio, seen)
    still = (
        portfolio.skus.demand_mean == 0.0
        if seen is None
        else seen.idle_days >= limits.non_moving_days
    )
    fast = issues >= limits.fast_issues * (1.0 - _ROUNDING)
    return np.where(still, "N", np.where(fast, "F", "S")).astype(object)
