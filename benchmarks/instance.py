"""The instance every method of a size gets: a portfolio, and its pruned case as numbers."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.portfolios import make_portfolio
from benchmarks.scratch import DATA, PORTFOLIO, keep, take
from benchmarks.write_portfolio import write_portfolio
from optimizer.engine.decompose.core import Core, whole
from optimizer.engine.decompose.pricing_model import Case, pricing_model
from optimizer.engine.exact.scaling import scale
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.prepare import prepare

_TABLES = "tables"


def make(folder: Path, n_skus: int, n_scenarios: int, seed: int) -> dict[str, Any]:
    """Write the portfolio into the folder, pickled and as tables."""
    portfolio = make_portfolio(n_skus, n_scenarios, seed)
    keep(portfolio, folder / PORTFOLIO)
    write_portfolio(portfolio, folder / _TABLES)
    return {"capital": portfolio.settings.budget.capital}


def read(folder: Path) -> dict[str, Any]:
    """Time reading and checking the portfolio's tables."""
    began = time.perf_counter()
    read_portfolio(folder / _TABLES)
    return {"seconds": time.perf_counter() - began}


def formulated(folder: Path) -> dict[str, Any]:
    """Write the numbers that the peers get, and say how many they are."""
    portfolio = take(folder / PORTFOLIO)
    began = time.perf_counter()
    case = prepare(portfolio).case
    prepared = time.perf_counter() - began
    data = whole_model(case).core.data
    keep(data, folder / DATA)
    return {
        "prepare_seconds": prepared,
        "formulate_seconds": time.perf_counter() - began - prepared,
        "options": len(data.cost),
        "events": data.event_loss.shape[0],
        "nonzeros": data.event_loss.nnz + data.scenario_events.nnz,
    }


class WholeCase(NamedTuple):
    """The numbers of a whole case, the way from its plans to theirs, and currency a unit."""

    core: Core
    unit: float


def whole_model(case: Case) -> WholeCase:
    """Return the numbers of a whole case in units that solvers can bear, see `scale`."""
    core = whole(pricing_model(case))
    scaled = scale(core.data)
    return WholeCase(replace(core, data=scaled.data), case.money_unit * scaled.money)
