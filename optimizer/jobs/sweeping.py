"""What sweeps over budgets and over weights of risk share: a run for each point, one by one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from typing import Any, NamedTuple, TypeVar

from optimizer.domain.input_change import INPUTS
from optimizer.domain.manifest import About
from optimizer.domain.observer import Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.plan_figures import PlanFigures, figures_of
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, Mixture
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.pricing_model import Case
from optimizer.errors import NOTHING, WRITTEN_IS_WHOLE
from optimizer.jobs.about import Request, about_run, about_runs
from optimizer.jobs.decided import decided_plan, explained
from optimizer.jobs.forecast import futures_ahead, with_forecast
from optimizer.jobs.how_long import tell_rest
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.prepare import Prepared
from optimizer.jobs.published import published_outcome
from optimizer.jobs.record import checked
from optimizer.jobs.refine import catalogue_gap
from optimizer.metrics.scorecard import build_scorecard
from optimizer.options.known_curves import KnownCurves
from optimizer.store.frontier_folder import check_sweep_free, run_name
from optimizer.store.inputs import held_inputs
from optimizer.store.publish import check_writable
from optimizer.store.run_folder import read_run, write_run
from optimizer.store.sweep_journal import SweepJournal

_Point = TypeVar("_Point", bound=PlanFigures)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sweep:
    """
    What every point's run is made from.

    Attributes
    ----------
    count
        How many points there are in all.
    keep
        Keeps the inputs, before the first run is written.
    fresh
        See `ahead`.
    known
        Loss curves of the options, which are the same at every point.
    solving
        When the first point that is not there yet began to be solved, told once: see `begin`.
    """

    request: Request
    name: str
    count: int
    began: float
    observer: Observer
    stop: Stop
    journal: SweepJournal
    keep: Callable[[], None]
    fresh: list[Futures] = field(default_factory=list)
    known: KnownCurves = field(default_factory=KnownCurves)
    solving: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """Note that all is prepared: from the first point, the time of the others is told."""
        self.solving.append(time.monotonic())

    def tell_rest(self, number: int) -> None:
        """Tell, after the first point that was solved, about how long the others take."""
        if self.solving:
            seconds, left = time.monotonic() - self.solving.pop(), self.count - number
            tell_rest(self.observer, seconds, left, f"for {left:,} more points")

    def ahead(self, portfolio: Portfolio, mixture: Mixture) -> Sequence[Futures]:
        """Return the fresh futures that every point is forecast on, drawn once."""
        if not self.fresh:
            self.fresh.extend(futures_ahead(portfolio, mixture))
        return self.fresh

    def about(self, portfolio: Portfolio, outcomes: Iterable[Outcome]) -> About:
        """Return what all points share."""
        methods = (f"{one.method} ({one.method_reason})" for one in outcomes)
        return about_runs(portfolio, self.request, self.name, self.began, methods=methods)


class Place(NamedTuple):
    """Where a point stands in its sweep, from 1; its portfolio, and what is prepared for it."""

    number: int
    portfolio: Portfolio
    prepared: Prepared


@contextmanager
def sweeping(
    portfolio: Portfolio,
    request: Request,
    observer: Observer,
    stop: Stop | None,
    *,
    name: str,
    count: int,
    began: float,
    terms: Mapping[str, Any],
) -> Iterator[Sweep]:
    """
    Yield a sweep, to go on from what a crash has left of it; when it is whole it has no journal.

    Parameters
    ----------
    terms
        All that its points depend on beside the portfolio, as JSON data.
    """
    terms = {
        "ballast": version("ballast"),
        "inputs": dict(portfolio.inputs),
        "settings": portfolio.settings.model_dump(mode="json"),
        "changes": [one for one in portfolio.overrides if one.startswith(f"{INPUTS}.")],
        **terms,
    }
    journal = SweepJournal.open(request.results, name, request.command, terms)
    published = [str(point["run"]) for point in journal.points]
    check_writable(request.results)
    check_sweep_free(request.results, name, count, published)
    with (
        finishing(stop, name, kept=WRITTEN_IS_WHOLE if published else NOTHING) as ending,
        held_inputs(request.results, portfolio, count - len(published)) as keep,
    ):
        yield Sweep(
            request=request,
            name=name,
            count=count,
            began=began,
            observer=observer,
            stop=ending,
            journal=journal,
            keep=keep,
        )
        journal.close()


def published(
    sweep: Sweep, prepared: Prepared, case_of: Callable[[Mapping[str, Any]], Case]
) -> list[Outcome]:
    """
    Return what the runs that are there already were written from, in the order of the journal.

    Parameters
    ----------
    case_of
        The case that a point decided.

    Raises
    ------
    BadInputError
        If a run cannot be read, or is not one of its case.
    """
    found = []
    for point in sweep.journal.points:
        folder = sweep.request.results / str(point["run"])
        decided = replace(prepared, case=case_of(point))
        found.append(published_outcome(folder, read_run(folder), decided))
    if found:
        said = f"{len(found):,} of {sweep.count:,} points, published before"
        sweep.observer.on_step("resumed", said, 0.0)
    return found


def publish_point(
    sweep: Sweep, place: Place, outcome: Outcome, point_of: Callable[[PlanFigures], _Point]
) -> _Point:
    """
    Verify and write the run of a point, and return the point.

    Raises
    ------
    VerificationError
        If the verifier does not reproduce the plan; nothing of it is written.
    """
    portfolio, prepared = place.portfolio, place.prepared
    name = run_name(sweep.name, place.number, sweep.count)
    about = about_run(portfolio, sweep.request, name, sweep.began, parent=sweep.name)
    gap = catalogue_gap(prepared, outcome, sweep.stop, sweep.observer)
    decided = decided_plan(portfolio, prepared, outcome, gap)
    ahead = sweep.ahead(portfolio, prepared.futures.mixture)
    decided = with_forecast(decided, prepared, ahead, sweep.observer, sweep.stop)
    rationale = explained(portfolio, prepared, outcome, sweep.stop, sweep.known)
    tables, _ = checked(prepared, decided, rationale, about, sweep.observer)
    scorecard = build_scorecard(portfolio, tables)
    point = point_of(figures_of(tables.manifest, scorecard))
    sweep.keep()
    sweep.journal.add(asdict(point))
    write_run(sweep.request.results, name, tables, scorecard=scorecard, documents={})
    sweep.tell_rest(place.number)
    return point
