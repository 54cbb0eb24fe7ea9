"""A frontier of budgets: prepared once, solved upwards, every plan verified, then written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.budget import with_budget
from optimizer.domain.frontier import Frontier, Point, SolvedPoint, UnsolvedPoint
from optimizer.domain.manifest import About
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import figures_of
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.reasons import Rationale
from optimizer.domain.scenario import Mixture
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.nested import nest
from optimizer.engine.sweep import SolvedBudget, at_budget, sweep
from optimizer.errors import BadInputError, NoPlanError, Problem
from optimizer.inputs.settings.amounts import parse_amount
from optimizer.jobs.about import AS_IT_COMES, Request, about_run, about_runs
from optimizer.jobs.decided import decided_plan, explained
from optimizer.jobs.futures import pilot, prepare_run, with_count
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.record import checked
from optimizer.jobs.spot_check import spot_check
from optimizer.maths.marginal_prices import hull_price, knee, next_price
from optimizer.metrics.scorecard import build_scorecard
from optimizer.reports.documents import frontier_documents
from optimizer.sensitivity.next_money import COLUMNS, PlanStep, next_money
from optimizer.store.frontier_folder import check_frontier_free, run_name, write_frontier
from optimizer.store.inputs import held_inputs
from optimizer.store.names import automatic_name
from optimizer.store.publish import check_writable
from optimizer.store.run_folder import write_run

_MOST: Final = 1_000  # budgets of one frontier
_REMEDY: Final = "Write, for instance, 500k:2M:20."
_REASONS_AT_ONCE: Final = 1_000_000  # SKUs times plans


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Job:
    """What every point's run is made from."""

    portfolio: Portfolio
    prepared: Prepared
    request: Request
    name: str
    began: float
    observer: Observer
    stop: Stop


def frontier(
    portfolio: Portfolio,
    budgets: Sequence[float],
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
    *,
    nested: bool = False,
) -> Frontier:
    """
    Solve a portfolio at every budget; write a run for each, and the frontier beside them.

    Parameters
    ----------
    budgets
        Two or more, ascending. [currency]
    request
        The runs are called ``NAME-01``, ``NAME-02``, …, the frontier's folder ``NAME``.  None of
        these may exist, whatever its `replace` says.
    stop
        Looked at all the time; when left out, Ctrl-C is heard.  The budgets solved so far are
        verified and written, those whose reasons are not there yet without.
    nested
        Whether every budget keeps what the smaller ones bought.

    Raises
    ------
    BadInputError
        If the budgets do not ascend, a name is taken, a SKU has no option, or an input has changed
        since it was read.
    NoPlanError
        If no plan meets the limits at any budget.
    StoppedError
        If it was stopped before any plan was found, or a second time.
    VerificationError
        If the verifier does not reproduce a plan; the runs written before it stay.
    """
    began = time.monotonic()
    check_budgets(budgets)
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    check_writable(request.results)
    check_frontier_free(request.results, name, len(budgets))
    with (
        finishing(stop, name) as ending,
        held_inputs(request.results, portfolio, len(budgets)) as keep,
    ):
        portfolio = with_count(portfolio)
        mixture = _pilot(portfolio, budgets, observer)
        prepared = prepare_run(with_budget(portfolio, budgets[-1]), observer, mixture)
        prepared = replace(prepared, case=with_table(prepared.case))
        solved = _solved(prepared.case, budgets, observer, ending, nested)
        job = _Job(
            portfolio=portfolio,
            prepared=prepared,
            request=request,
            name=name,
            began=began,
            observer=observer,
            stop=ending,
        )
        keep()
        return _written(job, solved, len(budgets))


