"""The workbook and its sheets: a cursor that goes down, tables with units, charts beside them."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

import xlsxwriter

from optimizer.report.excel.cells import ExactSheet, fitted
from optimizer.report.excel.formats import FORMATS

Kind = Literal["text", "money", "amount", "days", "share", "gap", "count", "small", "plain"]
Value = str | float | None

_OPTIONS: Final = {
    "in_memory": False,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTH: Final = {"text": 22.0, "share": 12.0, "count": 10.0, "days": 12.0}
_A3: Final = 8
_PORTRAIT: Final = 100.0  # characters that fit on upright paper
_LEFT: Final = ("text", "plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; `width` in characters, 0 for the kind's own."""

    label: str
    kind: Kind = "text"
    unit: str = ""
    width: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where the rows of a table stand, for the charts."""

    sheet: str
    first: int
    last: int

    def column(self, col: int) -> list[str | int]:
        """Return one of its columns as XlsxWriter takes it."""
        return [self.sheet, self.first, col, self.last, col]


class Sheet:
    """One sheet, written from the top down."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self.sheet = sheet
        self.row = 0
        self._formats = formats
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&L&A&R&P / &N")

    def widths(self, *widths: float) -> None:
        """Set the widths of the first columns, in characters."""
        for col, width in enumerate(widths):
            self.sheet.set_column(col, col, width)

    def title(self, text: str) -> None:
        """Write the sheet's title, which stays in view."""
        self.sheet.set_row(self.row, 26)
        self._text(0, text, "title")
        self.row += 1
        self.sheet.freeze_panes(self.row, 0)

    def heading(self, text: str) -> None:
        """Write the heading of what follows."""
        self.row += 1
        self.sheet.set_row(self.row, 20)
        self._text(0, text, "heading")
        self.row += 1

    def paragraph(self, text: str, *, columns: int, characters: int, style: str = "prose") -> None:
        """Write a text over so many columns, as wide as so many characters, in enough lines."""
        lines = math.ceil(len(text) / (0.92 * characters)) or 1
        self.sheet.set_row(self.row, min(15.5 * lines + 2, 400))
        self.sheet.merge_range(
            self.row, 0, self.row, columns - 1, fitted(text), self._formats[style]
        )
        self.row += 1

    def header(self, columns: Sequence[Column]) -> None:
        """Write the names of the columns and below them their units, if any."""
        self.sheet.set_row(self.row, 31)
        for col, column in enumerate(columns):
            side = "" if column.kind in _LEFT else "_right"
            self._text(col, column.label, f"label{side}")
        self.row += 1
        if not any(column.unit for column in columns):
            return
        for col, column in enumerate(columns):
            side = "" if column.kind in _LEFT else "_right"
            self._text(col, column.unit and f"[{column.unit}]", f"unit{side}")
        self.row += 1

    def values(self, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> Span:
        """Write rows below a header; a number that is none is left blank."""
        first = self.row
        kinds = [
            (col, column.kind, self._formats[column.kind]) for col, column in enumerate(columns)
        ]
        for row in rows:
            for (col, kind, style), value in zip(kinds, row, strict=True):
                self._cell(col, kind, style, value)
            self.row += 1
        return Span(sheet=self.sheet.get_name(), first=first, last=max(first, self.row - 1))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Value]]) -> Span:
        """Write a header and its rows; says so where there is none."""
        self.header(columns)
        span = self.values(columns, rows)
        if not rows:
            self._text(0, "None.", "text")
            self.row += 1
        return span

    def chart(self, chart: Any, *, row: int, col: int) -> None:
        """Put a chart with its upper left corner into a cell."""
        self.sheet.insert_chart(row, col, chart, {"object_position": 2})

    def _cell(self, col: int, kind: Kind, style: Any, value: Value) -> None:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return
        if isinstance(value, str):
            text = self._formats["text" if kind in _LEFT else "text_right"]
            self.sheet.write_string(self.row, col, fitted(value), text)
        elif math.isinf(value):
            self.sheet.write_string(self.row, col, "endless", self._formats["text_right"])
        else:
            self.sheet.write_number(self.row, col, value, style)

    def _text(self, col: int, text: str, style: str) -> None:
        self.sheet.write_string(self.row, col, fitted(text), self._formats[style])


class Book:
    """A workbook in memory; the same calls give the same bytes."""

    def __init__(self, *, title: str, created: str) -> None:
        self._file = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(self._file, _OPTIONS)
        written = datetime.fromisoformat(created).astimezone(UTC).replace(tzinfo=None)
        self.workbook.set_properties({"title": fitted(title), "created": written})
        self.workbook.set_calc_mode("auto")
        self._formats = {name: self.workbook.add_format(style) for name, style in FORMATS.items()}

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        added = self.workbook.add_worksheet(name, worksheet_class=ExactSheet)
        return Sheet(added, self._formats)

    def close(self) -> bytes:
        """Return the file."""
        self.workbook.close()
        return self._file.getvalue()


def long_table(
    book: Book,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    most: int = 1_048_574,
    pages: int = 1,
) -> None:
    """
    Write a table on sheets of its own, with its header in view and a filter on every column.

    Parameters
    ----------
    most
        Rows of a sheet below the two of the header, by the file format; the rest goes to the next.
    pages
        How many pages wide it prints.
    """
    parts = [rows[first : first + most] for first in range(0, len(rows), most)] or [rows]
    for number, part in enumerate(parts, start=1):
        sheet = book.sheet(name if number == 1 else f"{name} {number}")
        widths = [column.width or _WIDTH.get(column.kind, 14.0) for column in columns]
        sheet.widths(*widths)
        if sum(widths) < _PORTRAIT:
            sheet.sheet.set_portrait()
        sheet.table(columns, part)
        sheet.sheet.freeze_panes(2, 1)
        sheet.sheet.autofilter(1, 0, max(2, sheet.row - 1), len(columns) - 1)
        sheet.sheet.repeat_rows(0, 1)
        if pages > 1:
            sheet.sheet.set_paper(_A3)
            sheet.sheet.fit_to_pages(pages, 0)
            sheet.sheet.repeat_columns(0, 0)
