"""Decomposition against the exact method: two roads, one answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose import bound, core_search
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import PricingModel
from optimizer.engine.exact.whole_model import Solved
from optimizer.errors import NoPlanError, StoppedBy, StoppedError
from optimizer.jobs.prepare import prepare
from tests.support.random_portfolios import random_portfolio

GAP = 1e-6


def _by(portfolio: Portfolio, method: str, gap: float) -> Portfolio:
    solver = portfolio.settings.solver.model_copy(update={"method": method, "gap": gap})
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"solver": solver}))


def _solved(portfolio: Portfolio, method: str, gap: float) -> Outcome | None:
    try:
        return decide(prepare(_by(portfolio, method, gap)).case)
    except NoPlanError:
        return None


def _agree(seed: int) -> None:
    """
    Proves: both methods find a plan or neither does; each bound lies below the other's plan, and
    where both close their gaps the plans cost the same.
    """
    measure = ("expected", "cvar")[seed % 2]
    portfolio = random_portfolio(seed, measure, max_skus=25)
    exact = _solved(portfolio, "exact", 0.0)
    decomposed = _solved(portfolio, "decompose", GAP)
    assert (exact is None) == (decomposed is None)
    if exact is None or decomposed is None:
        return
    slack = 1e-9 * abs(exact.objective)
    assert decomposed.bound <= exact.objective + slack
    assert exact.bound <= decomposed.objective + slack
    assert decomposed.bound <= decomposed.objective
    allowed = (exact.gap + decomposed.gap + 1e-9) * abs(exact.objective)
    assert abs(exact.objective - decomposed.objective) <= allowed
    assert decomposed.gap <= GAP


@pytest.mark.parametrize("seed", range(24))
def test_decompose_and_exact_agree(seed: int) -> None:
    """Proves: see `_agree`."""
    _agree(50_000 + seed)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(44))
def test_decompose_and_exact_agree_at_length(block: int) -> None:
    """Proves: see `_agree`, on 220 portfolios."""
    for part in range(5):
        _agree(60_000 + block * 5 + part)


def test_any_number_of_threads_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: plan, objective, bound and prices do not depend on how the ranges are shared out."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    portfolio = random_portfolio(3, "cvar", max_skus=60)
    outcomes = []
    for threads in (1, 3):
        for name in ("price_table.RANGE", "price_table._SKUS_AT_ONCE", "impacts._PROFILES_AT_ONCE"):
            monkeypatch.setattr(f"optimizer.engine.decompose.{name}", 8)
        monkeypatch.setattr("optimizer.maths.threads._THREADS", ThreadPoolExecutor(threads))
        outcomes.append(_solved(portfolio, "decompose", 1e-4))
    one, three = outcomes
    assert one is not None
    assert three is not None
    assert (one.objective, one.bound) == (three.objective, three.bound)
    np.testing.assert_array_equal(one.plan.option, three.plan.option)
    np.testing.assert_array_equal(one.prices.resource, three.prices.resource)


def test_a_neighbouring_budget_goes_on_from_the_last_proof() -> None:
    """
    Proves: the second budget's bound and plan are as good as from scratch, with fewer rounds.

    A round is a column of the proof; the columns of the first budget are taken over.
    """
    portfolio = random_portfolio(11, "cvar", max_skus=60)
    dearer = _with_budget(portfolio, 1.05)
    proof, fresh = Proof(), Proof()
    decide(prepare(_by(portfolio, "decompose", GAP)).case, proof=proof)
    n_first = len(proof.columns)
    warm = decide(prepare(_by(dearer, "decompose", GAP)).case, proof=proof)
    cold = decide(prepare(_by(dearer, "decompose", GAP)).case, proof=fresh)
    assert warm.gap <= GAP
    assert warm.objective == pytest.approx(cold.objective, rel=2 * GAP)
    assert len(proof.columns) - n_first < len(fresh.columns)


def test_ctrl_c_between_rounds_keeps_a_plan_and_what_is_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: interrupted while the bound rises, the best plan so far is kept."""
    portfolio = random_portfolio(11, "cvar", max_skus=60)
    full = _solved(portfolio, "decompose", GAP)
    price_round, calls, stop = bound.price_round, count(), Stop()

    def interrupted(model: PricingModel, prices: bound.RoundPrices) -> bound.Round:
        if next(calls) == 2:
            stop.interrupted = True
        return price_round(model, prices)

    monkeypatch.setattr(bound, "price_round", interrupted)
    stopped = decide(prepare(_by(portfolio, "decompose", GAP)).case, stop=stop)
    assert full is not None
    assert stopped.stopped_by == "interrupt"
    assert stopped.bound <= full.objective <= stopped.objective + 1e-9 * abs(full.objective)


@pytest.mark.parametrize("reason", ["time_limit", "interrupt", "node_limit"])
def test_a_core_that_is_stopped_costs_no_plan(
    monkeypatch: pytest.MonkeyPatch, reason: StoppedBy
) -> None:
    """
    Proves: the plan of moves is kept where the relaxation of a core meets its end.

    Sensitivity: it was dropped with "before any plan was found".
    """
    stop = Stop()

    def stopped(*_: object) -> Solved:
        stop.interrupted = reason == "interrupt"
        stop.deadline = 0.0 if reason == "time_limit" else stop.deadline
        raise StoppedError(reason)

    monkeypatch.setattr(core_search, "solve_exact", stopped)
    portfolio = random_portfolio(11, "cvar", max_skus=60)
    outcome = decide(prepare(_by(portfolio, "decompose", 1e-12)).case, stop=stop)
    assert outcome.stopped_by == reason
    assert outcome.bound < outcome.objective


@pytest.mark.parametrize("priced", [1, 2])
def test_plans_priced_before_any_mixture_are_kept(
    monkeypatch: pytest.MonkeyPatch, priced: int
) -> None:
    """Proves: interrupted in the first rounds, the plans priced by then are fitted and kept."""
    price_round, calls, stop = bound.price_round, count(1), Stop()

    def interrupted(model: PricingModel, prices: bound.RoundPrices) -> bound.Round:
        stop.interrupted = next(calls) >= priced
        return price_round(model, prices)

    monkeypatch.setattr(bound, "price_round", interrupted)
    portfolio = random_portfolio(11, "cvar", max_skus=60)
    outcome = decide(prepare(_by(portfolio, "decompose", GAP)).case, stop=stop)
    assert outcome.stopped_by == "interrupt"
    assert outcome.bound <= outcome.objective


def _with_budget(portfolio: Portfolio, factor: float) -> Portfolio:
    budget = portfolio.settings.budget
    assert budget.capital is not None
    more = budget.model_copy(update={"capital": budget.capital * factor})
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"budget": more}))