def check_budgets(budgets: Sequence[float]) -> None:
    """Raise ``BadInputError`` where these are no two or more ascending amounts."""
    values = np.asarray(budgets, dtype=np.float64)
    rule = ""
    if len(values) < 2:
        rule = "a frontier needs at least two budgets"
    elif not np.all(np.isfinite(values) & (values >= 0.0)):
        rule = "every budget must be a finite amount, 0 or more"
    elif not np.all(np.diff(values) > 0.0):
        rule = "budgets must ascend without repeats"
    if rule:
        shown = ", ".join(f"{value:g}" for value in values[:5].tolist())
        remedy = "Give each budget once, from the smallest to the largest."
        raise BadInputError([Problem(file="budgets", value=shown, rule=rule, remedy=remedy)])


def parse_budgets(text: str) -> list[float]:
    """
    Return the budgets that ``LOW:HIGH:COUNT`` states, at equal distances.

    Raises
    ------
    BadInputError
        If it does not read so, or LOW is not below HIGH.

    Examples
    --------
    >>> parse_budgets("900k:1.2M:4")
    [900000.0, 1000000.0, 1100000.0, 1200000.0]
    """
    parts = text.split(":")
    if len(parts) != 3:
        raise BadInputError([_misread(text, _REMEDY)])
    try:
        low, high = parse_amount(parts[0]), parse_amount(parts[1])
    except ValueError as misread:
        raise BadInputError([_misread(text, f"{misread}")]) from None
    is_count = parts[2].isdecimal() and len(parts[2]) < 10
    if not (is_count and np.isfinite([low, high]).all() and low >= 0.0):
        raise BadInputError([_misread(text, _REMEDY)])
    count = int(parts[2])
    if not (low < high and 2 <= count <= _MOST):
        raise BadInputError([_out_of_range(text, low, high, count)])
    return [float(f"{budget:.12g}") for budget in np.linspace(low, high, count)]


def _misread(text: str, remedy: str) -> Problem:
    rule = "must be LOW:HIGH:COUNT, two amounts and a whole number"
    return Problem(file="--budgets", value=text, rule=rule, remedy=remedy)


def _out_of_range(text: str, low: float, high: float, count: int) -> Problem:
    """Say what is wrong with budgets that could be read, and how they are right."""
    rule, remedy = f"COUNT must be 2 to {_MOST:,}", f"Write {low:.12g}:{high:.12g}:20."
    if low > high:
        rule, remedy = "LOW must be below HIGH", f"Write {high:.12g}:{low:.12g}:{count}."
    elif low == high:
        rule, remedy = "LOW and HIGH are the same budget", "Use `ballast solve` for a single one."
    return Problem(file="--budgets", value=text, rule=rule, remedy=remedy)


