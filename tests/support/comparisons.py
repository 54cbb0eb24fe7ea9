"""Comparisons to draw and write, of runs whose figures are plausible, not solved."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain.causes import KINDS
from optimizer.domain.comparison import CAUSES, FRAMES
from optimizer.domain.run import RunTables
from optimizer.jobs.about import Request, about_comparison
from optimizer.jobs.attribution import WITHIN
from optimizer.jobs.compare import Compared
from optimizer.jobs.pair import Pair
from optimizer.jobs.sides import Side
from optimizer.metrics.ledger import Booked, ledger
from tests.support.runs import make_tables, with_skus, with_stated

GONE = "The inputs of {} cannot be read: it is compared by what it holds."


def make_comparison(n_runs: int = 2, *, n_skus: int = 12, name: str = "") -> Compared:
    """
    Build a comparison of runs whose inputs are gone; each has another budget and other policies.

    Parameters
    ----------
    name
        Text of a user, in the place of the first SKU and of everything else that is one.
    """
    sides = [_side(number, n_skus, name) for number in range(n_runs)]
    books = [ledger(Booked.of(side.tables)) for side in sides]
    pairs = [
        Pair.of(sides[0], side, books[0], book, a_year=False)
        for side, book in zip(sides[1:], books[1:], strict=True)
    ]
    frames: dict[str, Any] = {
        frame: pd.concat([getattr(pair, frame) for pair in pairs], ignore_index=True)
        for frame in FRAMES
        if frame != "causes"
    }
    request = Request(results="results", name="beside")
    return Compared(
        folder=Path("results/beside"),
        about=about_comparison(
            sides[0].tables, sides[0].folder, request, "beside", time.monotonic()
        ),
        runs=tuple(side.name for side in sides),
        a_year=False,
        sealed={side.name: "0" * 64 for side in sides},
        notes=tuple(side.note for side in sides),
        causes=pd.DataFrame(columns=list(CAUSES)),
        **frames,
    )


def with_causes(found: Compared, amounts: Mapping[str, tuple[float, float]]) -> Compared:
    """Return a comparison of two runs with causes: expected cost and risk charge of each."""
    rows = [
        {
            "run": found.runs[-1],
            "rank": rank,
            "cause": cause,
            "kind": KINDS[cause],
            "said": "",
            "changes": "",
            "expected_cost": expected,
            "risk_charge": charge,
            "objective": expected + charge,
            "low": expected + charge - 1.0,
            "high": expected + charge + 1.0,
            "reading": WITHIN if abs(expected + charge) <= 1.0 else "",
        }
        for rank, (cause, (expected, charge)) in enumerate(amounts.items(), start=1)
    ]
    return replace(found, causes=pd.DataFrame(rows))


def _side(number: int, n_skus: int, name: str) -> Side:
    run = f"run-{number}"
    tables = _moved(make_tables(n_skus), number)
    if name:
        tables = with_skus(tables, [name])
    settings = tables.manifest.settings.having(budget={"capital": 1e6 + 1e5 * number})
    return Side(
        name=run,
        folder=Path("results") / run,
        tables=with_stated(tables, run=run, settings=settings),
        portfolio=None,
        note=GONE.format(run),
    )


def _moved(tables: RunTables, number: int) -> RunTables:
    """Give the first `number` SKUs another level, and all of them other costs."""
    plan = tables.plan.copy()
    plan["carrying"] *= 1.0 + 0.1 * number
    levels = plan["service_level"].to_numpy(np.float64, copy=True)
    levels[:number] -= 0.05
    return replace(tables, plan=plan.assign(service_level=levels))
