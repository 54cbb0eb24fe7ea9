"""Problems with the input as files to work off: every one, and in a workbook its cell marked."""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import xlsxwriter

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.readers.cells import Cells

HEADER: Final = ("sku", "table", "row", "column", "value", "rule", "remedy", "present_capital")
LIVE: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may take for the beginning of a formula."""
_WIDTHS: Final = (18, 24, 8, 20, 22, 60, 60, 16)
_MOST_ROWS: Final = 1_048_575
_MOST_TEXT: Final = 32_767
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Row = tuple[str, Problem, float | None]
"""A SKU (``""`` for none), a problem with it, and its present capital, if known."""


def write_problems(path: Path, rows: Sequence[Row], tables: Mapping[str, Cells]) -> None:
    """
    Write all problems to a CSV file, or to a workbook in which their cells are marked.

    Parameters
    ----------
    path
        Ends in ``.csv`` or ``.xlsx``; replaced in one step if it exists.
    tables
        As written: the workbook shows their rows that have a problem.

    Raises
    ------
    BadInputError
        If the file has another ending or cannot be written.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        rule, remedy = "is neither .csv nor .xlsx", "Give the file one of these endings."
        raise BadInputError([Problem(file=str(path), rule=rule, remedy=remedy)])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as scratch:
            new = Path(scratch) / path.name
            if path.suffix.lower() == ".csv":
                _write_csv(new, rows)
            else:
                _write_workbook(new, rows, tables)
            new.replace(path)
    except OSError as error:
        rule = f"cannot be written: {error.strerror}"
        remedy = "Close it, or name another place."
        raise BadInputError([Problem(file=str(path), rule=rule, remedy=remedy)]) from error


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows([_inert(value) for value in _values(row)] for row in rows)


def _values(row: Row) -> list[Any]:
    sku, problem, capital = row
    row_known = problem.row if problem.key is None else problem.place
    where = (problem.file, row_known, problem.column, problem.value)
    return [sku, *where, problem.rule, problem.remedy, capital]


def _inert(value: Any) -> str:
    """Return a value that no spreadsheet takes for a formula: with ``'`` before it if need be."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(LIVE) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _write_workbook(path: Path, rows: Sequence[Row], tables: Mapping[str, Cells]) -> None:
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E7E6E6"})
        bad = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        sheet = book.add_worksheet("problems")
        for at, width in enumerate(_WIDTHS):
            sheet.set_column(at, at, width)
        sheet.write_row(0, 0, HEADER, bold)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows[:_MOST_ROWS], start=1):
            _write_row(sheet, at, _values(row))
        sheet.autofilter(0, 0, max(1, min(len(rows), _MOST_ROWS)), len(HEADER) - 1)
        for name, cells in tables.items():
            marks = _marks(cells, [problem for _, problem, _ in rows])
            if marks:
                _write_faulty(book.add_worksheet(name), cells, marks, bold, bad)


def _write_row(sheet: Any, row: int, values: Sequence[Any]) -> None:
    for col, value in enumerate(values):
        if isinstance(value, str):
            sheet.write_string(row, col, value[:_MOST_TEXT])
        elif value is not None and not (isinstance(value, float) and np.isnan(value)):
            sheet.write_number(row, col, value)


def _marks(cells: Cells, problems: Sequence[Problem]) -> dict[int, dict[str, str]]:
    """Return by row and column what is wrong there, for the rows of a table."""
    own = set(cells.row.tolist())
    marks: dict[int, dict[str, str]] = defaultdict(dict)
    for problem in problems:
        if problem.file != cells.file or problem.row is None or problem.column is None:
            continue
        if problem.row in own:
            said = marks[problem.row].get(problem.column)
            note = f"{problem.rule}. {problem.remedy}"
            marks[problem.row][problem.column] = note if said is None else f"{said}\n{note}"
    return dict(sorted(marks.items()))


def _write_faulty(
    sheet: Any, cells: Cells, marks: Mapping[int, Mapping[str, str]], bold: Any, bad: Any
) -> None:
    """Write the faulty rows of a table as they stand, the faulty cells coloured, with a comment."""
    column_of = {cells.layout.title(name): name for name in cells.columns}
    names = list(column_of)
    names += sorted({name for row in marks.values() for name in row} - set(names))
    sheet.write_row(0, 0, ["row", *names], bold)
    sheet.set_column(0, len(names), 16)
    sheet.freeze_panes(1, 1)
    at_row = np.searchsorted(cells.row, list(marks))
    for at, (row, position) in enumerate(zip(marks, at_row.tolist(), strict=True), start=1):
        _write_row(
            sheet, at, [row, *(cells.shown(column_of.get(name, name), position) for name in names)]
        )
        for name, note in marks[row].items():
            col = 1 + names.index(name)
            shown = cells.shown(column_of.get(name, name), position)
            sheet.write_string(at, col, (shown or "")[:_MOST_TEXT], bad)
            sheet.write_comment(at, col, note, {"x_scale": 2.5})
