"""Near-optimal alternatives: plans that cost little more than a run's and differ from it most."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.alternatives import (
    AMOUNTS,
    BEST,
    LESS_CONCENTRATED,
    AlternativePlan,
    Alternatives,
    SharedSupplier,
)
from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.option import CERTAIN
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import figures_of
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case, with_table
from optimizer.engine.least import least_within
from optimizer.errors import BadInputError, Problem
from optimizer.jobs.about import AS_IT_COMES, Request, about_run, about_runs
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.forecast import futures_ahead, with_forecast
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.prepare import Prepared, offering, prepare
from optimizer.jobs.published import published_outcome
from optimizer.jobs.record import verified
from optimizer.jobs.reopen import mixture_of, reopen
from optimizer.metrics.scorecard import build_scorecard
from optimizer.options.aspects import Measured, aspects, region_of_hazards
from optimizer.options.choices import with_plan
from optimizer.options.restore import restore
from optimizer.reports.documents import alternatives_documents
from optimizer.reports.kit.format import percent
from optimizer.store.alternatives_folder import write_alternatives
from optimizer.store.inputs import held_inputs
from optimizer.store.names import automatic_name
from optimizer.store.publish import check_all_free, check_writable
from optimizer.store.run_folder import read_scorecard, write_run

WITHIN: Final = 0.01
_SEARCHED_TO: Final = 0.05  # of what a plan may cost more: the gap of a search
_KIND: Final = ["policy", "alternates"]
_LEVELS: Final = ["service_level", "reserve_days", "lot_days_min", "lot_factor"]
_NO_LESS: Final = "the run's plan has the least there is"
_NONE_FOUND: Final = "no plan within the limit was found that has less"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Job:
    """
    What every alternative is made from.

    Attributes
    ----------
    prepared
        The run's case, its plan among the options, its resources with changes.
    best
        The run's plan and its proof.
    use
        What every option adds to each aspect.
    within
        How much dearer a plan may be, as a share of the run's cost. [-]
    """

    request: Request
    name: str
    began: float
    observer: Observer
    stop: Stop
    keep: Callable[[], None]
    portfolio: Portfolio
    tables: RunTables
    prepared: Prepared
    best: Outcome
    use: Mapping[str, FloatArray]
    within: float

    @property
    def most(self) -> float:
        """What a plan may cost. [currency]"""
        return self.best.objective + self.within * abs(self.best.objective)

    def amounts(self, outcome: Outcome) -> dict[str, float | None]:
        """Return what a plan has of every aspect, None of one that does not apply."""
        unit = {LESS_CONCENTRATED: self.prepared.case.money_unit}
        return {
            amount: float(self.use[aspect][outcome.plan.option].sum()) * unit.get(aspect, 1.0)
            if aspect in self.use
            else None
            for aspect, amount in AMOUNTS.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Found:
    """A plan within the limit, and the aspects for which it was found."""

    outcome: Outcome
    served: tuple[str, ...]


def alternatives(
    run: AnyPath,
    *,
    within: float = WITHIN,
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Alternatives:
    """
    Find plans that cost little more than a run's and differ most; write a run for each.

    For each aspect the plan with the least of it is sought among those within the limit: other
    policies and alternates, other suppliers, fewer changes against the plan in force, fewer
    alternates, less expected loss to the region that costs most.  See `engine.least` for what such
    a search sees.

    Parameters
    ----------
    run
        Folder of the run.
    within
        How much dearer a plan may be, as a share of the run's cost. [-]
    request
        The folder is called ``NAME``, the runs ``NAME-ASPECT``.  None of these may exist, whatever
        its `replace` says.
    stop
        Looked at all the time; when left out, Ctrl-C is heard.  The plans found so far are written.

    Raises
    ------
    BadInputError
        If `within` is not above 0 and at most 1, the run or its inputs cannot be read, it charges
        VaR, its futures are not those that this version draws, or a name is taken.
    StoppedError
        If it was stopped a second time.
    VerificationError
        If the verifier does not reproduce a plan; the runs written before it stay.
    """
    began = time.monotonic()
    _check(within)
    folder, home = Path(run), request.results
    portfolio, tables = reopen(folder)
    _check_measure(folder, portfolio)
    name = request.name or automatic_name(home, datetime.now().astimezone().date())
    check_all_free(home, [name, *(f"{name}-{aspect}" for aspect in AMOUNTS)])
    check_writable(home)
    with ExitStack() as stack:
        ending = stack.enter_context(finishing(stop, name))
        keep = stack.enter_context(held_inputs(home, portfolio, len(AMOUNTS)))
        prepared = _prepared(portfolio, tables, observer)
        best = published_outcome(folder, tables, prepared)
        region = _dearest_region(portfolio, tables)
        measured = Measured(
            prepared.case.portfolio, prepared.case.options, prepared.mean, best.plan.option
        )
        job = _Job(
            request=request,
            name=name,
            began=began,
            observer=observer,
            stop=ending,
            keep=keep,
            portfolio=portfolio,
            tables=tables,
            prepared=prepared,
            best=best,
            use=aspects(measured, region or None),
            within=within,
        )
        result = _result(job, folder, region)
        keep()
        write_alternatives(home, name, result, alternatives_documents(result))
    return result


def _check(within: float) -> None:
    """Refuse a share that no plan, or any plan, is within."""
    if 0.0 < within <= 1.0:
        return
    rule, remedy = "must be a share above 0, at most 100%", "Give, for instance, --within 1%."
    raise BadInputError(
        [Problem(file="--within", value=f"{100.0 * within:g}%", rule=rule, remedy=remedy)]
    )


def _check_measure(folder: Path, portfolio: Portfolio) -> None:
    """Refuse a run that charges VaR: a search with a charge takes its full time at each step."""
    if portfolio.settings.charges_var:
        rule = "is of risk.measure = var, for which plans nearby cannot be sought by prices"
        remedy = "Solve with --set risk.measure=cvar, and find that run's alternatives."
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])


def _prepared(portfolio: Portfolio, tables: RunTables, observer: Observer) -> Prepared:
    """
    Return the run's case with its plan among the options, and its options priced once.

    Where there is a plan in force, changes are limited, to as many as there are SKUs: then an
    option that changes nothing is not dropped for one that costs less.
    """
    counted, limits = portfolio, portfolio.settings.limits
    if portfolio.plan_in_force is not None and limits.changes is None:
        free = portfolio.settings.having(limits={"changes": len(portfolio.skus)})
        counted = replace(portfolio, settings=free)
    prepared = prepare(counted, observer, mixture_of(tables.manifest))
    designs = restore(portfolio, tables.plan)
    prepared = offering(prepared, with_plan(prepared.choices, prepared.case.portfolio, designs))
    return replace(prepared, case=with_table(prepared.case))


def _dearest_region(portfolio: Portfolio, tables: RunTables) -> str:
    """Return the region whose hazards make most of a run's expected loss; empty for none."""
    of_hazard = dict(
        zip(portfolio.hazards.hazard.tolist(), region_of_hazards(portfolio), strict=True)
    )
    expected = tables.expected
    loss = expected["expected_loss"].groupby(expected["hazard"].map(of_hazard)).sum()
    loss = loss.drop("", errors="ignore")
    return str(loss.idxmax()) if len(loss) else ""


