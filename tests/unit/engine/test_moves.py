"""Moves that free limits: a plan a little too rich becomes one within them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from optimizer.engine.decide import decide
from optimizer.engine.decompose.moves import Judge, fit, objective_of, within_limits
from optimizer.engine.decompose.pricing_model import PricingModel, pricing_model
from optimizer.jobs.prepare import prepare
from tests.support.arrays import table_of
from tests.support.random_portfolios import random_portfolio


def _model(seed: int) -> tuple[PricingModel, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return a model and a plan within its limits, of a case without exotic limits."""
    portfolio = random_portfolio(seed, "cvar")
    settings = portfolio.settings
    budget = settings.budget.model_copy(update={"capital": 1e7, "category": {}})
    limits = settings.limits.model_copy(
        update=dict.fromkeys(("storage", "qualifications", "onboardings", "changes"))
    )
    rich = settings.model_copy(update={"budget": budget, "limits": limits})
    case = prepare(replace(portfolio, settings=rich)).case
    return pricing_model(case), decide(case).plan.option


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_too_rich_is_made_to_fit(seed: int) -> None:
    """
    Proves: with 2 % less capital than a plan draws, moves find one that fits, unless every option
    of every SKU draws as much; it costs no more than the plan that draws least of all.
    """
    model, plan = _model(900 + seed)
    drawn = float(table_of(model).use[0, plan].sum())
    frugal = np.array(
        [
            first + int(np.argmin(table_of(model).use[0, first:end]))
            for first, end in pairwise(table_of(model).start.tolist())
        ]
    )
    tight = replace(model, limit=np.array([0.98 * drawn]))
    judge = Judge(model=tight, tail_level=0.95, is_var=False)
    if not within_limits(judge, frugal):
        return
    fitted = fit(judge, plan)
    assert within_limits(judge, fitted)
    assert not within_limits(judge, plan)
    assert objective_of(judge, fitted) <= objective_of(judge, frugal) * (1.0 + 1e-9)


def test_a_plan_that_fits_is_left_alone() -> None:
    """Proves: within the limits nothing moves."""
    model, plan = _model(901)
    judge = Judge(model=model, tail_level=0.95, is_var=False)
    assert np.array_equal(fit(judge, plan), plan)
