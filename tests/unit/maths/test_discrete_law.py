"""Whole units: the textbook, scipy, stockpyl's (r, Q), plain numpy and a play."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from stockpyl import rq

from optimizer.maths.demand import Moments
from optimizer.maths.discrete_law import discrete_positions, discrete_quantile


def positions(level: int, lot: int, mean: float, variance: float) -> tuple[float, float]:
    demand = Moments(np.array([[mean]]), np.array([[variance]]))
    waiting, owed, _ = discrete_positions(
        np.array([0]), np.array([level]), np.array([level + lot]), demand
    )
    return float(waiting[0, 0]), float(owed[0, 0])


def law(mean: float, variance: float):  # type: ignore[no-untyped-def]
    if variance <= (1.0 + 1e-8) * mean:
        return stats.poisson(mean)
    return stats.nbinom(mean**2 / (variance - mean), mean / variance)


def plain(level: int, lot: int, mean: float, variance: float) -> tuple[float, float]:
    """Return the same from whole arrays of scipy's tail probabilities."""
    of = law(mean, variance)
    end = max(level + lot, int(mean + 50.0 * (np.sqrt(variance) + variance / mean))) + 2
    tail = of.sf(np.arange(level, end))
    excess = np.append(np.cumsum(tail[::-1])[::-1], 0.0)
    return float(tail[1 : lot + 1].mean()), float(excess[1 : lot + 1].mean())


@pytest.mark.parametrize("mean", [1e-3, 0.4, 5.0, 40.0])
@pytest.mark.parametrize("index", [0.5, 1.0, 1.0 + 1e-7, 1.3, 8.0, 200.0])
def test_equals_plain_sums(mean: float, index: float) -> None:
    """
    Proves: the recurrence gives what whole arrays of scipy's probabilities sum to.

    Levels below nothing, lots beyond all demand; variance below, at, above the mean.
    Sensitivity: positions s … s + Q − 1 in place of s + 1 … s + Q, or P(X >= k), fail at once.
    """
    for level, lot in itertools.product((-4, -1, 0, 3, 25, 400), (1, 2, 30, 3000)):
        found = positions(level, lot, mean, index * mean)
        expected = plain(level, lot, mean, index * mean)
        assert found == pytest.approx(expected, rel=1e-8, abs=1e-12), (level, lot)


@pytest.mark.parametrize(("mean", "index"), [(5e3, 1.0), (9e3, 1.4), (2e4, 30.0)])
def test_large_means_do_not_underflow(mean: float, index: float) -> None:
    """
    Proves: where P(X = 0) is below 1e-300 the probabilities begin in logarithms.

    Sensitivity: a recurrence from e^-5000 = 0 calls every position sure to be exceeded.
    """
    level, lot = int(mean), int(mean / 10)
    found = positions(level, lot, mean, index * mean)
    assert found == pytest.approx(plain(level, lot, mean, index * mean), rel=1e-9, abs=1e-10)


def test_golden_numbers() -> None:
    """
    Proves: Poisson(15) at 18: .5176095282584722; (D .05, L 30, r 3, Q 1): w .0186; D·L = 20, Q 5,
    r 26: w .026 and B after 30 more days 21.00.
    """
    assert positions(17, 1, 15.0, 15.0)[1] == pytest.approx(0.5176095282584722, abs=1e-13)
    assert positions(3, 1, 1.5, 1.5)[0] == pytest.approx(0.0186, abs=5e-5)
    assert positions(26, 5, 20.0, 20.0)[0] == pytest.approx(0.026, abs=5e-4)
    assert positions(26, 5, 50.0, 50.0)[1] == pytest.approx(21.00, abs=5e-3)


@pytest.mark.parametrize(("r", "q"), [(-1, 1), (0, 1), (3, 5), (18, 40)])
@pytest.mark.parametrize("lead_time", [0.1, 2.0, 9.0])
def test_prices_an_r_q_policy_as_stockpyl(r: int, q: int, lead_time: float) -> None:
    """
    Proves: K·d/Q + h·(r + (Q + 1)/2 − d·L + B) + p·B is stockpyl's cost under Poisson demand.

    Sensitivity: without the half unit of whole positions it is h/2 lower.
    """
    h, p, order_cost, d = 0.25, 7.0, 8.0, 1.7
    owed = positions(r, q, d * lead_time, d * lead_time)[1]
    on_hand = r + (q + 1) / 2 - d * lead_time + owed
    cost = order_cost * d / q + h * on_hand + p * owed
    assert cost == pytest.approx(
        rq.r_q_cost_poisson(r, q, h, p, order_cost, d, lead_time), rel=1e-9
    )


def test_rows_of_one_group_share_nothing_but_the_work() -> None:
    """Proves: rows of several groups and several demands equal each alone."""
    rng = np.random.default_rng(6)
    group = np.sort(rng.integers(0, 4, 20))
    group = np.unique(group, return_inverse=True)[1]
    level, lot = rng.integers(-2, 30, 20), rng.integers(1, 40, 20)
    mean = rng.gamma(2.0, 4.0, (group.max() + 1, 3))
    variance = mean * rng.uniform(0.9, 5.0, mean.shape)
    waiting, owed, _ = discrete_positions(group, level, level + lot, Moments(mean, variance))
    for row in range(20):
        for t in range(3):
            alone = positions(
                int(level[row]), int(lot[row]), mean[group[row], t], variance[group[row], t]
            )
            assert (waiting[row, t], owed[row, t]) == alone


@pytest.mark.parametrize(("mean", "index"), [(1.5, 1.0), (7.0, 3.0), (900.0, 1.0), (0.02, 5.0)])
def test_quantiles_are_scipys(mean: float, index: float) -> None:
    """Proves: least k with P(X <= k) >= p − 1e-12, also exactly at a step of the distribution."""
    of = law(mean, index * mean)
    steps = of.cdf(np.arange(1, 5)) if mean < 10 else np.array([0.3])
    levels = np.concatenate([[0.5, 0.8, 0.95, 0.999], steps[(steps > 0) & (steps < 1 - 1e-9)]])
    demand = Moments(np.full(len(levels), mean), np.full(len(levels), index * mean))
    found = discrete_quantile(levels, demand)
    expected = [next(k for k in range(10_000) if of.cdf(k) >= p - 1e-12) for p in levels]
    assert found.tolist() == expected


def test_nothing_asked_for() -> None:
    """Proves: demand of 0 never exceeds 0, always exceeds -1 by 1, and its quantile is 0."""
    assert positions(0, 3, 0.0, 0.0) == (0.0, 0.0)
    assert positions(-1, 1, 0.0, 0.0) == (0.0, 0.0)
    assert positions(-2, 1, 0.0, 0.0) == (1.0, 1.0)
    assert discrete_quantile(np.array([0.999]), Moments(np.zeros(1), np.zeros(1)))[0] == 0.0
