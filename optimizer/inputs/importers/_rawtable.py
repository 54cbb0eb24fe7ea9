"""An external CSV file → a table of text, or every reason why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from optimizer.errors import BadInputError, Problem

ROW = "row"
"""Name of the column that holds the spreadsheet's row number."""


def read_text_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """
    Return the named columns of a CSV file as text, with the spreadsheet's `ROW` of each record.

    Headers match in any case; blank rows are skipped; every other irregularity is rejected.
    """
    records = _records(path)
    if len(records) < 2:
        rule = "must hold a header and at least one row"
        raise BadInputError([_problem(path, rule, "Check that this is the right file.")])
    header = [name.strip().lower() for name in records[0]]
    problems = _header_problems(path, header, columns)
    body = [(row, cells) for row, cells in enumerate(records[1:], start=2) if any(cells)]
    if not problems:
        problems = _ragged_problems(path, header, body)
    if problems:
        raise BadInputError(problems)
    frame = pd.DataFrame([cells for _, cells in body], columns=header, dtype=str)
    picked = {name: frame[name].str.strip() for name in columns}
    return pd.DataFrame({ROW: [row for row, _ in body], **picked})


def _records(path: Path) -> list[list[str]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        rule = f"is not a well-formed CSV file: {error}"
        remedy = "Close the quotes on or above this row."
        raise BadInputError([_problem(path, rule, remedy, row=reader.line_num)]) from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        rule = f"cannot be read: {error.strerror}"
        raise BadInputError([_problem(path, rule, "Give a readable CSV file.")]) from error
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        rule = f"is not UTF-8 text: byte {error.start} cannot be read"
        raise BadInputError([_problem(path, rule, "Save it as UTF-8.", row=row)]) from error


def _header_problems(path: Path, header: list[str], columns: Sequence[str]) -> list[Problem]:
    missing = [name for name in columns if name not in header]
    twice = sorted({name for name in header if name in columns and header.count(name) > 1})
    found = f"Found: {', '.join(header)[:200]}."
    return [
        _problem(path, "the column is missing", f"Add it. {found}", row=1, column=name)
        for name in missing
    ] + [
        _problem(path, "the column occurs twice", "Remove one.", row=1, column=name)
        for name in twice
    ]


def _ragged_problems(
    path: Path, header: list[str], body: list[tuple[int, list[str]]]
) -> list[Problem]:
    if not body:
        return [_problem(path, "must hold at least one row", "Check that this is the right file.")]
    return [
        _problem(
            path,
            f"has {len(cells)} fields, the header has {len(header)}",
            "Quote the fields that contain commas, and complete the row.",
            row=row,
        )
        for row, cells in body
        if len(cells) != len(header)
    ]


def _problem(
    path: Path, rule: str, remedy: str, *, row: int | None = None, column: str | None = None
) -> Problem:
    return Problem(file=path.name, row=row, column=column, rule=rule, remedy=remedy)
