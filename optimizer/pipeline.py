"""The order of things: portfolio → futures → options → plan → proof → run folder."""

from __future__ import annotations

import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.contract.read import read_portfolio
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Limits
from optimizer.domain.stop import Stop
from optimizer.engine.bound import Proof
from optimizer.engine.certificate import check_certificate
from optimizer.engine.exact import Effort
from optimizer.engine.optimize import optimize, outcome_of
from optimizer.engine.pricing_model import Case
from optimizer.engine.verify import Verification
from optimizer.engine.verify import verify as verify_tables
from optimizer.errors import StoppedError
from optimizer.interrupts import finishing
from optimizer.options.by_hazard import Curves, losses_by_hazard
from optimizer.options.costs import cost_of_stock, spend_per_day, stockout_cost_per_day
from optimizer.options.curves import loss_curves, price_curves
from optimizer.options.law import is_discrete
from optimizer.options.resources import resources
from optimizer.options.stock import stock
from optimizer.prepare import Prepared, prepare, step
from optimizer.rationale.plan import Told, no_reasons, rationales
from optimizer.rationale.view import Prospects, View, make_view
from optimizer.report.documents import documents
from optimizer.report.scorecard import build_scorecard
from optimizer.scenarios.streams import stream
from optimizer.segments.segment import segment
from optimizer.store.inputs import (
    held_inputs,
    kept_inputs,
    moved_on,
    source_of,
    stated_source,
)
from optimizer.store.manifest import read_manifest
from optimizer.store.names import automatic_name, check_name
from optimizer.store.publish import check_free, check_writable
from optimizer.store.run import read_run, write_run
from optimizer.store.seal import changed_files, told_together
from optimizer.store.tabulate import Solution, tabulate
from optimizer.strategies import BEST, Strategy, check_strategies, compare, fixed_strategies

