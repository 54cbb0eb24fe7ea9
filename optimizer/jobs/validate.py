"""The order of things out of sample: fresh futures, rivals, intervals, advice, a document."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from optimizer.domain.money import money_unit
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.stop import Stop
from optimizer.domain.validation import (
    Fresh,
    Interval,
    LeftOut,
    Measure,
    Need,
    SamplingGap,
    StochasticSolution,
    Validation,
)
from optimizer.engine.evaluate import Evaluation
from optimizer.engine.forecast import dearer_by, forecast
from optimizer.errors import BadInputError, Problem, StoppedBy, StoppedError
from optimizer.jobs.fresh import BATCHES, fresh_futures
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.reopen import mixture_of, reopen
from optimizer.jobs.trials import (
    default_count,
    gap_of_sampling,
    mean_value_plan,
)
from optimizer.maths.risk import effective_count
from optimizer.maths.statistics import needed_count
from optimizer.options.restore import restore
from optimizer.reports.documents import refresh
from optimizer.reports.run.validation_words import advice
from optimizer.store.publish import check_writable
from optimizer.store.run_folder import add_documents
from optimizer.strategies.candidate import Candidate

REPLICATIONS: Final = 5
TARGET: Final = 0.01
"""Share of the objective up to which an error of sampling is no reason for more futures."""
TAIL: Final = 10
"""Futures that a tail measure needs in its tail."""
_ROUNDING: Final = 1e-9
_FEWEST, _MOST = 100, 1_000_000  # futures of a batch
_FEWEST_BATCHES: Final = 2  # an interval needs them
_TRIED: Final = f"{_FEWEST_BATCHES} batches of fresh futures were done"
_AS_IT_WAS: Final = "the run is unchanged"


class Tried(NamedTuple):
    """The plan and its rival, the best plan for the mean future, on the same fresh batches."""

    candidate: Candidate
    drawn: Fresh
    plan: list[Evaluation]
    rival: list[Evaluation]


def validate(
    folder: AnyPath,
    *,
    scenarios: int | None = None,
    replications: int = REPLICATIONS,
    seed: int = 1,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Validation:
    """
    Try a run's plan on fresh futures, and add ``validation.json`` to the run.

    Parameters
    ----------
    folder
        Of the run.
    scenarios
        Fresh futures, in `BATCHES` independent batches; `default_count` when left out.
    replications
        Problems solved anew, each on futures of its own, to bound how much better a plan could
        be; 0 leaves them out.
    seed
        Of everything drawn here; independent of the run's own draws, even with the same number.
    stop
        Polled throughout; by default, Ctrl-C stops the validation.  The batches and replications
        done are reported, with the number of those that are missing.

    Raises
    ------
    BadInputError
        If an argument is outside its domain, or the run or its inputs cannot be read.
    StoppedError
        If it was stopped before two batches were tried, or a second time; the run is whole.
    """
    _check(scenarios, replications, seed)
    home = Path(folder).resolve()
    with finishing(stop, home.name, before=_TRIED, kept=_AS_IT_WAS) as ending:
        portfolio, tables = reopen(folder)
        check_writable(home.parent)
        _check_replicable(portfolio, replications)
        total = scenarios or default_count(portfolio.settings.n_futures)
        tried = _try(portfolio, tables, total, seed=seed, stop=ending, observer=observer)
        gap = _gap(portfolio, tables, tried, replications, stop=ending, observer=observer)
        validation = _findings(portfolio, tables, tried, gap, replications)
        text = json.dumps(document(validation), indent=2, allow_nan=False) + "\n"
        add_documents(home, {"validation.json": text})
        refresh(home)
    return validation


def document(validation: Validation) -> dict[str, Any]:
    """Return what ``validation.json`` says."""
    return {**asdict(validation), "advice": advice(validation)}


def _try(
    portfolio: Portfolio,
    tables: RunTables,
    total: int,
    *,
    seed: int,
    stop: Stop,
    observer: Observer,
) -> Tried:
    """Try both plans on one batch after the other, until all are or it is to stop."""
    began = time.monotonic()
    unit = money_unit(portfolio)
    plan = Candidate.of(portfolio, restore(portfolio, tables.plan), unit)
    try:
        rival = Candidate.of(portfolio, mean_value_plan(portfolio, stop, observer), unit)
    except StoppedError as stopped:
        raise _nothing_tried(stopped.reason) from None
    observer.on_step("mean plan", "the best for the mean future", time.monotonic() - began)
    began = time.monotonic()
    rows = []
    for batch in fresh_futures(portfolio, total, seed):
        if stop.interrupted:
            break
        rows.append((batch, plan.on(batch), rival.on(batch)))
    if len(rows) < _FEWEST_BATCHES:
        raise _nothing_tried(stop.reason)
    drawn = Fresh(
        scenarios=sum(len(batch) for batch, _, _ in rows),
        batches=len(rows),
        seed=seed,
    )
    observer.on_step("fresh", f"{drawn.scenarios:,} futures", time.monotonic() - began)
    return Tried(plan, drawn, [row[1] for row in rows], [row[2] for row in rows])


def _nothing_tried(reason: StoppedBy) -> StoppedError:
    return StoppedError(reason, before=_TRIED, kept=_AS_IT_WAS)


def _gap(
    portfolio: Portfolio,
    tables: RunTables,
    tried: Tried,
    replications: int,
    *,
    stop: Stop,
    observer: Observer,
) -> SamplingGap | None:
    """Replicate, if it was asked for."""
    if replications == 0:
        return None
    return gap_of_sampling(
        portfolio,
        tried.candidate,
        forecast(tried.plan, portfolio.settings)["var"].estimate,
        replications=replications,
        seed=tried.drawn.seed,
        stop=stop,
        mixture=mixture_of(tables.manifest),
        observer=observer,
    )


def _findings(
    portfolio: Portfolio,
    tables: RunTables,
    tried: Tried,
    gap: SamplingGap | None,
    replications: int,
) -> Validation:
    settings, manifest = portfolio.settings, tables.manifest
    fresh = forecast(tried.plan, settings)
    in_sample = {"objective": manifest.objective, **dict(manifest.components)}
    return Validation(
        run=manifest.run,
        currency=settings.currency,
        horizon_days=settings.horizon.days,
        measure=settings.risk.measure,
        level=settings.risk.level,
        yearly_charge=settings.risk.yearly_charge,
        scenarios=len(tables.scenarios),
        fresh=tried.drawn,
        measures={
            name: Measure(in_sample=in_sample[name], fresh=value) for name, value in fresh.items()
        },
        sampling_gap=gap,
        stochastic_solution=StochasticSolution(
            mean_value_objective=forecast(tried.rival, settings)["objective"],
            value=dearer_by(tried.rival, tried.plan, settings),
        ),
        left_out=LeftOut(
            batches=BATCHES - tried.drawn.batches,
            replications=replications - (len(gap.gaps) if gap else 0),
        ),
        need=_need(portfolio, tables, fresh["objective"], tried.drawn, gap),
    )


def _need(
    portfolio: Portfolio,
    tables: RunTables,
    objective: Interval,
    drawn: Fresh,
    gap: SamplingGap | None,
) -> Need:
    """Say how many futures would do; what the solver left of the gap is not sampling's."""
    risk, size = portfolio.settings.risk, abs(objective.estimate) or 1.0
    has_tail = risk.yearly_charge > 0.0
    count, for_gap = len(tables.scenarios), None
    in_tail = effective_count(
        tables.scenarios["probability"].to_numpy(np.float64),
        tables.scenarios["loss"].to_numpy(np.float64),
        risk.level,
    )
    if gap is not None:
        for_gap = needed_count(count, max(gap.upper - gap.solver, 0.0) / size, TARGET)
    return Need(
        target=TARGET,
        in_tail=in_tail if has_tail else None,
        for_tail=max(count, math.ceil(count * TAIL / in_tail - _ROUNDING)) if has_tail else count,
        for_gap=for_gap,
        for_forecast=needed_count(drawn.scenarios, objective.half_width / size, TARGET),
    )


