"""Every state, by exact enumeration."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.errors import BadInputError
from optimizer.scenarios.build import build

SEED = np.random.SeedSequence(1)
CERTAIN = 1e9


def rate(probability: float) -> float:
    """Return the annual rate that strikes with this probability within a year."""
    return -math.log1p(-probability)


def total(scenarios: ScenarioSet, event: Any) -> float:
    """Return the probability of an event."""
    return float(scenarios.probability[event].sum())


@pytest.fixture
def common_cause(make_portfolio: Any) -> Portfolio:
    """Region A (.02) with suppliers (.05, .10), region B (.01) with one (.08)."""
    return make_portfolio(
        {
            "flood A": {"scope": "region", "target": "A", "annual_rate": rate(0.02)},
            "flood B": {"scope": "region", "target": "B", "annual_rate": rate(0.01)},
            "strike a1": {"target": "a1", "annual_rate": rate(0.05)},
            "strike a2": {"target": "a2", "annual_rate": rate(0.10)},
            "strike b1": {"target": "b1", "annual_rate": rate(0.08)},
        },
        {"a1": "A", "a2": "A", "b1": "B"},
        method="exact",
    )


def test_common_cause_golden_numbers(common_cause: Portfolio) -> None:
    """
    Proves: suppliers are correlated through the region they share.

    None of A: .02 + .98 * .05 * .10 = .0249; only a1: .98 * .95 * .10 = .0931; only a2:
    .98 * .05 * .90 = .0441; both: .98 * .95 * .90 = .8379; none of B: 1 - .99 * .92 = .0892; all
    three down: .0249 * .0892 = .00222108.
    Sensitivity: independent suppliers with the same marginals give .069 * .118 = .008142 for A.
    """
    scenarios = build(common_cause, SEED)
    down1, down2, down3 = (scenarios.outage_days > 0).T
    found = [
        total(scenarios, down1 & down2),
        total(scenarios, ~down1 & down2),
        total(scenarios, down1 & ~down2),
        total(scenarios, ~down1 & ~down2),
        total(scenarios, down3),
        total(scenarios, down1 & down2 & down3),
    ]
    expected = [0.0249, 0.0931, 0.0441, 0.8379, 0.0892, 0.00222108]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_equal_states_are_merged(common_cause: Portfolio) -> None:
    """
    Proves: one scenario per distinct state.  Three suppliers up or down are 8; the hazards have 32.
    """
    scenarios = build(common_cause, SEED)
    assert len(scenarios) == len(np.unique(scenarios.outage_days, axis=0)) == 8
    assert scenarios.probability.sum() == pytest.approx(1.0, abs=1e-14)


def test_strike_probability_grows_with_the_horizon(make_portfolio: Any) -> None:
    """
    Proves: p = 1 - exp(-rate y): rate .5, 730 days: y = 2, p = 1 - 1/e = .632121.

    Sensitivity: forgetting the horizon gives .393469, rate * y gives 1.
    """
    portfolio = make_portfolio(
        {"h": {"target": "a", "annual_rate": 0.5}}, {"a": "A"}, horizon_days=730, method="exact"
    )
    scenarios = build(portfolio, SEED)
    assert total(scenarios, scenarios.outage_days[:, 0] == 30) == pytest.approx(0.6321205588)


def test_regional_hits_are_enumerated_per_supplier(make_portfolio: Any) -> None:
    """
    Proves: a region hazard hits each supplier of its own with hit_probability, independently.

    p = .5, hit .2: one of them .5 * .2 = .1, both .5 * .04 = .02, none .5 + .5 * .64 = .82; the
    supplier of the other region never.  Sensitivity: one hit for all gives .1 for both.
    """
    portfolio = make_portfolio(
        {"h": {"scope": "region", "target": "A", "annual_rate": rate(0.5), "hit_probability": 0.2}},
        {"a": "A", "b": "A", "c": "C"},
        method="exact",
    )
    scenarios = build(portfolio, SEED)
    a, b, c = (scenarios.outage_days > 0).T
    found = [total(scenarios, event) for event in (a, b, a & b, ~a & ~b, c)]
    np.testing.assert_allclose(found, [0.1, 0.1, 0.02, 0.82, 0.0], rtol=1e-12)


def test_random_durations_are_enumerated_by_day(make_portfolio: Any) -> None:
    """
    Proves: with a cv the expected outage is p times the mean of the whole-day durations.

    Mean 5, cv .5, horizon 365: rounding up adds close to half a day: .5 * 5.5 = 2.75.
    Sensitivity: no rounding up gives 2.5; one hazard that always strikes 5.5.
    """
    portfolio = make_portfolio(
        {
            "h": {"target": "a", "annual_rate": rate(0.5), "duration_mean_days": 5.0}
            | {"duration_cv": 0.5}
        },
        {"a": "A"},
        method="exact",
    )
    scenarios = build(portfolio, SEED)
    assert scenarios.probability @ scenarios.outage_days[:, 0] == pytest.approx(2.75, abs=0.002)


def test_certain_strikes_leave_one_state(make_portfolio: Any) -> None:
    """
    Proves: what cannot happen is no state: 60 hazards that strike for certain make one scenario.

    Sensitivity: states in which they do not strike, of probability 0, would number 2^60.
    """
    names = [f"s{i}" for i in range(60)]
    hazards = {name: {"target": name, "annual_rate": CERTAIN} for name in names}
    portfolio = make_portfolio(hazards, dict.fromkeys(names, "A"), method="exact")
    assert build(portfolio, SEED).outage_days.tolist() == [[30] * 60]


def test_states_too_rare_for_a_float_are_dropped(make_portfolio: Any) -> None:
    """Proves: two strikes of 1e-200 each make a state of probability 0, which is left out."""
    hazards = {name: {"target": name, "annual_rate": 1e-200} for name in "ab"}
    scenarios = build(make_portfolio(hazards, {"a": "A", "b": "A"}, method="exact"), SEED)
    assert scenarios.outage_days.tolist() == [[0, 0], [0, 30], [30, 0]]
    np.testing.assert_allclose(scenarios.probability, [1.0, 1e-200, 1e-200], rtol=1e-12)


def test_without_a_strike_there_is_no_shock(make_portfolio: Any) -> None:
    """Proves: a surge of p = .5 leaves multiplier 1 and 0 days in the other half."""
    hazard = {"kind": "surge", "scope": "category", "target": "toys", "multiplier": 1.5}
    portfolio = make_portfolio({"h": hazard | {"annual_rate": rate(0.5)}}, {"a": "A"})
    scenarios = build(portfolio, SEED)
    assert scenarios.surge_multiplier.tolist() == [[1.0], [1.5]]
    assert scenarios.surge_days.tolist() == [[0], [30]]
    np.testing.assert_allclose(scenarios.probability, 0.5, rtol=1e-12)


def test_hit_probability_counts_for_regions_only(make_portfolio: Any) -> None:
    """Proves: a supplier's own outage hits it: p = .5, not .5 * .2 = .1."""
    hazard = {"target": "a", "annual_rate": rate(0.5), "hit_probability": 0.2}
    scenarios = build(make_portfolio({"h": hazard}, {"a": "A"}, method="exact"), SEED)
    assert total(scenarios, scenarios.outage_days[:, 0] > 0) == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(
    "harmless",
    [
        {"target": "a", "annual_rate": 0.0},
        {"target": "a", "duration_mean_days": 0.0},
        {"target": "A", "scope": "region", "hit_probability": 0.0},
        {"target": "nowhere", "scope": "region"},
    ],
)
def test_hazards_without_effect_never_strike(make_portfolio: Any, harmless: Any) -> None:
    """
    Proves: rate 0, duration 0, no hit and no supplier leave the one calm scenario.

    Sensitivity: the floor of one day applied to a duration of 0 gives an outage of 1 day.
    """
    scenarios = build(make_portfolio({"h": harmless}, {"a": "A"}), SEED)
    assert (scenarios.outage_days.tolist(), scenarios.probability.tolist()) == ([[0]], [1.0])


