"""Futures from a mixture of laws: their weights, and that nothing is drawn out of proportion."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, Mixture
from optimizer.scenarios.draw import Drawn, draw, draw_with_likelihood
from optimizer.scenarios.durations import duration_distribution
from optimizer.scenarios.mixture import (
    THRESHOLDS,
    allot,
    chance_of,
    defensive,
    likelihood_ratio,
)
from optimizer.scenarios.poisson import poisson_above_0
from optimizer.scenarios.threats import threats
from tests.support.hazards import hazard_portfolio
from tests.unit.scenarios.test_draw import HAZARDS, SEED, SUPPLIERS, TAGS, named

MIXTURE = Mixture(
    shares={("fire", 0.5): 0.25, ("flood", 0.95): 0.2, ("jam", 0.8): 0.1, ("hype", 0.0): 0.05}
)


def drawn_from(portfolio: Portfolio, mixture: Mixture, seed: int) -> Drawn:
    return draw_with_likelihood(portfolio, np.random.SeedSequence(seed), "stratified", mixture)


def ratio_of(portfolio: Portfolio, drawn: Drawn) -> np.ndarray:
    settings = portfolio.settings
    allotment = allot(
        drawn.futures.mixture, threats(portfolio), settings.horizon.days, settings.n_futures
    )
    return likelihood_ratio(allotment, drawn.likelihood)


@pytest.mark.parametrize("above", THRESHOLDS)
@pytest.mark.parametrize("horizon", [30, 365, 700])
def test_the_chance_of_an_event_is_that_of_counting_strikes(above: float, horizon: int) -> None:
    """
    Proves: of k strikes all stay below b with probability b^k; summed over k the rest is P(E).

    Sensitivity: a horizon of a year, or strikes and not their long ones, differ in the first digit.
    """
    for threat in threats(hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS)):
        k = np.arange(200)
        none = (stats.poisson.pmf(k, threat.daily_rate * horizon) * above**k).sum()
        assert chance_of(threat, above, horizon) == pytest.approx(1.0 - none, rel=1e-10)


@pytest.mark.parametrize("mean", [1e-17, 1e-6, 0.3, 4.0, 300.0])
def test_poisson_numbers_above_0_have_their_law(mean: float) -> None:
    """Proves: quantiles on a fine grid give each k ≥ 1 its share of what is not 0, rare or not."""
    found = poisson_above_0((np.arange(10_000) + 0.5) / 10_000, mean)
    k = np.arange(1, found.max() + 1)
    expected = stats.poisson.pmf(k, mean) / -math.expm1(-mean)
    assert found.min() >= 1
    np.testing.assert_allclose(np.bincount(found)[1:] / 10_000, expected, atol=1.1e-4)


def test_every_future_of_a_component_is_one_of_its_event() -> None:
    """Proves: futures are allotted by the shares, and each has its component's long strike."""
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=1000)
    allotment = allot(MIXTURE, threats(portfolio), 365, 1000)
    likelihood = drawn_from(portfolio, MIXTURE, 1).likelihood.toarray()
    assert np.bincount(allotment.group).tolist() == [400, 250, 200, 50, 100]
    for place, component in enumerate(allotment.components):
        own = likelihood[allotment.group == place + 1, place]
        np.testing.assert_allclose(own, 1.0 / component.chance)


@pytest.mark.parametrize("count", [50, 999])
def test_weights_are_bounded_and_1_on_average(count: int) -> None:
    """
    Proves: no weight is above 1 in the nominal share, .3 at least, and over 20 seeds they are 1 on
    average; divided by their sum they are the probabilities.

    Sensitivity: P of every strike instead of the long ones, or shares as asked and not as drawn
    where 50 futures are few, moves the mean by more than 4 standard errors.
    """
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=count)
    means = []
    for seed in range(20):
        drawn = drawn_from(portfolio, MIXTURE, seed)
        ratio = ratio_of(portfolio, drawn)
        assert ratio.max() <= 1.0 / 0.4 + 1e-12
        np.testing.assert_allclose(drawn.futures.probability, ratio / ratio.sum(), rtol=1e-12)
        means.append(ratio.mean())
    error = np.std(means, ddof=1) / math.sqrt(len(means))
    assert np.mean(means) == pytest.approx(1.0, abs=4.0 * error)
    assert error < 0.03