def with_prices_between(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points with the prices between them, and the knee marked."""
    solved = [point for point in points if isinstance(point, SolvedPoint)]
    budget = np.array([point.budget for point in solved])
    objective = np.array([point.objective for point in solved])
    steps, hull = next_price(budget, objective), hull_price(budget, objective)
    bend, last = knee(budget, objective), len(solved) - 1
    priced = {
        point.budget: replace(
            point,
            next_price=None if k == last else float(steps[k]),
            hull_price=None if k == last else float(hull[k]),
            knee=k == bend,
        )
        for k, point in enumerate(solved)
    }
    return tuple(priced.get(point.budget, point) for point in points)


def _pilot(portfolio: Portfolio, budgets: Sequence[float], observer: Observer) -> Mixture:
    """Return the mixture for all budgets: that of the middle one, or of the largest."""
    try:
        return pilot(with_budget(portfolio, budgets[len(budgets) // 2]), observer)
    except NoPlanError:
        return pilot(with_budget(portfolio, budgets[-1]), observer)


def _solved(
    case: Case,
    budgets: Sequence[float],
    observer: Observer,
    stop: Stop,
    nested: bool,
) -> list[SolvedBudget]:
    """Return what each budget buys; a request for the end ends it with the budgets so far."""

    def best(case: Case, proof: Proof) -> Outcome:
        return decide(case, observer=observer, proof=proof, stop=stop)

    each = partial(nest, case, best, stop) if nested else iter
    return sweep(case, budgets, best, stop, each)


def _written(job: _Job, solved: Sequence[SolvedBudget], count: int) -> Frontier:
    """Verify and write the runs, then the frontier, then its page and workbook."""
    spot_check(job.portfolio, job.prepared, job.observer)
    frontier = Frontier(
        folder=job.request.results / job.name,
        currency=job.portfolio.settings.currency,
        points=with_prices_between(_points(job, solved, count)),
        next_money=_next_money(job.prepared.case, solved),
        about=_about(job, solved),
        left_out=count - len(solved),
    )
    write_frontier(job.request.results, job.name, frontier, frontier_documents(frontier))
    return frontier


def _points(job: _Job, solved: Sequence[SolvedBudget], count: int) -> list[Point]:
    """Verify and write the runs of all budgets, several at once."""
    places = range(1, len(solved) + 1)
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    try:
        return list(pool.map(partial(_point, job, count), places, solved, _rationales(job, solved)))
    finally:
        pool.shutdown(cancel_futures=True)


def _rationales(job: _Job, solved: Sequence[SolvedBudget]) -> Iterator[Rationale | None]:
    """Yield the reasons of every budget's plan, as many plans at once as fit."""
    at_once = max(1, _REASONS_AT_ONCE // len(job.portfolio.skus))
    for first in range(0, len(solved), at_once):
        part = [one.outcome for one in solved[first : first + at_once]]
        plans = [outcome for outcome in part if outcome]
        some = iter(explained(job.portfolio, job.prepared, plans, job.stop))
        yield from (None if outcome is None else next(some) for outcome in part)


def _point(
    job: _Job, count: int, place: int, solved: SolvedBudget, rationale: Rationale | None
) -> Point:
    """Verify and write the run of a budget, and return what it says."""
    if solved.outcome is None:
        return UnsolvedPoint(budget=solved.budget, missing=solved.missing)
    name, portfolio = run_name(job.name, place, count), with_budget(job.portfolio, solved.budget)
    about = about_run(portfolio, job.request, name, job.began, parent=job.name)
    prepared = replace(job.prepared, case=at_budget(job.prepared.case, solved.budget))
    decided = decided_plan(portfolio, prepared, solved.outcome)
    tables, _ = checked(prepared, decided, rationale, about, job.observer)
    scorecard = build_scorecard(portfolio, tables)
    write_run(job.request.results, name, tables, scorecard=scorecard, documents={})
    return SolvedPoint(
        **vars(figures_of(tables.manifest, scorecard)),
        budget=solved.budget,
        plan_of=solved.plan_of,
        nesting_cost=_more(solved.outcome.objective, solved.unnested),
    )


def _more(nested: float, unnested: float | None) -> float | None:
    return None if unnested is None else nested - unnested


def _about(job: _Job, solved: Sequence[SolvedBudget]) -> About:
    """Return what all points share."""
    outcomes = [one.outcome for one in solved if one.outcome is not None]
    return about_runs(
        job.portfolio,
        job.request,
        job.name,
        job.began,
        methods=(f"{one.method} ({one.method_reason})" for one in outcomes),
    )


def _next_money(case: Case, solved: Sequence[SolvedBudget]) -> pd.DataFrame:
    """Return what every step up and down between neighbouring points changes."""
    steps = [next_money(case, step) for step in _steps(solved)]
    return pd.concat(steps, ignore_index=True) if steps else pd.DataFrame(columns=list(COLUMNS))


def _steps(solved: Sequence[SolvedBudget]) -> Iterator[PlanStep]:
    plans = [(one.budget, one.outcome) for one in solved if one.outcome is not None]
    for (low, less), (high, more) in pairwise(plans):
        yield PlanStep(budget=low, plan=less, to_budget=high, to_plan=more)
        yield PlanStep(budget=high, plan=more, to_budget=low, to_plan=less)
