"""Drawn futures: their laws, and streams that move nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures
from optimizer.scenarios.draw import draw
from optimizer.scenarios.durations import duration_distribution
from optimizer.scenarios.poisson import poisson_at
from optimizer.scenarios.uniforms import sampled, stratified
from tests.support.hazards import hazard_portfolio

SEED = np.random.SeedSequence(7)
SUPPLIERS = {"a": "A", "b": "A", "c": "C"}
TAGS = ((1, "port"), (2, "port"))
HAZARDS: dict[str, dict[str, Any]] = {
    "fire": {"target": "c", "annual_rate": 0.4, "duration_cv": 1.0},
    "flood": {
        "scope": "region",
        "target": "A",
        "annual_rate": 0.9,
        "duration_cv": 0.7,
        "hit_probability": 0.35,
    },
    "hype": {
        "kind": "surge",
        "scope": "category",
        "target": "toys",
        "multiplier": 1.5,
        "duration_cv": 0.5,
    },
    "jam": {"scope": "tag", "target": "port", "annual_rate": 2.0, "hit_probability": 0.5},
}
METHODS = pytest.mark.parametrize("method", ["stratified", "sampled"])

Rows = set[tuple[Any, ...]]


def named(portfolio: Portfolio, futures: Futures) -> Rows:
    """Return the strikes without their numbers: names instead of rows."""
    strikes = futures.strikes
    is_outage = portfolio.hazards.kind[strikes.hazard] == "outage"
    target = [
        portfolio.suppliers.supplier[row] if outage else futures.categories[row]
        for row, outage in zip(strikes.target, is_outage, strict=True)
    ]
    return set(
        zip(
            strikes.scenario.tolist(),
            portfolio.hazards.hazard[strikes.hazard].tolist(),
            target,
            strikes.start_day.tolist(),
            strikes.days.tolist(),
            strikes.multiplier.tolist(),
            strict=True,
        )
    )


def per_future(futures: Futures, rows: BoolArray) -> IntArray:
    """Return how many of these rows each future has."""
    return np.bincount(futures.strikes.scenario[rows], minlength=len(futures))


@pytest.mark.parametrize("seed", range(5))
def test_strikes_within_the_horizon_are_as_frequent_as_they_are_probable(seed: int) -> None:
    """
    Proves: of 1,000 futures floor or ceil of 1,000 times its probability have each number of
    strikes, whatever the seed; of all strikes floor or ceil of their part hit a supplier.

    fire: Poisson(.4) is 0 with .6703, 1 with .2681, 2 with .0536, 3 with .0072 (F(3) = .99922).
    Sensitivity: plain Monte Carlo is off by 15 (one standard deviation).
    """
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, count=1000)
    futures = draw(portfolio, np.random.SeedSequence(seed))
    strikes = futures.strikes
    within = strikes.start_day >= 0.0
    fires = per_future(futures, within & (strikes.hazard == 0))
    at_most = [(fires <= k).sum() for k in range(4)]
    np.testing.assert_allclose(at_most, [670.32, 938.45, 992.07, 999.22], atol=1.0)


def test_hits_are_stratified_too() -> None:
    """
    Proves: of n strikes floor or ceil of n h hit each supplier.

    Durations of 365 days reach into the horizon almost always, so that few strikes are left out;
    with rate 2 some 4,000 strikes begin in two years, half of which hit each.
    Sensitivity: independent hits are off by 32.
    """
    hazard = HAZARDS["jam"] | {"duration_mean_days": 365.0}
    portfolio = hazard_portfolio({"jam": hazard}, SUPPLIERS, tags=TAGS, count=1000)
    strikes = draw(portfolio, SEED).strikes
    hits = np.bincount(strikes.target, minlength=3)
    assert hits[0] == 0
    assert abs(hits[1] - hits[2]) <= 1


def test_plain_monte_carlo_is_not_stratified() -> None:
    """
    Proves: `sampled` draws independently: over 20 seeds the futures without a fire spread by about
    sqrt(1000 * .33 * .67) = 14.9, where stratified ones spread by less than 1.
    """
    portfolio = hazard_portfolio({"fire": HAZARDS["fire"]}, SUPPLIERS, count=1000)

    def quiet(seed: int, method: Any) -> int:
        futures = draw(portfolio, np.random.SeedSequence(seed), method)
        return int((per_future(futures, futures.strikes.start_day >= 0.0) == 0).sum())

    found = [quiet(seed, "sampled") for seed in range(20)]
    assert 8.0 < np.std(found) < 25.0
    assert np.mean(found) == pytest.approx(670.3, abs=15.0)
    assert np.std([quiet(seed, "stratified") for seed in range(20)]) < 1.0


def test_stratified_uniforms_have_one_in_each_stratum() -> None:
    """Proves: sorted, the k-th of n numbers lies in [k/n, (k + 1)/n); unsorted, they are mixed."""
    uniform = stratified(np.random.default_rng(1), np.zeros(1000, dtype=np.int64))
    np.testing.assert_array_equal(np.floor(np.sort(uniform) * 1000), np.arange(1000))
    assert abs(np.corrcoef(uniform[1:], uniform[:-1])[0, 1]) < 0.15
    assert len(stratified(np.random.default_rng(1), np.zeros(0, dtype=np.int64))) == 0
    assert np.any(
        np.floor(np.sort(sampled(np.random.default_rng(1), np.zeros(1000))) * 1000) != range(1000)
    )


def test_poisson_numbers_by_hand() -> None:
    """
    Proves: the least k with F(k) > u.  F of mean 1: .36788, .73576, .91970, .98101.

    Mean 0 is always 0; the largest uniform below 1 is a large number, not an error; of mean 1,000
    the median is 1,000.
    """
    below_one = np.nextafter(1.0, 0.0)
    uniform = np.array([0.0, 0.3678, 0.3679, 0.7357, 0.7358, 0.92])
    assert poisson_at(uniform, 1.0).tolist() == [0, 0, 1, 1, 2, 3]
    assert poisson_at(np.array([0.0, below_one]), 0.0).tolist() == [0, 0]
    assert 15 <= poisson_at(np.array([below_one]), 1.0)[0] <= 25
    assert poisson_at(np.array([0.5]), 1000.0).tolist() == [1000]


@METHODS
def test_durations_are_as_probable_as_their_law_says(method: Any) -> None:
    """
    Proves: of all strikes within the horizon each duration has its part, up to longest_days and
    not cut by the horizon of 30 days.

    20,000 futures of rate 365/30 a horizon: 20,000 strikes; 4 standard errors of a share of at most
    .18 are .011 (`sampled`; less where stratified).
    Sensitivity: cut by the horizon, none is longer than 30 days.
    """
    hazard = {"target": "a", "annual_rate": 365.0 / 30.0, "duration_mean_days": 25.0}
    portfolio = hazard_portfolio(
        {"h": hazard | {"duration_cv": 0.6}},
        {"a": "A"},
        count=20_000,
        horizon_days=30,
        longest_days=60,
    )
    strikes = draw(portfolio, SEED, method).strikes
    found = strikes.days[strikes.start_day >= 0.0]
    days, probability = duration_distribution(25.0, 0.6, 60)
    share = np.bincount(found, minlength=61)[days] / len(found)
    np.testing.assert_allclose(share, probability, atol=0.011)
    assert share[-1] > 0.02


@METHODS
def test_the_share_of_time_that_a_supplier_is_out(method: Any) -> None:
    """
    Proves: on day 0 the number of outages that run is Poisson with mean rate/365 · E d, as on any
    day: what began before the horizon is drawn far enough back.

    Rate 2, constant 100 days: mean 200/365 = .548 of 20,000 futures; 4 standard errors .021.
    Sensitivity: from day 0 on, none; a window of 50 days, half.
    """
    hazard = {"target": "a", "annual_rate": 2.0, "duration_mean_days": 100.0}
    portfolio = hazard_portfolio({"h": hazard}, {"a": "A"}, count=20_000, longest_days=100)
    futures = draw(portfolio, SEED, method)
    running = per_future(futures, futures.strikes.start_day < 0.0)
    assert running.mean() == pytest.approx(200.0 / 365.0, abs=0.021)
    assert running.var() == pytest.approx(200.0 / 365.0, abs=0.03)


@METHODS
def test_strikes_begin_at_any_time(method: Any) -> None:
    """Proves: start days are uniform over the horizon: deciles of some 20,000 hold a tenth each."""
    portfolio = hazard_portfolio({"h": {"target": "a"}}, {"a": "A"}, count=20_000)
    start = draw(portfolio, SEED, method).strikes.start_day
    found, _ = np.histogram(start[start >= 0.0], bins=10, range=(0.0, 365.0))
    np.testing.assert_allclose(found / found.sum(), 0.1, atol=4.0 * 0.0022)
    assert start.max() < 365.0


def test_suppliers_in_reach_are_hit_independently_for_the_same_time() -> None:
    """
    Proves: given a strike, hits of two suppliers are independent, and all have its start, days and
    number: a quarter of 2,000 strikes hit both, a quarter nobody, who leave no row.

    Sensitivity: one stream for both gives a half.
    """
    hazard = {"scope": "region", "target": "A", "annual_rate": 1.0, "hit_probability": 0.5}
    portfolio = hazard_portfolio({"h": hazard | {"duration_cv": 1.0}}, SUPPLIERS, count=2000)
    futures = draw(portfolio, SEED)
    strikes = futures.strikes
    rows = strikes.take(np.flatnonzero(strikes.start_day >= 0.0))
    pairs, n_rows = np.unique(
        np.stack([rows.scenario, rows.strike, rows.days, rows.start_day]),
        axis=1,
        return_counts=True,
    )
    assert (n_rows == 2).sum() == pytest.approx(500, abs=80)
    assert (n_rows == 1).sum() == pytest.approx(1000, abs=100)
    assert len(np.unique(pairs[:2], axis=1).T) == len(n_rows)


def test_hazards_strike_independently() -> None:
    """
    Proves: every hazard has a stream of its own: 1000 * .5 * .5 = 250 futures with both.

    Sensitivity: one stream for both gives 500.
    """
    hazards = {name: {"target": name, "annual_rate": np.log(2.0)} for name in "ab"}
    futures = draw(hazard_portfolio(hazards, SUPPLIERS, count=1000), SEED)
    within = futures.strikes.start_day >= 0.0
    struck = [per_future(futures, within & (futures.strikes.hazard == h)) > 0 for h in (0, 1)]
    assert (struck[0] & struck[1]).sum() == pytest.approx(250, abs=40)


@METHODS
def test_rows_are_in_order_and_strikes_numbered_by_their_start(method: Any) -> None:
    """
    Proves: sorted by (scenario, strike, target), numbers from 0 without a hole, later strikes with
    larger numbers; everything lasts into the horizon; multipliers are the hazards'.
    """
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=200)
    strikes = draw(portfolio, SEED, method).strikes
    key = list(zip(strikes.scenario, strikes.strike, strikes.target, strict=True))
    assert key == sorted(key)
    assert len(set(key)) == len(key)
    for scenario in range(200):
        rows = np.flatnonzero(strikes.scenario == scenario)
        numbers = np.unique(strikes.strike[rows])
        assert numbers.tolist() == list(range(len(numbers)))
        assert np.all(np.diff(strikes.start_day[rows]) >= 0.0)
        same = np.diff(strikes.strike[rows]) == 0
        assert np.array_equal(same, np.diff(strikes.start_day[rows]) == 0.0)
    assert np.all(strikes.start_day + strikes.days > 0.0)
    assert set(strikes.multiplier[strikes.hazard == 2]) == {1.5}
    assert set(strikes.multiplier[strikes.hazard != 2]) == {1.0}


@METHODS
def test_adding_a_hazard_and_a_supplier_moves_no_other_draw(method: Any) -> None:
    """
    Proves: strikes of the known hazards on the known targets stay bit for bit, though the new
    hazard and the new supplier come first in their tables.

    Sensitivity: streams keyed by position move every one.
    """
    before = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=300)
    hazards = {"avalanche": {"target": "0", "duration_cv": 2.0}} | HAZARDS
    moved = tuple((row + 1, tag) for row, tag in TAGS)
    after = hazard_portfolio(hazards, {"0": "A"} | SUPPLIERS, tags=moved, count=300)
    old = named(before, draw(before, SEED, method))
    new = named(after, draw(after, SEED, method))
    known = {row for row in new if row[1] in HAZARDS and row[2] != "0"}
    assert old == known
    assert any(row[1] == "avalanche" for row in new)


@METHODS
def test_the_order_of_rows_does_not_matter(method: Any) -> None:
    """Proves: hazards and suppliers in reverse give the same strikes, numbers included."""
    one = hazard_portfolio(HAZARDS, SUPPLIERS, tags=TAGS, count=300)
    reverse = tuple((2 - row, tag) for row, tag in reversed(TAGS))
    other = hazard_portfolio(
        dict(reversed(HAZARDS.items())), dict(reversed(SUPPLIERS.items())), tags=reverse, count=300
    )
    found, turned = draw(one, SEED, method), draw(other, SEED, method)
    assert named(one, found) == named(other, turned)
    np.testing.assert_array_equal(found.strikes.strike, turned.strikes.strike)
    np.testing.assert_array_equal(found.strikes.start_day, turned.strikes.start_day)


def test_another_seed_draws_another_future() -> None:
    """Proves: entropy and spawn key of the seed both reach the draws."""
    portfolio = hazard_portfolio(HAZARDS, SUPPLIERS, count=50)
    seeds = [SEED, np.random.SeedSequence(8), *np.random.SeedSequence(7).spawn(2)]
    futures = {draw(portfolio, seed).strikes.start_day.tobytes() for seed in seeds}
    assert len(futures) == 4


def test_nothing_can_strike() -> None:
    """Proves: futures without hazards are quiet, and of equal probability."""
    futures = draw(hazard_portfolio({}, SUPPLIERS, count=4), SEED)
    assert futures.probability.tolist() == [0.25] * 4
    assert len(futures.strikes) == 0


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(0, 1000))
def test_stratified_uniforms_follow_their_formula(groups: list[int], seed: int) -> None:
    """
    Proves: the s-th number is (its rank among the places of its group + U_s)/S_g, to the last bit.

    Ranks are counted here pair by pair.  Sensitivity: ranks over all groups leave [0, 1).
    """
    group = np.array(groups, dtype=np.int64)
    place = (rng := np.random.default_rng(seed)).permutation(len(group))
    within = rng.random(len(group))
    found = stratified(np.random.default_rng(seed), group)
    for s, value in enumerate(found):
        same = group == group[s]
        rank = np.count_nonzero(place[same] < place[s])
        assert value == (rank + within[s]) / np.count_nonzero(same)
