"""A run read back: the portfolio it was made from, and every number of it verified once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import Futures, Mixture, Strikes
from optimizer.engine.certificate import bound_of_prices
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.prepare import Prepared, prepare
from optimizer.jobs.record import check_proof, needs_certificate, to_recompute
from optimizer.scenarios.threats import shock_categories
from optimizer.store.inputs import kept_inputs, moved_on, source_of
from optimizer.store.manifest import read_manifest
from optimizer.store.run_folder import read_run
from optimizer.store.seal import changed_files, told_together
from optimizer.strategies import check_strategies, fixed_strategies
from optimizer.verifier import Verification
from optimizer.verifier import verify as verify_tables


def verify(folder: AnyPath) -> Verification:
    """
    Recompute a run from the inputs it was made from, and compare its files with its manifest.

    Its bound is proven once more as far as the prices it keeps prove it, or its certificate does.

    Raises
    ------
    BadInputError
        If the run or its inputs cannot be read.
    VerificationError
        If anything differs, or a file is not as it was written; everything is listed.
    """
    portfolio, tables = reopen(folder)
    with told_together(changed_files(Path(folder))):
        verification = verify_tables(portfolio, tables)
        if len(tables.strategies):
            fixed = to_recompute(portfolio, fixed_strategies(portfolio))
            check_strategies(portfolio, tables, fixed)
        prepared = prepare(portfolio, ahead=futures_of(portfolio, tables))
        return replace(verification, proven_bound=_proven(prepared, tables))


def _proven(prepared: Prepared, tables: RunTables) -> float:
    """Return what the run's own certificate or prices prove on its own futures."""
    manifest = tables.manifest
    if needs_certificate(tables):
        check_proof(prepared.case, tables)
        return float(manifest["bound"])
    prices = {name: use["price"] for name, use in manifest["resources"].items()}
    weight = tables.scenarios["weight"].to_numpy(np.float64)
    return min(bound_of_prices(prepared.case, prices, weight), float(manifest["bound"]))


def futures_of(portfolio: Portfolio, tables: RunTables) -> Futures:
    """
    Return the futures of a run, as its files keep them.

    Raises
    ------
    BadInputError
        If a strike is of a hazard, or on a target, that the portfolio does not have.
    """
    strikes, scenarios = tables.strikes, tables.scenarios
    categories = shock_categories(portfolio)
    hazard = pd.Index(portfolio.hazards.hazard).get_indexer(pd.Index(strikes["hazard"]))
    supplier = pd.Index(portfolio.suppliers.supplier).get_indexer(pd.Index(strikes["target"]))
    category = pd.Index(categories).get_indexer(pd.Index(strikes["target"]))
    target = np.where(portfolio.hazards.kind[hazard] == "outage", supplier, category)
    if min(hazard.min(initial=0), target.min(initial=0)) < 0:
        rule = "a strike is not one of this portfolio's hazards and targets"
        raise BadInputError([Problem(file="strikes.parquet", rule=rule, remedy="Solve again.")])
    return Futures(
        probability=scenarios["probability"].to_numpy(np.float64, copy=True),
        categories=categories,
        strikes=Strikes(
            scenario=strikes["scenario"].to_numpy(np.int64, copy=True),
            strike=strikes["strike"].to_numpy(np.int64, copy=True),
            hazard=hazard.astype(np.int64),
            target=target.astype(np.int64),
            start_day=strikes["start_day"].to_numpy(np.float64, copy=True),
            days=strikes["days"].to_numpy(np.int64, copy=True),
            multiplier=strikes["multiplier"].to_numpy(np.float64, copy=True),
        ),
        mixture=mixture_of(tables.manifest),
    )


def mixture_of(manifest: Mapping[str, Any]) -> Mixture:
    """Return what a run's futures were drawn from: the nominal law where it does not say."""
    sampling = manifest.get("sampling", {"components": [], "pilot": 0})
    shares = {(one["hazard"], one["above"]): one["share"] for one in sampling["components"]}
    return Mixture(shares=shares, pilot=sampling["pilot"])


def reopen(folder: AnyPath) -> tuple[Portfolio, RunTables]:
    """
    Return a run and the portfolio it was made from, whatever has become of that since.

    Raises
    ------
    BadInputError
        If the run cannot be read, or an input is neither kept nor in its place as it was.
    """
    tables, results = read_run(folder), _results_of(Path(folder))
    manifest = tables.manifest
    source = source_of(manifest["portfolio"], results)
    with kept_inputs(results, manifest["inputs"], source) as kept:
        portfolio = read_portfolio(kept, manifest["overrides"])
    return _as_solved(replace(portfolio, source=str(source)), tables), tables


def _as_solved(portfolio: Portfolio, tables: RunTables) -> Portfolio:
    """Return the portfolio with as many futures as the run has, where it left that open."""
    settings = portfolio.settings
    if settings.scenarios.count != "auto":
        return portfolio
    counted = settings.scenarios.model_copy(update={"count": len(tables.scenarios)})
    return replace(portfolio, settings=settings.model_copy(update={"scenarios": counted}))


def notes_of_change(folder: Path) -> list[str]:
    """Return what to know of a run whose portfolio has moved on since: a sentence, or none."""
    results = _results_of(folder)
    manifest = read_manifest(folder / "manifest.json")
    source = source_of(manifest["portfolio"], results)
    files = moved_on(manifest["inputs"], source)
    if not files:
        return []
    are = "is" if len(files) == 1 else "are"
    gone = f"{', '.join(files)} {are} no longer there as this run read them"
    return [f"{source} has moved on: {gone}. The run keeps its own inputs; those were used."]


def _results_of(folder: Path) -> Path:
    return folder.resolve().parent
