"""Limits on expected loss and CVaR, against every plan there is."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.optimize import optimize
from optimizer.errors import NoPlanError
from tests.support.cases import effort, every_plan, least_objective, plan_losses, random_case

GAP = 1e-6
FEASIBLE = (5, 7, 10, 13, 19, 20, 21, 22)  # seeds of cases whose other limits some plan meets


def with_limits(case: Case, method: str, **limits: float) -> Case:
    """Return the case with another method and limits on losses."""
    changed = case.portfolio.settings.having(solver={"method": method}, limits=limits)
    return replace(case, portfolio=replace(case.portfolio, settings=changed))


def between(values: np.ndarray, share: float) -> float:
    """Return an amount that some plans keep and others do not."""
    return float(values.min() + share * (values.max() - values.min()))


def _limited(seed: int, measure: str, method: str, names: list[str]) -> Case:
    case = random_case(seed, measure)
    mean, tail = plan_losses(case, every_plan(case))
    share = np.random.default_rng(seed).uniform(0.05, 0.6)
    every = {"expected_loss": between(mean, share), "cvar": between(np.maximum(tail, mean), share)}
    return with_limits(case, method, **{name: every[name] for name in names})


@pytest.mark.parametrize("method", ["exact", "decompose"])
@pytest.mark.parametrize("measure", ["expected", "cvar"])
@pytest.mark.parametrize("names", [["cvar"], ["expected_loss"], ["cvar", "expected_loss"]])
@pytest.mark.parametrize("seed", FEASIBLE)
def test_the_best_plan_within_limits_on_losses_lies_between_bound_and_plan(
    seed: int, names: list[str], measure: str, method: str
) -> None:
    """
    Proves: of all enumerated plans within the limits the best is found, and no bound is above it;
    where no plan is within them, none is claimed.
    """
    case = _limited(seed, measure, method, names)
    least = least_objective(case)
    if math.isinf(least):
        with pytest.raises(NoPlanError):
            optimize(case, effort(GAP), Proof())
        return
    outcome = optimize(case, effort(GAP), Proof())
    slack = 1e-6 * abs(least)
    assert outcome.bound - slack <= least <= outcome.objective + slack
    assert outcome.objective <= least + slack
    limits = case.portfolio.settings.limits
    assert outcome.losses.expected <= (limits.expected_loss or math.inf)
    assert outcome.losses.cvar <= (limits.cvar or math.inf)


@pytest.mark.parametrize("seed", FEASIBLE[:5])
def test_a_limit_below_the_least_possible_is_refused_with_the_least(seed: int) -> None:
    """Proves: the repair named is the least CVaR of any plan within the other limits."""
    free = with_limits(random_case(seed, "cvar"), "exact")
    assert math.isfinite(least_objective(free))
    low, high = 0.0, 1e6
    for _ in range(60):
        middle = (low + high) / 2.0
        possible = math.isfinite(least_objective(with_limits(free, "exact", cvar=middle)))
        low, high = (low, middle) if possible else (middle, high)
    with pytest.raises(NoPlanError, match=r"limits\.cvar") as refused:
        optimize(with_limits(free, "exact", cvar=high * 0.9), effort(GAP), Proof())
    named = float(re.findall(r"to ([\d,.]+) EUR", refused.value.repairs[0])[0].replace(",", ""))
    assert named == pytest.approx(high, abs=0.02)
