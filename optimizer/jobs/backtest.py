"""Backtest: plan on the first part of the history, replay the rest, report both."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.option import Costs, Designs
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import DemandHistory, Portfolio
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.errors import BadInputError, NoPlanError, Problem, StoppedError
from optimizer.inputs.estimates.demand_history import first_day_of, period_of
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.about import AS_IT_COMES, Request
from optimizer.jobs.futures import prepare_run, with_count
from optimizer.jobs.how_long import Foretelling
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.plan_to_play import assemble, held_by
from optimizer.jobs.solve import Run, solve
from optimizer.options.costs import cost
from optimizer.reports.documents import refresh
from optimizer.reports.run.backtest_words import Plans, SkuGroups, build_backtest
from optimizer.scenarios.streams import stream
from optimizer.simulator import LINES, Past, Plant, replay
from optimizer.store.run_folder import add_documents
from optimizer.store.table_files import write_parquet
from optimizer.strategies import with_budget_of
from optimizer.strategies.fixed import today

CONFIDENCE: Final = 0.95
HOLD_OUT: Final = 0.25
REPLICATIONS: Final = 20
_MOST: Final = 10_000
_FEWEST_DAYS: Final = {"the first part": 90, "the rest": 28}
BANDS: Final = (0, 1, 4, 11, 31)
"""Least demands in the first part of each band of history."""
_TO_REPLAY: Final = "there were plans to replay"
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """
    A portfolio's plan tried on the part of its history that it did not see.

    Attributes
    ----------
    folder
        Of the run solved on the whole history, which holds both of the following now.
    document
        ``backtest.json``: promised beside kept.
    table
        ``backtest.parquet``: one row per SKU.
    """

    folder: Path
    document: dict[str, Any]
    table: pd.DataFrame


class Planned(NamedTuple):
    """A plan made on the first part of the history."""

    name: str
    portfolio: Portfolio
    designs: Designs
    costs: Costs


def backtest(
    source: AnyPath,
    overrides: Sequence[str] = (),
    *,
    hold_out: float = HOLD_OUT,
    replications: int = REPLICATIONS,
    seed: int = 1,
    request: Request = AS_IT_COMES,
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Backtest:
    """
    Plan on the first part of `demand`, replay the rest day by day, and say what was kept.

    The run itself is solved on the whole history.

    Parameters
    ----------
    source, overrides
        As of `read_portfolio`.
    hold_out
        Share of the history that is replayed and not planned on, in (0, 1).
    replications
        Times it is replayed, each with other lead times, places in the order cycle, days within a
        week or month, and blocks of the first part.
    seed
        Of all these.
    stop
        Polled throughout; by default, Ctrl-C stops the backtest.  A run once solved is written,
        and the document covers the SKUs replayed so far.

    Raises
    ------
    BadInputError
        If an argument or the portfolio cannot be used, there is no history, or too little of it;
        all is listed.
    NoPlanError
        If no plan meets the limits.
    StoppedError
        If it was stopped before there were plans to replay, or any SKU was replayed, when the run
        stays; or a second time.
    """
    whole = read_portfolio(source, overrides)
    problems = _bad_arguments(hold_out, replications, seed)
    cut = _cut(whole, hold_out) if not problems else None
    problems += _too_little(whole, cut)
    if problems or cut is None:
        raise BadInputError(problems)
    name = request.name or "the backtest"
    with finishing(stop, name, before=_TO_REPLAY) as ending:
        early = _without_stock(read_portfolio(source, overrides, history_until=cut))
        plans, note = _plans(early, ending, observer)
        run = solve(whole, request, observer, ending)
        began = time.monotonic()
        past = past_of(early, cut)
        sku_groups = _sku_groups(early, past)
        try:
            replayed = replay(
                [plant_of(plan) for plan in plans],
                past,
                partial(stream, np.random.SeedSequence(seed)),
                group=sku_groups.group,
                n_groups=sku_groups.n_groups,
                replications=replications,
                observer=Foretelling(observer),
                stop=ending,
            )
        except StoppedError as stopped:
            kept = f"the run {run.folder} is written"
            before = "any SKU was replayed"
            raise StoppedError(stopped.reason, before=before, kept=kept) from None
        detail = f"{len(plans)} plans, {replications} times {past.days - past.cut:,} days"
        observer.on_step("replay", detail, time.monotonic() - began)
        about = _about(whole, run, past, cut) | {
            "replications": replications,
            "seed": seed,
            "confidence": CONFIDENCE,
            "note": note,
        }
        document, table = build_backtest(_promises(plans, past), sku_groups, replayed, about)
        add_documents(run.folder, _files(document, table))
        refresh(run.folder)
    return Backtest(folder=run.folder, document=document, table=table)


def _about(whole: Portfolio, run: Run, past: Past, cut: int) -> dict[str, Any]:
    """Return which run it is of, and how the history was parted."""
    return {
        "run": run.tables.manifest.run,
        "currency": whole.settings.currency,
        "planned_until": (EPOCH + timedelta(days=cut)).isoformat(),
        "period": whole.settings.demand.period,
        "days": past.cut,
        "days_held_out": past.days - past.cut,
    }


def _bad_arguments(hold_out: float, replications: int, seed: int) -> list[Problem]:
    checks = [
        ("--hold-out", hold_out, 0.0 < hold_out < 1.0, "must be a share between 0 and 1"),
        (
            "--replications",
            replications,
            2 <= replications <= _MOST,
            f"must be between 2, the least for an interval, and {_MOST:,}",
        ),
        ("--seed", seed, 0 <= seed < 2**63, "must be between 0 and 2^63 - 1"),
    ]
    remedy = "Give another number, or leave it out."
    return [
        Problem(file=option, value=str(value), rule=rule, remedy=remedy)
        for option, value, good, rule in checks
        if not good
    ]


def _cut(portfolio: Portfolio, hold_out: float) -> int | None:
    """Return the first day that is held out, where a period begins; None without a history."""
    history = portfolio.history
    if history is None or not len(history):
        return None
    days = history.last_day + 1 - history.first_day
    wanted = history.first_day + round((1.0 - hold_out) * days)
    period = portfolio.settings.demand.period
    number = period_of(wanted, period, history.first_day)
    return int(first_day_of(number, period, history.first_day))


def _too_little(portfolio: Portfolio, cut: int | None) -> list[Problem]:
    history = portfolio.history
    if history is None or not len(history):
        rule = "a backtest needs a demand history, which this portfolio does not have"
        return [Problem(file="demand", rule=rule, remedy="Add the table demand.")]
    if cut is None:
        return []
    days_of = {"the first part": cut - history.first_day, "the rest": history.last_day + 1 - cut}
    days = history.last_day + 1 - history.first_day
    return [
        Problem(
            file="demand",
            rule=f"of {days:,} days of history {part} has {days_of[part]:,}; it needs {fewest}",
            remedy="Add history, or give another --hold-out.",
        )
        for part, fewest in _FEWEST_DAYS.items()
        if days_of[part] < fewest
    ]


def _without_stock(early: Portfolio) -> Portfolio:
    """Return the portfolio of an earlier day, of which today's stock says nothing."""
    settings = early.settings.having(budget={"quarters": None})
    return replace(early, settings=settings, stock_on_hand=None)


