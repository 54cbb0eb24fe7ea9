"""The sheet Plan of a run's report, given back as the plan in force."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
from openpyxl import Workbook, load_workbook

from optimizer.inputs.read import read_portfolio
from optimizer.inputs.readers.run_plan import TITLES
from optimizer.inputs.schema import TABLES
from optimizer.reports.kit.measures import MEASURES


def test_the_sheet_is_the_file(solved: Path, small: Path, tmp_path: Path) -> None:
    """Proves: a run's Plan sheet copied into a workbook is the same plan as its plan.csv."""
    book = Workbook()
    book.remove(book.active)
    for path in sorted(small.glob("*.csv")):
        if path.stem != "plan":
            _copy(path, book)
    sheet = book.create_sheet("Plan")
    for row in load_workbook(solved / "report.xlsx")["Plan"].iter_rows(values_only=True):
        sheet.append(row)
    own = tmp_path / "own"
    own.mkdir()
    book.save(own / "book.xlsx")
    shutil.copy(small / "portfolio.toml", own)
    shutil.copy(solved / "plan.csv", small / "plan.csv")
    one, other = read_portfolio(own / "book.xlsx"), read_portfolio(small)
    assert one.plan_in_force is not None
    assert set(one.plan_in_force.policy) <= set(one.settings.policies)
    for name in type(one.plan_in_force).__dataclass_fields__:
        mine, its = (getattr(read.plan_in_force, name) for read in (one, other))
        np.testing.assert_array_equal(mine, its)


def test_the_sheet_has_the_titles_of_the_report() -> None:
    """Proves: a column renamed in the report is not read as missing."""
    assert {name: MEASURES[name].label for name in TITLES} == TITLES


def _copy(path: Path, book: Workbook) -> None:
    sheet = book.create_sheet(path.stem)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    sheet.append(header)
    numbers = {c.name for c in TABLES[path.stem].columns if c.kind == "number"}
    for row in rows:
        pairs = zip(header, row, strict=True)
        sheet.append([float(text) if text and name in numbers else text for name, text in pairs])
