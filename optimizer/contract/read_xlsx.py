"""A workbook: a sheet per table, text as text, and an optional sheet of settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from optimizer.contract.cells import Cells, without_blank_rows
from optimizer.contract.findings import Findings
from optimizer.contract.header import check_header
from optimizer.contract.nearest import did_you_mean
from optimizer.contract.schema import TABLES, Column, TableSchema
from optimizer.contract.workbook_guard import check_workbook
from optimizer.errors import Problem

SETTINGS_SHEET: Final = "settings"
SCENARIOS_SHEET: Final = "scenarios"

Rows = list[list[Any]]


def read_sheets(path: Path, findings: Findings) -> dict[str, Rows] | None:
    """Return the rows of every table and of the settings by sheet name; ``None``: unreadable."""
    known = [*TABLES, SETTINGS_SHEET]

    def wanted(name: str) -> bool:
        if name not in (*known, SCENARIOS_SHEET):
            _note_unknown(path.name, name, known, findings)
        return name in known

    return _read(path, wanted, findings)


def read_scenario_sheet(path: Path, findings: Findings) -> Rows | None:
    """Return the rows of the sheet `scenarios`, whatever others there are; ``None``: unreadable."""
    names: list[str] = []

    def wanted(name: str) -> bool:
        names.append(name)
        return name == SCENARIOS_SHEET

    sheets = _read(path, wanted, findings)
    if sheets is not None and SCENARIOS_SHEET not in names:
        rule = f"has no sheet {SCENARIOS_SHEET}"
        remedy = f"Rename the sheet that holds them. {did_you_mean(SCENARIOS_SHEET, names)}"
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    return (sheets or {}).get(SCENARIOS_SHEET)


def _read(path: Path, wanted: Callable[[str], bool], findings: Findings) -> dict[str, Rows] | None:
    if not check_workbook(path, findings):
        return None
    sheets: dict[str, Rows] = {}
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            for sheet in book.sheets_metadata:
                if not wanted(sheet.name):
                    continue
                if sheet.visible != calamine.SheetVisibleEnum.Visible:
                    _note_hidden(path.name, sheet.name, findings)
                else:
                    rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    sheets[sheet.name] = rows
    except (calamine.CalamineError, OSError) as error:
        rule, remedy = f"cannot be read ({error})", "Save it again as .xlsx."
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
        return None
    return sheets


def _note_unknown(file: str, sheet: str, known: list[str], findings: Findings) -> None:
    findings.add(
        Problem(
            file=f"{file}!{sheet}",
            rule="is no table of a portfolio (names are exact, lower case)",
            remedy=f"Rename or delete the sheet. {did_you_mean(sheet, known)}",
        )
    )


def _note_hidden(file: str, sheet: str, findings: Findings) -> None:
    rule, remedy = "the sheet is hidden", "Unhide it, or delete it."
    findings.add(Problem(file=f"{file}!{sheet}", rule=rule, remedy=remedy))


def sheet_cells(file: str, rows: Rows, schema: TableSchema, findings: Findings) -> Cells | None:
    """Return the cells of a sheet, or ``None`` where it cannot be read as a table."""
    label = f"{file}!{schema.name}"
    width = _used_width(rows)
    if not width:
        findings.add(
            Problem(file=label, rule="is empty", remedy="Write a header and rows, or delete it.")
        )
        return None
    header = [str(cell).strip() for cell in rows[0][:width]]
    if not check_header(header, label, schema, findings):
        return None
    row = np.arange(2, len(rows) + 1)
    columns = {
        name: _column([r[at] for r in rows[1:]], schema.column(name), label, findings)
        for at, name in enumerate(header)
        if name in {column.name for column in schema.columns}
    }
    return without_blank_rows(schema, label, columns, row, partial=False)


def _used_width(rows: Rows) -> int:
    return max((at + 1 for row in rows for at, cell in enumerate(row) if cell != ""), default=0)


def _column(values: Sequence[Any], column: Column, file: str, findings: Findings) -> pa.Array:
    if column.is_text:
        for at, value in enumerate(values):
            if not isinstance(value, str):
                findings.add(_retyped(file, at + 2, column.name, value))
    return pa.array([_written(value) for value in values], pa.string())


def _retyped(file: str, row: int, column: str, value: Any) -> Problem:
    kind = type(value).__name__
    return Problem(
        file=file,
        row=row,
        column=column,
        value=_written(value),
        rule=f"the cell is a {kind}, not text: a spreadsheet may have changed it",
        remedy="Format the column as Text and enter it again.",
    )


def _written(value: Any) -> str:
    """Return a cell as a CSV would hold it; numbers read back to the same float64."""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return str(value)
