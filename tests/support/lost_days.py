"""Lost days as a whole matrix and back."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.scenario import LostDays


def dense(lost: LostDays) -> IntArray:
    """Return the days lost by profile and scenario, zeros and all.  Shape ``(P, S)``."""
    days = np.zeros((len(lost), lost.n_scenarios), dtype=np.int64)
    days[np.repeat(np.arange(len(lost)), np.diff(lost.start)), lost.scenario] = lost.days
    return days


def sparse(days: IntArray) -> LostDays:
    """Return the entries above zero of a matrix ``(P, S)``."""
    profile, scenario = np.nonzero(days)
    return LostDays(
        start=np.searchsorted(profile, np.arange(len(days) + 1)),
        scenario=scenario.astype(np.int32),
        days=days[profile, scenario].astype(np.int32),
        n_scenarios=days.shape[1],
    )
