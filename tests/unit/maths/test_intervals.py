"""Confidence intervals by hand and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from optimizer.maths.intervals import mean_interval, ratio_interval


def test_the_mean_interval_is_students() -> None:
    """
    Proves: the interval is scipy's t interval; column by column where there are several.

    Sensitivity: the normal quantile makes it 1.96/2.26 as wide.
    """
    sample = np.random.default_rng(1).exponential(size=(10, 3))
    interval = mean_interval(sample, 0.95)
    low, high = stats.t.interval(0.95, 9, loc=sample.mean(axis=0), scale=stats.sem(sample, axis=0))
    assert interval.centre - interval.half_width == pytest.approx(low, abs=1e-12)
    assert interval.centre + interval.half_width == pytest.approx(high, abs=1e-12)


def test_the_ratio_weighs_replications_by_their_whole() -> None:
    """
    Proves: (1 + 1 + 2)/(5 + 10 + 25) = .1, with residuals .5, 0, -.5: t · .5/√3/(40/3).

    Sensitivity: the mean of the three ratios is .1267.
    """
    interval = ratio_interval(np.array([1.0, 1.0, 2.0]), np.array([5.0, 10.0, 25.0]), 0.95)
    assert interval.centre == pytest.approx(0.1)
    by_hand = stats.t.ppf(0.975, 2) * 0.5 / np.sqrt(3) / (40 / 3)
    assert interval.half_width == pytest.approx(by_hand)


def test_nothing_of_nothing_is_nothing() -> None:
    """Proves: a whole of 0 throughout gives 0 ± 0, and no warning."""
    interval = ratio_interval(np.zeros(3), np.zeros(3), 0.95)
    assert (float(interval.centre), float(interval.half_width)) == (0.0, 0.0)


@pytest.mark.parametrize("sample", [np.array([1.0]), np.array([1.0, np.nan])])
def test_one_replication_or_a_hole_gives_no_interval(sample: np.ndarray) -> None:
    """Proves: a single replication and NaN are refused."""
    with pytest.raises(ValueError, match=r"sample must be|at least 2"):
        mean_interval(sample, 0.95)
