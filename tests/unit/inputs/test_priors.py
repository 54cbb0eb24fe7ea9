"""What SKUs borrow from one another: priors found again in data drawn from them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import betabinom

from optimizer.inputs.estimates.priors import (
    ALONE,
    ALONE_SIZE,
    rate_prior,
    size_prior,
)


@pytest.mark.parametrize(("a", "b"), [(0.8, 20.0), (2.0, 200.0), (3.0, 4.0)])
def test_the_rate_prior_is_found_again(a: float, b: float) -> None:
    """
    Proves: counts drawn with shares from a beta distribution give back its mean and weight.

    4,000 SKUs of 60 to 700 periods: the mean within 3 %, the weight within 15 %.
    Sensitivity: fitting Poisson counts of the same mean would send the weight to its cap.
    """
    rng = np.random.default_rng(1)
    periods = rng.integers(60, 700, 4_000)
    events = rng.binomial(periods, rng.beta(a, b - a, 4_000))
    prior = rate_prior(events, periods)
    assert prior.events / prior.periods == pytest.approx(a / b, rel=0.03)
    assert prior.periods == pytest.approx(b, rel=0.15)


def test_no_other_prior_is_likelier() -> None:
    """Proves: the marginal likelihood, by scipy's own law, is highest at what is found."""
    rng = np.random.default_rng(2)
    periods = rng.integers(50, 100, 300)
    events = rng.binomial(periods, rng.beta(1.0, 9.0, 300))
    prior = rate_prior(events, periods)

    def likelihood(a: float, b: float) -> float:
        return float(betabinom.logpmf(events, periods, a, b - a).sum())

    best = likelihood(prior.events, prior.periods)
    for factor in (0.8, 0.95, 1.05, 1.25):
        assert likelihood(prior.events * factor, prior.periods) < best
        assert likelihood(prior.events * factor, prior.periods * factor) < best


def test_a_prior_weighs_no_more_than_a_history() -> None:
    """
    Proves: counts that are all alike (10 of 100) give that share and a weight of 100, not more.

    Sensitivity: without the cap the weight has no bound, and a SKU asked for 50 times in 100
    periods would be taken for one asked for 10 times.
    """
    prior = rate_prior(np.full(30, 10), np.full(30, 100))
    assert prior.periods == pytest.approx(100.0, rel=1e-3)
    assert prior.events == pytest.approx(10.0, rel=0.05)


def test_nothing_seen_is_jeffreys() -> None:
    """Proves: without a period, or a size, there is a weak prior and no failure."""
    nothing = np.zeros(0)
    assert rate_prior(nothing.astype(int), nothing.astype(int)) == ALONE
    assert rate_prior(np.zeros(3, dtype=int), np.zeros(3, dtype=int)) == ALONE
    assert size_prior(nothing.astype(int), nothing, nothing, nothing) == ALONE_SIZE


@pytest.mark.parametrize("shares", [np.zeros(40), np.ones(40)])
def test_all_or_nothing(shares: np.ndarray) -> None:
    """Proves: SKUs asked for never, or in every period, give a share near 0 or 1, not beyond."""
    periods = np.full(40, 50)
    prior = rate_prior((shares * 50).astype(int), periods)
    assert prior.events / prior.periods == pytest.approx(shares[0], abs=1e-3)
    assert 0.0 < prior.events <= prior.periods


def test_the_size_prior_is_found_again() -> None:
    """
    Proves: level, elasticity, spread and variation of sizes drawn from them are found again.

    2,000 SKUs, m = 20·c^(−0.4)·e^(0.7 z), gamma sizes with κ = 0.5, 3 to 40 each.
    Sensitivity: without taking κ/k off, the spread would be 0.49 + 0.5·E[1/k] = 0.55.
    """
    rng = np.random.default_rng(3)
    log_cost = rng.normal(2.0, 1.0, 2_000)
    true = 20.0 * np.exp(-0.4 * log_cost + 0.7 * rng.standard_normal(2_000))
    count = rng.integers(3, 41, 2_000)
    samples = [m * rng.gamma(2.0, 0.5, k) for m, k in zip(true, count, strict=True)]
    mean = np.array([sample.mean() for sample in samples])
    variation = np.array([sample.var(ddof=1) for sample in samples]) / mean**2
    prior = size_prior(count, mean, variation, log_cost)
    assert np.exp(prior.level) == pytest.approx(20.0, rel=0.1)
    assert prior.slope == pytest.approx(-0.4, abs=0.04)
    assert prior.spread == pytest.approx(0.49, rel=0.07)
    assert prior.variation == pytest.approx(0.5, rel=0.05)
    assert prior.weight == pytest.approx(prior.variation / prior.spread)
