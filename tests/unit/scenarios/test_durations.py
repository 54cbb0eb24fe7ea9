"""Durations in whole days."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.scenarios.durations import duration_at, duration_distribution


def test_lognormal_median_and_upper_quantile_match_the_hand_calculation() -> None:
    """
    Proves: the duration is lognormal with the given mean, not with the given median.

    cv 1: sigma² = ln 2 = 0.693147, mu = ln 30 - 0.346574 = 3.054624.  Median exp(mu) = 21.21,
    rounded up 22; at v = 0.9, exp(3.054624 + 1.281552 * 0.832555) = 61.65, rounded up 62.
    Sensitivity: mu = ln 30 gives 30 and 88; sigma = cv gives 19 (mu = ln 30 - 1/2) at the median.
    """
    assert duration_at(np.array([0.5, 0.9]), 30.0, 1.0, 365).tolist() == [22, 62]


@pytest.mark.parametrize(
    ("mean_days", "days"), [(30.0, 30), (30.000000000001, 30), (30.2, 31), (0.3, 1), (400.0, 365)]
)
def test_constant_durations_are_whole_days_up_to_the_longest(mean_days: float, days: int) -> None:
    """
    Proves: rounded up after rounding to 9 decimals; at least 1; at most the longest, 365.

    Sensitivity: a bare ceiling makes 30.000000000001 into 31.
    """
    assert duration_at(np.array([0.0, 0.99]), mean_days, 0.0, 365).tolist() == [days, days]


def test_extreme_quantiles_stay_within_one_day_and_the_longest() -> None:
    """
    Proves: quantile 0 (an infinite logarithm) gives 1 day, the largest one below 1 the longest.
    """
    quantile = np.array([0.0, np.nextafter(1.0, 0.0)])
    assert duration_at(quantile, 30.0, 2.0, 365).tolist() == [1, 365]


def test_distribution_matches_the_error_function() -> None:
    """
    Proves: P(k) = F(k) - F(k - 1) with all that lies beyond the longest on its last day.

    F written with math.erf; mean 5, cv 0.5, longest 8.  P(8) = 1 - F(7) = 0.1714,
    where F(8) - F(7) = 0.06 would lose the tail.
    """
    sigma = math.sqrt(math.log(1.25))
    mu = math.log(5.0) - sigma**2 / 2.0

    def at_most(day: int) -> float:
        z = (math.log(day) - mu) / sigma if day else -math.inf
        return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))

    days, probability = duration_distribution(5.0, 0.5, 8)
    expected = [at_most(k) - at_most(k - 1) for k in range(1, 8)] + [1.0 - at_most(7)]
    assert days.tolist() == list(range(1, 9))
    np.testing.assert_allclose(probability, expected, rtol=1e-7, atol=1e-12)
    assert probability[-1] == pytest.approx(0.1714, abs=1e-4)


def test_distribution_and_quantiles_are_the_same_durations() -> None:
    """
    Proves: summed and drawn durations have one distribution.

    100,000 midpoints of equal strata put in each day its probability to 1 in 100,000 at each of
    its two ends.  Sensitivity: days counted from 0 shift the whole distribution.
    """
    n = 100_000
    drawn = duration_at((np.arange(n) + 0.5) / n, 20.0, 0.8, 90)
    days, probability = duration_distribution(20.0, 0.8, 90)
    frequency = np.bincount(drawn, minlength=91)[days] / n
    np.testing.assert_allclose(frequency, probability, atol=1.01e-5)


def test_a_variation_too_small_to_matter_is_none() -> None:
    """Proves: a cv whose square is below the smallest float is a constant, not a division by 0."""
    days, probability = duration_distribution(30.0, 1e-200, 365)
    assert (days.tolist(), probability.tolist()) == ([30], [1.0])
