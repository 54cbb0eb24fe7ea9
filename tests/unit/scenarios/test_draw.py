"""Drawn scenarios: marginals, and streams that move nothing else."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.build import build
from optimizer.scenarios.draw import draw, sampled, stratified
from optimizer.scenarios.durations import duration_distribution

SEED = np.random.SeedSequence(7)
SUPPLIERS = {"a": "A", "b": "A", "c": "C"}
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
}


def column(scenarios: ScenarioSet, portfolio: Any, supplier: str) -> list[int]:
    """Return a supplier's outages."""
    (row,) = np.flatnonzero(portfolio.suppliers.supplier == supplier)
    days: list[int] = scenarios.outage_days[:, row].tolist()
    return days


@pytest.mark.parametrize("seed", range(10))
def test_strikes_and_hits_are_as_frequent_as_they_are_probable(
    make_portfolio: Any, seed: int
) -> None:
    """
    Proves: of 1,000 scenarios floor or ceil of 1,000 p strike, whatever the seed, and of n strikes
    floor or ceil of n h hit each supplier.

    fire: 1000 (1 - exp(-.4)) = 329.7; flood: 593.4 strikes, of which 0.35 are 207.6 or 207.9.
    Sensitivity: plain Monte Carlo is off by 15 (one standard deviation), so are hits.
    """
    portfolio = make_portfolio(HAZARDS, SUPPLIERS, count=1000)
    scenarios = build(portfolio, np.random.SeedSequence(seed))
    n_out = (scenarios.outage_days > 0).sum(axis=0)
    assert n_out[2] in (329, 330)
    assert set(n_out[:2]) <= {207, 208}


def test_plain_monte_carlo_is_not_stratified(make_portfolio: Any) -> None:
    """
    Proves: `sampled` draws independently: over 20 seeds the strikes spread by about
    sqrt(1000 * .33 * .67) = 14.9, where stratified ones spread by less than 1.
    """
    portfolio = make_portfolio(HAZARDS, SUPPLIERS, count=1000, method="sampled")
    n_out = [
        (build(portfolio, np.random.SeedSequence(seed)).outage_days[:, 2] > 0).sum()
        for seed in range(20)
    ]
    assert 8.0 < np.std(n_out) < 25.0
    assert np.mean(n_out) == pytest.approx(329.7, abs=15.0)


def test_stratified_uniforms_have_one_in_each_stratum() -> None:
    """Proves: sorted, the k-th of n numbers lies in [k/n, (k + 1)/n); unsorted, they are mixed."""
    uniform = stratified(np.random.default_rng(1), 1000)
    np.testing.assert_array_equal(np.floor(np.sort(uniform) * 1000), np.arange(1000))
    assert abs(np.corrcoef(uniform[1:], uniform[:-1])[0, 1]) < 0.15
    assert len(stratified(np.random.default_rng(1), 0)) == 0
    assert np.any(np.floor(np.sort(sampled(np.random.default_rng(1), 1000)) * 1000) != range(1000))


def test_mean_duration_of_a_strike(make_portfolio: Any) -> None:
    """
    Proves: durations of the struck scenarios have the lognormal mean, rounded up.

    Mean 30, cv 1: rounding up adds close to half a day, 30.5; the horizon of ten years cuts off
    nothing.  Sensitivity: mu = ln(mean) gives 42.9; a duration from u, not u/p, only its lower
    39 %, 10.8 days.
    """
    hazard = {"target": "a", "annual_rate": 0.05, "duration_cv": 1.0}
    portfolio = make_portfolio({"h": hazard}, {"a": "A"}, horizon_days=3650, count=20_000)
    scenarios = draw(portfolio, SEED, "stratified")
    days = scenarios.outage_days[:, 0]
    assert days[days > 0].mean() == pytest.approx(30.5, abs=0.05)


def test_durations_are_stratified_too(make_portfolio: Any) -> None:
    """
    Proves: one uniform says whether and how long, so durations too fall evenly: with p = .5 and
    10,000 scenarios every day count is within 2 of 5,000 times its probability.

    Sensitivity: independent durations are off by sqrt(5000 * .18 * .82) = 27 on the likely days.
    """
    hazard = {"target": "a", "annual_rate": math.log(2.0), "duration_mean_days": 6.0}
    portfolio = make_portfolio({"h": hazard | {"duration_cv": 0.4}}, {"a": "A"}, count=10_000)
    days, probability = duration_distribution(6.0, 0.4, 365)
    found = np.bincount(draw(portfolio, SEED, "stratified").outage_days[:, 0], minlength=366)
    np.testing.assert_allclose(found[days], 5000.0 * probability, atol=2.0)


