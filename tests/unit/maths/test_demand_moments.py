"""Demand over days and what a unit's own lump takes, by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.maths.demand import Moments, demand_over, taken_by_own_lump


def array(*values: float) -> np.ndarray:
    return np.array(values)


def lump(mean: float, std: float, interval: float, *, discrete: bool = False) -> Moments:
    whole = np.array([discrete])
    columns = (array(mean), array(std), array(interval))
    return taken_by_own_lump(*columns, is_whole=whole, is_discrete=whole)


def test_three_spreads_add() -> None:
    """
    Proves: var = t·σ² + D²·σ_L² + t²·ε² = 4·9 + 100·.25 + 16·1 = 77.

    Sensitivity: an error that averages out as days do (t·ε²) gives 65.
    """
    found = demand_over(*(array(x) for x in (4.0, 10.0, 3.0, 1.0, 0.5)))
    assert (found.mean[0], found.variance[0]) == (40.0, 77.0)


def test_no_time_no_demand() -> None:
    """Proves: over 0 days there is none, whatever the lead time's deviation: (D·σ_L)² is 25."""
    assert demand_over(*(array(x) for x in (0.0, 10.0, 3.0, 1.0, 0.5))).variance[0] == 0.0


def test_demand_is_constant_below_a_hundred_thousandth() -> None:
    """Proves: deviations of 0.9e-5 of the mean do not count, of 1.1e-5 do."""
    mean = array(100.0, 100.0)
    assert Moments(mean, (mean * array(0.9e-5, 1.1e-5)) ** 2).is_constant.tolist() == [True, False]


@pytest.mark.parametrize("interval", [1.0, 5.0, 50.0])
@pytest.mark.parametrize("spread", [0.2, 1.0, 2.0])
def test_gamma_lumps_by_simulation(interval: float, spread: float) -> None:
    """
    Proves: what a unit finds taken by its own lump, lumps gamma of mean D·A and deviation `spread`
    times that, a lump met as often as it has units: mean and variance within 4 standard errors.

    Sensitivity: without the bias to large lumps the mean is half a lump, 1/(1 + spread²) of it.
    """
    rng = np.random.default_rng(3)
    size = 2.0 * interval
    biased = rng.gamma(1.0 / spread**2 + 1.0, size * spread**2, 400_000)
    taken = biased * rng.random(len(biased))
    variance = (1.0 + spread**2) * size**2 / interval
    found = lump(2.0, np.sqrt(variance), interval)
    assert_within(taken, found)


@pytest.mark.parametrize("more", [0.0, 0.8, 6.0])
def test_whole_lumps_by_simulation(more: float) -> None:
    """
    Proves: in whole units, lumps 1 + Poisson(`more`), the earlier units of a lump have the mean
    (σ²/D − 1)/2 exactly; gamma's variance is near: exact at 0, within 15 % beyond.

    Sensitivity: the continuous mean σ²/(2D) is half a unit more.
    """
    rng = np.random.default_rng(4)
    sizes = 1 + rng.poisson(more, 400_000)
    taken = np.concatenate([np.arange(size) for size in sizes[:100_000]])
    mean, square = 1.0 + more, (1.0 + more) ** 2 + more
    found = lump(mean / 10.0, np.sqrt(square / 10.0), 10.0, discrete=True)
    error = taken.std() * np.sqrt(mean + more) / np.sqrt(len(taken)) + 1e-12
    assert abs(taken.mean() - found.mean[0]) <= 4.0 * error
    assert found.variance[0] == pytest.approx(taken.var(), rel=0.15, abs=1e-9)


def test_nothing_is_taken_without_demand() -> None:
    """Proves: D = 0 gives 0, not 0/0, even in whole units."""
    for discrete in (False, True):
        found = lump(0.0, 1.0, 30.0, discrete=discrete)
        assert (found.mean[0], found.variance[0]) == (0.0, 0.0)


def assert_within(sample: np.ndarray, moments: Moments) -> None:
    """Assert that a sample's mean and variance are within 4 standard errors of the moments."""
    n, centred = len(sample), sample - sample.mean()
    assert abs(sample.mean() - moments.mean[0]) <= 4.0 * sample.std() / np.sqrt(n)
    spread = np.sqrt((centred**4).mean() - sample.var() ** 2)
    assert abs(sample.var() - moments.variance[0]) <= 4.0 * spread / np.sqrt(n)
