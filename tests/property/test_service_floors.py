"""Plans under service floors and the survival of critical SKUs, against every plan there is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from optimizer.domain.arrays import BoolArray
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.settings import ServiceFloor
from optimizer.engine.decide import decide
from optimizer.errors import BadInputError, NoPlanError, Problem
from optimizer.jobs.prepare import Prepared, prepare
from tests.support.brute_force import least_objective
from tests.support.options import EveryOption
from tests.support.random_portfolios import random_portfolio

SEEDS = range(24)
LEVEL = 6


def with_floors(seed: int, measure: str) -> Portfolio:
    """Return a random portfolio with floors on its value class A and on a category."""
    rng, portfolio = np.random.default_rng(seed), random_portfolio(seed, measure)
    category = str(rng.choice(portfolio.skus.category))
    floors = (
        ServiceFloor(segment="A", fill_rate=float(rng.choice([0.9, 0.97, 0.999]))),
        ServiceFloor(
            category=category or "metal", fill_rate=float(rng.choice([0.9, 0.98, 0.9999]))
        ),
    )
    settings = portfolio.settings.having(limits={"service": floors})
    return replace(portfolio, settings=settings)


@pytest.mark.parametrize("measure", ["expected", "cvar"])
def test_the_plan_under_floors_is_the_best_of_all_that_keep_them(measure: str) -> None:
    """
    Proves: the proven plan costs what the best of all enumerated plans within the floors costs; it
    keeps them; their prices are not negative, and 0 where a floor is not in force; where no plan
    keeps them, none is found.

    Sensitivity: the floors bind in some of these portfolios and exclude every plan in others.
    """
    bound, none = 0, 0
    for seed in SEEDS:
        portfolio = with_floors(seed, measure)
        prepared = prepare(portfolio)
        least = least_objective(portfolio, prepared)
        if math.isinf(least):
            none += 1
            with pytest.raises(NoPlanError):
                decide(prepared.case)
            continue
        outcome = decide(prepared.case)
        assert outcome.objective == pytest.approx(least, rel=1e-9, abs=1e-9)
        resources = prepared.case.resources
        used = resources.option_use[:, outcome.plan.option].sum(axis=1)
        rows = [r for r, name in enumerate(resources.name) if name.startswith("service:")]
        assert len(rows) == 2
        assert np.all(used[rows] <= resources.limit[rows] * (1.0 + 1e-9))
        assert np.all(outcome.prices.resource[rows] >= 0.0)
        free = replace(portfolio, settings=portfolio.settings.having(limits={"service": ()}))
        bound += outcome.objective > decide(prepare(free).case).objective * (1.0 + 1e-9)
    assert bound
    assert none


def critical(seed: int) -> Portfolio:
    """Return a random portfolio with severities, times to recover, and a limit on survival."""
    rng, portfolio = np.random.default_rng(seed), random_portfolio(seed, "cvar", max_skus=4)
    n_skus, n_suppliers = len(portfolio.skus), len(portfolio.suppliers)
    return replace(
        portfolio,
        skus=replace(portfolio.skus, severity=rng.integers(1, 11, n_skus).astype(float)),
        suppliers=replace(
            portfolio.suppliers,
            ttr_days=rng.choice([0.0, 2.0, 8.0, 15.0, 40.0, 400.0], n_suppliers),
        ),
        settings=portfolio.settings.having(limits={"tts_covers_ttr": LEVEL}),
    )


def day_by_day(portfolio: Portfolio, options: EveryOption) -> BoolArray:
    """Return which options last: their stock falls by what no alternate delivers, hour by hour."""
    skus, sources = portfolio.skus, portfolio.sources
    survives = np.ones(len(options.designs), dtype=np.bool_)
    for o, sku in enumerate(options.designs.sku.tolist()):
        if skus.severity[sku] < LEVEL or skus.demand_mean[sku] == 0.0:
            continue
        ttr = portfolio.suppliers.ttr_days[sources.supplier[skus.primary[sku]]]
        hours = np.arange(0.0, ttr or portfolio.settings.audit.ttr_days, 1.0 / 24.0)
        supplied = np.zeros(len(hours))
        for source in options.designs.alternates[o]:
            if source >= 0:
                ramp = sources.ramp_days[source] if sources.role[source] == CANDIDATE else 0.0
                begin = ramp + sources.lead_time_mean[source]
                begin -= sources.lead_time_mean[skus.primary[sku]]
                supplied += np.where(hours >= begin, sources.capacity_share[source], 0.0)
        missing = np.maximum(1.0 - supplied, 0.0).sum() / 24.0
        survives[o] = options.costs.cover_days[o] >= missing - 0.05
    return survives


def prepared_or_problems(portfolio: Portfolio) -> tuple[Prepared | None, Sequence[Problem]]:
    """Return the portfolio prepared, or what is wrong with it."""
    try:
        return prepare(portfolio), ()
    except BadInputError as refusal:
        return None, refusal.problems


def test_the_plan_that_survives_is_the_best_of_all_that_do() -> None:
    """
    Proves: with tts_covers_ttr the plan costs what the best of all plans costs whose stock of every
    critical SKU, drawn down hour by hour with what its alternates deliver, lasts until its supplier
    has recovered; a SKU that no option lets survive is named.

    Sensitivity: the rule costs something in some portfolios, and leaves nothing in others.
    """
    costs, refused = 0, 0
    for seed in SEEDS:
        portfolio = critical(seed)
        without = portfolio.settings.having(limits={"tts_covers_ttr": None})
        free = replace(portfolio, settings=without)
        at_ease = prepare(free)
        least = least_objective(free, at_ease, partial(day_by_day, portfolio))
        prepared, problems = prepared_or_problems(portfolio)
        if prepared is None:
            refused += 1
            assert math.isinf(least)
            assert all("limits.tts_covers_ttr" in problem.rule for problem in problems)
            continue
        if math.isinf(least):
            with pytest.raises(NoPlanError):
                decide(prepared.case)
            continue
        assert decide(prepared.case).objective == pytest.approx(least, rel=1e-9, abs=1e-9)
        unlimited = least_objective(free, at_ease)
        costs += least > unlimited * (1.0 + 1e-9)
    assert costs
    assert refused
