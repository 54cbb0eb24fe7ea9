"""The sheet on today, just in time, just in case and this plan."""

from __future__ import annotations

import math

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book, Sheet, SheetColumn, Span
from optimizer.reports.kit.native_charts import stacked
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.strategies_table import (
    STRATEGY_PARTS,
    Row,
    StrategyBlock,
    cost_range,
    priced_strategies,
    strategies_table,
)
from optimizer.reports.run.strategy_words import every_sentence

_TITLE = "Today, just in time, just in case, and this plan"
_NOTE = (
    "The two returns are alternatives: capital cost is part of the cost a year (of carrying), so "
    "they are never added. The cost a year is carrying, ordering, purchasing and new sources, "
    "without stockouts and losses; avoided losses are over the horizon."
)
_PARTS = slice(1, 8)  # of the figures: those whose sum is the total


def strategy_sheet(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write and draw what every strategy costs, and what it returns, where the run has them."""
    table = strategies_table(tables, facts)
    if table is None:
        return
    sheet = book.sheet("Strategies")
    sheet.widths(46, 18, 16, 16, 16, 16, 16)
    sheet.title(_TITLE)
    for sentence in every_sentence(tables, facts):
        sheet.paragraph(sentence, columns=6, characters=128)
    sheet.heading(f"Figures {facts.per_horizon}")
    span = _block(sheet, table.figures)
    sheet.heading("Resilience return, against just in time")
    _block(sheet, table.returns)
    sheet.row += 1
    sheet.paragraph(_NOTE, columns=6, characters=128, style="note")
    chart = stacked(
        book,
        span,
        table.figures.columns,
        [
            (part.label, part.color, row.values)
            for part, row in zip(STRATEGY_PARTS, table.figures.rows[_PARTS], strict=True)
        ],
        title=f"Cost {facts.per_horizon} [{facts.currency}]; a bar that dwarfs the others is cut",
        ends=cost_range(priced_strategies(tables.strategies)),
    )
    sheet.chart(chart, row=sheet.row + 1, col=0)


def _block(sheet: Sheet, block: StrategyBlock) -> Span:
    """Write a table whose rows are of different kinds; return where its figures stand."""
    names = (SheetColumn(label="Figure"), SheetColumn(label="Unit"))
    sheet.header([*names, *(SheetColumn(label=name, kind="money") for name in block.columns)])
    first = sheet.row
    for row in block.rows:
        columns = [*names, *(SheetColumn(label=name, kind=row.kind) for name in block.columns)]
        sheet.values(columns, [[row.label, row.unit, *_values(row)]])
    return Span(sheet=sheet.sheet.get_name(), first=first, last=sheet.row - 1)


def _values(row: Row) -> list[Value]:
    return [row.without if math.isnan(value) else value for value in row.values]
