"""The sheets on today's stock: the way to the plan, the SKUs with excess, the build-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book, SheetColumn
from optimizer.reports.kit.long_table import long_table
from optimizer.reports.kit.native_charts import lying
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.stock_tables import (
    OWN,
    build_up_table,
    excess_table,
    quarter_chart,
    quarter_table,
)
from optimizer.reports.run.stock_words import every_stock_sentence

_COLUMNS: Final = 5


def stock_sheets(book: Book, tables: RunTables, stock: Mapping[str, Any], facts: Facts) -> None:
    """Write and draw the capital by quarter; below it on sheets of their own, the long tables."""
    sheet = book.sheet("Stock on hand")
    sheet.widths(24, *(20.0 for _ in range(_COLUMNS)))
    sheet.title("Stock on hand, and the way to the plan")
    for sentence in every_stock_sentence(tables, stock, facts):
        sheet.paragraph(sentence, columns=_COLUMNS, characters=115)
    sheet.heading("Capital by quarter, all of the plan at once and in stages")
    quarter_table(stock, facts.currency).write(sheet)
    chart = quarter_chart(stock, facts.currency)
    drawn = [
        [name, *(part.values[row] for part in chart.parts)] for row, name in enumerate(chart.names)
    ]
    columns = [
        SheetColumn(label="Quarter"),
        *(SheetColumn(label=part.name, kind="money", unit=facts.currency) for part in chart.parts),
    ]
    sheet.heading("What it is made of")
    span = sheet.table(columns, drawn)
    sheet.chart(lying(book, span, drawn, chart), row=sheet.row + 1, col=0)
    for name, rows in (
        ("Excess stock", excess_table(stock)),
        ("Build-ups by quarter", build_up_table(stock)),
    ):
        if len(rows):
            long_table(book, name, rows, facts.currency, {"sku": 22.0}, own=OWN)
