"""The list of runs is readable: units, percent, blanks, local times."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from optimizer.reports.run_list import none_matching, run_rows


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set this process's clock nine hours ahead of UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_runs_read_as_people_write() -> None:
    """
    Proves: 22:30 UTC is 07:30 on the next day in Tokyo; no budget and damage are blanks; a run is
    below its frontier, whose status is what it holds; a portfolio below here is said from here.
    """
    here = Path.cwd()
    runs = pd.DataFrame(
        {
            "run": ["f", "f-01", "bad"],
            "kind": ["frontier", "run", "run"],
            "plans": pd.array([20, None, None], dtype="Int64"),
            "parent": [None, "f", None],
            "portfolio": [str(here / "data" / "sample"), "/elsewhere", None],
            "overrides": [[], ["risk.weight=0", "solver.gap=1e-3"], None],
            "status": [None, "optimal", "damaged"],
            "objective": [None, 1_640_123.4, None],
            "gap": [None, 7.61e-5, None],
            "budget": [None, None, None],
            "currency": ["EUR", "EUR", None],
            "measure": ["cvar", "cvar", None],
            "created": pd.to_datetime(["2026-11-22T22:30:00+00:00"] * 2 + [None], utc=True),
        }
    )
    at, overrides = "2026-11-23 07:30", "risk.weight=0, solver.gap=1e-3"
    assert run_rows(runs) == [
        ("f", at, "frontier of 20 budgets", "", "", "", "cvar", "data/sample", ""),
        *[("  f-01", at, "optimal", "1.64 M EUR", "0.0077 %", "", "cvar", "/elsewhere", overrides)],
        ("bad", "", "damaged", "", "", "", "", "", ""),
    ]
    assert none_matching(runs) == (
        "No run fits. There are those of status damaged, optimal and of measure cvar."
    )


@pytest.mark.parametrize(
    ("kind", "plans", "said"),
    [
        ("frontier", 20, "frontier of 20 budgets"),
        ("risk weights", 1, "1 risk weight"),
        ("what-if", 3, "3 what-ifs"),
        ("alternatives", 1, "1 alternative"),
        ("comparison", 2, "comparison of 2 runs"),
        ("audit", None, "audit"),
    ],
)
def test_what_is_no_run_says_what_it_holds(kind: str, plans: int | None, said: str) -> None:
    """Proves: every kind beside runs is said in the column of the status; damaged, that is."""
    row = {"run": "x", "kind": kind, "plans": pd.array([plans], dtype="Int64")}
    assert run_rows(pd.DataFrame({**row, "status": [None]}))[0][2] == said
    assert run_rows(pd.DataFrame({**row, "status": ["damaged"]}))[0][2] == "damaged"
