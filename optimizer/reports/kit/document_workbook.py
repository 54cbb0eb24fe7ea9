"""A document as a workbook: the summary, native charts, every table whole, and the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.document import Chart, Document
from optimizer.reports.kit.frame_sheets import method_sheet, summary_sheet
from optimizer.reports.kit.line_chart import LineChart
from optimizer.reports.kit.long_table import long_table
from optimizer.reports.kit.matrix import Cell, Matrix
from optimizer.reports.kit.measures import CURRENCY, EACH, Kind
from optimizer.reports.kit.native_charts import columns, lines, lying
from optimizer.reports.kit.sheet_cells import Value

_ROW: Final = 20  # height of a row [px]
_UNITS: Final[Mapping[Kind, str]] = {"money": CURRENCY, "share": "share", "number": EACH}


def render_book(document: Document) -> bytes:
    """Return the workbook; the same document gives the same bytes."""
    title = f"Ballast: {document.subject.lower()} {document.about.run}"
    book = Book(title=title, created=document.about.created)
    sentences = (document.lead, document.proof, *document.sentences)
    summary_sheet(book, title, sentences, document.known_figures, document.currency)
    _matrices(book, document)
    charts = book.sheet("Charts")
    _tables(book, document)
    _charts(book, document, charts, book.sheet("Chart data"))
    method_sheet(book, document.facts, document.about, _notes(document))
    return book.close()


def _tables(book: Book, document: Document) -> None:
    for section in document.sections:
        for table in section.tables.values():
            if table.sheet:
                long_table(
                    book,
                    table.sheet,
                    table.rows,
                    document.currency,
                    table.widths,
                    own=table.own,
                    pages=table.pages,
                )


def _matrices(book: Book, document: Document) -> None:
    """Write every matrix on a sheet of its own, a cell's lines one below the other."""
    for section in document.sections:
        for matrix in section.matrices:
            sheet = book.sheet(matrix.sheet)
            sheet.widths(20.0, *(26.0 for _ in matrix.columns))
            sheet.title(matrix.caption.finding)
            names = [
                f"{name} · {group}" for group, within in matrix.groups.items() for name in within
            ]
            sheet.header([SheetColumn(label=name) for name in ("", *names)])
            for name, cells in zip(matrix.rows, matrix.cells, strict=True):
                sheet.blocks([(name, 0.0), *((_lines(c), _dark(c, matrix)) for c in cells)])
            sheet.paragraph(section.note, columns=7, characters=150, style="note")


def _lines(cell: Cell | None) -> str:
    return "–" if cell is None else "\n".join(cell.lines)


def _dark(cell: Cell | None, matrix: Matrix) -> float:
    return 0.0 if cell is None else cell.weight / matrix.most


def _charts(book: Book, document: Document, sheet: Sheet, data: Sheet) -> None:
    """Draw every chart, and write its numbers on a sheet of their own."""
    sheet.title(f"{document.subject} {document.about.run}: {document.kind}")
    data.widths(30.0, *(16.0 for _ in range(8)))
    data.title("The numbers of the charts")
    for section in document.sections:
        if section.charts:
            sheet.heading(section.title)
            for chart in section.charts.values():
                _chart(book, chart, document.currency, sheet, data)
            sheet.paragraph(section.note, columns=12, characters=125, style="note")


def _chart(book: Book, chart: Chart, currency: str, sheet: Sheet, data: Sheet) -> None:
    """Draw a chart below the last one; one of which nothing is known is left out."""
    rows = _rows(chart)
    if not rows:
        return
    data.heading(chart.caption.finding)
    span = data.table(_columns(chart, currency), rows)
    if isinstance(chart, BarChart):
        drawn = lying(book, span, rows, chart)
    else:
        drawn = (columns if chart.columns else lines)(book, span, rows, chart)
    sheet.chart(drawn, row=sheet.row, col=0)
    sheet.row += 1 + drawn.height // _ROW


def _rows(chart: Chart) -> list[tuple[Value, ...]]:
    """Return the places or names of a chart with their values; those without any are left out."""
    first: Sequence[Any] = chart.names if isinstance(chart, BarChart) else chart.x
    rows = zip(first, *(values for _, values in _series(chart)), strict=True)
    return [row for row in rows if any(value is not None for value in row[1:])]


def _columns(chart: Chart, currency: str) -> list[SheetColumn]:
    kind: Kind = "money"
    first = SheetColumn(label="")
    if isinstance(chart, LineChart):
        kind, first = chart.value_kind, SheetColumn(label=chart.x_name, kind="money")
        unit = _UNITS[kind].replace(CURRENCY, currency)
    else:
        unit = chart.unit
    series = [SheetColumn(label=name, kind=kind, unit=unit) for name, _ in _series(chart)]
    return [first, *series]


def _series(chart: Chart) -> list[tuple[str, Sequence[float | None]]]:
    """Return the series of a chart by name, and what a bar can be at most."""
    if isinstance(chart, LineChart):
        drawn = [(line.name, line.y) for line in chart.lines]
        return drawn or [(part.name, part.values) for part in chart.columns]
    most = [("At most", chart.most)] if chart.most else []
    return [*((part.name, part.values) for part in chart.parts), *most]


def _notes(document: Document) -> list[str]:
    """Return how to read the numbers: what holds for all of them, then what sections say."""
    return [
        (
            "Money is in the portfolio's currency over the horizon. The workbook holds values, no "
            f"formulas; numbers are those of {document.files} to the last bit."
        ),
        *(f"{section.title}: {section.note}" for section in document.sections),
    ]
