"""Options that were not taken, drawn at random, and recomputed by the verifier."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import Portfolio, some_skus
from optimizer.domain.settings import Budget, Limits, Settings
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.optimize import outcome_of
from optimizer.jobs.about import AS_IT_COMES, about_run
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.prepare import Prepared, exact_curves
from optimizer.metrics.segment import segment
from optimizer.metrics.stock_on_hand import with_stock_facts
from optimizer.scenarios.streams import stream
from optimizer.sensitivity.plans import no_reasons
from optimizer.store.tabulate import tabulate
from optimizer.verifier import verify

SKUS: Final = 1_000
"""At most; the same code builds the options of all."""


def spot_check(portfolio: Portfolio, prepared: Prepared, observer: Observer = SILENT) -> None:
    """
    Let the verifier recompute an option drawn at random for each of some SKUs.

    A bound rests on what the option table says of the options that were not taken.

    Raises
    ------
    VerificationError
        If it does not reproduce one of them.
    """
    options = prepared.case.options
    with step(observer, "spot check") as tell:
        draws = stream(np.random.SeedSequence(portfolio.settings.scenarios.seed), "spot check")
        skus = draws.permutation(len(portfolio.skus))[:SKUS]
        skus.sort()
        count = np.diff(options.start)[skus]
        option = options.start[skus] + (draws.random(len(skus)) * count).astype(np.int64)
        some = some_skus(replace(portfolio, settings=_without_limits(portfolio.settings)), skus)
        alone = replace(prepared, case=_only(prepared.case, skus, option))
        outcome = outcome_of(alone.case, np.arange(len(skus)))
        decided = decided_plan(some, alone, outcome)
        rationale = no_reasons(some, decided.designs)
        about = about_run(some, AS_IT_COMES, "spot-check", time.monotonic())
        tables = with_stock_facts(some, tabulate(decided, rationale, segment(some), about))
        checks = verify(some, tables).checks
        tell(f"{checks:,} numbers of {len(skus):,} options not taken")


def _without_limits(settings: Settings) -> Settings:
    budget = Budget(includes_qualification=settings.budget.includes_qualification)
    free = {"budget": budget, "limits": Limits(), "policy_mode": "free"}
    return settings.model_copy(update=free)


def _only(case: Case, skus: IntArray, option: IntArray) -> Case:
    """Return the case of these SKUs in which each has one option, as the option table has it."""
    options, resources = case.options, case.resources
    some, every = some_skus(case.portfolio, skus), np.arange(len(skus))
    sources = options.sets.sources[options.alternate_set[option]]
    table = replace(
        options,
        start=np.arange(len(skus) + 1),
        choice=options.choice[option],
        alternate_set=every.astype(np.int32),
        curve=every.astype(np.int32),
        cost=options.cost[option],
        expected_loss=options.expected_loss[option],
        loss_curves=options.loss_curves[options.curve[option]],
        lot_days=options.lot_days[options.curve[option]],
        sets=AlternateSets(
            sku=every,
            sources=_renumbered(case.portfolio, skus)[sources],
            start=np.arange(len(skus) + 1),
        ),
        profile_of_set=options.profile(option),
        price_profile=options.price_profile[skus],
        stockout_cost_per_day=options.stockout_cost_per_day[skus],
        spend_per_day=options.spend_per_day[skus],
    )
    return replace(
        case,
        portfolio=some,
        options=table,
        resources=replace(resources, option_use=resources.option_use[:, option]),
        without_locks=None,
        curves_of=partial(exact_curves, some),
        table=None,
    )


def _renumbered(portfolio: Portfolio, skus: IntArray) -> IntArray:
    """Return the row of every source among those of these SKUs; -1, for none, at the end."""
    kept = np.isin(portfolio.sources.sku, skus)
    return np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
