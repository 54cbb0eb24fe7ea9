"""The workbook and its sheets: a cursor that goes down, tables with units, charts beside them."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

import xlsxwriter

from optimizer.reports.kit.cell_formats import FORMATS, HEATS
from optimizer.reports.kit.measures import Kind, Measure
from optimizer.reports.kit.sheet_cells import ExactSheet, Value, cells_of, fitted

_OPTIONS: Final = {
    "in_memory": False,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LEFT: Final = ("text", "option", "plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """A column of a table; `width` in characters, 0 for the kind's own."""

    label: str
    kind: Kind = "text"
    unit: str = ""
    width: float = 0.0

    @classmethod
    def of(cls, measure: Measure, currency: str, width: float = 0.0) -> Self:
        """Return the column of a measure."""
        unit = measure.in_currency(currency)
        return cls(label=measure.label, kind=measure.kind, unit=unit, width=width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where the rows of a table stand, for the charts."""

    sheet: str
    first: int
    last: int

    def top(self, rows: int) -> Span:
        """Return where its first rows stand."""
        return replace(self, last=self.first + rows - 1)

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
        self.sheet.merge_range(self.row, 0, self.row, columns - 1, "", self._formats[style])
        self._text(0, text, style)
        self.row += 1

    def header(self, columns: Sequence[SheetColumn]) -> None:
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

    def values(self, columns: Sequence[SheetColumn], rows: Sequence[Sequence[Value]]) -> Span:
        """Write rows below a header; a number that is none is left blank."""
        return self.columns(columns, list(zip(*rows, strict=True)))

    def columns(self, columns: Sequence[SheetColumn], values: Sequence[Iterable[Value]]) -> Span:
        """Write what `values` does, given column by column."""
        if not values:
            return Span(sheet=self.sheet.get_name(), first=self.row, last=self.row)
        first = self.row
        cells = [
            cells_of(
                given,
                first=first,
                col=col,
                number=self._formats[column.kind],
                text=self._formats["text" if column.kind in _LEFT else "text_right"],
            )
            for col, (column, given) in enumerate(zip(columns, values, strict=True))
        ]
        self.row = self.sheet.write_rows(first, cells)
        return Span(sheet=self.sheet.get_name(), first=first, last=self.row - 1)

    def blocks(self, cells: Sequence[tuple[str, float]]) -> None:
        """Write one row of texts of several lines, each as dark as its share of the most."""
        lines = max(text.count("\n") + 1 for text, _ in cells)
        self.sheet.set_row(self.row, 15.5 * lines + 4)
        for col, (text, share) in enumerate(cells):
            self._text(col, text, f"heat_{math.ceil(share * (len(HEATS) - 1))}")
        self.row += 1

    def table(self, columns: Sequence[SheetColumn], rows: Sequence[Sequence[Value]]) -> Span:
        """Write a header and its rows; says so where there is none."""
        self.header(columns)
        span = self.values(columns, rows)
        if not rows:
            self.none()
        return span

    def none(self) -> None:
        """Say that a table has no rows."""
        self._text(0, "None.", "text")
        self.row += 1

    def chart(self, chart: Any, *, row: int, col: int) -> None:
        """Put a chart with its upper left corner into a cell."""
        self.sheet.insert_chart(row, col, chart, {"object_position": 2, "x_offset": 24})

    def _text(self, col: int, text: str, style: str) -> None:
        self.sheet.write_string(self.row, col, fitted(text), self._formats[style])


class Book:
    """A workbook in memory; the same calls give the same bytes."""

    def __init__(self, *, title: str, created: datetime) -> None:
        self._file = io.BytesIO()
        self.workbook = xlsxwriter.Workbook(self._file, _OPTIONS)
        written = created.astimezone(UTC).replace(tzinfo=None)
        self.workbook.set_properties({"title": fitted(title), "created": written})
        self.workbook.use_zip64()  # a sheet of a million rows can pass 2 GB before it is packed
        self._formats = {name: self.workbook.add_format(style) for name, style in FORMATS.items()}

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        added = self.workbook.add_worksheet(name, worksheet_class=ExactSheet)
        return Sheet(added, self._formats)

    def close(self) -> bytes:
        """Return the file."""
        self.workbook.close()
        return self._file.getvalue()
