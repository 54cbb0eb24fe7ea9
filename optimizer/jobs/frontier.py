"""A frontier of budgets: prepared once, solved upwards, each plan published before the next."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from optimizer.domain.budget import with_budget
from optimizer.domain.frontier import (
    HURDLE,
    Frontier,
    Point,
    SolvedPoint,
    TodaysPlan,
    UnsolvedPoint,
)
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import PlanFigures
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, Mixture
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.nested import nest
from optimizer.engine.sweep import SolvedBudget, at_budget, sweep, with_plan
from optimizer.errors import BadInputError, NoPlanError, Problem
from optimizer.jobs.about import AS_IT_COMES, Request
from optimizer.jobs.frontier_marks import with_marks
from optimizer.jobs.futures import pilot, prepare_run, with_count
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.refine import refined_for
from optimizer.jobs.spot_check import spot_check
from optimizer.jobs.sweeping import Place, Sweep, publish_point, published, sweeping
from optimizer.reports.documents import frontier_documents
from optimizer.sensitivity.next_money import COLUMNS, PlanStep, next_money
from optimizer.store.frontier_folder import write_frontier
from optimizer.store.names import automatic_name
from optimizer.strategies import figures_of_designs
from optimizer.strategies import today as todays_plan

_POINT: Final = TypeAdapter(SolvedPoint)
_SAME: Final = 1e-9  # relative, between budgets that are one
_REFINED_AT: Final = 6  # budgets, at which finer levels are searched for all


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Budgeted:
    """The portfolio, prepared for its largest budget, and what its points are made from."""

    portfolio: Portfolio
    prepared: Prepared
    budgets: Sequence[float]
    common: Sweep

    @property
    def case(self) -> Case:
        """The case of the largest budget."""
        return self.prepared.case


def frontier(
    portfolio: Portfolio,
    budgets: Sequence[float],
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
    *,
    nested: bool = False,
    hurdle_rate: float = HURDLE,
) -> Frontier:
    """
    Solve a portfolio at every budget; write a run for each, and the frontier beside them.

    Each plan is verified and its run written before the next budget is solved.  Where that ended
    early, by a crash or by an error, the same call goes on from the runs that are there.

    Parameters
    ----------
    budgets
        Two or more, ascending; the portfolio's own is added if it lies between them. [currency]
    request
        The runs are called ``NAME-01``, ``NAME-02``, …, the frontier's folder ``NAME``.  None of
        these may exist, whatever its `replace` says, but runs of the same frontier, unfinished.
    stop
        Looked at all the time; when left out, Ctrl-C is heard.  The budgets solved so far are
        verified and written, the last one without its reasons if they are not there yet.
    nested
        Whether every budget keeps what the smaller ones bought.
    hurdle_rate
        What the next money must earn: the points say where it no longer does. [/yr]

    Raises
    ------
    BadInputError
        If the budgets do not ascend, the hurdle rate is below 0, a name is taken, a SKU has no
        option, or an input has changed since it was read; if an unfinished frontier of this name is
        of something else.
    NoPlanError
        If no plan meets the limits at any budget.
    StoppedError
        If it was stopped before any plan was found, or a second time.
    VerificationError
        If the verifier does not reproduce a plan; the runs written before it stay.
    """
    began = time.monotonic()
    check_budgets(budgets)
    _check_hurdle(hurdle_rate)
    budgets = with_own(budgets, portfolio.settings.budget.capital)
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    with sweeping(
        portfolio,
        request,
        observer,
        stop,
        name=name,
        count=len(budgets),
        began=began,
        terms={"budgets": list(budgets), "nested": nested},
    ) as job:
        portfolio = with_count(portfolio)
        prepared = _prepared(portfolio, budgets, observer, job.stop)
        spot_check(portfolio, prepared, observer)
        budgeted = _Budgeted(portfolio=portfolio, prepared=prepared, budgets=budgets, common=job)
        found = _swept(budgeted, nested=nested, hurdle_rate=hurdle_rate)
        write_frontier(request.results, name, found, frontier_documents(found))
    return found


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


def _check_hurdle(rate: float) -> None:
    if not (np.isfinite(rate) and rate >= 0.0):
        rule, remedy = "must be a finite rate, 0 or more", "Write 0.1 for 10 % a year."
        problem = Problem(file="hurdle rate", value=f"{rate:g}", rule=rule, remedy=remedy)
        raise BadInputError([problem])


def with_own(budgets: Sequence[float], own: float | None) -> list[float]:
    """
    Return the budgets with the portfolio's own among them, if it lies between them.

    Examples
    --------
    >>> with_own([1.0, 2.0, 3.0], 2.5), with_own([1.0, 2.0], 3.0), with_own([1.0, 2.0], None)
    ([1.0, 2.0, 2.5, 3.0], [1.0, 2.0], [1.0, 2.0])
    """
    if own is None or not budgets[0] < own < budgets[-1]:
        return list(budgets)
    others = [budget for budget in budgets if abs(budget - own) > _SAME * own]
    return sorted([*others, own])


def _prepared(
    portfolio: Portfolio, budgets: Sequence[float], observer: Observer, stop: Stop
) -> Prepared:
    """Return the case of the largest budget, refined for all, its options priced once for all."""
    mixture = _pilot(portfolio, budgets, observer)
    prepared = prepare_run(with_budget(portfolio, budgets[-1]), observer, mixture)
    some = [partial(at_budget, budget=budget) for budget in _spread(budgets)[::-1]]

    def best(case: Case, proof: Proof) -> Outcome:
        return decide(case, observer=observer, proof=proof, stop=stop)

    prepared = refined_for(prepared, some, best, stop, observer)
    return replace(prepared, case=with_table(prepared.case))


def _spread(budgets: Sequence[float]) -> list[float]:
    """
    Return some of the budgets, closer together where they are small, as prices fall there.

    Examples
    --------
    >>> _spread([float(budget) for budget in range(10)])
    [0.0, 1.0, 3.0, 6.0, 9.0]
    """
    root = np.sqrt(budgets)
    even = np.linspace(root[0], root[-1], _REFINED_AT)
    nearest = np.abs(root[:, None] - even).argmin(axis=0)
    return [budgets[place] for place in np.unique(nearest).tolist()]


def _pilot(portfolio: Portfolio, budgets: Sequence[float], observer: Observer) -> Mixture:
    """Return the mixture for all budgets: that of the middle one, or of the largest."""
    try:
        return pilot(with_budget(portfolio, budgets[len(budgets) // 2]), observer)
    except NoPlanError:
        return pilot(with_budget(portfolio, budgets[-1]), observer)


def _swept(job: _Budgeted, *, nested: bool, hurdle_rate: float) -> Frontier:
    """Solve, verify and publish budget by budget; return the frontier they make."""
    case, points, common = job.case, list[Point](), job.common
    outcomes = published(common, job.prepared, lambda point: at_budget(case, point["budget"]))
    stated = [_POINT.validate_python(point) for point in common.journal.points]
    before = {
        _capital(at_budget(case, point.budget)): outcome
        for point, outcome in zip(stated, outcomes, strict=True)
    }

    def best(case: Case, proof: Proof) -> Outcome:
        there = before.get(_capital(case))
        return there or decide(case, observer=common.observer, proof=proof, stop=common.stop)

    def each(alone: Iterable[SolvedBudget]) -> Iterator[SolvedBudget]:
        found = nest(case, best, common.stop, alone) if nested else alone
        yield from _publishing(job, found, {point.budget: point for point in stated}, points)

    common.begin()
    solved = sweep(case, job.budgets, best, common.stop, each)
    with step(common.observer, "next money") as tell:
        steps = _next_money(case, solved)
        tell(f"{len(steps):,} changes between neighbours")
    settings = job.portfolio.settings
    raised = [_raised(*pair, settings.gap) for pair in zip(points, solved, strict=True)]
    return Frontier(
        folder=common.request.results / common.name,
        currency=settings.currency,
        points=with_marks(raised, settings, hurdle_rate),
        next_money=steps,
        about=common.about(job.portfolio, (one.outcome for one in solved if one.outcome)),
        left_out=len(job.budgets) - len(points),
        today=_today(job.portfolio, job.prepared.futures, common.observer),
        hurdle_rate=hurdle_rate,
    )


def _capital(case: Case) -> float:
    """Return the capital of a case, by which its budget is told."""
    return float(case.resources.limit[case.resources.name.index("capital")])


def _publishing(
    job: _Budgeted,
    found: Iterable[SolvedBudget],
    stated: Mapping[float, SolvedPoint],
    points: list[Point],
) -> Iterator[SolvedBudget]:
    """
    Publish each budget's plan, or that of a smaller one if it is cheaper; note the points.

    Parameters
    ----------
    stated
        What was published before, by budget.
    """
    best: SolvedBudget | None = None
    for number, one in enumerate(found, start=1):
        if one.outcome is None:
            points.append(UnsolvedPoint(budget=one.budget, missing=one.missing))
            yield one
            continue
        best = _cheaper(one, best)
        points.append(stated.get(one.budget) or _point(job, number, best))
        yield best


def _cheaper(one: SolvedBudget, smaller: SolvedBudget | None) -> SolvedBudget:
    """Return a budget with the plan of a smaller one where that is cheaper."""
    if one.outcome is None or smaller is None or smaller.outcome is None:
        return one
    if smaller.outcome.objective >= one.outcome.objective:
        return one
    taken = with_plan(one.outcome, smaller.outcome)
    return replace(one, outcome=taken, plan_of=smaller.plan_of)


def _point(job: _Budgeted, number: int, solved: SolvedBudget) -> SolvedPoint:
    """Verify and write the run of a budget, and return what it says."""
    assert solved.outcome is not None  # noqa: S101  a budget without a plan has no run
    cost = solved.outcome.objective

    def point_of(figures: PlanFigures) -> SolvedPoint:
        return SolvedPoint(
            **vars(figures),
            budget=solved.budget,
            plan_of=solved.plan_of,
            nesting_cost=None if solved.unnested is None else cost - solved.unnested,
        )

    budgeted = with_budget(job.portfolio, solved.budget)
    at = Place(number, budgeted, replace(job.prepared, case=at_budget(job.case, solved.budget)))
    return publish_point(job.common, at, solved.outcome, point_of)


def _raised(point: Point, solved: SolvedBudget, gap: float) -> Point:
    """Return a point with the bound that a larger budget proved, if it is higher."""
    outcome = solved.outcome
    if isinstance(point, UnsolvedPoint) or outcome is None or outcome.bound <= point.bound:
        return point
    bound = min(outcome.bound, point.objective)
    distance = point.objective - bound
    raised = replace(point, bound=bound, gap=distance / abs(point.objective) if distance else 0.0)
    closed = raised.gap <= gap
    return replace(raised, status="optimal", stopped_by="gap") if closed else raised


def _today(portfolio: Portfolio, futures: Futures, observer: Observer) -> TodaysPlan | None:
    """Return the plan in force on the futures of the points; None if there is none to price."""
    if portfolio.plan_in_force is None:
        return None
    try:
        designs = todays_plan(portfolio).designs
    except BadInputError as refusal:
        observer.on_step("today", f"left out: {refusal.problems[0]}", 0.0)
        return None
    figures: dict[str, Any] = figures_of_designs(portfolio, futures, designs)
    return TodaysPlan(**{name: figures[name] for name in TodaysPlan.__dataclass_fields__})


def _next_money(case: Case, solved: Sequence[SolvedBudget]) -> pd.DataFrame:
    """Return what every step up and down between neighbouring points changes."""
    steps = [next_money(case, step) for step in _steps(solved)]
    return pd.concat(steps, ignore_index=True) if steps else pd.DataFrame(columns=list(COLUMNS))


def _steps(solved: Sequence[SolvedBudget]) -> Iterator[PlanStep]:
    plans = [(one.budget, one.outcome) for one in solved if one.outcome is not None]
    for (low, less), (high, more) in pairwise(plans):
        yield PlanStep(budget=low, plan=less, to_budget=high, to_plan=more)
        yield PlanStep(budget=high, plan=more, to_budget=low, to_plan=less)
