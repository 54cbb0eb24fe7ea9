"""Native charts; each carries its numbers, as nothing else does before a workbook is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.book import Book, Span
from optimizer.reports.kit.colors import HUES, Color
from optimizer.reports.kit.line_chart import LineChart
from optimizer.reports.kit.measures import Kind
from optimizer.reports.kit.sheet_cells import fitted

_FONT: Final = {"name": "Arial", "size": 9, "color": "#1F2A33"}
_TITLE: Final = {"name": "Arial", "size": 11, "bold": True, "color": "#0B3D5C"}
_GRID: Final = {"visible": True, "line": {"color": "#E3E8EC", "width": 0.75}}
_HIDDEN_LINE: Final = {"none": True}

_HEIGHT: Final = 330  # of a chart on two axes [px]
_NUMBERS: Final[Mapping[Kind, str]] = {"money": "#,##0", "number": "#,##0.00", "share": "0 %"}

ColumnPart = tuple[str, int, Color]
"""Name, column and colour of a part or a line."""


def bars(book: Book, span: Span, rows: Sequence[Any], *, col: int, title: str, color: Color) -> Any:
    """Draw one bar per row of a table, its first column the names, the first row on top."""
    chart = book.workbook.add_chart({"type": "bar"})
    labels = {"data_labels": {"value": True, "num_format": "#,##0", "font": _FONT}}
    chart.add_series(_block("", span, rows, col=col, color=color) | labels)
    chart.set_y_axis(
        {"reverse": True, "num_font": _FONT, "label_position": "low", "line": _HIDDEN_LINE}
    )
    amounts = [float(row[col]) for row in rows]
    room = {"min": 1.3 * min(0.0, *amounts), "max": 1.3 * max(0.0, *amounts) or 1.0}
    chart.set_x_axis({"major_gridlines": {"visible": False}, "visible": False} | room)
    _dress(chart, title, width=640, height=110 + 26 * len(rows))
    return chart


def stacked(
    book: Book,
    span: Span,
    names: Sequence[str],
    parts: Sequence[tuple[str, Color, Sequence[float]]],
    *,
    title: str,
    ends: tuple[float, float],
) -> Any:
    """
    Draw the parts of each column's total, one bar a column, the first on top, between two ends.

    The columns begin in the third of the sheet, below their header; the parts follow the first row.
    """
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    last = 1 + len(names)
    for offset, (name, color, values) in enumerate(parts, start=1):
        row = span.first + offset
        chart.add_series(
            {
                "name": name,
                "categories": [span.sheet, span.first - 1, 2, span.first - 1, last],
                "categories_data": list(names),
                "values": [span.sheet, row, 2, row, last],
                "values_data": list(values),
                "fill": {"color": HUES[color].light},
                "gap": 60,
            }
        )
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "label_position": "low"})
    room = {"min": 1.1 * ends[0], "max": 1.15 * ends[1], "major_gridlines": _GRID}
    chart.set_x_axis({"num_font": _FONT, "num_format": "#,##0", "label_position": "high"} | room)
    chart.set_legend({"position": "bottom", "font": _FONT})
    _dress(chart, title, width=900, height=380, legend=True)
    return chart


def histogram(book: Book, span: Span, rows: Sequence[Any], *, title: str, axis: str) -> Any:
    """Draw the probability of each range of loss, what lies beyond VaR in another colour."""
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    beyond: tuple[ColumnPart, ...] = (("up to VaR", 2, "blue"), ("beyond VaR", 3, "vermilion"))
    for name, col, color in beyond:
        chart.add_series(
            {
                "name": name,
                "categories": span.column(0),
                "categories_data": [row[0] for row in rows],
                "values": span.column(col),
                "values_data": [row[col] for row in rows],
                "fill": {"color": HUES[color].light},
                "gap": 15,
            }
        )
    chart.set_x_axis(_axis(axis, "#,##0") | {"interval_unit": 5, "interval_tick": 5})
    chart.set_y_axis(_axis("Probability", "0 %") | {"major_gridlines": _GRID})
    chart.set_legend({"position": "top", "font": _FONT})
    _dress(chart, title, width=760, height=330, legend=True)
    return chart


def exceedance(
    book: Book, span: Span, marks: Span, rows: Sequence[Any], lines: Sequence[Any], *, axis: str
) -> Any:
    """Draw the probability that the loss is larger, with VaR and CVaR as upright lines."""
    chart = book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    chart.add_series(_curve("larger than on the axis", span, rows, x=0, y=4, color="blue"))
    colors: tuple[Color, ...] = ("vermilion", "grey")
    for number, color in enumerate(colors):
        first = marks.first + 2 * number
        line = Span(sheet=marks.sheet, first=first, last=first + 1)
        pair = lines[2 * number : 2 * number + 2]
        chart.add_series(_curve(str(pair[0][0]), line, pair, x=1, y=2, color=color, dash="dash"))
    chart.set_x_axis(_axis(axis, "#,##0") | {"min": 0, "major_gridlines": {"visible": False}})
    chart.set_y_axis(_axis("Probability", "0 %") | {"min": 0, "major_gridlines": _GRID})
    chart.set_legend({"position": "top", "font": _FONT})
    _dress(chart, "Probability of a larger loss", width=760, height=330, legend=True)
    return chart


def lines(book: Book, span: Span, rows: Sequence[Any], chart: LineChart) -> Any:
    """Draw the lines of a page's chart, whose table holds the places first, then each line."""
    drawn = book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for col, line in enumerate(chart.lines, start=1):
        hue = {"color": HUES[line.color].light}
        marker = {"type": "circle", "size": 4, "fill": hue, "border": hue}
        curve = _curve(line.name, span, rows, x=0, y=col, color=line.color)
        drawn.add_series(curve | {"marker": marker})
    no_grid = {"major_gridlines": {"visible": False}, "label_position": "low"}
    drawn.set_x_axis(_axis(chart.x_name, "#,##0") | no_grid)
    drawn.set_y_axis(_upwards(chart) | {"major_gridlines": _GRID})
    drawn.set_legend({"position": "top", "font": _FONT})
    _dress(drawn, chart.caption.finding, width=860, height=_HEIGHT, legend=True)
    return drawn


