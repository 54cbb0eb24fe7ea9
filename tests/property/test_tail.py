"""VaR by conflicts: a bound that no plan beats, and a certificate that says why."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.engine import optimize
from optimizer.engine.certificate import check_certificate
from optimizer.engine.decide import decide
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.envelope import cvar_cap, greatest_cap, in_envelope, worst_weights
from optimizer.engine.exact.whole_model import Solved
from optimizer.engine.value_at_risk import conflicts
from optimizer.errors import NoPlanError, StoppedError, VerificationError
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.prepare import prepare
from optimizer.maths.risk import cvar
from tests.support.brute_force import least_objective
from tests.support.random_portfolios import random_portfolio

GAP = 1e-2
SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def _by_conflicts(portfolio: Portfolio) -> Portfolio:
    return _by(portfolio, "decompose")


def _by(portfolio: Portfolio, method: str) -> Portfolio:
    solver = portfolio.settings.solver.model_copy(update={"method": method, "gap": GAP})
    return replace(portfolio, settings=portfolio.settings.model_copy(update={"solver": solver}))


def _holds(seed: int) -> None:
    """
    Proves: the best of all enumerated plans lies between the bound and the plan found, which is
    optimal only where it says so, and the certificate withstands its check.
    """
    portfolio = _by_conflicts(random_portfolio(seed, "var"))
    prepared = prepare(portfolio)
    least = least_objective(portfolio, prepared)
    if math.isinf(least):
        with pytest.raises(NoPlanError):
            decide(prepared.case)
        return
    outcome = decide(prepared.case)
    slack = 1e-9 * abs(least)
    assert outcome.bound - slack <= least <= outcome.objective + slack
    assert outcome.stopped_by in ("gap", "prices")
    assert (outcome.gap <= GAP) == (outcome.stopped_by == "gap")
    check_certificate(prepared.case, outcome.bound, outcome.certificate)


@pytest.fixture(params=[True, False], ids=["whole plans", "prices only"])
def _searched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search conflicts of whole plans as well, or only what prices prove."""
    if not request.param:
        monkeypatch.setattr(conflicts, "MOST_SKUS", 0)


@pytest.mark.usefixtures("_searched")
@pytest.mark.parametrize("seed", range(20))
def test_no_plan_is_cheaper_than_the_bound(seed: int) -> None:
    """Proves: see `_holds`."""
    _holds(70_000 + seed)


@pytest.mark.slow
@pytest.mark.usefixtures("_searched")
@pytest.mark.parametrize("block", range(20))
def test_no_plan_is_cheaper_than_the_bound_at_length(block: int) -> None:
    """Proves: see `_holds`, on 100 portfolios."""
    for part in range(5):
        _holds(71_000 + 5 * block + part)


