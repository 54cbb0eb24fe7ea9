"""Named what-ifs: the portfolio as it is and each of them solved, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray
from optimizer.domain.manifest import About
from optimizer.domain.money import money_unit
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import figures_of
from optimizer.domain.portfolio import PRIMARY, Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import NOMINAL, Mixture
from optimizer.domain.stop import Stop
from optimizer.domain.what_if import BASE, SolvedWhatIf, UnsolvedWhatIf, WhatIf, WhatIfResult
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.optimize import outcome_of
from optimizer.errors import BadInputError, BallastError, NoPlanError, StoppedError
from optimizer.jobs.about import AS_IT_COMES, Request, about_run, about_runs
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.forecast import futures_ahead, with_forecast
from optimizer.jobs.futures import prepare_run, with_count
from optimizer.jobs.how_long import tell_rest
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.record import verified
from optimizer.jobs.refine import Refined, decide_refined
from optimizer.jobs.spot_check import spot_check
from optimizer.metrics.allowed import allowed_policies
from optimizer.metrics.scorecard import build_scorecard
from optimizer.options.offered import offered
from optimizer.options.restore import restore
from optimizer.reports.documents import what_if_documents
from optimizer.reports.kit.format import count
from optimizer.store.inputs import held_inputs
from optimizer.store.names import automatic_name
from optimizer.store.publish import check_all_free, check_writable
from optimizer.store.run_folder import write_run
from optimizer.store.what_if_folder import write_what_if
from optimizer.strategies.candidate import Candidate

_DECISION: Final = [
    "policy",
    "service_level",
    "reserve_days",
    "lot_days_min",
    "lot_factor",
    "alternates",
]
_SOURCE: Final = ["sku", "supplier"]
_MOST_REASONS: Final = 5  # told of a what-if without a plan
_TOLERANCE: Final = 1e-9  # of a limit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """A what-if's plan, as its row and as the tables of its run."""

    row: SolvedWhatIf
    tables: RunTables
    mixture: Mixture


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Solved:
    """
    What is kept of a plan, of which there may be many and large ones.

    Attributes
    ----------
    moved
        SKUs whose decision differs from the first plan's.  Shape ``(N,)``.
    method
        As in the manifest.
    """

    row: SolvedWhatIf
    moved: BoolArray
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Refused:
    """A what-if without a plan, and why."""

    row: UnsolvedWhatIf
    refusal: BallastError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Job:
    """What every what-if's run is made from; `keep` keeps their inputs."""

    request: Request
    name: str
    began: float
    observer: Observer
    keep: Callable[[], None]
    stop: Stop


