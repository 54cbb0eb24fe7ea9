"""A workbook: one sheet per table, and an optional sheet of settings."""

from __future__ import annotations

import json
import re
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
from optimizer.inputs.readers.layout import PLAIN, Layout, Layouts
from optimizer.inputs.readers.limited import Refusal, read_limited
from optimizer.inputs.rules.header import (
    LOOKED_AT,
    check_header,
    check_titles_above,
    own_header,
)
from optimizer.inputs.schema import TABLES, TableColumn, TableSchema

SETTINGS_SHEET: Final = "settings"
WHAT_IFS_SHEET: Final = "what_ifs"

RUN_PLAN: Final = "Plan"
"""The sheet of a run's report.xlsx that can stand in for the table plan."""
TWO_READINGS: Final = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")

RAW: Final = "optimizer.inputs.readers.raw_xlsx"

Rows = list[list[Any]]
Sheet = dict[str, Any]
"""A sheet as `raw_xlsx` reads it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A cell other than text, a number or a truth value: a date, a time, a duration."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


def read_book(path: Path, findings: Findings) -> list[Sheet] | None:
    """Return every sheet of a workbook, ``None`` if it is unreadable."""
    return _read(path, None, findings)


def settings_rows(file: str, sheets: list[Sheet], findings: Findings) -> Rows | None:
    """Return the rows of the sheet of settings; ``None`` if there is none in view."""
    return _seen(file, sheets, [SETTINGS_SHEET], findings).get(SETTINGS_SHEET)


def table_rows(
    file: str, sheets: list[Sheet], layouts: Layouts, findings: Findings
) -> dict[str, Rows]:
    """Return the rows of every table's sheet by its name; other sheets are noted."""
    names = [layouts.source(name) for name in TABLES]
    known = {*names, RUN_PLAN, SETTINGS_SHEET, WHAT_IFS_SHEET, *layouts.ignore}
    for sheet in sheets:
        if sheet["name"] not in known:
            _note_unknown(file, sheet["name"], [*names, SETTINGS_SHEET], findings)
    return _seen(file, sheets, [*names, RUN_PLAN], findings)


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


def _read(path: Path, wanted: list[str] | None, findings: Findings) -> list[Sheet] | None:
    """Return every sheet as read by `raw_xlsx`, or ``None`` if the workbook is rejected."""
    with read_limited(RAW, [{"path": str(path), "wanted": wanted}]) as [(answer, _)]:
        if isinstance(answer, Refusal):
            findings.add(Problem(file=path.name, rule=answer.rule, remedy=answer.remedy))
            return None
    content = json.loads(answer, object_hook=_cell)
    if "refused" in content:
        rule, remedy = content["refused"]
        findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    sheets: list[Sheet] | None = content.get("sheets")
    return sheets


def _cell(item: dict[str, Any]) -> Any:
    return Labelled(**item) if item.keys() == {"kind", "text"} else item


def _seen(file: str, sheets: list[Sheet], wanted: list[str], findings: Findings) -> dict[str, Rows]:
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


def sheet_cells(
    label: str, rows: Rows, schema: TableSchema, findings: Findings, layout: Layout = PLAIN
) -> Cells | None:
    """Return the cells of a sheet, or ``None`` if it cannot be read as a table."""
    width = _used_width(rows)
    if not width:
        findings.add(
            Problem(file=label, rule="is empty", remedy="Add a header and rows, or delete it.")
        )
        return None
    above = [[str(cell) for cell in row] for row in rows[:LOOKED_AT]]
    if not check_titles_above(above, layout, label, schema, findings):
        return None
    at_header = layout.header_row
    titles = [str(cell).strip() for cell in (rows[at_header - 1 :] or [[""] * width])[0][:width]]
    fields = own_header(titles, layout, label, schema, findings)
    own = [name for name in fields if name is not None]
    if not check_header(own, label, schema, findings):
        return None
    first = layout.header_row + layout.below_header
    row = np.arange(first + 1, len(rows) + 1)
    known = {column.name for column in schema.columns}
    columns = {
        name: _column([r[at] for r in rows[first:]], schema.column(name), layout, label, findings)
        for at, name in enumerate(fields)
        if name in known
    }
    return without_blank_rows(schema, label, columns, row, layout=layout)


def _used_width(rows: Rows) -> int:
    return max((at + 1 for row in rows for at, cell in enumerate(row) if cell != ""), default=0)


def _column(
    values: Sequence[Any], column: TableColumn, layout: Layout, file: str, findings: Findings
) -> pa.Array:
    title, first = layout.title(column.name), layout.header_row + layout.below_header + 1
    for row, value in enumerate(values, start=first):
        if column.is_text and not isinstance(value, str):
            findings.add(_retyped(file, row, title, value))
        elif column.kind == "number" and layout.decimal == "unstated" and _has_two_readings(value):
            findings.add(_ambiguous(file, row, title, value))
    written = [_written(value) for value in values]
    if layout.decimal == "comma" and column.kind == "number":
        written = [
            text.replace(".", ",") if isinstance(value, float) else text
            for text, value in zip(written, values, strict=True)
        ]
    return pa.array(written, pa.string())


def _has_two_readings(value: Any) -> bool:
    return isinstance(value, str) and TWO_READINGS.fullmatch(value.strip()) is not None


def _ambiguous(file: str, row: int, column: str, value: str) -> Problem:
    text = value.strip()
    return Problem(
        file=file,
        row=row,
        column=column,
        value=value,
        rule=f"is text that can be read as {text.replace('.', '')} or as {float(text):g}",
        remedy='Enter it as a number, or declare columns.decimal = "point" or "comma".',
    )


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