def test_whole_plans_close_what_prices_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where prices end short of the gap, conflicts of whole plans reach it, and say so."""
    case = prepare(_by_conflicts(random_portfolio(70_000, "var"))).case
    outcome = decide(case)
    assert any(conflict["whole"] for conflict in outcome.certificate)
    monkeypatch.setattr(conflicts, "MOST_SKUS", 0)
    by_prices = decide(case)
    assert (outcome.stopped_by, by_prices.stopped_by) == ("gap", "prices")
    assert by_prices.bound < outcome.bound <= outcome.objective


def test_a_bound_on_whole_plans_raised_above_one_is_refused() -> None:
    """Proves: the second solver finds the plan that is cheaper than claimed."""
    case = prepare(_by_conflicts(random_portfolio(70_000, "var"))).case
    outcome = decide(case)
    false = [dict(conflict) for conflict in outcome.certificate]
    for conflict in false:
        conflict["bound"] = 1.05 * outcome.objective
        conflict["whole"] = True
    with pytest.raises(VerificationError, match="a plan is cheaper"):
        check_certificate(case, outcome.bound, false)


@pytest.fixture(scope="module")
def solved() -> tuple[Case, Outcome]:
    """Return a case with a certificate of several conflicts."""
    settings = (
        *("risk.measure=var", "risk.weight=0.6", "scenarios.count=60"),
        *("solver.method=decompose", "solver.gap=0.02"),
    )
    case = prepare(read_portfolio(SAMPLE, settings)).case
    outcome = decide(case)
    assert len(outcome.certificate) > 1
    return case, outcome


def _higher_bound(listed: list[dict[str, Any]]) -> None:
    listed[0]["bound"] *= 1.001


def _conflict_gone(listed: list[dict[str, Any]]) -> None:
    listed.clear()


def _one_conflict_left(listed: list[dict[str, Any]]) -> None:
    del listed[1:]


def _without_prices(listed: list[dict[str, Any]]) -> None:
    for conflict in listed:
        conflict["prices"] = {}


FAULTS = (_higher_bound, _conflict_gone, _one_conflict_left, _without_prices)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_false_certificate_is_refused(
    solved: tuple[Case, Outcome], fault: Callable[[list[dict[str, Any]]], None]
) -> None:
    """Proves: a bound raised, conflicts missing and prices lost are each found out."""
    case, outcome = solved
    listed = deepcopy([dict(conflict) for conflict in outcome.certificate])
    check_certificate(case, outcome.bound, listed)
    fault(listed)
    with pytest.raises(VerificationError):
        check_certificate(case, outcome.bound, listed)


def test_what_conflicts_proved_is_kept_when_the_whole_model_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: the time limit in the search that goes on costs neither plan nor proof."""
    monkeypatch.setattr(conflicts, "MOST_SKUS", 0)
    monkeypatch.setattr(optimize, "_FEW_LOSSES", 0)
    portfolio = random_portfolio(70_000, "var")
    case = prepare(_by_conflicts(portfolio)).case
    prices_only = decide(case)
    assert prices_only.stopped_by == "prices"

    def stopped(*_: object) -> Solved:
        raise StoppedError("time_limit")

    monkeypatch.setattr(optimize, "solve_exact", stopped)
    outcome = decide(prepare(_by(portfolio, "auto")).case)
    assert (outcome.objective, outcome.bound) == (prices_only.objective, prices_only.bound)
    assert outcome.stopped_by == "time_limit"
    check_certificate(case, outcome.bound, outcome.certificate)


_LOSSES = st.lists(st.floats(0.0, 1e6), min_size=1, max_size=12)


@given(losses=_LOSSES, level=st.floats(0.0, 0.95))
def test_worst_weights_give_cvar(losses: list[float], level: float) -> None:
    """Proves: with CVaR's caps the worst weights give CVaR, and are weights."""
    loss = np.array(losses)
    probability = np.full(len(loss), 1.0 / len(loss))
    weight = worst_weights(loss, cvar_cap(probability, level))
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ loss == pytest.approx(cvar(loss, probability, level), rel=1e-9, abs=1e-9)


@given(losses=_LOSSES, data=st.data())
def test_the_greatest_loss_kept_is_the_tail(losses: list[float], data: st.DataObject) -> None:
    """Proves: with the caps of a set of scenarios the tail is the greatest loss in that set."""
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(losses), max_size=len(losses))))
    kept[0] = True
    loss = np.array(losses)
    assert worst_weights(loss, greatest_cap(kept)) @ loss == loss[kept].max()


@given(duals=_LOSSES, data=st.data())
def test_weights_are_never_put_where_there_is_no_cap(
    duals: list[float], data: st.DataObject
) -> None:
    """Proves: a solver's duals become weights within the caps, whatever they are."""
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(duals), max_size=len(duals))))
    kept[0] = True
    weight = in_envelope(np.array(duals), greatest_cap(kept))
    assert weight.sum() == pytest.approx(1.0)
    assert np.all(weight[~kept] == 0.0)
    assert np.all(weight >= 0.0)
