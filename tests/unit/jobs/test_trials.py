"""A plan tried out of sample, where every count of strikes can be weighed: the truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.forecast import dearer_by, figures, forecast, objective_at
from optimizer.jobs.fresh import BATCHES, fresh_futures
from optimizer.jobs.prepare import draw_futures, prepare
from optimizer.jobs.trials import (
    default_count,
    gap_of_sampling,
    mean_value_plan,
)
from optimizer.strategies.candidate import Candidate
from tests.support.countable import countable_portfolio, true_figures, with_scenarios
from tests.support.random_portfolios import random_portfolio

MEASURES = ("cvar", "var", "expected")


def best_plan(portfolio: Portfolio) -> tuple[Designs, float]:
    """Return the best plan and its objective in sample."""
    case = prepare(portfolio).case
    outcome = decide(case)
    return case.options.designs(outcome.plan.option), outcome.objective


def without_limits(portfolio: Portfolio) -> Portfolio:
    """Take the limits away, so that there is a plan."""
    settings = portfolio.settings
    budget = settings.budget.model_copy(update={"capital": None, "category": {}})
    free = settings.model_copy(update={"budget": budget, "limits": type(settings.limits)()})
    return replace(portfolio, settings=free)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(4))
def test_a_plan_tried_on_its_own_futures_costs_what_the_engine_says(
    seed: int, measure: str
) -> None:
    """
    Proves: a table of the chosen options alone gives the objective of the whole table's plan,
    alternates and onboarding included.

    Sensitivity: leaving onboarding out, or losses in units of money, moves it in the first digits.
    """
    portfolio = without_limits(random_portfolio(seed, measure))
    designs, objective = best_plan(portfolio)
    found = figures(
        Candidate.of(portfolio, designs).on(draw_futures(portfolio)), portfolio.settings
    )
    assert found["objective"] == pytest.approx(objective, rel=1e-10)


def test_onboarding_is_paid_by_the_plan_that_needs_it() -> None:
    """Proves: of random plans those with alternates to onboard cost that more than without."""
    portfolio = without_limits(random_portfolio(1, "cvar"))
    none = replace(
        portfolio.suppliers,
        onboarded=np.zeros(len(portfolio.suppliers), dtype=np.bool_),
        onboarding_cost=np.full(len(portfolio.suppliers), 5.0),
    )
    portfolio = replace(portfolio, suppliers=none)
    options = prepare(portfolio).case.options
    designs = options.designs(options.start[1:] - 1)
    used = designs.alternates[designs.alternates >= 0]
    needed = len(np.unique(portfolio.sources.supplier[used]))
    assert needed > 0
    futures = draw_futures(portfolio)
    free = replace(portfolio, suppliers=replace(none, onboarding_cost=np.zeros(3)))
    cost = [figures(Candidate.of(p, designs).on(futures), p.settings) for p in (portfolio, free)]
    assert cost[0]["objective"] - cost[1]["objective"] == pytest.approx(needed * 5.0 / 5.0)


def fingerprint(futures: Futures) -> bytes:
    strikes = futures.strikes
    return b"".join(
        column.tobytes() for column in (strikes.scenario, strikes.start_day, strikes.days)
    )


def test_fresh_futures_are_batches_that_nobody_else_draws() -> None:
    """
    Proves: 20 batches differ from each other, from those of another seed, and from the run's own
    draw with the same seed and the same count; asked for again they are the same.
    """
    portfolio = countable_portfolio(count=100, seed=1)
    drawn = [fingerprint(batch) for batch in fresh_futures(portfolio, 2_000, seed=1)]
    again = [fingerprint(batch) for batch in fresh_futures(portfolio, 2_000, seed=1)]
    others = [fingerprint(batch) for batch in fresh_futures(portfolio, 2_000, seed=2)]
    own = fingerprint(draw_futures(portfolio))
    assert [len(batch) for batch in fresh_futures(portfolio, 2_000, seed=1)] == [100] * BATCHES
    assert drawn == again
    assert len({*drawn, *others, own}) == 2 * BATCHES + 1


def test_default_batches_are_large() -> None:
    """Proves: 2,000 a batch at least, ten times the run's count, never fewer than the run has."""
    assert [default_count(count) // BATCHES for count in (4, 200, 500, 3_000, 50_000)] == [
        *(2_000, 2_000, 5_000, 10_000, 50_000)
    ]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_expected_loss_is_not_estimated(measure: str) -> None:
    """
    Proves: expected loss is the true one to arithmetic, in sample and fresh, without any width.

    Sensitivity: the mean over 20 batches of 100 futures is off by some per cent.
    """
    portfolio = countable_portfolio(measure)
    designs, _ = best_plan(portfolio)
    plan = Candidate.of(portfolio, designs)
    batches = [plan.on(batch) for batch in fresh_futures(portfolio, 2_000, seed=3)]
    found = forecast(batches, portfolio.settings)["expected_loss"]
    truth = true_figures(portfolio, designs)["expected_loss"]
    assert found.low == found.estimate == found.high == pytest.approx(truth, rel=1e-9)


