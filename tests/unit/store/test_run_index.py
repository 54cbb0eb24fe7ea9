"""The list of runs says what the manifests say."""

from __future__ import annotations

import math
from pathlib import Path

from optimizer.store.inputs import KEPT
from optimizer.store.run_folder import write_run
from optimizer.store.run_index import runs
from tests.support.runs import make_tables


def write(results: Path, name: str, created: str) -> None:
    """Write a run that ended at this moment."""
    tables = make_tables(created=created, run=name)
    write_run(results, name, tables, scorecard={}, documents={})


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    """
    Proves: the order is that of the moments, not of the names nor of the texts.

    11:30+02:00 is 09:30 UTC, before 10:00 UTC; compared as text it would come after.
    """
    write(tmp_path, "a", "2026-11-22T10:00:00+00:00")
    write(tmp_path, "b", "2026-11-22T11:30:00+02:00")
    write(tmp_path, "c", "2026-11-23T00:00:00+00:00")
    listed = runs(tmp_path)
    assert listed["run"].tolist() == ["c", "a", "b"]
    assert listed["budget"].tolist() == [5e6] * 3
    assert listed["measure"].tolist() == ["var"] * 3


def test_a_damaged_run_is_listed_as_such(tmp_path: Path) -> None:
    """Proves: one bad manifest neither hides its run nor the others; it comes last."""
    write(tmp_path, "good", "2026-11-22T10:00:00+00:00")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "manifest.json").write_text("{")
    listed = runs(tmp_path)
    assert listed["status"].tolist() == ["optimal", "damaged"]
    assert math.isnan(listed["objective"][1])


def test_a_run_of_another_format_is_listed_by_its_writer(tmp_path: Path) -> None:
    """Proves: what another version wrote is neither hidden nor called damaged."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text('{"run": "old", "ballast": "0.1.0"}')
    assert runs(tmp_path)["status"].tolist() == ["of Ballast 0.1.0"]


def test_the_copies_of_the_inputs_are_no_run(tmp_path: Path) -> None:
    """Proves: the folder of the copies is not listed, not even with a manifest among them."""
    write(tmp_path, "good", "2026-11-22T10:00:00+00:00")
    (tmp_path / KEPT).mkdir()
    (tmp_path / KEPT / "manifest.json").write_text("{}")
    assert runs(tmp_path)["run"].tolist() == ["good"]


def test_no_results_folder_is_no_runs(tmp_path: Path) -> None:
    """Proves: before the first run the list is empty and has its columns."""
    listed = runs(tmp_path / "results")
    assert listed.empty
    assert "created" in listed.columns
