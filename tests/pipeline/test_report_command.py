"""`ballast report`: the files for people, made again from the folder alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from openpyxl import load_workbook

from tests.pipeline.conftest import Command

MADE = ("report.html", "report.xlsx")


def test_a_report_made_again_is_the_same(ballast: Command, small: Path) -> None:
    """
    Proves: page and workbook come back byte for byte, with the portfolio gone, all else as it was.

    Sensitivity: a table that reads back in another order or type changes their bytes.
    """
    assert ballast("solve", str(small), "--run", "one").code == 0
    run = Path("results/one")
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    plan = load_workbook(run / "report.xlsx", read_only=True)["Plan"]
    assert sum(1 for _ in plan.rows) == 40 + 2
    shutil.rmtree(small)
    for name in MADE:
        (run / name).write_bytes(b"spoilt")
    done = ballast("report", "one")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [f"Wrote {run / name}" for name in MADE]
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_a_report_of_no_run_is_refused(ballast: Command) -> None:
    """Proves: what is no run folder is named, with what to do, and nothing appears."""
    done = ballast("report", "nothing")
    assert done.code == 2
    assert "this is not a run folder" in done.err
    assert not Path("results").exists()


def test_a_damaged_scorecard_is_refused(ballast: Command, small: Path) -> None:
    """Proves: a run without a readable scorecard says which file is damaged and stays as it was."""
    assert ballast("solve", str(small), "--run", "one").code == 0
    card, page = Path("results/one/scorecard.json"), Path("results/one/report.html")
    before = page.read_bytes()
    card.write_text("{", encoding="utf-8")
    done = ballast("report", "one")
    assert "scorecard.json" in done.err
    assert "damaged" in done.err
    assert page.read_bytes() == before
