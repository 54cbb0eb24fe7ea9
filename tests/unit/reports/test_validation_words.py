"""What a validation says: no more than was found, in words a planner can act on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.domain.validation import (
    Fresh,
    Interval,
    LeftOut,
    Measure,
    Need,
    SamplingGap,
    StochasticSolution,
    Validation,
)
from optimizer.reports.run.validation_words import advice, forecast_rows, validation_sentences


def around(estimate: float, half: float) -> Interval:
    """Return an interval."""
    return Interval(estimate=estimate, low=estimate - half, high=estimate + half)


FOUND = Validation(
    run="demo",
    currency="EUR",
    horizon_days=365,
    measure="cvar",
    level=0.95,
    yearly_charge=0.15,
    scenarios=200,
    fresh=Fresh(scenarios=40_000, batches=20, seed=1),
    measures={
        "objective": Measure(in_sample=1_640_000.0, fresh=around(1_780_000.0, 18_000.0)),
        "expected_loss": Measure(in_sample=221_550.0, fresh=around(221_550.0, 0.0)),
        "var": Measure(in_sample=978_061.0, fresh=around(934_533.0, 9_058.0)),
        "cvar": Measure(in_sample=1_260_000.0, fresh=around(1_540_000.0, 35_000.0)),
    },
    sampling_gap=SamplingGap(
        gaps=(90_000.0, 110_000.0), mean=100_000.0, upper=150_000.0, solver=100.0
    ),
    stochastic_solution=StochasticSolution(
        mean_value_objective=around(2_130_000.0, 20_000.0), value=around(356_465.0, 17_766.0)
    ),
    need=Need(target=0.01, in_tail=10.0, for_tail=200, for_gap=14_000, for_forecast=42_000),
    left_out=LeftOut(batches=0, replications=0),
)


def said(found: Validation) -> str:
    """Return everything that is said."""
    return " ".join(validation_sentences(found))


def test_the_forecast_stands_beside_the_figures_in_sample() -> None:
    """Proves: one row per figure, in one scale, with ± and unit; the mean is exact on either."""
    rows = forecast_rows(FOUND)
    assert rows[0] == ("objective, a year", "1.64 M EUR", "1.78 M EUR", "± 0.0180 M EUR")
    assert rows[1] == ("expected loss", "221,550 EUR", "221,550 EUR", "exact")
    assert [row[0] for row in rows[2:]] == ["VaR at 95 %", "CVaR at 95 %"]


def test_the_advice_names_numbers_and_what_they_buy() -> None:
    """Proves: too few futures are told with how many would do, of the run and of the forecast."""
    plan, forecast = advice(FOUND)
    assert plan == (
        "Ask for about 14,000 futures (scenarios.count) to bring what sampling may cost "
        "below 1 % of the objective."
    )
    assert forecast == (
        "Ask for about 42,000 fresh futures (--scenarios) to know the objective within ± 1 %."
    )


def test_enough_is_told_as_enough() -> None:
    """Proves: where both errors are small nothing more is asked for."""
    need = replace(FOUND.need, for_gap=200, for_forecast=40_000)
    plan, forecast = advice(replace(FOUND, need=need))
    assert "200 futures are enough for the plan" in plan
    assert "40,000 fresh futures are enough for the forecast" in forecast


def test_a_thin_tail_is_told() -> None:
    """Proves: 2.5 futures in the tail are too few, whatever the gap."""
    need = replace(FOUND.need, in_tail=2.5, for_tail=200)
    first = advice(replace(FOUND, scenarios=50, need=need))[0]
    assert first == (
        "Only 2.5 of the 50 futures lie in the worst 5 %: ask for at least 200 (scenarios.count)."
    )


def test_the_gap_says_what_it_proves() -> None:
    """Proves: for CVaR a conservative bound, for VaR an estimate and no bound."""
    assert "with 95 % confidence, by 150,000 EUR at most (8.5 % of the objective)" in said(FOUND)
    assert "conservative" in said(FOUND)
    var = said(replace(FOUND, measure="var"))
    assert "an estimate, no bound" in var
    assert "conservative" not in var


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (around(50.0, 10.0), "cost 50.0 EUR ± 10.0 EUR more a year on the same futures: what"),
        (around(5.0, 10.0), "no difference that these futures show"),
        (around(-50.0, 10.0), "cost 50.0 EUR ± 10.0 EUR less a year"),
    ],
)
def test_the_worth_beyond_the_mean_is_not_overstated(value: Interval, words: str) -> None:
    """Proves: an interval over 0 is no difference, and a dearer plan is told as such."""
    solution = replace(FOUND.stochastic_solution, value=value)
    assert words in said(replace(FOUND, stochastic_solution=solution))


def test_without_replications_nothing_is_claimed() -> None:
    """Proves: no gap, no word of one but that it was not tried."""
    found = replace(FOUND, sampling_gap=None, need=replace(FOUND.need, for_gap=None))
    assert "replications of" not in said(found)
    assert "was not tried" in said(found)