def _result(job: _Job, folder: Path, region: str) -> Alternatives:
    """Find, verify and write the alternatives, and set them beside the run's plan."""
    found, not_found = _found(job)
    written = [(_best_row(job, folder), job.tables), *(_written(job, one) for one in found)]
    tables = {row.plan: of_plan for row, of_plan in written}
    return Alternatives(
        folder=job.request.results / job.name,
        currency=job.portfolio.settings.currency,
        run=job.tables.manifest.run,
        within=job.within,
        region=region,
        plans=tuple(row for row, _ in written),
        not_found=not_found,
        decisions=_decisions({plan: one.plan for plan, one in tables.items()}),
        suppliers=_suppliers([one.plan for one in tables.values()]),
        about=about_runs(
            job.portfolio,
            job.request,
            job.name,
            job.began,
            methods=[one.manifest.method for one in tables.values()],
        ),
    )


def _found(job: _Job) -> tuple[list[_Found], dict[str, str]]:
    """Return the different plans found, and why there is none for an aspect."""
    case, found, missing = _to_search(job), list[_Found](), dict[str, str]()
    for aspect, use in job.use.items():
        if job.stop.interrupted:
            missing[aspect] = "stopped before it was sought"
            continue
        began = time.monotonic()
        least = least_within(case, use, job.best, job.most, _decide(job), job.stop)
        if least is None:
            is_least = use[job.best.plan.option].sum() <= _floor(case, use)
            missing[aspect] = _NO_LESS if is_least else _NONE_FOUND
        else:
            _add(found, least.outcome, aspect)
        told = missing.get(aspect) or "found"
        job.observer.on_step("alternative", f"{aspect}: {told}", time.monotonic() - began)
    return found, missing


def _floor(case: Case, use: FloatArray) -> float:
    return float(np.minimum.reduceat(use, case.options.start[:-1]).sum())


def _to_search(job: _Job) -> Case:
    """Return the case to be solved no finer than the limit is wide; by prices, if that is free."""
    case, settings = job.prepared.case, job.prepared.case.portfolio.settings
    method = "decompose" if settings.solver.method == "auto" else settings.solver.method
    gap = max(settings.gap, _SEARCHED_TO * job.within)
    loose = settings.having(solver={"gap": gap, "method": method})
    return replace(case, portfolio=replace(case.portfolio, settings=loose))


def _decide(job: _Job) -> Callable[[Case, Proof], Outcome]:
    def best(case: Case, proof: Proof) -> Outcome:
        return decide(case, observer=job.observer, proof=proof, stop=job.stop)

    return best


