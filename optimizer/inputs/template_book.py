"""The template as a workbook: drop-downs, units in comments, example rows, a sheet of settings."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import xlsxwriter
from pydantic import BaseModel

from optimizer.domain.settings import Settings
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.admitted import LARGEST
from optimizer.inputs.describe import as_toml, default_in_words, domain_in_words
from optimizer.inputs.readers.read_xlsx import SETTINGS_SHEET
from optimizer.inputs.schema import TABLES, TableColumn, TableSchema
from optimizer.inputs.template import EXAMPLES

_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_CHECKED_ROWS: Final = 20_000
"""Rows of a sheet that have drop-downs and formats."""
_SETTING_COLUMNS: Final = ("key", "value", "meaning", "default")


def write_template_book(path: str | Path) -> Path:
    """
    Write a workbook of five SKUs, in which every column and setting is explained.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    BadInputError
        If the file exists, or its folder does not.
    """
    path = Path(path)
    if path.exists():
        rule, remedy = "exists already", "Choose a new name."
        raise BadInputError([Problem(file=str(path), rule=rule, remedy=remedy)])
    if not path.parent.is_dir():
        rule, remedy = "its folder does not exist", "Make the folder first."
        raise BadInputError([Problem(file=str(path), rule=rule, remedy=remedy)])
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        formats = {
            "required": book.add_format({"bold": True, "bg_color": "#FFE699", "border": 1}),
            "optional": book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "number": book.add_format(),
        }
        for name, schema in TABLES.items():
            _write_table(book.add_worksheet(name), schema, formats)
        _write_settings(book.add_worksheet(SETTINGS_SHEET), formats)
    return path


def _write_table(sheet: Any, schema: TableSchema, formats: dict[str, Any]) -> None:
    header, *rows = list(csv.reader(io.StringIO(EXAMPLES.get(schema.name, "")))) or [[]]
    sheet.freeze_panes(1, 1)
    for col, column in enumerate(schema.columns):
        kind = "text" if column.is_text else column.kind
        is_needed = column.required and not column.estimated_from
        sheet.write_string(0, col, column.name, formats["required" if is_needed else "optional"])
        sheet.write_comment(0, col, _comment(column), {"x_scale": 2.2, "y_scale": 1.4})
        width = max(12, len(column.name) + 2)
        sheet.set_column(col, col, width, formats.get(kind, formats["number"]))
        if rule := _validation(column):
            sheet.data_validation(1, col, _CHECKED_ROWS, col, rule)
        if column.name in header:
            at = header.index(column.name)
            for row, cells in enumerate(rows, start=1):
                _write_cell(sheet, (row, col), cells[at], column, formats.get(kind))


def _write_cell(
    sheet: Any, place: tuple[int, int], text: str, column: TableColumn, style: Any
) -> None:
    if not text:
        return
    if column.kind == "bool":
        sheet.write_boolean(*place, text == "true")
    elif column.kind == "number":
        sheet.write_number(*place, float(text))
    else:
        sheet.write_string(*place, text, style)


def _comment(column: TableColumn) -> str:
    lines = [f"{column.meaning[0].upper()}{column.meaning[1:]}."]
    if column.unit not in ("", "-"):
        lines.append(f"Unit: {column.unit}.")
    if domain := domain_in_words(column):
        lines.append(f"Allowed: {domain}.")
    if column.kind == "date":
        lines.append("A date, or text YYYY-MM-DD.")
    lines.append(f"If empty: {default_in_words(column)}.".replace("**", "").replace("`", ""))
    return "\n".join(lines)


def _validation(column: TableColumn) -> dict[str, Any] | None:
    """Return the rule that a spreadsheet checks a cell by, None where any text may stand."""
    if column.choices:
        return _rule({"validate": "list", "source": list(column.choices)}, column)
    if column.kind == "bool":
        return _rule({"validate": "list", "source": ["TRUE", "FALSE"]}, column)
    if column.kind == "number":
        low, high = max(column.domain.low, -LARGEST), min(column.domain.high, LARGEST)
        kind = "integer" if column.whole else "decimal"
        return _rule(
            {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}, column
        )
    return None


def _rule(rule: dict[str, Any], column: TableColumn) -> dict[str, Any]:
    allowed = domain_in_words(column) or "TRUE or FALSE"
    return {**rule, "error_title": column.name[:32], "error_message": f"Allowed: {allowed}."[:255]}


def _write_settings(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    for col, (name, width) in enumerate(zip(_SETTING_COLUMNS, (36, 24, 90, 24), strict=True)):
        sheet.write_string(0, col, name, formats["optional"])
        sheet.set_column(col, col, width)
    sheet.write_comment(0, 1, "Empty: the default stands.", {"x_scale": 1.5})
    for row, (key, meaning, default, choices) in enumerate(_settings(Settings()), start=1):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 2, meaning)
        sheet.write_string(row, 3, default)
        if choices:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": choices})


def _settings(table: BaseModel, above: str = "") -> list[tuple[str, str, str, list[str]]]:
    """Return key, meaning, default and choices of every setting with a fixed name."""
    found: list[tuple[str, str, str, list[str]]] = []
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            found += _settings(value, f"{above}{name}.")
        elif not isinstance(value, dict):
            choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
            meaning = field.description or "currency of all amounts of money"
            default = "none" if value is None else as_toml(value).strip('"')
            found.append((f"{above}{name}", meaning, default, list(choices)))
    return found