def _check(scenarios: int | None, replications: int, seed: int) -> None:
    """Reject arguments that cannot give an interval; all problems at once."""
    fewest, most = BATCHES * _FEWEST, BATCHES * _MOST
    problems = []
    if scenarios is not None and not fewest <= scenarios <= most:
        rule = f"must be between {fewest:,} and {most:,}: {BATCHES} batches are compared"
        remedy = f"Use --scenarios {fewest} or more, or leave it out."
        problems.append(_refusal("--scenarios", scenarios, rule, remedy))
    if replications < 0 or replications == 1:
        rule = "must be at least 2, to show how they vary, or 0 for none"
        remedy = f"Use --replications {REPLICATIONS}, or leave it out."
        problems.append(_refusal("--replications", replications, rule, remedy))
    if not 0 <= seed < 2**63:
        problems.append(_refusal("--seed", seed, "must be between 0 and 2^63 - 1", "Use --seed 1."))
    if problems:
        raise BadInputError(problems)


def _check_replicable(portfolio: Portfolio, replications: int) -> None:
    """Refuse replications of a plan whose losses are limited: other futures limit other plans."""
    if replications and portfolio.settings.limits.on_losses:
        rule = (
            "a limit on losses is kept on a run's own futures, and lets other plans pass on others"
        )
        remedy = "Use --replications 0."
        raise BadInputError([_refusal("--replications", replications, rule, remedy)])


def _refusal(option: str, value: int, rule: str, remedy: str) -> Problem:
    return Problem(file=option, value=str(value), rule=rule, remedy=remedy)