def columns(book: Book, span: Span, rows: Sequence[Any], chart: LineChart) -> Any:
    """Draw the stacked columns of a page's chart, whose table is as that of `lines`."""
    drawn = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for col, part in enumerate(chart.columns, start=1):
        drawn.add_series(_block(part.name, span, rows, col=col, color=part.color))
    drawn.set_x_axis(_axis(chart.x_name, "#,##0") | {"label_position": "low"})
    drawn.set_y_axis(_axis("", _NUMBERS[chart.value_kind]) | {"major_gridlines": _GRID})
    drawn.set_legend({"position": "bottom", "font": _FONT})
    _dress(drawn, chart.caption.finding, width=860, height=_HEIGHT, legend=True)
    return drawn


def lying(book: Book, span: Span, rows: Sequence[Any], chart: BarChart) -> Any:
    """Draw the bars of a page's chart, whose table holds the names first, then each part."""
    parts = [(part.name, col, part.color) for col, part in enumerate(chart.parts, start=1)]
    title = chart.caption.finding
    if len(parts) == 1:
        return bars(book, span, rows, col=1, title=title, color=parts[0][2])
    return stacked_bars(book, span, rows, parts=parts, title=title, beside=chart.is_marked)


def stacked_bars(
    book: Book,
    span: Span,
    rows: Sequence[Any],
    *,
    parts: Sequence[ColumnPart],
    title: str,
    beside: bool = False,
) -> Any:
    """
    Draw one bar per row, the first on top; each part is its name, column and colour.

    Parameters
    ----------
    beside
        Draw the parts beside each other, not one behind the other.
    """
    shape = {"type": "bar"} if beside else {"type": "bar", "subtype": "stacked"}
    chart = book.workbook.add_chart(shape)
    for name, col, color in parts:
        chart.add_series(_block(name, span, rows, col=col, color=color))
    names = {"reverse": True, "num_font": _FONT, "label_position": "low", "line": _HIDDEN_LINE}
    chart.set_y_axis(names)
    chart.set_x_axis({"num_font": _FONT, "num_format": "#,##0", "major_gridlines": _GRID})
    chart.set_legend({"position": "bottom", "font": _FONT})
    height = bars_height(len(rows) * (len(parts) if beside else 1))
    _dress(chart, title, width=760, height=height, legend=True)
    return chart


def bars_height(number: int) -> int:
    """Return how high so many bars are drawn with their legend. [px]"""
    return 170 + 26 * number


def _block(name: str, span: Span, rows: Sequence[Any], *, col: int, color: Color) -> dict[str, Any]:
    """Return bars or columns of one colour, their names in the first column."""
    return {
        "name": name,
        "categories": span.column(0),
        "categories_data": [
            row[0] if isinstance(row[0], int | float) else fitted(row[0]) for row in rows
        ],
        "values": span.column(col),
        "values_data": [row[col] for row in rows],
        "fill": {"color": HUES[color].light},
        "gap": 45,
    }


def _upwards(chart: LineChart) -> dict[str, Any]:
    """Return the axis of the values: from zero where the page's is, logarithmic likewise."""
    axis = _axis("", _NUMBERS[chart.value_kind])
    if chart.upwards.is_log:
        return axis | {"log_base": 10, "crossing": "min"}
    return axis | ({"min": 0} if chart.upwards.low == 0.0 else {})


def _curve(
    name: str, span: Span, rows: Sequence[Any], *, x: int, y: int, color: Color, dash: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "categories": span.column(x),
        "categories_data": [row[x] for row in rows],
        "values": span.column(y),
        "values_data": [row[y] for row in rows],
        "line": {"color": HUES[color].light, "width": 2} | ({"dash_type": dash} if dash else {}),
        "marker": {"type": "none"},
    }


def _axis(name: str, num_format: str) -> dict[str, Any]:
    return {
        "name": name,
        "name_font": _FONT | {"bold": False},
        "num_font": _FONT,
        "num_format": num_format,
        "line": {"color": "#8A96A0"},
    }


def _dress(chart: Any, title: str, *, width: int, height: int, legend: bool = False) -> None:
    chart.set_title({"name": title, "name_font": _TITLE, "overlay": False})
    if not legend:
        chart.set_legend({"none": True})
    chart.set_size({"width": width, "height": height})
    chart.set_chartarea({"border": {"color": "#DDE3E8"}})
