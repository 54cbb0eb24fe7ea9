"""Simulation: reopen a run, date its futures, play them, write the results beside the run."""

from __future__ import annotations

import io
import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import IntArray
from optimizer.domain.observer import SILENT, Observer
from optimizer.domain.option import Designs
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import Futures
from optimizer.domain.stop import Stop
from optimizer.errors import BadInputError, Problem, StoppedError
from optimizer.jobs.fresh import with_scenarios
from optimizer.jobs.how_long import Foretelling
from optimizer.jobs.interrupts import finishing
from optimizer.jobs.plan_to_play import assemble, curves_of, held_by
from optimizer.jobs.reopen import reopen
from optimizer.options.chosen import own_sets
from optimizer.options.costs import stockout_cost_per_day
from optimizer.options.profiles import outage_profiles
from optimizer.options.restore import restore
from optimizer.reports.documents import refresh
from optimizer.reports.run.simulation_tables import build_simulation
from optimizer.scenarios.draw import draw
from optimizer.scenarios.streams import stream
from optimizer.scenarios.strikes_by_supply import lost_days
from optimizer.simulator import ModelView, Simulated, disruptions
from optimizer.simulator import simulate as play
from optimizer.store.run_folder import add_documents
from optimizer.store.table_files import write_parquet

CONFIDENCE: Final = 0.95
_ANYTHING: Final = "any SKU was simulated"
_AS_IT_WAS: Final = "the run is unchanged"
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
    folder: AnyPath,
    replications: int | None = None,
    seed: int = 1,
    observer: Observer = SILENT,
    stop: Stop | None = None,
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
    stop
        Polled throughout; by default, Ctrl-C stops the simulation.  The document covers the SKUs
        played so far.

    Raises
    ------
    BadInputError
        If an argument, the run or its inputs cannot be used, or the disk refuses.
    StoppedError
        If it was stopped before any SKU was played, or a second time.
    """
    began = time.monotonic()
    _check(replications, seed)
    home = Path(folder)
    with finishing(stop, home.resolve().name, before=_ANYTHING, kept=_AS_IT_WAS) as ending:
        portfolio, tables = reopen(home)
        count = replications or default_replications(portfolio)
        group, names = pd.factorize(tables.plan["policy"], sort=True)
        ending.keeps = True
        try:
            played = _play(
                portfolio,
                tables,
                count=count,
                seed=seed,
                group=group,
                n_groups=len(names),
                observer=Foretelling(observer),
                stop=ending,
            )
        except StoppedError as stopped:
            raise StoppedError(stopped.reason, before=_ANYTHING, kept=_AS_IT_WAS) from None
        observer.on_step("play", f"{played.sku_days:,} SKU-days", time.monotonic() - began)
        about = {"replications": count, "seed": seed, "confidence": CONFIDENCE}
        document, table = build_simulation(portfolio, tables, played, np.asarray(names), about)
        add_documents(home, _files(document, table))
        refresh(home)
    return Simulation(folder=home, document=document, table=table)


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
                rule=f"must be between {FEWEST}, the least for an interval, and {MOST:,}",
                remedy="Give a number in this range, or leave it out.",
            )
        )
    if seed < 0:
        problems.append(
            Problem(
                file="--seed",
                value=str(seed),
                rule="must be a whole number, 0 or more",
                remedy="Give another one, or leave it out.",
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
    stop: Stop,
) -> Simulated:
    strikes, chances = np.random.SeedSequence(seed).spawn(2)
    futures = draw(with_scenarios(portfolio, count=count), strikes, "sampled")
    designs = restore(portfolio, tables.plan)
    return play(
        assemble(portfolio, designs, held_by(tables.plan), futures.categories),
        disruptions(futures, portfolio.hazards.kind, len(portfolio.suppliers)),
        _model_view(portfolio, tables, designs, futures),
        partial(stream, chances),
        group=group,
        n_groups=n_groups,
        confidence=CONFIDENCE,
        observer=observer,
        stop=stop,
    )


def _model_view(
    portfolio: Portfolio, tables: RunTables, designs: Designs, futures: Futures
) -> ModelView:
    profiles, profile, price_profile = outage_profiles(portfolio, own_sets(designs))
    skus, every = portfolio.skus, np.arange(len(portfolio.skus))
    return ModelView(
        lost=lost_days(portfolio, futures, profiles),
        profile=profile,
        price_profile=price_profile,
        curves=curves_of(tables, "loss"),
        price_curves=curves_of(tables, "price"),
        slope=stockout_cost_per_day(portfolio, every),
        price_slope=skus.unit_cost * skus.demand_mean,
    )


def _files(document: dict[str, Any], table: pd.DataFrame) -> dict[str, str | bytes]:
    parquet = io.BytesIO()
    write_parquet(table, parquet)
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    return {"simulation.json": text, "simulation.parquet": parquet.getvalue()}
