"""The list of runs says what the manifests say."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from optimizer.domain.audit import Audit
from optimizer.store.audit_folder import write_audit
from optimizer.store.comparison_folder import write_comparison
from optimizer.store.frontier_folder import write_frontier
from optimizer.store.inputs import KEPT
from optimizer.store.run_folder import write_run
from optimizer.store.run_index import matching, runs
from optimizer.store.what_if_folder import write_what_if
from tests.support.comparisons import make_comparison
from tests.support.frontiers import make_about, make_frontier
from tests.support.runs import make_tables
from tests.support.what_ifs import make_what_ifs


def write(results: Path, name: str, created: str, **stated: Any) -> None:
    """Write a run that ended at this moment, whose manifest states the rest too."""
    tables = make_tables(created=created, run=name, **stated)
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


@pytest.fixture
def families(tmp_path: Path) -> Path:
    """Write a frontier with two runs, what-ifs with one, and runs alone; return their folder."""
    write(tmp_path, "alone", "2026-11-22T09:00:00+00:00", overrides=["risk.weight=0.3"])
    write_frontier(tmp_path, "f", make_frontier(3), {})
    for name in ("f-02", "f-01"):
        write(
            tmp_path, name, "2026-11-22T07:00:00+00:00", parent="f", portfolio="../books/Mine.xlsx"
        )
    write_what_if(tmp_path, "w", make_what_ifs(3), {})
    write(tmp_path, "w-base", "2026-11-23T00:00:00+00:00", parent="w", status="feasible")
    write(tmp_path, "gone-01", "2026-11-20T00:00:00+00:00", parent="gone")
    return tmp_path


def test_runs_stand_below_their_parent(families: Path) -> None:
    """
    Proves: a frontier and its runs stand together, as new as the newest of them, runs by name; so
    do what-ifs, base not counted; and a run whose parent is gone.

    Sensitivity: by time alone `alone` (09:00) parts `f` (08:15) from nothing, but `w` (08:15) would
    come after it, though its run of the next day is the newest of all.
    """
    listed = runs(families)
    assert listed["run"].tolist() == ["w", "w-base", "alone", "f", "f-01", "f-02", "gone-01"]
    assert listed["kind"].tolist() == ["what-if", "run", "run", "frontier", "run", "run", "run"]
    held = listed.set_index("run")["plans"].dropna().to_dict()
    assert held == {"f": 3, "w": 3}
    assert listed["parent"].dropna().tolist() == ["w", "f", "f", "gone"]
    assert listed["overrides"][2] == ["risk.weight=0.3"]
    assert listed["portfolio"][4] == str(families.parent / "books" / "Mine.xlsx")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"portfolio": "mine"}, ["f", "f-01", "f-02"]),
        ({"status": "feasible"}, ["w", "w-base"]),
        ({"measure": "var", "portfolio": "MINE"}, ["f", "f-01", "f-02"]),
        ({"measure": "expected"}, []),
        ({"find": "weight Alone"}, ["alone"]),
        ({"find": "f-02 mine"}, ["f", "f-02"]),
        ({"find": "f-02 weight"}, []),
        ({"find": "(.*"}, []),
    ],
)
def test_filters_keep_what_fits_and_its_parent(
    families: Path, asked: dict[str, str], names: list[str]
) -> None:
    """Proves: all that is asked must fit, words in any order, as text and not as a pattern."""
    assert matching(runs(families), **asked)["run"].tolist() == names


def test_a_damaged_frontier_is_listed_as_such(tmp_path: Path) -> None:
    """Proves: what cannot be read of several runs hides nothing either."""
    write(tmp_path, "good", "2026-11-22T10:00:00+00:00")
    for name, text in (("f", "[]"), ("w", '{"what_ifs": [1], "about": {}}')):
        (tmp_path / name).mkdir()
        file = "frontier.json" if name == "f" else "what_if.json"
        (tmp_path / name / file).write_text(text)
    listed = runs(tmp_path)
    assert listed["run"].tolist() == ["good", "f", "w"]
    assert listed["status"].tolist() == ["optimal", "damaged", "damaged"]
    assert matching(listed, find="good")["run"].tolist() == ["good"]


@pytest.fixture
def looked_at(tmp_path: Path) -> Path:
    """Write a run, an audit and a comparison of three runs; return their folder."""
    write(tmp_path, "good", "2026-11-22T00:00:00+00:00")
    rows = pd.DataFrame({"sku": ["a", "b"]})
    audit = Audit(
        folder=tmp_path / "looked",
        currency="EUR",
        about=make_about("spring", "looked"),
        summary={},
        notes=(),
        **dict.fromkeys(("skus", "nodes", "first_parts", "scorecard", "review"), rows),
    )
    write_audit(tmp_path, "looked", audit, {}, replace=False)
    write_comparison(tmp_path, "beside", make_comparison(3), {}, replace=False)
    return tmp_path


def test_audits_and_comparisons_are_listed(looked_at: Path) -> None:
    """
    Proves: an audit and a comparison are listed by their kind, newest first like all; a comparison
    with how many runs it compares and the portfolio of the first, and without the overrides and the
    measure, which are of that run alone.
    """
    listed = runs(looked_at)
    assert listed["created"].is_monotonic_decreasing
    rows = listed.set_index("run")
    assert rows["kind"].to_dict() == {"beside": "comparison", "looked": "audit", "good": "run"}
    assert rows["plans"].dropna().to_dict() == {"beside": 3}
    assert rows["status"].dropna().to_dict() == {"good": "optimal"}
    assert rows["portfolio"].notna().all()
    assert rows["measure"].notna().to_dict() == {"beside": False, "looked": True, "good": True}
    assert not isinstance(rows["overrides"]["beside"], list)
    assert matching(listed, find="looked spring")["run"].tolist() == ["looked"]


def test_their_tables_are_not_read(looked_at: Path) -> None:
    """
    Proves: of their files only what stands above the tables is read: cut off within the first
    table they are listed as before, cut off above it they are damaged.

    Sensitivity: reading all of them, both are damaged at the first cut, and a list of many audits
    of 100,000 SKUs takes minutes.
    """
    before = runs(looked_at)
    files = {looked_at / "looked" / "audit.json": "skus"}
    files[looked_at / "beside" / "comparison.json"] = "inputs"
    for file, first in files.items():
        head, table, _ = file.read_text().partition(f'\n  "{first}": [')
        assert table
        file.write_text(f"{head}{table}\n    {{")
    pd.testing.assert_frame_equal(runs(looked_at), before)
    for file in files:
        file.write_text(file.read_text()[:200])
    assert runs(looked_at)["status"].tolist() == ["optimal", "damaged", "damaged"]


def test_a_comparison_of_before_is_listed(looked_at: Path) -> None:
    """Proves: a comparison that says what it is about below its tables is listed all the same."""
    before = runs(looked_at)
    file = looked_at / "beside" / "comparison.json"
    stated = json.loads(file.read_text())
    stated["about"] = stated.pop("about")
    file.write_text(json.dumps(stated, indent=2))
    assert list(stated)[-1] == "about"
    pd.testing.assert_frame_equal(runs(looked_at), before)
