"""The order of a simulation: a run reopened → its futures with dates → played → told beside it."""

from __future__ import annotations

import io
import json
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import IntArray, TextArray
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.option import AlternateSets, Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import ScenarioSet
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.engine.simulate import Plant, Simulated
from optimizer.engine.simulate import simulate as play
from optimizer.engine.simulate.modelled import ModelView
from optimizer.errors import BadInputError, Problem, StoppedError
from optimizer.options.catalogue import policy_column
from optimizer.options.costs import stockout_cost_per_day
from optimizer.options.profiles import outage_profiles
from optimizer.options.restore import restore
from optimizer.pipeline import reopen
from optimizer.report.simulation import build_simulation
from optimizer.scenarios.calendar import draw_disruptions
from optimizer.scenarios.lost_days import lost_days
from optimizer.scenarios.streams import stream
from optimizer.store.run import add_documents
from optimizer.store.tables import write_parquet

CONFIDENCE: Final = 0.95
FEWEST: Final = 2
MOST: Final = 10_000
_DEFAULT: Final = (20, 1_000)
_SKU_DAYS: Final = 50_000_000
"""Of the horizon, in all replications together, when their number is not stated."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """
    A run that was played day by day.

    Attributes
    ----------
    folder
        Of the run, which holds both of the following now.
    document
        ``simulation.json``: what was promised and what was seen, in all and by policy.
    table
        ``simulation.parquet``: one row per SKU.
    """

    folder: Path
    document: dict[str, Any]
    table: pd.DataFrame


def simulate(
    folder: Path | str,
    replications: int | None = None,
    seed: int = 1,
    observer: Observer = SILENT,
) -> Simulation:
    """
    Play a run's plan day by day, and write what was seen into its folder.

    Parameters
    ----------
    replications
        Independent repetitions of the horizon, 2 to 10,000; left out, as many as 50 million
        SKU-days allow, 20 to 1,000.
    seed
        Of the play; the scenarios that the plan was made for have another one.

    Raises
    ------
    BadInputError
        If an argument, the run or its inputs cannot be used, or the disk refuses.
    StoppedError
        At Ctrl-C; nothing is written then.
    """
    began = time.monotonic()
    _check(replications, seed)
    portfolio, tables = reopen(Path(folder))
    count = replications or default_replications(portfolio)
    try:
        group, names = pd.factorize(tables.plan["policy"], sort=True)
        played = _play(
            portfolio,
            tables,
            count=count,
            seed=seed,
            group=group,
            n_groups=len(names),
            observer=observer,
        )
    except KeyboardInterrupt:
        raise StoppedError("stopped before the simulation ended; nothing was written.") from None
    observer.on_step("play", f"{played.sku_days:,} SKU-days", time.monotonic() - began)
    about = {"replications": count, "seed": seed, "confidence": CONFIDENCE}
    document, table = build_simulation(portfolio, tables, played, np.asarray(names), about)
    add_documents(Path(folder), _files(document, table))
    return Simulation(folder=Path(folder), document=document, table=table)


def default_replications(portfolio: Portfolio) -> int:
    """Return how many repetitions the default SKU-days allow."""
    sku_days = max(len(portfolio.skus), 1) * portfolio.settings.horizon.days
    return int(np.clip(_SKU_DAYS // sku_days, *_DEFAULT))


def _check(replications: int | None, seed: int) -> None:
    problems = []
    if replications is not None and not FEWEST <= replications <= MOST:
        problems.append(
            Problem(
                file="--replications",
                value=str(replications),
                rule=f"an interval needs {FEWEST} repetitions, and {MOST:,} are the most",
                remedy="State a number between them, or leave it out.",
            )
        )
    if seed < 0:
        problems.append(
            Problem(
                file="--seed",
                value=str(seed),
                rule="a seed is a whole number, 0 or more",
                remedy="State another one, or leave it out.",
            )
        )
    if problems:
        raise BadInputError(problems)


def _play(
    portfolio: Portfolio,
    tables: RunTables,
    *,
    count: int,
    seed: int,
    group: IntArray,
    n_groups: int,
    observer: Observer,
) -> Simulated:
    hazards, dates, chances = np.random.SeedSequence(seed).spawn(3)
    scenarios, disruptions = draw_disruptions(_with_count(portfolio, count), hazards, dates)
    designs = restore(portfolio, tables.plan)
    return play(
        assemble(portfolio, tables, designs, disruptions.categories),
        disruptions,
        _model_view(portfolio, tables, designs, scenarios),
        partial(stream, chances),
        group=group,
        n_groups=n_groups,
        confidence=CONFIDENCE,
        observer=observer,
    )


def _with_count(portfolio: Portfolio, count: int) -> Portfolio:
    asked = portfolio.settings.scenarios.model_copy(update={"count": count})
    settings = portfolio.settings.model_copy(update={"scenarios": asked})
    return replace(portfolio, settings=settings)


def assemble(
    portfolio: Portfolio, tables: RunTables, designs: Designs, categories: TextArray
) -> Plant:
    """Return the plan as the play reads it; the disruptions' categories are rows of theirs."""
    skus, sources, settings = portfolio.skus, portfolio.sources, portfolio.settings
    plan, primary = tables.plan, portfolio.skus.primary
    chosen = designs.alternates
    ramp = np.where(sources.role == CANDIDATE, sources.ramp_days, 0.0)
    rate = settings.carrying.rate + skus.obsolescence_rate
    holding_factor = policy_column(settings, "holding_factor")[designs.policy]
    reserve = plan["reserve_units"].to_numpy(np.float64)
    rotation = policy_column(settings, "rotation")[designs.policy] * skus.unit_cost * reserve
    order_factor = policy_column(settings, "order_cost_factor")[designs.policy]
    category = pd.Index(categories).get_indexer(pd.Index(skus.category))
    return Plant(
        horizon_days=settings.horizon.days,
        sku=skus.sku,
        demand_mean=skus.demand_mean,
        demand_std=skus.demand_std,
        lead_time_mean=sources.lead_time_mean[primary],
        lead_time_std=sources.lead_time_std[primary],
        reorder_point=plan["reorder_point"].to_numpy(np.float64),
        order_quantity=plan["order_quantity"].to_numpy(np.float64),
        reserve_units=reserve,
        primary=sources.supplier[primary],
        alternate=np.where(chosen >= 0, sources.supplier[chosen], -1),
        ramp_days=ramp[chosen],
        capacity_share=sources.capacity_share[chosen],
        category=np.asarray(category, dtype=np.int64),
        unit_cost=skus.unit_cost,
        order_cost=skus.order_cost * order_factor,
        holding_cost=rate * skus.unit_cost * holding_factor / DAYS_PER_YEAR,
        rotation_cost=settings.horizon.years * rotation,
        stockout_cost_per_day=stockout_cost_per_day(portfolio, np.arange(len(skus))),
    )


def _model_view(
    portfolio: Portfolio, tables: RunTables, designs: Designs, scenarios: ScenarioSet
) -> ModelView:
    n_skus = len(designs)
    own_set = AlternateSets(
        sku=np.arange(n_skus), sources=designs.alternates, start=np.arange(n_skus + 1)
    )
    profiles, profile = outage_profiles(portfolio, own_set)
    return ModelView(
        scenarios=scenarios,
        lost=lost_days(scenarios, profiles),
        profile=profile,
        assured_days=tables.plan["assured_days"].to_numpy(np.float64),
        lot_days=tables.plan["lot_days"].to_numpy(np.float64),
    )


def _files(document: dict[str, Any], table: pd.DataFrame) -> dict[str, str | bytes]:
    parquet = io.BytesIO()
    write_parquet(table, parquet)
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    return {"simulation.json": text, "simulation.parquet": parquet.getvalue()}
