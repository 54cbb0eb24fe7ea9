"""Buffers to review: what changed between two quarters, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from optimizer.domain.review import REVIEWED, Flag
from optimizer.metrics.quarter import Quarter
from optimizer.metrics.review_demand import demand_changes
from optimizer.metrics.review_stated import (
    approvals_expired,
    hazards_up,
    skus_new_and_gone,
    survival_lost,
)
from optimizer.metrics.review_suppliers import supplier_drifts


class Review(NamedTuple):
    """Rows of `REVIEWED`, the most spend first; how many tests; what was not computable."""

    flags: pd.DataFrame
    tests: int
    notes: list[str]


def review(before: Quarter, now: Quarter) -> Review:
    """
    Return what changed since the earlier quarter.

    What is tested is told where its p-value, adjusted for all tests together by Benjamini and
    Hochberg, is at most ``review.false_discovery_rate``: of all that is told as proven, so large a
    share is expected to be chance.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. *Journal of
       the Royal Statistical Society B* 57, 289-300.
    """
    notes: list[str] = []
    drifts = supplier_drifts(before, now)
    notes += drifts.notes
    flags = [
        *drifts.flags,
        *demand_changes(before, now, notes),
        *survival_lost(before, now, notes),
        *hazards_up(before, now),
        *approvals_expired(now, notes),
        *skus_new_and_gone(before, now),
    ]
    return told(flags, now.portfolio.settings.review.false_discovery_rate, notes)


def told(flags: Sequence[Flag], rate: float, notes: list[str]) -> Review:
    """Return the flags that are proven at this rate of false discoveries, or not tested."""
    tested = [flag for flag in flags if flag.p_value is not None]
    adjusted: dict[int, float] = {}
    if tested:
        found = stats.false_discovery_control([flag.p_value for flag in tested])
        adjusted = {id(flag): float(p) for flag, p in zip(tested, found, strict=True)}
    rows = [
        {
            "about": flag.about,
            "subject": flag.subject,
            "flag": flag.flag,
            "before": flag.before,
            "now": flag.now,
            "evidence": flag.evidence,
            "p_value": np.nan if flag.p_value is None else flag.p_value,
            "adjusted_p": adjusted.get(id(flag), np.nan),
            "spend_a_year": flag.spend_a_year,
        }
        for flag in flags
        if flag.matters and adjusted.get(id(flag), 0.0) <= rate
    ]
    table = pd.DataFrame(rows, columns=list(REVIEWED)).astype(
        dict.fromkeys(("p_value", "adjusted_p", "spend_a_year"), np.float64)
    )
    worst = table.sort_values("spend_a_year", ascending=False, kind="stable", ignore_index=True)
    return Review(worst, len(tested), notes)
