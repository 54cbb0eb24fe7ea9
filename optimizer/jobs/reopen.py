"""A run read back: the portfolio it was made from, and every number of it verified once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.manifest import Manifest
from optimizer.domain.paths import AnyPath
from optimizer.domain.plan import stated_prices
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.scenario import Futures, Mixture
from optimizer.engine.certificate import bound_of_prices, check_certificate
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio, tables_as_read
from optimizer.inputs.readers.read_tables import PLAN_FILE
from optimizer.inputs.rules.references import Tables
from optimizer.jobs.fine_bound import fine_bound
from optimizer.jobs.fresh import with_scenarios
from optimizer.jobs.prepare import Prepared, prepare
from optimizer.jobs.record import needs_certificate, to_recompute
from optimizer.store.inputs import is_database, kept_file, kept_inputs, moved_on, source_of
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
        prepared = prepare(portfolio, ahead=mixture_of(tables.manifest))
        return replace(verification, proven_bound=_proven(prepared, tables))


def _proven(prepared: Prepared, tables: RunTables) -> float | None:
    """Return what the run's own certificate or prices prove; None of futures no longer drawn."""
    manifest = tables.manifest
    if needs_certificate(tables):
        check_certificate(prepared.case, manifest.bound, tables.certificate)
        return manifest.bound
    if not are_drawn(tables, prepared.futures):
        return None
    prices = manifest.prices
    weight = tables.scenarios["weight"].to_numpy(np.float64)
    bound = bound_of_prices(prepared.case, prices, weight)
    if manifest.catalogue_gap is not None:
        bound = min(bound, _of_fine_catalogue(prepared, prices, weight))
    return min(bound, manifest.proven_bound)


def _of_fine_catalogue(
    prepared: Prepared, prices: Mapping[str, float], weight: FloatArray
) -> float:
    """Return what these prices prove for every plan of the fine catalogue. [currency]"""
    at = stated_prices(prepared.case.resources.name, prices, weight)
    return fine_bound(prepared, at).fine


def are_drawn(tables: RunTables, futures: Futures) -> bool:
    """Return whether a run's futures are those that its inputs give today."""
    then, now = tables.strikes, futures.strikes
    return bool(
        len(tables.scenarios) == len(futures)
        and np.array_equal(then["scenario"], now.scenario)
        and np.array_equal(then["days"], now.days)
        and np.allclose(then["start_day"], now.start_day, rtol=0.0, atol=1e-9)
        and np.allclose(tables.scenarios["probability"], futures.probability, rtol=1e-9, atol=0.0)
    )


def check_drawn(folder: Path, tables: RunTables, futures: Futures) -> None:
    """
    Refuse a run whose futures are not those that its inputs give today.

    Raises
    ------
    BadInputError
        If so.
    """
    if not are_drawn(tables, futures):
        rule = "its futures are not those that this version draws from the same inputs"
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy="Solve again.")])


def mixture_of(manifest: Manifest) -> Mixture:
    """Return what a run's futures were drawn from: the nominal law where it does not say."""
    sampling = manifest.sampling
    shares = {(one.hazard, one.above): one.share for one in sampling.components}
    return Mixture(shares=shares, pilot=sampling.pilot)


def reopen(folder: AnyPath) -> tuple[Portfolio, RunTables]:
    """
    Return a run and the portfolio it was made from, whatever has become of that since.

    Raises
    ------
    BadInputError
        If the run cannot be read, or an input is neither kept nor in its place as it was.
    """
    tables = read_run(folder)
    return made_from(folder, tables), tables


def made_from(folder: AnyPath, tables: RunTables) -> Portfolio:
    """
    Return the portfolio that a run was made from, whatever has become of that since.

    Raises
    ------
    BadInputError
        If an input is neither kept nor in its place as it was.
    """
    manifest, results = tables.manifest, _results_of(Path(folder))
    source = source_of(manifest.portfolio, results)
    with kept_inputs(results, manifest.inputs, source) as kept:
        plan = (kept if kept.is_dir() else kept.parent) / PLAN_FILE if manifest.plan_of else None
        portfolio = read_portfolio(kept, manifest.overrides, plan=plan)
    copies = {
        file: kept_file(results, file, manifest.inputs[file])
        for file in moved_on(manifest.inputs, source)
    }
    portfolio = replace(portfolio, source=source, elsewhere=copies, plan_of=manifest.plan_of)
    return _as_solved(portfolio, tables)


def planned_inputs(folder: AnyPath) -> tuple[Portfolio, Tables]:
    """
    Return the inputs that a run kept, with its plan in the place of the plan in force.

    Returns
    -------
    tuple of Portfolio and Tables
        The portfolio, and its tables as read.

    Raises
    ------
    BadInputError
        As `reopen`.
    """
    folder = Path(folder)
    results, manifest = _results_of(folder), read_run(folder).manifest
    source = source_of(manifest.portfolio, results)
    with kept_inputs(results, manifest.inputs, source) as kept:
        portfolio = read_portfolio(kept, manifest.overrides, plan=folder / PLAN_FILE)
        return portfolio, tables_as_read(kept, manifest.overrides)


def _as_solved(portfolio: Portfolio, tables: RunTables) -> Portfolio:
    """Return the portfolio with as many futures as the run has, where it left that open."""
    if portfolio.settings.scenarios.count != "auto":
        return portfolio
    return with_scenarios(portfolio, count=len(tables.scenarios))


def notes_of_change(folder: Path) -> list[str]:
    """Return what to know of a run whose portfolio has moved on since: a sentence, or none."""
    results = _results_of(folder)
    manifest = read_manifest(folder / "manifest.json")
    source = source_of(manifest.portfolio, results)
    if is_database(source):
        return [f"{source}: the database was not asked again; the run keeps its own inputs."]
    files = moved_on(manifest.inputs, source)
    files = [file for file in files if not (manifest.plan_of and file == PLAN_FILE)]
    if not files:
        return []
    have = "has" if len(files) == 1 else "have"
    gone = f"{', '.join(files)} {have} changed or gone since this run"
    return [f"{source}: {gone}. The run keeps its own inputs; those were used."]


def _results_of(folder: Path) -> Path:
    return folder.resolve().parent