def _plans(early: Portfolio, stop: Stop, observer: Observer) -> tuple[list[Planned], str]:
    """
    Return the plan; the plan in force and the plan at its capital, or why they are left out.

    The history has no disruptions in it, so the last one is made without: it need not keep stock
    for what is not replayed.
    """
    plans = [_planned("plan", early, _solved(early, stop, observer))]
    if early.plan_in_force is None:
        return plans, ""
    calm = replace(early, settings=early.settings.having(hazards={"rate_factor": 0.0}))
    try:
        in_force = today(early).designs
        assert in_force is not None  # noqa: S101  today raises instead
        equal = _solved(with_budget_of(calm, "today"), stop, observer)
    except BadInputError as refusal:
        return plans, f"The plan in force is left out: {refusal.problems[0]}"
    except NoPlanError as refusal:
        return plans, f"The plan in force is left out; no plan has its capital: {refusal}"
    return [*plans, _planned("today", early, in_force), _planned("at equal stock", calm, equal)], ""


def _solved(portfolio: Portfolio, stop: Stop, observer: Observer) -> Designs:
    """Return the best plan; one that was cut short shows nothing of what the best keeps."""
    prepared = stop.unless_asked(partial(prepare_run, with_count(portfolio), observer))
    if prepared is None:
        raise StoppedError("interrupt", before=_TO_REPLAY)
    case = prepared.case
    try:
        outcome = decide(case, observer=observer, stop=stop)
    except StoppedError as stopped:
        raise StoppedError(stopped.reason, before=_TO_REPLAY) from None
    if stop.interrupted:
        raise StoppedError("interrupt", before=_TO_REPLAY)
    return case.options.designs(outcome.plan.option)


