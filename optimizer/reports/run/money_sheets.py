"""Sheets on money: what the cost is made of, and where the capital sits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book, Sheet, SheetColumn, Span
from optimizer.reports.kit.measures import MEASURES, policy_noun, policy_words
from optimizer.reports.kit.native_charts import bars
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.regions import region_matrix
from optimizer.reports.run.risk_tables import demand_table
from optimizer.reports.run.segment_matrix import segments
from optimizer.reports.run.tiles import expected_parts

_DRAWN: Final = 20
_LAST: Final = 17  # the column behind the charts


def cost(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write the parts whose sum is the expected cost, and draw them; below, the risk charge."""
    columns = (
        SheetColumn(label="Part"),
        SheetColumn(label="Amount", kind="money", unit=facts.currency),
        SheetColumn(label="Share of the cost", kind="share", unit="share"),
    )
    parts = expected_parts(facts, tables.manifest["components"])
    total = facts.objective or 1.0
    rows: list[list[Value]] = [[part.label, part.amount, part.amount / total] for part in parts]
    sheet = book.sheet("Cost")
    sheet.widths(44, 16, 14)
    sheet.title(f"What the cost is made of, {facts.per_horizon}")
    span = sheet.table(columns, rows)
    sums = (
        ("Expected cost", facts.expected_cost),
        ("Risk charge", facts.risk_charge),
        ("The plan's cost", facts.objective),
    )
    sheet.values(columns, [[name, amount, amount / total] for name, amount in sums])
    title = f"Parts of the expected cost [{facts.currency}]"
    sheet.chart(bars(book, span, rows, col=1, title=title, color="blue"), row=sheet.row + 1, col=0)


def capital(book: Book, tables: RunTables, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write and draw the capital by policy and by category."""
    grouped = tables.plan.groupby("policy").agg(
        skus=("sku", "count"),
        capital=("capital", "sum"),
        expected_loss=("expected_loss", "sum"),
        tail_loss=("tail_contribution", "sum"),
    )
    by_policy = grouped.sort_values("capital", ascending=False, kind="stable").to_dict("index")
    sheet = book.sheet("Capital")
    sheet.widths(30, 10, 16, 16, 16, 14)
    sheet.title("Where the capital sits")
    _sums(book, sheet, "policy", by_policy, facts)
    _sums(book, sheet, "category", scorecard["categories"], facts)
    sheet.sheet.print_area(0, 0, sheet.row, _LAST)


def _sums(book: Book, sheet: Sheet, name: str, sums: Mapping[Any, Any], facts: Facts) -> None:
    """Write a table, and beside it a chart of its first rows."""
    total = sum(row["capital"] for row in sums.values()) or 1.0
    columns = (
        SheetColumn(label=name.capitalize()),
        SheetColumn(label="SKUs", kind="count"),
        SheetColumn(label="Capital", kind="money", unit=facts.currency),
        *_losses(facts),
        SheetColumn(label="Share of capital", kind="share", unit="share"),
    )
    names = ("skus", "capital", "expected_loss", "tail_loss")
    rows: list[list[Value]] = [
        [policy_words(str(key)), *(row[name] for name in names), row["capital"] / total]
        for key, row in sums.items()
    ]
    sheet.heading(f"By {name}")
    span = sheet.table(columns, rows)
    drawn = rows[:_DRAWN]
    first = Span(sheet=span.sheet, first=span.first, last=span.first + len(drawn) - 1)
    title = f"Capital by {name} [{facts.currency}]"
    chart = bars(book, first, drawn, col=2, title=title, color=MEASURES["capital"].color)
    sheet.chart(chart, row=span.first - 3, col=6)
    sheet.row = max(sheet.row, span.first + 4 + math.ceil(1.4 * len(drawn)))


def segment_sheet(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write the segments: value, variability and supplier risk, and the policies they got."""
    columns = (
        SheetColumn(label="Segment"),
        SheetColumn(label="SKUs", kind="count"),
        SheetColumn(label="Capital", kind="money", unit=facts.currency),
        *_losses(facts),
        SheetColumn(label="Policies", width=70),
    )
    rows: list[list[Value]] = [
        [
            found.name,
            found.skus,
            found.capital,
            found.expected_loss,
            found.tail_loss,
            ", ".join(f"{number:,} {policy_noun(policy)}" for policy, number in found.policies),
        ]
        for found in segments(tables.plan)
    ]
    sheet = book.sheet("Segments")
    sheet.widths(18, 10, 16, 16, 16, 70)
    sheet.table(columns, rows)
    sheet.sheet.freeze_panes(2, 1)
    note = (
        "A, B, C: value, 80 / 95 / 100 % of it. X, Y, Z: variability of demand, coefficient of "
        "variation up to 0.5, up to 1, above. Then the risk of the primary supplier."
    )
    sheet.row += 1
    sheet.paragraph(note, columns=6, characters=150, style="note")


def demand_sheet(book: Book, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write how each kind of demand is served."""
    sheet = book.sheet("Demand")
    sheet.widths(24, 20, 10, 16, 12, 18)
    demand_table(scorecard, facts.currency).write(sheet)
    sheet.sheet.freeze_panes(2, 1)


def region_sheet(book: Book, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write the regions of the primary suppliers against all categories, shaded by tail loss."""
    matrix = region_matrix(scorecard, columns=1_000)
    if not matrix.regions:
        return
    columns = (
        SheetColumn(label="Region"),
        SheetColumn(label="SKUs", kind="count"),
        SheetColumn(label="Share of spend", kind="share", unit="share"),
        SheetColumn(label="Capital", kind="money", unit=facts.currency),
        *_losses(facts),
        *(
            SheetColumn(label=f"Loss in the tail, {name}", kind="money", unit=facts.currency)
            for name in matrix.categories
        ),
    )
    rows: list[list[Value]] = [
        [
            row.name,
            row.skus,
            row.spend_share,
            row.capital,
            row.expected_loss,
            row.tail_loss,
            *list(row.cells),
        ]
        for row in matrix.regions
    ]
    sheet = book.sheet("Regions")
    sheet.widths(26, 10, 12, 16, 16, 16, *(16.0 for _ in matrix.categories))
    span = sheet.table(columns, rows)
    sheet.sheet.freeze_panes(2, 1)
    if matrix.categories:
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E69F00"}
        last = len(columns) - 1
        sheet.sheet.conditional_format(span.first, 6, span.last, last, scale)


def _losses(facts: Facts) -> tuple[SheetColumn, SheetColumn]:
    return (
        SheetColumn(label="Expected loss", kind="money", unit=facts.currency),
        SheetColumn(label="Loss in the tail", kind="money", unit=facts.currency),
    )