def test_suppliers_of_a_region_are_hit_independently(make_portfolio: Any) -> None:
    """
    Proves: hits of two suppliers are independent given the strike: 1000 * .5 * .25 = 125 joint.

    Sensitivity: one stream for both gives 250; the hazard's own uniform again, 250 too.
    """
    hazard = {"scope": "region", "target": "A", "annual_rate": math.log(2.0)}
    portfolio = make_portfolio({"h": hazard | {"hit_probability": 0.5}}, SUPPLIERS, count=1000)
    scenarios = draw(portfolio, SEED, "stratified")
    joint = (scenarios.outage_days[:, :2] > 0).all(axis=1).sum()
    assert joint == pytest.approx(125, abs=30)


def test_hazards_strike_independently(make_portfolio: Any) -> None:
    """
    Proves: every hazard has a stream of its own: 1000 * .5 * .5 = 250 joint strikes.

    Sensitivity: one stream for both gives 500.
    """
    hazards = {name: {"target": name, "annual_rate": math.log(2.0)} for name in "ab"}
    scenarios = draw(make_portfolio(hazards, SUPPLIERS, count=1000), SEED, "stratified")
    joint = (scenarios.outage_days[:, :2] > 0).all(axis=1).sum()
    assert joint == pytest.approx(250, abs=40)


@pytest.mark.parametrize("method", ["stratified", "sampled"])
def test_adding_a_hazard_and_a_supplier_moves_no_other_draw(
    make_portfolio: Any, method: str
) -> None:
    """
    Proves: outages of the known suppliers and the surge stay bit for bit, though the new hazard
    and the new supplier come first in their tables.

    Sensitivity: streams keyed by position move every column.
    """
    before = make_portfolio(HAZARDS, SUPPLIERS, count=300, method=method)
    more_hazards = {"avalanche": {"target": "0", "duration_cv": 2.0}} | HAZARDS
    after = make_portfolio(more_hazards, {"0": "A"} | SUPPLIERS, count=300, method=method)
    old, new = draw(before, SEED, method), draw(after, SEED, method)
    for supplier in SUPPLIERS:
        assert column(old, before, supplier) == column(new, after, supplier)
    np.testing.assert_array_equal(old.surge_days, new.surge_days)
    assert any(column(new, after, "0"))


@pytest.mark.parametrize("method", ["stratified", "sampled", "exact"])
def test_the_order_of_rows_does_not_matter(make_portfolio: Any, method: str) -> None:
    """Proves: hazards in reverse give the same scenarios, the exact ones in the same order."""
    hazards = HAZARDS | {"flood": HAZARDS["flood"] | {"duration_cv": 0.0}}
    hazards |= {"fire": HAZARDS["fire"] | {"duration_cv": 0.0}}
    asked = {"count": 300, "method": method}
    one = build(make_portfolio(hazards, SUPPLIERS, **asked), SEED)
    other = build(make_portfolio(dict(reversed(hazards.items())), SUPPLIERS, **asked), SEED)
    np.testing.assert_array_equal(one.outage_days, other.outage_days)
    np.testing.assert_array_equal(one.surge_days, other.surge_days)
    np.testing.assert_array_equal(one.surge_multiplier, other.surge_multiplier)
    np.testing.assert_allclose(one.probability, other.probability, rtol=1e-12)


def test_the_order_of_suppliers_does_not_matter(make_portfolio: Any) -> None:
    """Proves: suppliers in reverse keep their own outages, in reversed columns."""
    one = draw(make_portfolio(HAZARDS, SUPPLIERS), SEED, "stratified")
    reverse = dict(reversed(SUPPLIERS.items()))
    other = draw(make_portfolio(HAZARDS, reverse), SEED, "stratified")
    np.testing.assert_array_equal(one.outage_days, other.outage_days[:, ::-1])


def test_another_seed_draws_another_future(make_portfolio: Any) -> None:
    """Proves: entropy and spawn key of the seed both reach the draws."""
    portfolio = make_portfolio(HAZARDS, SUPPLIERS)
    seeds = [SEED, np.random.SeedSequence(8), *np.random.SeedSequence(7).spawn(2)]
    futures = {draw(portfolio, seed, "stratified").outage_days.tobytes() for seed in seeds}
    assert len(futures) == 4


def test_drawn_and_enumerated_expectations_agree(make_portfolio: Any) -> None:
    """
    Proves: draws and enumeration are of one distribution: expected outage days of each supplier.

    Durations are constant: flood 30 * (1 - exp(-.9)) * .35 = 6.231, fire 30 * .32968 = 9.890; the
    strata leave at most 2 of 2,000 scenarios of 30 days in doubt, 0.03.
    """
    hazards = {name: row | {"duration_cv": 0.0} for name, row in HAZARDS.items()}
    exact = build(make_portfolio(hazards, SUPPLIERS, method="exact"), SEED)
    drawn = draw(make_portfolio(hazards, SUPPLIERS, count=2000), SEED, "stratified")
    expected = exact.probability @ exact.outage_days
    np.testing.assert_allclose(expected, [6.231, 6.231, 9.890], atol=1e-3)
    np.testing.assert_allclose(drawn.probability @ drawn.outage_days, expected, atol=0.03)
