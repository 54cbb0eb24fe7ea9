"""The engine's plan against every plan there is."""

from __future__ import annotations

import math

import pytest

from optimizer.engine.decide import decide
from optimizer.errors import NoPlanError
from optimizer.jobs.prepare import prepare
from tests.support.brute_force import least_objective
from tests.support.random_portfolios import random_portfolio

MEASURES = ("expected", "cvar", "var")
IN_EVERY_RUN = 12
IN_ALL = 110


def _agrees(seed: int, measure: str) -> None:
    """
    Proves: formulation, pruning, scaling and search together lose nothing: the proven plan costs
    what the best of all enumerated plans costs, and where none is allowed none is found.
    """
    portfolio = random_portfolio(seed, measure)
    prepared = prepare(portfolio)
    least = least_objective(portfolio, prepared)
    if math.isinf(least):
        with pytest.raises(NoPlanError):
            decide(prepared.case)
        return
    outcome = decide(prepared.case)
    assert outcome.objective == pytest.approx(least, rel=1e-9, abs=1e-9)
    assert outcome.bound <= least + 1e-9 * abs(least)
    assert outcome.bound >= least - 1e-6 * abs(least)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(IN_EVERY_RUN))
def test_the_plan_is_the_best_of_all_plans(seed: int, measure: str) -> None:
    """Proves: see `_agrees`, on ten times twelve portfolios."""
    for part in range(3):
        _agrees(10_000 + seed * 3 + part, measure)


def test_a_plan_held_is_no_proof() -> None:
    """
    Proves: see `_agrees`, on the one portfolio of a thousand on which HiGHS 1.16.0, begun from a
    plan, called it optimal while another was 1.7 % cheaper.
    """
    _agrees(323, "var")


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("block", range(IN_ALL))
def test_the_plan_is_the_best_of_all_plans_at_length(block: int, measure: str) -> None:
    """Proves: see `_agrees`, on 330 portfolios of each measure."""
    for part in range(3):
        _agrees(block * 3 + part, measure)