def _planned(name: str, portfolio: Portfolio, designs: Designs) -> Planned:
    return Planned(name, portfolio, designs, cost(portfolio, designs))


def past_of(early: Portfolio, cut: int) -> Past:
    """Return the history, counted from its first day."""
    history, period = early.history, early.settings.demand.period
    assert history is not None  # noqa: S101  checked before
    origin, n_skus = history.first_day, len(early.skus)
    next_one = first_day_of(period_of(history.day, period, origin) + 1, period, origin)
    start = np.searchsorted(history.sku, np.arange(n_skus + 1))
    return Past(
        start=start.astype(np.int64),
        day=history.day - origin,
        span=next_one - history.day,
        quantity=history.quantity,
        first_day=_first_days(early, history, start.astype(np.int64)),
        cut=cut - origin,
        days=history.last_day + 1 - origin,
    )


def _first_days(portfolio: Portfolio, history: DemandHistory, start: IntArray) -> IntArray:
    """Return since when the history of each SKU counts: its launch, or its first demand."""
    end = history.last_day + 1
    first_row = np.full(len(start) - 1, end)
    some = start[1:] > start[:-1]
    first_row[some] = history.day[start[:-1][some]]
    launched = portfolio.skus.launched
    is_stated = ~np.isnan(launched)
    since = np.where(is_stated, np.where(is_stated, launched, 0.0), first_row).astype(np.int64)
    return np.clip(since - history.first_day, 0, end - history.first_day)


def _sku_groups(early: Portfolio, past: Past) -> SkuGroups:
    """Group the SKUs by class and by the number of demands in the first part."""
    counts = np.zeros(len(early.skus), dtype=np.int64)
    sku = np.repeat(np.arange(len(counts)), np.diff(past.start))
    np.add.at(counts, sku[past.day < past.cut], 1)
    return SkuGroups(
        sku=early.skus.sku,
        demand_class=np.where(early.skus.demand_class == "", "none", early.skus.demand_class),
        demands=counts,
        band=np.searchsorted(np.array(BANDS), counts, side="right") - 1,
        bands=_band_names(),
    )


def _band_names() -> TextArray:
    ends = [*(least - 1 for least in BANDS[1:]), None]
    names = [
        f"{least} or more" if end is None else str(least) if end == least else f"{least}–{end}"
        for least, end in zip(BANDS, ends, strict=True)
    ]
    return np.array(names, dtype=np.object_)


def plant_of(plan: Planned) -> Plant:
    """Return the plan as it is replayed: no category is struck."""
    nothing = np.zeros(0, dtype=np.object_)
    return assemble(plan.portfolio, plan.designs, held_by(plan.costs), nothing)


def _promises(plans: Sequence[Planned], past: Past) -> Plans:
    """Return what every plan promises of as many days as are held out, and holds."""
    days = past.days - past.cut
    return Plans(
        name=[plan.name for plan in plans],
        promised=np.stack([_promised(plan, days) for plan in plans]),
        held=[held_by(plan.costs)._asdict() for plan in plans],
        demand_mean=plans[0].portfolio.skus.demand_mean,
        demand_mean_error=plans[0].portfolio.skus.demand_mean_error,
    )


def _promised(plan: Planned, days: int) -> FloatArray:
    """Return the model's `LINES` of some days, but of demand lines.  Shape ``(N, 10)``."""
    skus, costs = plan.portfolio.skus, plan.costs
    value = np.where(skus.unit_cost > 0.0, skus.unit_cost, 1.0)
    units = skus.demand_mean * days
    short = units * (1.0 - costs.fill_rate)
    by_name = {
        "units": units,
        "units_short": short,
        "value": value * units,
        "value_short": value * short,
        "stock": value * costs.mean_on_hand,
        "capital": costs.capital,
        "shortage_cost": costs.routine_stockout * days / plan.portfolio.settings.horizon.days,
        "waiting_days": costs.waiting_share * days,
    }
    return np.stack([by_name.get(line, np.zeros(len(units))) for line in LINES], axis=1)


def _files(document: dict[str, Any], table: pd.DataFrame) -> dict[str, str | bytes]:
    parquet = io.BytesIO()
    write_parquet(table, parquet)
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    return {"backtest.json": text, "backtest.parquet": parquet.getvalue()}
