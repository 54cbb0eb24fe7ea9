"""Budgets upwards: what Ctrl-C keeps, and what need not be tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.sweep import sweep
from optimizer.errors import NoPlanError, StoppedBy, StoppedError
from optimizer.jobs.prepare import prepare
from tests.support.random_portfolios import random_portfolio

PLENTY = [1e6, 2e6, 3e6, 4e6]


def _case() -> Case:
    portfolio = random_portfolio(11, "cvar")
    settings = portfolio.settings
    budget = settings.budget.model_copy(update={"capital": 1e6, "category": {}})
    return prepare(replace(portfolio, settings=settings.model_copy(update={"budget": budget}))).case


@pytest.mark.parametrize("stopped_by", ["interrupt", "gap"])
def test_ctrl_c_keeps_the_points_so_far(stopped_by: StoppedBy) -> None:
    """
    Proves: the plan that an interrupt left is the last point, also where it is within the gap.

    Sensitivity: by `stopped_by` alone, an interrupt at a plan within its gap is not heard, and all
    four budgets are solved.
    """
    stop, calls = Stop(), []

    def interrupted(case: Case, proof: Proof) -> Outcome:
        calls.append(case)
        stop.interrupted = len(calls) == 2
        return replace(decide(case, proof=proof), stopped_by=stopped_by)

    solved = sweep(_case(), PLENTY, interrupted, stop)
    assert [one.budget for one in solved] == PLENTY[:2]


def test_a_stop_before_a_plan_keeps_those_before_it() -> None:
    """Proves: the budgets before it stay; without any it is told as a stop, not as no plan."""
    calls: list[Case] = []

    def stopped(case: Case, proof: Proof) -> Outcome:
        calls.append(case)
        if len(calls) == 3:
            raise StoppedError("interrupt")
        return decide(case, proof=proof)

    solved = sweep(_case(), PLENTY, stopped, Stop())
    assert [one.budget for one in solved] == PLENTY[:2]

    def too_little_then_stopped(case: Case, proof: Proof) -> Outcome:
        calls.append(case)
        if len(calls) == 4:
            raise NoPlanError("too little")
        raise StoppedError("interrupt")

    with pytest.raises(StoppedError):
        sweep(_case(), PLENTY, too_little_then_stopped, Stop())


def test_what_is_known_to_be_too_little_is_not_tried() -> None:
    """
    Proves: after a refusal that says 1.5 M more are missing at 1 M, 2 M lacks 0.5 M untried.

    1 + 1.5 = 2.5 M is the least; 2.5 - 2 = 0.5.
    """
    tried: list[Case] = []

    def refused(case: Case, proof: Proof) -> Outcome:
        tried.append(case)
        if len(tried) == 1:
            raise NoPlanError("too little", missing={"capital": 1.5e6})
        return decide(case, proof=proof)

    solved = sweep(_case(), PLENTY, refused, Stop())
    assert [one.missing for one in solved] == [1.5e6, 0.5e6, None, None]
    assert [one.outcome is None for one in solved] == [True, True, False, False]
    assert len(tried) == 3
