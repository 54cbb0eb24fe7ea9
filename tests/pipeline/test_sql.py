"""All runs in SQL: what their files say, read and never written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import optimizer
from optimizer.errors import BadInputError
from tests.pipeline.conftest import Command


@pytest.fixture
def two(ballast: Command, solved: Path) -> Path:
    """Return the results with the small sample's run, approved, and a copy of it."""
    shutil.copytree(solved, "results/it's two")  # no name of a run: not listed
    shutil.copytree(solved, "results/two")
    assert ballast("approve", "one", "--by", "Ana").code == 0
    return solved.parent


def test_views_are_the_files_of_the_runs(two: Path) -> None:
    """Proves: each view has every row of every run's file, under the run's name, unchanged."""
    files = {
        "plans": "plan.parquet",
        "losses": "scenarios.parquet",
        "strikes": "strikes.parquet",
        "expected": "expected.parquet",
        "curves": "curves.parquet",
    }
    for view, file in files.items():
        found = optimizer.query(f"SELECT * FROM {view}", two)  # noqa: S608
        assert sorted(found["run"].unique()) == ["one", "two"]
        written = pd.read_parquet(two / "one" / file)
        of_one = found[found["run"] == "one"].drop(columns="run").reset_index(drop=True)
        pd.testing.assert_frame_equal(of_one, written, check_dtype=False)
    bought = optimizer.query("SELECT run, sku, supplier, cost FROM qualifications", two)
    assert len(bought) == 2 * len(pd.read_csv(two / "one" / "qualifications.csv"))
    assert optimizer.query("SELECT * FROM decisions", two).empty
    states = optimizer.query("SELECT run, state, taken_by FROM states", two)
    assert states.to_numpy().tolist() == [["one", "approved", "Ana"]]


def test_sums_over_runs(ballast: Command, two: Path) -> None:
    """Proves: a query over two views; the command prints it, writes it, lists views and columns."""
    sql = (
        "SELECT r.run, r.objective, sum(p.capital) AS capital FROM runs r "
        "JOIN plans p USING (run) GROUP BY ALL ORDER BY run"
    )
    said = json.loads(ballast("sql", sql, "--json").out)
    manifest = json.loads((two / "one" / "manifest.json").read_text("utf-8"))
    plan = pd.read_parquet(two / "one" / "plan.parquet")
    assert [row["run"] for row in said] == ["one", "two"]
    assert said[0]["objective"] == pytest.approx(manifest["objective"])
    assert said[0]["capital"] == pytest.approx(plan["capital"].sum())
    assert ballast("sql", sql, "--out", "sums.parquet").code == 0
    assert len(pd.read_parquet("sums.parquet")) == 2
    assert ballast("sql", sql, "--out", "sums.xls").code == 2
    nowhere = ballast("sql", sql, "--out", "nowhere/sums.csv")
    assert (nowhere.code, "cannot be written" in nowhere.err) == (6, True)
    listed = ballast("sql").out
    assert {line.split()[0] for line in listed.splitlines()[1:3]} == {"curves"}


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("COPY runs TO 'stolen.csv'", "is not one query that only reads"),
        ("DROP VIEW runs", "is not one query that only reads"),
        ("SELECT 1; SELECT 2", "is not one query that only reads"),
        ("SET enable_external_access = true", "is not one query that only reads"),
        ("", "is not one query that only reads"),
        ("SELECT * FROM read_text('/etc/hostname')", "file system operations are disabled"),
        ("SELECT nothing FROM runs", 'column "nothing" not found'),
        ("SELEC 1", "syntax error"),
    ],
)
def test_sql_that_writes_or_is_wrong_is_refused(two: Path, sql: str, rule: str) -> None:
    """Proves: nothing but a single query, nothing outside the results, with what is wrong."""
    with pytest.raises(BadInputError, match=rule):
        optimizer.query(sql, two)
    assert not Path("stolen.csv").exists()


@pytest.mark.usefixtures("two")
def test_runs_by_a_condition(ballast: Command) -> None:
    """Proves: --where keeps the runs that meet it; a wrong one is refused."""
    found = json.loads(ballast("runs", "--where", "state = 'approved'", "--json").out)
    assert [row["run"] for row in found] == ["one"]
    assert ballast("runs", "--where", "state = ").code == 2
    assert ballast("runs", "--where", "true; DROP VIEW runs").code == 2


def test_no_runs_are_no_rows(tmp_path: Path) -> None:
    """Proves: an empty folder has every view, without rows."""
    assert optimizer.query("SELECT * FROM runs", tmp_path / "none").empty
    sums = "SELECT run, upper(policy) AS p, sum(capital) FROM plans GROUP BY ALL"
    assert optimizer.query(sums, tmp_path / "none").empty
