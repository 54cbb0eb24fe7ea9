"""Capital limits by quarter against every plan there is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from optimizer.engine.decide import decide
from optimizer.errors import NoPlanError
from optimizer.jobs.prepare import prepare
from optimizer.options.capital_by_quarter import CAPITAL_BY_QUARTER
from tests.property.test_stability import with_plan
from tests.support.brute_force import least_objective
from tests.support.random_portfolios import random_portfolio
from tests.support.stocked import with_stock

MEASURES = ("expected", "cvar", "var")


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("seed", range(10))
def test_the_plan_is_the_best_of_all_that_keep_every_quarter(seed: int, measure: str) -> None:
    """
    Proves: with limits by quarter, from today's stock, the plan is the best of all plans that keep
    them, and where none does none is found; the stock in force may be the supplier's.
    """
    rng = np.random.default_rng(seed)
    portfolio = random_portfolio(800 + seed, measure, max_skus=5)
    if seed % 2:
        portfolio = with_plan(portfolio, rng)
    portfolio = with_stock(portfolio, rng)
    prepared = prepare(portfolio)
    assert set(CAPITAL_BY_QUARTER) <= set(prepared.case.resources.name)
    least = least_objective(portfolio, prepared)
    if math.isinf(least):
        with pytest.raises(NoPlanError):
            decide(prepared.case)
        return
    outcome = decide(prepared.case)
    assert outcome.objective == pytest.approx(least, rel=1e-9, abs=1e-9)
    assert outcome.bound <= least + 1e-9 * abs(least)