def _coverage(measure: str, repetitions: int) -> dict[str, float]:
    """Return how often the intervals of fresh futures hold the truth."""
    portfolio = countable_portfolio(measure)
    designs, _ = best_plan(portfolio)
    plan, truth = Candidate.of(portfolio, designs), true_figures(portfolio, designs)
    hits = dict.fromkeys(truth, 0)
    for draw in range(repetitions):
        batches = [plan.on(batch) for batch in fresh_futures(portfolio, 4_000, seed=draw)]
        for name, interval in forecast(batches, portfolio.settings).items():
            room = 1e-9 * abs(truth[name])
            hits[name] += interval.low - room <= truth[name] <= interval.high + room
    return {name: hit / repetitions for name, hit in hits.items()}


def test_intervals_cover_the_true_objective() -> None:
    """
    Proves: of 100 validations of a plan whose objective is known, about 95 cover it.

    Sensitivity: intervals of the in-sample size, 1/√20 as wide, would cover a third.
    """
    covered = _coverage("cvar", 100)
    assert 0.89 <= covered["objective"] <= 1.0
    assert 0.89 <= covered["cvar"] <= 1.0
    assert covered["expected_loss"] == 1.0


@pytest.mark.slow
def test_intervals_cover_the_true_objective_at_length() -> None:
    """Proves: of 1,000 validations between 93 and 97.5 % cover objective and CVaR."""
    covered = _coverage("cvar", 1_000)
    assert all(0.93 <= covered[name] <= 0.975 for name in ("objective", "cvar"))


def test_the_stochastic_solution_is_worth_something() -> None:
    """
    Proves: the plan for the mean future buys other reserves than the best plan, and costs more by
    the true figures; fresh futures see it.

    Sensitivity: the difference taken the other way is negative; the exact means in place of the
    mean future's would make the rival the risk-neutral plan.
    """
    portfolio = countable_portfolio(count=500)
    designs, _ = best_plan(portfolio)
    rival = mean_value_plan(portfolio, Stop())
    true = [true_figures(portfolio, one)["objective"] for one in (rival, designs)]
    assert true[0] > true[1]
    batches = list(fresh_futures(portfolio, 20_000, seed=1))
    theirs, ours = (
        [Candidate.of(portfolio, one).on(batch) for batch in batches] for one in (rival, designs)
    )
    value = dearer_by(theirs, ours, portfolio.settings)
    assert value.low <= true[0] - true[1] <= value.high
    own = [forecast(each, portfolio.settings)["objective"].half_width for each in (theirs, ours)]
    assert value.half_width < np.hypot(*own)


def test_cvar_is_taken_at_a_threshold_that_the_futures_do_not_choose() -> None:
    """Proves: the replications' cost is never below the plan's own objective on them."""
    portfolio = countable_portfolio()
    designs, _ = best_plan(portfolio)
    plan, settings = Candidate.of(portfolio, designs), portfolio.settings
    for batch in fresh_futures(portfolio, 2_000, seed=4):
        found = plan.on(batch)
        own = figures(found, settings)
        assert objective_at(found, settings, own["var"]) == pytest.approx(own["objective"])
        beyond = objective_at(found, settings, 1.1 * own["var"] + 1.0)
        assert beyond >= own["objective"] * (1.0 - 1e-12)


def _gap_holds(draw: int) -> bool:
    """Whether the bound of 5 replications holds the true gap of a plan made on 20 futures."""
    portfolio = countable_portfolio(count=500)
    best, _ = best_plan(portfolio)
    few = with_scenarios(portfolio, count=20, seed=draw)
    designs, _ = best_plan(few)
    true = [true_figures(portfolio, one)["objective"] for one in (designs, best)]
    plan = Candidate.of(portfolio, designs)
    batches = [plan.on(batch) for batch in fresh_futures(few, 4_000, seed=draw)]
    threshold = forecast(batches, portfolio.settings)["var"].estimate
    found = gap_of_sampling(few, plan, threshold, replications=5, seed=draw, stop=Stop())
    assert found is not None
    assert min(found.gaps) >= -1e-9 * abs(true[1])
    return found.upper >= true[0] - true[1]


def test_the_gap_of_sampling_holds_a_known_gap() -> None:
    """Proves: on a portfolio whose best plan is known, the bound of 5 replications holds."""
    assert all(_gap_holds(draw) for draw in range(3))


def test_replications_do_not_share_futures_with_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: every replication draws its own futures, even with the seed of the run."""
    seen: list[Futures] = []
    portfolio = countable_portfolio(count=200, seed=1)
    designs, _ = best_plan(portfolio)
    plan = Candidate.of(portfolio, designs)
    on = Candidate.on
    monkeypatch.setattr(
        Candidate, "on", lambda self, batch: (seen.append(batch), on(self, batch))[1]
    )
    gap_of_sampling(portfolio, plan, 0.0, replications=3, seed=1, stop=Stop())
    drawn = {fingerprint(batch) for batch in (*seen, draw_futures(portfolio))}
    assert len(drawn) == 4