def what_if(
    portfolio: Portfolio,
    what_ifs: Sequence[WhatIf],
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> WhatIfResult:
    """
    Solve a portfolio as it is and under every what-if; write a run for each, and all side by side.

    Parameters
    ----------
    portfolio, what_ifs
        From `read_what_ifs`.
    request
        The runs are called ``NAME-base`` and ``NAME-WHAT-IF``, the folder with all side by
        side ``NAME``.  None of these may exist, whatever its `replace` says.
    stop
        Looked at all the time; when left out, Ctrl-C is heard.  The what-ifs solved so far are
        set side by side and written.

    Raises
    ------
    BadInputError
        If a name is taken, a SKU of the portfolio as it is has no option, or an input has changed
        since it was read.
    NoPlanError
        If no plan meets the limits of any what-if.
    StoppedError
        If it was stopped before any plan was found, or a second time.
    VerificationError
        If the verifier does not reproduce a plan; the runs written before it stay.
    """
    name = request.name or automatic_name(request.results, datetime.now().astimezone().date())
    as_it_is = WhatIf(name=BASE, description="as it is", changes={}, portfolio=portfolio)
    every = [as_it_is, *what_ifs]
    check_all_free(request.results, [name, *(f"{name}-{one.name}" for one in every)])
    check_writable(request.results)
    began = time.monotonic()
    with finishing(stop, name) as ending:
        with held_inputs(request.results, portfolio, len(every)) as keep:
            job = _Job(
                request=request, name=name, began=began, observer=observer, keep=keep, stop=ending
            )
            solved = list(_solved(job, every))
        with_plan = [one for one in solved if isinstance(one, _Solved)]
        if not with_plan:
            raise _why_none([one for one in solved if isinstance(one, _Refused)], ending)
        moved = [one.moved for one in with_plan]
        result = WhatIfResult(
            folder=request.results / name,
            currency=portfolio.settings.currency,
            rows=tuple(one.row for one in solved),
            n_skus=len(portfolio.skus),
            robust=int((~np.any(moved, axis=0)).sum()),
            about=_about(job, portfolio, with_plan),
            left_out=tuple(one.name for one in every[len(solved) :]),
        )
        write_what_if(request.results, name, result, what_if_documents(result))
    return result


def _solved(job: _Job, every: Sequence[WhatIf]) -> Iterator[_Solved | _Refused]:
    """Yield every what-if solved, set against the first; those so far where it is to stop."""
    base: _Plan | None = None
    first: RunTables | None = None
    for place, one in enumerate(every, start=1):
        began = time.monotonic()
        solved = _solve(job, one, base)
        if solved is None:
            return
        job.observer.on_step(
            "what-if", f"{one.name}, {place} of {len(every)}", time.monotonic() - began
        )
        if place == 1:
            left = len(every) - 1
            tell_rest(job.observer, time.monotonic() - began, left, f"for {left:,} more")
        if isinstance(solved, _Refused):
            yield solved
            continue
        base, first = (solved if one.name == BASE else base), first or solved.tables
        moved = _differs(solved.tables.plan, first.plan)
        yield _Solved(row=solved.row, moved=moved, method=solved.tables.manifest.method)


def _solve(job: _Job, one: WhatIf, base: _Plan | None) -> _Plan | _Refused | None:
    """
    Solve, verify and write one what-if; without a plan say why; None where it is to stop.

    Its futures are drawn from the first plan's mixture, so that what differs is not the draw.
    """
    began, stop = time.monotonic(), job.stop
    one = replace(one, portfolio=with_count(one.portfolio))
    mixture = base.mixture if base and base.mixture != NOMINAL else None
    try:
        prepared = stop.unless_asked(partial(prepare_run, one.portfolio, job.observer, mixture))
        if prepared is None:
            return None
        refined = decide_refined(prepared, partial(_decide, job), stop, job.observer)
    except (NoPlanError, StoppedError, BadInputError) as refusal:
        return _refused(one, refusal)
    prepared = refined.prepared
    plan = _written(job, one, refined, began)
    if base is None:
        return plan
    row = _with_regret(_beside(plan, base), one.portfolio, prepared, base.tables)
    return replace(plan, row=row)


def _decide(job: _Job, case: Case, proof: Proof) -> Outcome:
    return decide(case, observer=job.observer, proof=proof, stop=job.stop)


def _refused(one: WhatIf, refusal: BallastError) -> _Refused | None:
    """Return why a what-if has no plan; None where somebody asked for the end."""
    missing: Mapping[str, float] = {}
    if isinstance(refusal, StoppedError):
        if refusal.reason == "interrupt":
            return None
        message = refusal.because
    elif isinstance(refusal, BadInputError) and one.name == BASE:
        raise refusal
    else:
        message = _in_a_line(refusal)
        missing = refusal.missing if isinstance(refusal, NoPlanError) else {}
    row = UnsolvedWhatIf(**_stated(one), message=message, missing=missing)
    return _Refused(row=row, refusal=refusal)


def _about(job: _Job, portfolio: Portfolio, solved: Sequence[_Solved]) -> About:
    """Return what all what-ifs share."""
    methods = (one.method for one in solved)
    return about_runs(portfolio, job.request, job.name, job.began, methods=methods)


def _in_a_line(refusal: BallastError) -> str:
    """Return a refusal as one line; of very many reasons the first ones."""
    if isinstance(refusal, BadInputError):
        head, *reasons = map(str, refusal.problems)
    else:
        head, *reasons = str(refusal).splitlines()
    more = [f"and {len(reasons) - _MOST_REASONS:,} more"] if len(reasons) > _MOST_REASONS else []
    return " ".join([head, "; ".join([*reasons[:_MOST_REASONS], *more])]).strip()


def _written(job: _Job, one: WhatIf, refined: Refined, began: float) -> _Plan:
    """Verify and write the run of a what-if, and return it and what it says."""
    prepared, outcome = refined.prepared, refined.outcome
    name, results = f"{job.name}-{one.name}", job.request.results
    about = about_run(one.portfolio, job.request, name, began, parent=job.name)
    decided = decided_plan(one.portfolio, prepared, outcome, refined.catalogue_gap, job.stop)
    ahead = futures_ahead(one.portfolio, prepared.futures.mixture)
    decided = with_forecast(decided, prepared, ahead, job.observer, job.stop)
    tables, _ = verified(prepared, decided, about, job.observer, stop=job.stop)
    spot_check(one.portfolio, prepared, job.observer)
    scorecard = build_scorecard(one.portfolio, tables)
    job.keep()
    write_run(results, name, tables, scorecard=scorecard, documents={})
    row = SolvedWhatIf(
        **_stated(one),
        **vars(figures_of(tables.manifest, scorecard)),
        capital_limit=tables.manifest.resources["capital"].limit,
    )
    return _Plan(row=row, tables=tables, mixture=prepared.futures.mixture)


def _stated(case: WhatIf) -> dict[str, Any]:
    """Return what its row says of a what-if, with and without a plan."""
    settings = case.portfolio.settings
    return {
        "what_if": case.name,
        "description": case.description,
        "changes": case.in_words,
        "same_yardstick": case.same_yardstick,
        "horizon_days": settings.horizon.days,
        "tail_level": settings.risk.level,
    }


def _beside(plan: _Plan, base: _Plan) -> SolvedWhatIf:
    """Return the row with how its plan differs from the base's."""
    here, before = (
        {*zip(*(one.tables.qualifications[key] for key in _SOURCE), strict=True)}
        for one in (plan, base)
    )
    return replace(
        plan.row,
        cost_difference=plan.row.objective - base.row.objective,
        decisions_changed=int(_differs(plan.tables.plan, base.tables.plan).sum()),
        qualified_more=len(here - before),
        qualified_fewer=len(before - here),
    )


def _differs(plan: pd.DataFrame, other: pd.DataFrame) -> BoolArray:
    """Return which SKUs have another decision.  Shape ``(N,)``."""
    differs: BoolArray = (plan[_DECISION] != other[_DECISION]).any(axis=1).to_numpy(np.bool_)
    return differs


def _with_regret(
    row: SolvedWhatIf, portfolio: Portfolio, prepared: Prepared, base: RunTables
) -> SolvedWhatIf:
    """Return the row with what the base's plan costs under its settings, if it is open there."""
    plan, n_lost = _with_sources(base.plan, portfolio)
    designs = restore(portfolio, plan)
    kept = Candidate.of(portfolio, designs, money_unit(portfolio)).case(prepared.futures)
    outcome = outcome_of(kept, np.arange(len(designs)))
    closed = int((~offered(portfolio, designs, allowed_policies(portfolio))).sum())
    breaks = [f"{count(n_lost, 'alternate')} no longer offered"] if n_lost else []
    breaks += [f"{count(closed, 'option')} no longer offered"] if closed else []
    breaks += _over_limits(kept, outcome.plan.onboard)
    return replace(
        row,
        base_cost=outcome.objective,
        regret=None if breaks else outcome.objective - row.objective,
        base_breaks="; ".join(breaks),
    )


def _with_sources(plan: pd.DataFrame, portfolio: Portfolio) -> tuple[pd.DataFrame, int]:
    """Return a plan without the alternates that are none here, and how many those are."""
    sources, suppliers = portfolio.sources, portfolio.suppliers.supplier
    rows = np.flatnonzero(sources.role != PRIMARY)
    there = {*zip(sources.sku[rows].tolist(), suppliers[sources.supplier[rows]], strict=True)}
    stated = [names.split(";") if names else [] for names in plan["alternates"]]
    kept = [[name for name in names if (sku, name) in there] for sku, names in enumerate(stated)]
    n_lost = sum(map(len, stated)) - sum(map(len, kept))
    return plan.assign(alternates=[";".join(names) for names in kept]), n_lost


def _over_limits(case: Case, onboard: BoolArray) -> list[str]:
    """Return the limits that the only plan of a case exceeds, in words."""
    resources = case.resources
    used = resources.option_use.sum(axis=1) + resources.onboard_use @ onboard
    over = np.flatnonzero(used > resources.limit * (1.0 + _TOLERANCE))
    unit = case.resource_unit
    return [
        f"{resources.name[r]}: {used[r] * unit[r]:,.2f} of {resources.limit[r] * unit[r]:,.2f} "
        f"{resources.unit[r]}"
        for r in over.tolist()
    ]


def _why_none(refused: Sequence[_Refused], stop: Stop) -> BallastError:
    """Return what to raise where no what-if has a plan: why not, one by one."""
    reasons = [f"{one.row.what_if}: {one.row.message}" for one in refused]
    if any(isinstance(one.refusal, NoPlanError) for one in refused) and not stop.interrupted:
        return NoPlanError("no what-if has a plan:", reasons)
    stopped = [one.refusal.reason for one in refused if isinstance(one.refusal, StoppedError)]
    return StoppedError(stopped[-1] if stopped else stop.reason)