_MOST_UNTAKEN: Final = 20_000  # SKUs: beyond, the same code has built the same table of many more
_MAXRSS_A_MEGABYTE: Final = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, else kB
_LEFT_OUT: Final = "left out"
_LIBRARIES: Final = ("highspy", "numpy", "pandas", "pyarrow", "pyomo", "scipy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Where a run goes and what it is called; `name` None picks the next free one of today."""

    results: Path = Path("results")
    name: str | None = None
    replace: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """A run that was solved, verified and written."""

    folder: Path
    tables: RunTables
    verification: Verification


def solve(
    portfolio: Portfolio,
    request: Request = Request(),
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Run:
    """
    Find the best plan, verify it independently, and write its run folder.

    Parameters
    ----------
    stop
        Looked at all the time; when left out, Ctrl-C is heard.  A plan once found is verified and
        written, without the reasons and strategies that are not there yet: `left_out` tells.

    Raises
    ------
    BadInputError
        If a SKU has no option, the run's name is taken, its folder cannot be written, or an input
        has changed since it was read.
    NoPlanError
        If no plan meets the limits.
    StoppedError
        If it was stopped before any plan was found, or a second time.
    VerificationError
        If the verifier does not reproduce the plan; nothing is written then.
    """
    began = time.monotonic()
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    check_name(name)
    check_writable(request.results)
    if not request.replace:
        check_free(request.results, name)
    with finishing(stop, name) as ending, held_inputs(request.results, portfolio) as keep:
        prepared = ending.unless_asked(partial(prepare, portfolio, observer))
        if prepared is None:
            raise StoppedError("interrupt")
        with tempfile.TemporaryDirectory() as scratch:
            log = Path(scratch) / "solver.log"
            outcome = decide(prepared.case, log, observer, stop=ending)
            solver_log = log.read_bytes() if log.exists() else b""
        about = about_run(portfolio, request, name, began)
        tables, verification = verified(portfolio, prepared, outcome, about, observer, stop=ending)
        verify_untaken(portfolio, prepared)
        with step(observer, "strategies") as tell:
            tables = with_strategies(portfolio, prepared, outcome, tables, ending)
            tell(", ".join(tables.strategies["strategy"]) or _LEFT_OUT)
        with step(observer, "write") as tell:
            scorecard = build_scorecard(portfolio, tables)
            keep()
            folder = write_run(
                request.results,
                name,
                tables,
                scorecard=scorecard,
                documents={**documents(tables, scorecard), "solver.log": solver_log},
                replace=request.replace,
            )
            tell(str(folder))
        return Run(folder=folder, tables=tables, verification=verification)


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
        tell(many or _LEFT_OUT)
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
        told = told or no_reasons(view_of(portfolio, prepared, outcome))
        solution = _solution(portfolio, prepared, outcome, told)
        tables = tabulate(solution, {**about, "left_out": left_out})
        verification = verify_tables(portfolio, tables)
        _check_proof(prepared.case, tables)
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
        strategies = compare(portfolio, prepared.futures, [*fixed, best])
        found = replace(tables, strategies=strategies)
        check_strategies(portfolio, found, _to_recompute(portfolio, fixed))
        return found

    found = (stop or Stop()).unless_asked(beside)
    if found is not None:
        return found
    left_out = [*tables.manifest["left_out"], "strategies"]
    return replace(tables, manifest={**tables.manifest, "left_out": left_out})


def _to_recompute(portfolio: Portfolio, strategies: Sequence[Strategy]) -> Sequence[Strategy]:
    """Return the strategies that the verifier recomputes: none where there are many SKUs."""
    return strategies if len(portfolio.skus) <= _MOST_UNTAKEN else ()


def verify(folder: Path) -> Verification:
    """
    Recompute a run from the inputs it was made from, and compare its files with its manifest.

    Raises
    ------
    BadInputError
        If the run or its inputs cannot be read.
    VerificationError
        If anything differs, or a file is not as it was written; everything is listed.
    """
    portfolio, tables = reopen(folder)
    with told_together(changed_files(folder)):
        verification = verify_tables(portfolio, tables)
        if len(tables.strategies):
            fixed = _to_recompute(portfolio, fixed_strategies(portfolio))
            check_strategies(portfolio, tables, fixed)
        if _needs_certificate(tables):
            _check_proof(prepare(portfolio).case, tables)
    return verification


def reopen(folder: Path) -> tuple[Portfolio, RunTables]:
    """
    Return a run and the portfolio it was made from, whatever has become of that since.

    Raises
    ------
    BadInputError
        If the run cannot be read, or an input is neither kept nor in its place as it was.
    """
    tables, results = read_run(folder), _results_of(folder)
    manifest = tables.manifest
    source = source_of(manifest["portfolio"], results)
    with kept_inputs(results, manifest["inputs"], source) as kept:
        portfolio = read_portfolio(kept, manifest["overrides"])
    return replace(portfolio, source=str(source)), tables


def notes_of_change(folder: Path) -> list[str]:
    """Return what to know of a run whose portfolio has moved on since: a sentence, or none."""
    results = _results_of(folder)
    manifest = read_manifest(folder / "manifest.json")
    source = source_of(manifest["portfolio"], results)
    files = moved_on(manifest["inputs"], source)
    if not files:
        return []
    are = "is" if len(files) == 1 else "are"
    gone = f"{', '.join(files)} {are} no longer there as this run read them"
    return [f"{source} has moved on: {gone}. The run keeps its own inputs; those were used."]


def _results_of(folder: Path) -> Path:
    return folder.resolve().parent


def _needs_certificate(tables: RunTables) -> bool:
    risk = tables.manifest["settings"]["risk"]
    is_var = risk["measure"] == "var" and risk["weight"] > 0.0
    return bool(is_var and tables.manifest["method"] == "decompose")


def _check_proof(case: Case, tables: RunTables) -> None:
    """Check what proves a bound on VaR; the other measures' bounds need no more than prices."""
    if _needs_certificate(tables):
        check_certificate(case, tables.manifest["bound"], tables.certificate)


def decide(
    case: Case,
    log: Path | None = None,
    observer: Observer = SILENT,
    proof: Proof | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """
    Return the best plan of a case, within the effort its settings allow.

    Parameters
    ----------
    proof
        Carried from one budget of the same portfolio to the next, it saves the rounds that
        both have in common.
    stop
        Of the job; the settings' time limit begins now.
    """
    settings, stop = case.portfolio.settings, stop or Stop()
    with step(observer, "solve") as tell:
        stop.begin_search(settings.solver.time_limit)
        effort = Effort(
            gap=settings.gap,
            stop=stop,
            log=log,
            observer=observer,
            node_limit=settings.solver.node_limit,
        )
        outcome = optimize(case, effort, proof or Proof())
        tell(
            f"{outcome.method} ({outcome.method_reason}), "
            f"stopped by {outcome.stopped_by}, gap {outcome.gap:.2e}"
        )
    return outcome


def verify_untaken(portfolio: Portfolio, prepared: Prepared) -> None:
    """
    Let the verifier recompute a plan of options drawn at random, whatever the limits.

    A bound rests on what the option table says of the options that were not taken.
    """
    options, settings = prepared.case.options, portfolio.settings
    if len(portfolio.skus) > _MOST_UNTAKEN:
        return
    seed = np.random.SeedSequence(settings.scenarios.seed)
    drawn = stream(seed, "options not taken").random(len(portfolio.skus))
    option = options.start[:-1] + (drawn * np.diff(options.start)).astype(np.int64)
    budget = settings.budget.model_copy(update={"capital": None, "category": {}})
    free = settings.model_copy(update={"budget": budget, "limits": Limits()})
    unlimited = replace(portfolio, settings=free)
    outcome = outcome_of(prepared.case, option)
    reasons = no_reasons(view_of(unlimited, prepared, outcome))
    solution = _solution(unlimited, prepared, outcome, reasons)
    about = about_run(unlimited, Request(), "untaken", time.monotonic())
    verify_tables(unlimited, tabulate(solution, about))


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
    loss = Curves(
        curve=loss_curves(portfolio, designs, held),
        slope=stockout_cost_per_day(portfolio, designs.sku),
        profile=case.options.profile(option),
    )
    price_shock = Curves(
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


def about_run(
    portfolio: Portfolio, request: Request, name: str, began: float, parent: str | None = None
) -> dict[str, Any]:
    """Return what a manifest says of the run beside the plan: name, command, versions, time."""
    return {
        "run": name,
        "command": request.command,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "overrides": list(portfolio.overrides),
        "portfolio": stated_source(portfolio.source, request.results),
        "ballast": version("ballast"),
        "versions": {
            "python": platform.python_version(),
            **{library: version(library) for library in _LIBRARIES},
        },
        "seconds": round(time.monotonic() - began, 3),
        "peak_memory_mb": peak_memory_mb(),
        "parent": parent,
        "left_out": [],
    }


def peak_memory_mb() -> float:
    """Return the most memory that this process has held, in 2^20 bytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MAXRSS_A_MEGABYTE, 1)


def about_runs(
    portfolio: Portfolio,
    request: Request,
    name: str,
    began: float,
    *,
    methods: Iterable[str],
) -> dict[str, Any]:
    """Return what a folder of several runs of a portfolio says of them all together."""
    return {
        **about_run(portfolio, request, name, began),
        "settings": portfolio.settings.resolved.model_dump(mode="json"),
        "inputs": dict(portfolio.inputs),
        "method": ", ".join(sorted(set(methods))),
        "skus": len(portfolio.skus),
    }
