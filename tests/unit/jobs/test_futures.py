"""The futures of a run: how many, what they are drawn from, and that they can be drawn again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NOMINAL
from optimizer.errors import BadInputError, NoPlanError
from optimizer.jobs import futures as jobs_futures
from optimizer.jobs.futures import pilot, prepare_run, with_count
from optimizer.jobs.prepare import draw_futures
from optimizer.options.choices import Choices
from tests.support.random_portfolios import random_portfolio


def with_settings(portfolio: Portfolio, **tables: dict[str, Any]) -> Portfolio:
    return replace(portfolio, settings=portfolio.settings.having(**tables))


def risky(seed: int, measure: str = "cvar", **tables: dict[str, Any]) -> Portfolio:
    """Return a random portfolio whose tail is charged and whose limits are free."""
    portfolio = random_portfolio(seed, measure)
    free = type(portfolio.settings.limits)()
    settings = portfolio.settings.model_copy(update={"limits": free})
    budget = {"capital": None, "category": {}}
    return with_settings(
        replace(portfolio, settings=settings),
        budget=budget,
        risk={"weight": 0.3, "measure": measure},
        scenarios={"count": 200},
        **tables,
    )


@pytest.mark.parametrize(("measure", "count"), [("var", 300), ("cvar", 2000), ("expected", 2000)])
def test_auto_is_a_number_of_the_measure(measure: str, count: int) -> None:
    """Proves: `auto` is resolved by the measure, and a stated count stays."""
    portfolio = risky(1, measure)
    auto = with_settings(portfolio, scenarios={"count": "auto"})
    assert with_count(auto).settings.scenarios.count == count
    assert with_count(portfolio).settings.scenarios.count == 200


@pytest.mark.parametrize(
    ("n_options", "count"), [(2_500_000, 2000), (45_000_000, 1100), (10**9, 500)]
)
def test_auto_is_less_where_options_are_many(
    n_options: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: options times futures stay within 5e10, but for 500: 5e10 / 45 M = 1,111."""
    monkeypatch.setattr(Choices, "count", lambda *_: n_options)
    auto = with_settings(risky(1), scenarios={"count": "auto"})
    assert with_count(auto).settings.scenarios.count == count


@pytest.mark.parametrize("seed", range(2))
def test_a_run_draws_the_same_futures_each_time(seed: int) -> None:
    """
    Proves: two pilots find the same shares, and the shares draw the same bits without a pilot.

    Sensitivity: a stream shared with the pilot, or a loose solve in the second draw, moves them.
    """
    portfolio = risky(seed)
    first, second = prepare_run(portfolio), prepare_run(portfolio)
    again = draw_futures(portfolio, first.futures.mixture)
    assert first.futures.mixture == second.futures.mixture
    for other in (second.futures, again):
        np.testing.assert_array_equal(other.probability, first.futures.probability)
        np.testing.assert_array_equal(other.strikes.start_day, first.futures.strikes.start_day)
        np.testing.assert_array_equal(other.strikes.days, first.futures.strikes.days)


def test_the_pilot_finds_what_the_tail_is_made_of() -> None:
    """Proves: some futures are drawn more often than they happen, at most seven of ten."""
    mixtures = [pilot(risky(seed)) for seed in range(2)]
    assert any(mixture.shares for mixture in mixtures)
    assert all(mixture.nominal >= 0.3 - 1e-9 for mixture in mixtures)
    assert {mixture.pilot for mixture in mixtures if mixture.shares} == {20_000}


@pytest.mark.parametrize(
    "tables",
    [
        {"risk": {"weight": 0.0}},
        {"risk": {"measure": "expected"}},
        {"hazards": {"rate_factor": 0.0}},
    ],
)
def test_no_pilot_where_nothing_is_charged_or_strikes(
    tables: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: without a charge on the tail, or hazards, nothing is solved to draw futures."""
    portfolio = with_settings(risky(1), **tables)
    if "hazards" in tables:
        still = replace(portfolio.hazards, annual_rate=np.zeros_like(portfolio.hazards.annual_rate))
        portfolio = replace(portfolio, hazards=still)
    monkeypatch.setattr(jobs_futures, "decide", None)
    assert pilot(portfolio) == NOMINAL


def test_a_part_of_a_large_portfolio_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: of more SKUs than a pilot takes some are drawn, their budget in proportion.

    A budget that no plan of the part meets is left aside: the whole one's may.
    """
    monkeypatch.setattr(jobs_futures, "_PILOT_SKUS", 2)
    taken = []
    loose = jobs_futures._loose_plan

    def noted(portfolio: Portfolio, *, is_part: bool) -> Any:
        taken.append((len(portfolio.skus), portfolio.settings.budget.capital, is_part))
        return loose(portfolio, is_part=is_part)

    monkeypatch.setattr(jobs_futures, "_loose_plan", noted)
    portfolio = with_settings(risky(1), budget={"capital": 1e-3})
    n_skus = len(portfolio.skus)
    assert n_skus > 2
    assert pilot(portfolio).nominal >= 0.3 - 1e-9
    assert taken == [(2, pytest.approx(1e-3 * 2 / n_skus), True)]


def test_no_plan_is_refused_before_any_pilot() -> None:
    """Proves: limits that no plan meets are told by the loose solve already."""
    with pytest.raises(NoPlanError):
        prepare_run(with_settings(risky(1), budget={"capital": 1e-3}))


def test_no_time_leaves_the_plan_of_least_expected_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a time limit that no loose solve keeps still draws from a mixture, not for long."""
    portfolio = with_settings(risky(2), solver={"time_limit": 1e-9})
    assert pilot(portfolio).nominal >= 0.3 - 1e-9


def test_futures_that_no_memory_holds_are_refused() -> None:
    """Proves: what all futures need is foreseen and refused before the first is drawn."""
    portfolio = with_settings(risky(1), scenarios={"count": 10**13})
    with pytest.raises(BadInputError) as refusal:
        draw_futures(portfolio)
    [problem] = refusal.value.problems
    assert "10,000,000,000,000 futures" in problem.rule
    assert "scenarios.count" in problem.remedy