def test_stratified_enumerates_up_to_count_states(common_cause: Portfolio) -> None:
    """Proves: 32 states are enumerated at count 32 and drawn at count 31; `method` says so."""
    for count, method, n_scenarios in ((32, "exact", 8), (31, "stratified", 31)):
        asked = {"count": count, "method": "stratified"}
        scenarios = build(_with_scenarios(common_cause, asked), SEED)
        assert (scenarios.method, len(scenarios)) == (method, n_scenarios)


def test_sampled_never_enumerates(common_cause: Portfolio) -> None:
    """Proves: whoever asks for plain Monte Carlo gets it, however few the states."""
    scenarios = build(_with_scenarios(common_cause, {"count": 40, "method": "sampled"}), SEED)
    assert (scenarios.method, len(scenarios)) == ("sampled", 40)


def test_too_many_states_are_refused_with_their_number(make_portfolio: Any) -> None:
    """Proves: 17 independent hazards (2^17 = 131,072 states) are refused, 16 are not."""
    hazards = {f"h{i}": {"target": f"s{i}"} for i in range(17)}
    suppliers = {f"s{i}": "A" for i in range(17)}
    with pytest.raises(BadInputError, match=r"at most 100,000 states; there are 131,072\."):
        build(make_portfolio(hazards, suppliers, method="exact"), SEED)
    del hazards["h16"]
    assert len(build(make_portfolio(hazards, suppliers, method="exact"), SEED)) == 2**16


def test_states_beyond_counting_are_refused_at_once(make_portfolio: Any) -> None:
    """
    Proves: the states are counted, not built.  1 + 2^2000 states; 2000 log10(2) = 602.06.
    """
    hazard = {"scope": "region", "target": "A", "hit_probability": 0.5}
    suppliers = {f"s{i}": "A" for i in range(2000)}
    with pytest.raises(BadInputError, match=r"about 1e602\..*hazard 'quake' alone"):
        build(make_portfolio({"quake": hazard}, suppliers, method="exact"), SEED)


def _with_scenarios(portfolio: Portfolio, asked: dict[str, Any]) -> Portfolio:
    settings = portfolio.settings
    scenarios = settings.scenarios.model_copy(update=asked)
    return replace(portfolio, settings=settings.model_copy(update={"scenarios": scenarios}))
