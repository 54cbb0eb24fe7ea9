"""`ballast report`: the files for people, made again from the folder alone."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.pipeline.conftest import Command
from tests.pipeline.test_frontier_cli import QUICK, RANGE

MADE = ("report.html", "report.xlsx")
OF_FRONTIER = (*MADE, "board-paper.html")


@pytest.mark.usefixtures("solved")
def test_a_report_made_again_is_the_same(ballast: Command, small: Path) -> None:
    """
    Proves: page and workbook come back byte for byte, with the portfolio gone, all else as it was.

    Sensitivity: a table that reads back in another order or type changes their bytes.
    """
    run = Path("results/one")
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    plan = load_workbook(run / "report.xlsx")["Plan"]
    assert sum(1 for _ in plan.rows) == 40 + 2
    shutil.rmtree(small)
    for name in MADE:
        (run / name).write_bytes(b"spoilt")
    done = ballast("report", "one")
    assert done.code == 0, done.err
    assert done.out.splitlines()[:-1] == [f"Wrote {run / name}" for name in MADE]
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_report_of_no_run_is_refused(ballast: Command) -> None:
    """Proves: what is no run folder is named, with what to do, and nothing appears."""
    done = ballast("report", "nothing")
    assert done.code == 2
    assert "this is not a run folder" in done.err
    assert not Path("results").exists()


@pytest.mark.usefixtures("solved")
def test_a_damaged_scorecard_is_refused(ballast: Command) -> None:
    """Proves: a run without a readable scorecard says which file is damaged and stays as it was."""
    card, page = Path("results/one/scorecard.json"), Path("results/one/report.html")
    before = page.read_bytes()
    card.write_text("{", encoding="utf-8")
    done = ballast("report", "one")
    assert "scorecard.json" in done.err
    assert "damaged" in done.err
    assert page.read_bytes() == before


def files(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_frontier_has_page_and_workbook_and_has_them_again(
    ballast: Command, once: Command, small: Path
) -> None:
    """
    Proves: the frontier writes both and a board paper; with the portfolio and its runs gone they
    come back byte for byte from the folder alone, numbers in the workbook equal to frontier.csv's.

    Sensitivity: a number that reads back otherwise, or a figure taken from a run, changes them.
    """
    made = once("frontier", str(small), *RANGE, *QUICK)
    assert (made.code, "Report: results/f/report.html" in made.out) == (0, True), made.err
    folder = Path("results/f")
    before = files(folder)
    assert {*OF_FRONTIER} <= {*before}
    shutil.rmtree(small)
    for place in (2, 3, 4):
        shutil.rmtree(f"results/f-0{place}")
    for name in OF_FRONTIER:
        (folder / name).write_bytes(b"spoilt")
    done = ballast("report", "f")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [f"Wrote {folder / name}" for name in OF_FRONTIER]
    assert files(folder) == before
    rows = list(csv.DictReader((folder / "frontier.csv").read_text("utf-8").splitlines()))
    cells = load_workbook(folder / "report.xlsx")["Frontier"].iter_rows(3, values_only=True)
    costs = [(row[0], row[4]) for row in cells]
    assert costs == [
        (float(row["budget"]), float(row["objective"]) if row["objective"] else None)
        for row in rows
    ]


def test_a_point_shows_what_other_budgets_buy(ballast: Command, once: Command, small: Path) -> None:
    """
    Proves: the report of a point has the section while its frontier stands beside it, and leaves
    it out when that is gone; a run of no frontier never has it.
    """
    assert once("frontier", str(small), *RANGE, *QUICK).code == 0
    run, heading = Path("results/f-02"), "What other budgets buy"
    assert not (run / "report.html").exists()
    assert ballast("report", "f-02").code == 0
    assert heading in (run / "report.html").read_text("utf-8")
    assert "Budgets" in load_workbook(run / "report.xlsx").sheetnames
    shutil.rmtree("results/f")
    assert ballast("report", "f-02").code == 0
    assert heading not in (run / "report.html").read_text("utf-8")
    assert once("solve", str(small), "--run", "one").code == 0
    assert heading not in Path("results/one/report.html").read_text("utf-8")


def test_a_damaged_frontier_is_refused(ballast: Command, once: Command, small: Path) -> None:
    """Proves: a frontier.json that lacks something is named; nothing changes."""
    assert once("frontier", str(small), *RANGE, *QUICK).code == 0
    folder = Path("results/f")
    stated = json.loads((folder / "frontier.json").read_text("utf-8"))
    page = (folder / "report.html").read_bytes()
    no_plan, no_budget = {"points": [{"budget": 1.0}]}, {"points": [{"run": "f-01"}]}
    for damage in (no_plan, no_budget, {"points": None}, {"about": {}}, {"currency": 5}):
        (folder / "frontier.json").write_text(json.dumps(stated | damage), encoding="utf-8")
        refused = ballast("report", "f")
        assert refused.code == 2, damage
        assert "f/frontier.json: this file of the run is damaged" in refused.err
    (folder / "frontier.json").write_text(json.dumps(stated), encoding="utf-8")
    (folder / "next_money.csv").unlink()
    assert "f/next_money.csv: this file of the run is missing" in ballast("report", "f").err
    assert (folder / "report.html").read_bytes() == page


def test_the_scorecard_has_the_build_ups(ballast: Command, small: Path) -> None:
    """Proves: the parts in scorecard.json sum to the manifest's components within 1e-9."""
    assert ballast("solve", str(small), "--run", "one", *QUICK).code == 0
    card = json.loads(Path("results/one/scorecard.json").read_text("utf-8"))["build_up"]
    parts = json.loads(Path("results/one/manifest.json").read_text("utf-8"))["components"]
    for cost in ("carrying", "routine_stockout", "expected_loss"):
        total = sum(card[cost]["all"].values())
        assert abs(total - parts[cost]) <= 1e-9 * abs(parts[cost])
