"""Sheets on money: what the cost is made of, and where the capital sits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.measured_table import MeasuredTable
from optimizer.reports.kit.measures import MEASURES, policy_noun, policy_words
from optimizer.reports.kit.native_charts import bars
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.regions import region_matrix
from optimizer.reports.run.risk_tables import demand_table
from optimizer.reports.run.segment_matrix import segments
from optimizer.reports.run.tiles import expected_parts

_WHAT: Final = ("capital", "expected_loss", "tail_loss")
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
    table = MeasuredTable(
        columns=(name, "skus", *_WHAT, "capital_share"),
        rows=[
            {**row, name: policy_words(str(key)), "capital_share": row["capital"] / total}
            for key, row in sums.items()
        ],
        currency=facts.currency,
    )
    sheet.heading(f"By {name}")
    span, drawn = table.write(sheet), table.values[:_DRAWN]
    title = f"Capital by {name} [{facts.currency}]"
    color = MEASURES["capital"].color
    chart = bars(book, span.top(len(drawn)), drawn, col=2, title=title, color=color)
    sheet.chart(chart, row=span.first - 3, col=6)
    sheet.row = max(sheet.row, span.first + 4 + math.ceil(1.4 * len(drawn)))


def segment_sheet(book: Book, tables: RunTables, facts: Facts) -> None:
    """Write the segments: value, variability and supplier risk, and the policies they got."""
    sheet = book.sheet("Segments")
    sheet.widths(18, 10, 16, 16, 16, 70)
    MeasuredTable(
        columns=("segment", "skus", *_WHAT, "policies"),
        rows=[
            asdict(found)
            | {"segment": found.name}
            | {"policies": ", ".join(f"{n:,} {policy_noun(name)}" for name, n in found.policies)}
            for found in segments(tables.plan)
        ],
        currency=facts.currency,
    ).write(sheet)
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
    sheet = book.sheet("Regions")
    sheet.widths(26, 10, 12, 16, 16, 16, *(16.0 for _ in matrix.categories))
    columns = ("region", "skus", "spend_share", *_WHAT)
    categories = [f"tail_loss {name}" for name in matrix.categories]
    span = MeasuredTable(
        columns=(*columns, *categories),
        rows=[
            asdict(row) | {"region": row.name} | dict(zip(categories, row.cells, strict=True))
            for row in matrix.regions
        ],
        currency=facts.currency,
        own={
            key: replace(MEASURES["tail_loss"], label=f"Loss in the tail, {name}")
            for key, name in zip(categories, matrix.categories, strict=True)
        },
    ).write(sheet)
    sheet.sheet.freeze_panes(2, 1)
    if categories:
        scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E69F00"}
        last = len(columns) + len(categories) - 1
        sheet.sheet.conditional_format(span.first, len(columns), span.last, last, scale)