def _add(found: list[_Found], outcome: Outcome, aspect: str) -> None:
    """Add a plan, or its aspect to the same plan."""
    for place, one in enumerate(found):
        if np.array_equal(one.outcome.plan.option, outcome.plan.option):
            found[place] = replace(one, served=(*one.served, aspect))
            return
    found.append(_Found(outcome=outcome, served=(aspect,)))


def _written(job: _Job, found: _Found) -> tuple[AlternativePlan, RunTables]:
    """Verify and write the run of an alternative, and return its row and its tables."""
    began = time.monotonic()
    aspect, *also = found.served
    run, manifest = f"{job.name}-{aspect}", job.tables.manifest
    outcome = _proven(job, found.outcome)
    about = about_run(job.portfolio, job.request, run, began, parent=job.name)
    decided = decided_plan(
        job.portfolio, job.prepared, outcome, _catalogue_gap(job, outcome), job.stop
    )
    ahead = futures_ahead(job.portfolio, job.prepared.futures.mixture)
    decided = with_forecast(decided, job.prepared, ahead, job.observer, job.stop)
    tables, _ = verified(job.prepared, decided, about, job.observer, stop=job.stop)
    scorecard = build_scorecard(job.portfolio, tables)
    job.keep()
    write_run(job.request.results, run, tables, scorecard=scorecard, documents={})
    moved, levels = _differ(tables.plan, job.tables.plan)
    row = AlternativePlan(
        **vars(figures_of(tables.manifest, scorecard)),
        plan=aspect,
        also=tuple(also),
        dearer=(tables.manifest.objective - manifest.objective) / (abs(manifest.objective) or 1.0),
        skus_differ=int(moved.sum()),
        levels_differ=int(levels.sum()),
        amounts=job.amounts(outcome),
    )
    return row, tables


def _proven(job: _Job, outcome: Outcome) -> Outcome:
    """Return a plan with what the run's prices prove of every plan."""
    best = job.best
    return replace(
        outcome,
        bound=min(best.bound, outcome.objective),
        stopped_by="alternative",
        method=best.method,
        method_reason=f"within {percent(job.within)} of the cost of {job.tables.manifest.run}",
        prices=best.prices,
    )


def _catalogue_gap(job: _Job, outcome: Outcome) -> float | None:
    """Return what finer levels could save, as a share of this plan's cost."""
    manifest = job.tables.manifest
    if manifest.catalogue_gap is None:
        return None
    return manifest.catalogue_gap * abs(manifest.objective) / (abs(outcome.objective) or 1.0)


def _best_row(job: _Job, folder: Path) -> AlternativePlan:
    """Return the row of the run's own plan."""
    figures: dict[str, Any] = vars(figures_of(job.tables.manifest, read_scorecard(folder)))
    return AlternativePlan(
        **figures,
        plan=BEST,
        also=(),
        dearer=0.0,
        skus_differ=0,
        levels_differ=0,
        amounts=job.amounts(job.best),
    )


def _differ(plan: pd.DataFrame, other: pd.DataFrame) -> tuple[BoolArray, BoolArray]:
    """Return which SKUs have another policy or alternates, and which other levels only."""
    moved = (plan[_KIND] != other[_KIND]).any(axis=1).to_numpy(np.bool_)
    levels = (plan[_LEVELS] != other[_LEVELS]).any(axis=1).to_numpy(np.bool_)
    return moved, levels & ~moved


def _decisions(plans: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what every plan chooses for each SKU, what that costs, and whether it is sure."""
    best = plans[BEST]
    pairs = [_differ(plan, best) for plan in plans.values()]
    moved, levels = (np.any([pair[at] for pair in pairs], axis=0) for at in (0, 1))
    rows = pd.DataFrame({"sku": best["sku"], "sure": ~moved, "same_levels": ~moved & ~levels})
    for name, plan in plans.items():
        rows[f"{name}:policy"] = plan["policy"]
        rows[f"{name}:service_level"] = plan["service_level"]
        rows[f"{name}:reserve_days"] = plan["reserve_days"]
        rows[f"{name}:alternates"] = plan["alternates"]
        rows[f"{name}:capital"] = plan["capital"]
        rows[f"{name}:expected_cost"] = plan[[*CERTAIN, "expected_loss"]].sum(axis=1)
    return rows


def _suppliers(plans: Sequence[pd.DataFrame]) -> tuple[SharedSupplier, ...]:
    """Return for how many SKUs each supplier is an alternate, in all plans and in some only."""
    pairs = [set(_pairs(plan)) for plan in plans]
    in_all, in_any = set.intersection(*pairs), set.union(*pairs)
    every, some = (Counter(name for _, name in of) for of in (in_all, in_any - in_all))
    return tuple(
        SharedSupplier(supplier=name, in_all=every[name], in_some=some[name])
        for name in sorted({*every, *some})
    )


def _pairs(plan: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for sku, names in zip(plan["sku"], plan["alternates"], strict=True):
        yield from ((sku, name) for name in names.split(";") if name)
