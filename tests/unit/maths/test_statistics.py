"""Intervals and gaps: sums done by hand, and how often they cover where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.domain.arrays import FloatArray
from optimizer.maths.statistics import (
    needed_count,
    paired_interval,
    sampling_gap,
    section_interval,
)

REPETITIONS = 2_000


def test_an_interval_by_hand() -> None:
    """
    Proves: estimate ± t·s/√B with ddof 1: s = 2, t(2, .975) = 4.30265, 5 ± 4.96828.

    Sensitivity: ddof 0 gives ± 4.056; the normal's 1.96 gives ± 2.263.
    """
    interval = section_interval(5.0, np.array([3.0, 5.0, 7.0]))
    assert interval.half_width == pytest.approx(4.302653 * 2.0 / math.sqrt(3.0), rel=1e-6)
    assert (interval.low + interval.high) / 2.0 == interval.estimate == 5.0


def test_the_spread_is_measured_from_the_whole_samples_estimate() -> None:
    """
    Proves: sections 3, 5, 7 around 6 spread by √((9 + 1 + 1)/2) = 2.3452: their bias counts.

    Sensitivity: measured from their own mean, 5, it is 2.
    """
    interval = section_interval(6.0, np.array([3.0, 5.0, 7.0]))
    assert interval.half_width == pytest.approx(4.302653 * math.sqrt(5.5 / 3.0), rel=1e-6)


def test_a_paired_interval_by_hand() -> None:
    """
    Proves: common random numbers cancel: differences 1, 2, 3 give 2 ± 4.30265/√3 = 2.48414.

    Sensitivity: as if independent, the spreads 10 and 11 would give ± 36.93.
    """
    first, second = np.array([11.0, 22.0, 33.0]), np.array([10.0, 20.0, 30.0])
    interval = paired_interval(22.0, first, 20.0, second)
    assert interval.estimate == 2.0
    assert interval.half_width == pytest.approx(2.484138, rel=1e-6)


def test_the_gap_of_sampling_by_hand() -> None:
    """
    Proves: cost − bound, mean 2, s = 1 with ddof 1, one-sided t(2, .95) = 2.91999: 3.68585.

    Sensitivity: two-sided t gives 4.4841; the incumbent for the bound gives a mean of 1.5.
    """
    found = sampling_gap(np.array([11.0, 12.0, 13.0]), np.full(3, 10.0), np.full(3, 10.5))
    assert found.gaps == (1.0, 2.0, 3.0)
    assert (found.mean, found.solver) == (2.0, 0.5)
    assert found.upper == pytest.approx(2.0 + 2.919986 / math.sqrt(3.0), rel=1e-6)


@pytest.mark.parametrize(
    ("count", "error", "needed"),
    [
        (200, 0.02, 800),
        (200, 0.005, 200),
        (333, 0.02, 1400),
        (7, 0.011, 9),
        (40_000, 0.03, 360_000),
    ],
)
def test_needed_scenarios_by_hand(count: int, error: float, needed: int) -> None:
    """
    Proves: S·(error/target)², up to two digits: 333·4 = 1332 → 1400; 7·1.21 = 8.47 → 9.

    Sensitivity: the first power would give 400 for the first.
    """
    assert needed_count(count, error, 0.01) == needed


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan], [1.0, math.inf]])
def test_too_few_or_no_numbers_are_refused(values: list[float]) -> None:
    """Proves: one section says nothing of its spread, and NaN does not pass for a number."""
    with pytest.raises(ValueError, match="must be"):
        section_interval(1.0, np.array(values))
    with pytest.raises(ValueError, match="must be"):
        sampling_gap(np.array(values), np.zeros(len(values)), np.zeros(len(values)))


@pytest.mark.parametrize(("count", "error", "target"), [(0, 1.0, 1.0), (1, -1.0, 1), (1, 1.0, 0.0)])
def test_a_needed_count_outside_its_domain_is_refused(
    count: int, error: float, target: float
) -> None:
    """Proves: no scenarios, a negative error and no target are told."""
    with pytest.raises(ValueError, match="must be >= 1"):
        needed_count(count, error, target)


@pytest.mark.parametrize("sections", [5, 20])
def test_the_interval_of_a_two_point_loss_covers(sections: int) -> None:
    """
    Proves: a loss of 100 with probability .1 has mean 10, and 95 % intervals cover it so often.

    Sensitivity: the normal's 1.96 in place of t covers 87 % with 5 sections.
    """
    rng = np.random.default_rng(11)
    loss = 100.0 * rng.binomial(500, 0.1, (REPETITIONS, sections)) / 500
    found = [section_interval(float(row.mean()), row) for row in loss]
    covered = np.mean([one.low <= 10.0 <= one.high for one in found])
    assert 0.935 <= covered <= 0.965


def newsvendor_cost(order: FloatArray | float, demand: FloatArray) -> FloatArray:
    """A unit left over costs 1, a unit short 3; mean over the last axis."""
    cost = np.maximum(order - demand, 0.0) + 3.0 * np.maximum(demand - order, 0.0)
    return np.asarray(cost.mean(axis=-1))


@pytest.mark.parametrize(("replications", "known"), [(5, 0.948), (10, 0.975), (30, 0.999)])
def test_the_gap_of_sampling_covers_the_newsvendors(replications: int, known: float) -> None:
    """
    Proves: the bound holds at least as often as the method is known to, on batches of 50.

    Exponential demand of mean 100: an order x costs x − 100 + 400·e^(−x/100).  The best, 100·ln 4,
    costs 138.629; the mean demand, the order tried, costs 147.152: the true gap is 8.522.
    Sensitivity: the mean gap alone, without its spread, holds in 71 % of 5 replications.
    """
    rng = np.random.default_rng(12)
    demand = rng.exponential(100.0, (REPETITIONS, replications, 50))
    best = np.quantile(demand, 0.75, axis=-1, method="inverted_cdf")
    cost, least = newsvendor_cost(100.0, demand), newsvendor_cost(best[..., None], demand)
    true_gap = (100.0 - 100.0 + 400.0 / math.e) - 100.0 * math.log(4.0)
    upper = [sampling_gap(*pair, pair[1]).upper for pair in zip(cost, least, strict=True)]
    assert true_gap == pytest.approx(8.522, abs=1e-3)
    assert np.mean(np.array(upper) >= true_gap) == pytest.approx(known, abs=0.012)
