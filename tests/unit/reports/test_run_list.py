"""The list of runs is readable: units, percent, blanks, local times."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from optimizer.reports.run_list import run_rows


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
    """Proves: 22:30 UTC is 07:30 on the next day in Tokyo; no budget and damage are blanks."""
    runs = pd.DataFrame(
        {
            "run": ["first", "bad"],
            "status": ["optimal", "damaged"],
            "objective": [1_640_123.4, None],
            "gap": [7.61e-5, None],
            "budget": [None, None],
            "currency": ["EUR", None],
            "measure": ["cvar", None],
            "created": pd.to_datetime(["2026-11-22T22:30:00+00:00", None], utc=True),
        }
    )
    assert run_rows(runs) == [
        ("first", "2026-11-23 07:30", "optimal", "1.64 M EUR", "0.0077 %", "", "cvar"),
        ("bad", "", "damaged", "", "", "", ""),
    ]
