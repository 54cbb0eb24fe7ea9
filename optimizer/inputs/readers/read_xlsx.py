"""A workbook: one sheet per table, and an optional sheet of settings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from optimizer.errors import Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells, without_blank_rows
from optimizer.inputs.readers.limited import Refusal, read_limited
from optimizer.inputs.rules.header import check_header
from optimizer.inputs.schema import TABLES, TableColumn, TableSchema

SETTINGS_SHEET: Final = "settings"
WHAT_IFS_SHEET: Final = "what_ifs"

RAW: Final = "optimizer.inputs.readers.raw_xlsx"

Rows = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A cell other than text, a number or a truth value: a date, a time, a duration."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


def read_sheets(path: Path, findings: Findings) -> dict[str, Rows] | None:
    """Return the rows of every table and of the settings by sheet name; ``None``: unreadable."""
    names = [*TABLES, SETTINGS_SHEET]
    sheets = _read(path, names, findings)
    for sheet in sheets or ():
        if sheet["name"] not in (*names, WHAT_IFS_SHEET):
            _note_unknown(path.name, sheet["name"], names, findings)
    return None if sheets is None else _seen(path.name, sheets, names, findings)


def read_what_if_sheet(path: Path, findings: Findings) -> Rows | None:
    """Return the rows of the sheet `what_ifs`, ignoring others; ``None``: unreadable."""
    return read_sheet(path, WHAT_IFS_SHEET, "what-ifs", findings)


def read_sheet(path: Path, name: str, things: str, findings: Findings) -> Rows | None:
    """Return the rows of the sheet with these things, ignoring others; ``None``: unreadable."""
    sheets = _read(path, [name], findings)
    if sheets is None:
        return None
    names = [sheet["name"] for sheet in sheets]
    if name not in names:
        rule = f"has no sheet {name}"
        remedy = f"Rename the sheet with the {things}. {did_you_mean(name, names)}"
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    return _seen(path.name, sheets, [name], findings).get(name)


def _read(path: Path, wanted: list[str], findings: Findings) -> list[dict[str, Any]] | None:
    """Return every sheet as read by `raw_xlsx`, or ``None`` if the workbook is rejected."""
    with read_limited(RAW, [{"path": str(path), "wanted": wanted}]) as [(answer, _)]:
        if isinstance(answer, Refusal):
            findings.add(Problem(file=path.name, rule=answer.rule, remedy=answer.remedy))
            return None
    content = json.loads(answer, object_hook=_cell)
    if "refused" in content:
        rule, remedy = content["refused"]
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    sheets: list[dict[str, Any]] | None = content.get("sheets")
    return sheets


def _cell(item: dict[str, Any]) -> Any:
    return Labelled(**item) if item.keys() == {"kind", "text"} else item


def _seen(
    file: str, sheets: list[dict[str, Any]], wanted: list[str], findings: Findings
) -> dict[str, Rows]:
    """Return the rows of the wanted sheets; note those that are hidden."""
    chosen = [sheet for sheet in sheets if sheet["name"] in wanted]
    for sheet in chosen:
        if sheet["hidden"]:
            _note_hidden(file, sheet["name"], findings)
    return {sheet["name"]: sheet["rows"] for sheet in chosen if not sheet["hidden"]}


def _note_unknown(file: str, sheet: str, names: list[str], findings: Findings) -> None:
    findings.add(
        Problem(
            file=f"{file}!{sheet}",
            rule="is not a table of a portfolio (names must match exactly)",
            remedy=f"Rename or delete the sheet. {did_you_mean(sheet, names)}",
        )
    )


def _note_hidden(file: str, sheet: str, findings: Findings) -> None:
    rule, remedy = "the sheet is hidden", "Unhide it, or delete it."
    findings.add(Problem(file=f"{file}!{sheet}", rule=rule, remedy=remedy))


def sheet_cells(file: str, rows: Rows, schema: TableSchema, findings: Findings) -> Cells | None:
    """Return the cells of a sheet, or ``None`` if it cannot be read as a table."""
    label = f"{file}!{schema.name}"
    width = _used_width(rows)
    if not width:
        findings.add(
            Problem(file=label, rule="is empty", remedy="Add a header and rows, or delete it.")
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


def _column(values: Sequence[Any], column: TableColumn, file: str, findings: Findings) -> pa.Array:
    if column.is_text:
        for at, value in enumerate(values):
            if not isinstance(value, str):
                findings.add(_retyped(file, at + 2, column.name, value))
    return pa.array([_written(value) for value in values], pa.string())


def _retyped(file: str, row: int, column: str, value: Any) -> Problem:
    kind = value.kind if isinstance(value, Labelled) else type(value).__name__
    return Problem(
        file=file,
        row=row,
        column=column,
        value=_written(value),
        rule=f"the cell is a {kind}, not text: a spreadsheet may have changed it",
        remedy="Format the column as Text and enter it again.",
    )


def _written(value: Any) -> str:
    """Return a cell as in a CSV file; numbers read back to the same float64."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return str(value)
