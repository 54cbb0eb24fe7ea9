"""A decided case → the tables of its run: reasons, figures, strategies, every number verified."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Limits
from optimizer.domain.stop import Stop
from optimizer.engine.certificate import check_certificate
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.optimize import outcome_of
from optimizer.jobs.about import Request, about_run
from optimizer.jobs.prepare import Prepared
from optimizer.metrics.segment import segment
from optimizer.options.by_hazard import StruckCurves, losses_by_hazard
from optimizer.options.costs import cost_of_stock, spend_per_day, stockout_cost_per_day
from optimizer.options.holding import stock
from optimizer.options.law import is_discrete
from optimizer.options.loss_curves import loss_curves, price_curves
from optimizer.options.resource_use import resources
from optimizer.scenarios.streams import stream
from optimizer.sensitivity.plans import Told, no_reasons, rationales
from optimizer.sensitivity.view import Prospects, View, make_view
from optimizer.store.tabulate import Solution, tabulate
from optimizer.strategies import (
    BEST,
    Strategy,
    check_strategies,
    figures_of_strategies,
    fixed_strategies,
)
from optimizer.verifier import Verification
from optimizer.verifier import verify as verify_tables

_MOST_UNTAKEN: Final = 20_000  # SKUs: beyond, the same code has built the same table of many more
LEFT_OUT: Final = "left out"


def verified(
    portfolio: Portfolio,
    prepared: Prepared,
    outcome: Outcome,
    about: Mapping[str, Any],
    observer: Observer = SILENT,
    *,
    stop: Stop | None = None,
) -> tuple[RunTables, Verification]:
    """
    Return the tables of an outcome, every number of them verified; reasons only if there is time.

    Raises
    ------
    VerificationError
        If the verifier does not reproduce the plan.
    """
    with step(observer, "reasons") as tell:
        told = tell_reasons(portfolio, prepared, [outcome], stop or Stop())[0]
        many = f"{len(told[1]):,} sources, suppliers and reserves with a break-even" if told else ""
        tell(many or LEFT_OUT)
    return checked(portfolio, prepared, (outcome, told), about, observer)


def checked(
    portfolio: Portfolio,
    prepared: Prepared,
    found: tuple[Outcome, Told | None],
    about: Mapping[str, Any],
    observer: Observer = SILENT,
) -> tuple[RunTables, Verification]:
    """Return the tables of an outcome and its reasons, if any, every number of them verified."""
    outcome, told = found
    left_out = [] if told else ["reasons"]
    with step(observer, "verify") as tell:
        told = told or no_reasons(portfolio, prepared.case.options.designs(outcome.plan.option))
        solution = _solution(portfolio, prepared, outcome, told)
        tables = tabulate(solution, {**about, "left_out": left_out})
        verification = verify_tables(portfolio, tables)
        check_proof(prepared.case, tables)
        tell(
            f"{verification.checks:,} numbers, worst difference {verification.worst_difference:.0e}"
        )
    return tables, verification


def with_strategies(
    portfolio: Portfolio,
    prepared: Prepared,
    outcome: Outcome,
    tables: RunTables,
    stop: Stop | None = None,
) -> RunTables:
    """
    Return the run's tables with today, just in time and just in case beside its plan.

    Where it is to stop they are left out, which the manifest tells.

    Raises
    ------
    VerificationError
        If the verifier does not reproduce one of them.
    """

    def beside() -> RunTables:
        fixed = fixed_strategies(portfolio)
        best = Strategy(name=BEST, designs=prepared.case.options.designs(outcome.plan.option))
        strategies = figures_of_strategies(portfolio, prepared.futures, [*fixed, best])
        found = replace(tables, strategies=strategies)
        check_strategies(portfolio, found, to_recompute(portfolio, fixed))
        return found

    found = (stop or Stop()).unless_asked(beside)
    if found is not None:
        return found
    left_out = [*tables.manifest["left_out"], "strategies"]
    return replace(tables, manifest={**tables.manifest, "left_out": left_out})


def to_recompute(portfolio: Portfolio, strategies: Sequence[Strategy]) -> Sequence[Strategy]:
    """Return the strategies that the verifier recomputes: none where there are many SKUs."""
    return strategies if len(portfolio.skus) <= _MOST_UNTAKEN else ()


def verify_untaken(portfolio: Portfolio, prepared: Prepared, observer: Observer = SILENT) -> None:
    """
    Let the verifier recompute a plan of options drawn at random, whatever the limits.

    A bound rests on what the option table says of the options that were not taken.
    """
    options, settings = prepared.case.options, portfolio.settings
    if len(portfolio.skus) > _MOST_UNTAKEN:
        return
    with step(observer, "spot check") as tell:
        seed = np.random.SeedSequence(settings.scenarios.seed)
        drawn = stream(seed, "options not taken").random(len(portfolio.skus))
        option = options.start[:-1] + (drawn * np.diff(options.start)).astype(np.int64)
        budget = settings.budget.model_copy(update={"capital": None, "category": {}})
        free = settings.model_copy(update={"budget": budget, "limits": Limits()})
        unlimited = replace(portfolio, settings=free)
        outcome = outcome_of(prepared.case, option)
        reasons = no_reasons(unlimited, options.designs(option))
        solution = _solution(unlimited, prepared, outcome, reasons)
        about = about_run(unlimited, Request(), "untaken", time.monotonic())
        checks = verify_tables(unlimited, tabulate(solution, about)).checks
        tell(f"{checks:,} numbers of options not taken")


def view_of(portfolio: Portfolio, prepared: Prepared, outcome: Outcome) -> View:
    """Return what the reasons of a plan are read from."""
    case = prepared.case
    prices = outcome.prices.resource.tolist()
    prospects = Prospects(
        futures=prepared.futures,
        lost=case.lost,
        mean=prepared.mean,
        sets=case.options.sets,
        profile_of_set=prepared.profile_of_set,
        price_profile=prepared.price_profile,
    )
    return make_view(
        portfolio,
        prospects,
        case.options.designs(outcome.plan.option),
        dict(zip(case.resources.name, prices, strict=True)),
        outcome.prices.tail_weight,
    )


def tell_reasons(
    portfolio: Portfolio, prepared: Prepared, outcomes: Sequence[Outcome], stop: Stop
) -> Sequence[Told | None]:
    """Return the reasons and the break-evens of some plans of one case, None where it stopped."""

    def told() -> list[Told]:
        return rationales([view_of(portfolio, prepared, outcome) for outcome in outcomes])

    return stop.unless_asked(told) or [None] * len(outcomes)


def _solution(portfolio: Portfolio, prepared: Prepared, outcome: Outcome, told: Told) -> Solution:
    """Cost the chosen options afresh, in the portfolio's own money."""
    case, option = prepared.case, outcome.plan.option
    designs = case.options.designs(option)
    held = stock(portfolio, designs)
    costs = cost_of_stock(portfolio, designs, held)
    loss = StruckCurves(
        curve=loss_curves(portfolio, designs, held),
        slope=stockout_cost_per_day(portfolio, designs.sku),
        profile=case.options.profile(option),
    )
    price_shock = StruckCurves(
        curve=price_curves(portfolio, designs.sku, costs.lot_days),
        slope=spend_per_day(portfolio, designs.sku),
        profile=case.options.price_profile,
    )
    lost = losses_by_hazard((loss, price_shock), prepared.mean)
    price = dict(zip(case.resources.name, outcome.prices.resource.tolist(), strict=True))
    return Solution(
        portfolio=portfolio,
        futures=prepared.futures,
        designs=designs,
        costs=costs,
        loss_curves=loss.curve,
        price_curves=price_shock.curve,
        expected=pd.DataFrame({"sku": lost.sku, "hazard": lost.hazard, "expected_loss": lost.loss}),
        demand_model=np.where(is_discrete(portfolio, designs.sku), "discrete", "gamma").astype(
            np.object_
        ),
        resources=resources(portfolio, designs, costs),
        price=price,
        segment=segment(portfolio),
        outcome=outcome,
        reasons=told[0],
        break_even=told[1],
    )


def check_proof(case: Case, tables: RunTables) -> None:
    """Check what proves a bound on VaR; the other measures' bounds need no more than prices."""
    if needs_certificate(tables):
        check_certificate(case, tables.manifest["bound"], tables.certificate)


def needs_certificate(tables: RunTables) -> bool:
    """Return whether a run proves its bound by conflicts: VaR, decomposed."""
    risk = tables.manifest["settings"]["risk"]
    is_var = risk["measure"] == "var" and risk["weight"] > 0.0
    return bool(is_var and tables.manifest["method"] == "decompose")