def test_the_mixture_is_unbiased() -> None:
    """
    Proves: weighed, every hazard strikes as often as its rate says, for as many days, each supplier
    as often as it is hit, before the horizon as within.

    Sensitivity: without the weights fire strikes half as often again, and jams last longer.
    """
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=5_000)
    found = {threat.row: threat for threat in threats(portfolio)}
    figures = [
        _rates_and_days(draw(portfolio, np.random.SeedSequence(seed), mixture=MIXTURE), found)
        for seed in range(8)
    ]
    mean, error = np.mean(figures, axis=0), np.std(figures, axis=0, ddof=1) / math.sqrt(8)
    exact = [
        (365 * threat.daily_rate * threat.hit_probability * len(threat.target) * days)
        for threat in found.values()
        for days in (1.0, _mean_days(threat))
    ]
    np.testing.assert_array_less(np.abs(mean - exact), 5.0 * error + 1e-9)
    np.testing.assert_array_less(error, 0.02 * np.array(exact))


def _rates_and_days(futures: Futures, found: dict[int, object]) -> list[float]:
    strikes = futures.strikes
    weight = futures.probability[strikes.scenario] * (strikes.start_day >= 0.0)
    rows = [strikes.hazard == row for row in found]
    return [
        float(weight[row] @ amount[row])
        for row in rows
        for amount in (np.ones(len(strikes)), strikes.days)
    ]


def _mean_days(threat: object) -> float:
    days, probability = duration_distribution(
        threat.duration_mean_days,  # type: ignore[attr-defined]
        threat.duration_cv,  # type: ignore[attr-defined]
        365,
    )
    return float(days @ probability)


def test_the_order_of_rows_and_other_threads_do_not_matter() -> None:
    """Proves: reversed tables, and four draws at once, give the same strikes and weights."""
    one = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=300)
    reverse = tuple((2 - row, tag) for row, tag in reversed(TAGS))
    other = hazard_portfolio(
        dict(reversed(HAZARDS.items())), dict(reversed(SUPPLIERS.items())), tags=reverse, count=300
    )
    turned = Mixture(shares=dict(reversed(MIXTURE.shares.items())))
    with ThreadPoolExecutor(4) as pool:
        several = list(pool.map(lambda _: draw(one, SEED, mixture=MIXTURE), range(4)))
    found, back = several[0], draw(other, SEED, mixture=turned)
    assert named(one, found) == named(other, back)
    for futures in (*several, back):
        np.testing.assert_array_equal(futures.probability, found.probability)
        np.testing.assert_array_equal(futures.strikes.start_day, found.strikes.start_day)


def test_a_hazard_without_a_share_moves_no_other_draw() -> None:
    """Proves: a new hazard leaves the strikes and weights of the others bit for bit."""
    before = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=300)
    hazards = {"avalanche": {"target": "a", "duration_cv": 2.0}} | HAZARDS
    after = hazard_portfolio(hazards, SUPPLIERS, tags=TAGS, count=300)
    old, new = draw(before, SEED, mixture=MIXTURE), draw(after, SEED, mixture=MIXTURE)
    known = {row for row in named(after, new) if row[1] in HAZARDS}
    assert named(before, old) == known
    np.testing.assert_array_equal(old.probability, new.probability)


def test_the_share_of_a_hazard_that_is_gone_is_nominal() -> None:
    """Proves: a component whose hazard does not strike any more is drawn from the nominal law."""
    portfolio = hazard_portfolio({"fire": HAZARDS["fire"]}, SUPPLIERS, count=100)
    allotment = allot(MIXTURE, threats(portfolio), 365, 100)
    assert np.bincount(allotment.group).tolist() == [75, 25]


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_so_many_futures_as_asked_are_drawn(count: int) -> None:
    """Proves: whatever the number, all are allotted, the nominal share rounded up."""
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=count)
    for mixture in (MIXTURE, defensive(threats(portfolio), 0), Mixture()):
        futures = draw(portfolio, SEED, mixture=mixture)
        assert len(futures) == count
        group = allot(mixture, threats(portfolio), 365, count).group
        assert (group == 0).sum() >= mixture.nominal * count - 1e-9
