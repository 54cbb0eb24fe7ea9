"""What an unfinished sweep has published: noted, read again, and refused under other terms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from optimizer.errors import BadInputError
from optimizer.store.names import automatic_name
from optimizer.store.sweep_journal import SweepJournal

TERMS = {"budgets": [1.0, 2.0], "settings": {"risk": {"weight": 0.1}}, "nested": False}


def published(results: Path, *runs: str) -> SweepJournal:
    """Note these runs, and make their folders but the last one's."""
    journal = SweepJournal.open(results, "f", "ballast frontier x", TERMS)
    for run in runs:
        journal.add({"run": run, "cost": 0.1 + 0.2})
    for run in runs[:-1]:
        (results / run).mkdir()
    return journal


def test_only_runs_that_are_there_count(tmp_path: Path) -> None:
    """
    Proves: of three points noted, whose last run was not written, two are read, to the bit; one
    that is missing in between ends them.
    """
    published(tmp_path, "f-01", "f-02", "f-03")
    again = SweepJournal.open(tmp_path, "f", "", TERMS)
    assert again.points == [{"run": "f-01", "cost": 0.1 + 0.2}, {"run": "f-02", "cost": 0.1 + 0.2}]
    (tmp_path / "f-01").rmdir()
    assert SweepJournal.open(tmp_path, "f", "", TERMS).points == []
    again.close()
    assert not [*tmp_path.glob(".f*")]


def test_other_terms_are_refused_by_their_keys(tmp_path: Path) -> None:
    """Proves: what differs is named by its dotted key, with the command that would go on."""
    published(tmp_path, "f-01")
    other = {**TERMS, "settings": {"risk": {"weight": 0.2, "level": 0.9}}}
    with pytest.raises(BadInputError) as refusal:
        SweepJournal.open(tmp_path, "f", "", other)
    told = str(refusal.value)
    assert "differs in settings.risk.weight, settings.risk.level" in told
    assert "Repeat `ballast frontier x` to finish it, or choose another name" in told


def test_a_new_name_is_not_that_of_an_unfinished_sweep(tmp_path: Path) -> None:
    """Proves: a sweep without a name of its own never goes on by accident."""
    today = date(2026, 11, 27)
    SweepJournal.open(tmp_path, "2026-11-27-1", "", TERMS).add({"run": "2026-11-27-1-01"})
    assert automatic_name(tmp_path, today) == "2026-11-27-2"
