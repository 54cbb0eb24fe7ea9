"""The quarter's work: a run's plan is the plan in force, and few changes make it better."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.domain.change_list import ChangeList
from optimizer.domain.decided import Decided
from optimizer.domain.manifest import About
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.stop import Stop
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.readers.read_tables import PLAN_FILE
from optimizer.jobs.about import AS_IT_COMES, Request
from optimizer.jobs.answers import NO_ANSWERS, Answers
from optimizer.jobs.carried_plan import Carried, carried_plan, read_previous
from optimizer.jobs.change_cost import check_charge
from optimizer.jobs.change_list import list_changes, with_reasons
from optimizer.jobs.recent_changes import changed_within
from optimizer.jobs.refine import Refined
from optimizer.jobs.solve import Files, Run, solve
from optimizer.jobs.stability_curve import NOT_ASKED, price_of_stability
from optimizer.reports.documents import change_documents
from optimizer.store.table_files import write_csv


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reoptimized:
    """A run whose plan in force was another run's plan, and what it changes of that."""

    run: Run
    changes: ChangeList
    warnings: tuple[str, ...]


def reoptimize(
    portfolio: AnyPath,
    previous: AnyPath,
    *,
    max_changes: int | None = None,
    change_cost: float = 0.0,
    no_change_within: int = 0,
    answers: Answers = NO_ANSWERS,
    curve: bool = False,
    overrides: Sequence[str] = (),
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Reoptimized:
    """
    Solve a portfolio with a run's plan as the plan in force, and list what changes.

    Parameters
    ----------
    portfolio, overrides
        As for `read_portfolio`.  Where its table `plan` says `keep`, the run's decision stays.
    previous
        Folder of the run.
    max_changes
        Most SKUs whose decision may change; those that need a first decision do not count.
    change_cost
        What it costs to carry a change out; a change that saves less over the horizon is not made.
        [currency]
    no_change_within
        What the run, or one that it goes back to, changed less than so many days ago stays where
        that is possible. [day]
    answers
        Changes of an earlier list that were turned down: these decisions stay.
    curve
        Whether to solve again with fewer changes, and without dead band, cap and locks.

    Raises
    ------
    BadInputError
        If the portfolio cannot be read, the run is of other data or another format, a decision that
        must stay is no longer possible, or changes are charged with VaR; otherwise as `solve`.
    """
    own = read_portfolio(portfolio, overrides)
    check_charge(own, change_cost)
    before = read_previous(Path(previous), own)
    recent = changed_within(Path(previous), no_change_within) if no_change_within else set()
    carried = carried_plan(own, before, {*_kept_by(own), *answers.rejected["sku"]}, recent)
    limit = len(own.skus) if max_changes is None else max_changes + carried.first
    with tempfile.TemporaryDirectory() as scratch:
        plan = Path(scratch) / PLAN_FILE
        write_csv(carried.plan, plan)
        stated = [*overrides, f"limits.changes={limit}"]
        today = read_portfolio(portfolio, stated, plan=plan)
        elsewhere = {**today.elsewhere, PLAN_FILE: plan}
        today = replace(today, elsewhere=elsewhere, plan_of=before.manifest.run)
        listing = _Listing(carried, answers, observer, curve=curve)
        run = solve(
            today,
            request,
            observer,
            stop,
            mixture=answers.mixture,
            change_cost=change_cost,
            beside=listing,
        )
    assert listing.changes is not None  # noqa: S101  solve has called it
    return Reoptimized(run=run, changes=listing.changes, warnings=today.warnings)


def _kept_by(own: Portfolio) -> set[str]:
    in_force = own.plan_in_force
    return set() if in_force is None else set(own.skus.sku[in_force.keep].tolist())


class _Listing:
    """Makes the list of changes while the case is at hand; `changes` holds it then."""

    def __init__(
        self,
        carried: Carried,
        answers: Answers,
        observer: Observer,
        *,
        curve: bool,
    ) -> None:
        self.changes: ChangeList | None = None
        self._carried, self._answers, self._curve = carried, answers, curve
        self._observer = observer

    def __call__(self, refined: Refined, decided: Decided, tables: RunTables, stop: Stop) -> Files:
        with step(self._observer, "changes") as tell:
            listed = list_changes(decided)
            tell(f"{len(listed.rows):,} of {len(decided.designs):,} SKUs")
        manifest = tables.manifest
        found = (
            price_of_stability(refined, decided, listed, self._observer, stop)
            if self._curve
            else NOT_ASKED
        )
        self.changes = ChangeList(
            plan_of=str(manifest.plan_of),
            rows=with_reasons(listed.rows, tables.plan, manifest.run),
            before=listed.before,
            after=listed.after,
            first=listed.first,
            most_capital=listed.most_capital,
            capital_limit=manifest.resources["capital"].limit,
            curve=found.curve,
            unbound=found.unbound,
            decided=self._answers.proposal is not None,
            rejected=self._answers.rejected,
            proposed=self._answers.proposed(manifest),
            gap=manifest.gap + (manifest.catalogue_gap or 0.0),
            is_proven=manifest.status == "optimal",
            notes=tuple(self._carried.notes),
            about=About.of(manifest, len(tables.plan)),
        )
        return change_documents(self.changes)
