"""Capital limits by quarter against every plan there is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from optimizer.engine.decide import decide
from optimizer.errors import BadInputError, NoPlanError
from optimizer.jobs.prepare import prepare
from optimizer.jobs.spot_check import spot_check
from optimizer.options.capital_by_quarter import CAPITAL_BY_QUARTER
from tests.property.test_stability import with_plan
from tests.support.brute_force import least_objective
from tests.support.random_portfolios import random_portfolio
from tests.support.stocked import with_stock

MEASURES = ("expected", "cvar", "var")


@pytest.mark.parametrize("seed", range(12))
def test_the_verifier_agrees_on_any_option(seed: int) -> None:
    """
    Proves: capital by quarter, excess, what expires and what is missing are recomputed alike for
    options drawn at random, by the verifier's own road: with orders that arrive within the year or
    after it, blocked stock, SKUs without demand or without a row, vendor-managed stock in force.
    """
    rng = np.random.default_rng(seed)
    portfolio = with_stock(with_plan(random_portfolio(900 + seed, "cvar"), rng), rng)
    skus, sources = portfolio.skus, portfolio.sources
    life = rng.choice([30.0, 400.0, np.inf], len(skus))
    portfolio = replace(
        portfolio,
        settings=portfolio.settings.having(budget={"quarters": None}),
        skus=replace(
            skus,
            demand_mean=np.where(rng.random(len(skus)) < 0.2, 0.0, skus.demand_mean),
            obsolescence_rate=rng.uniform(0.0, 0.3, len(skus)),
            shelf_life_days=np.maximum(life, 1.0),
        ),
        sources=replace(
            sources, lead_time_mean=rng.choice([0.0, 20.0, 91.25, 120.0, 400.0], len(sources))
        ),
    )
    try:
        prepared = prepare(portfolio)
    except BadInputError:  # no option keeps the shelf life that was drawn
        return
    spot_check(portfolio, prepared)


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
