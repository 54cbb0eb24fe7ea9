"""The sheet on what carrying and being short are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.report.build_up_charts import CARRYING_COLORS, SHORT_COLORS
from optimizer.report.build_up_words import (
    CARRYING,
    SHORT,
    carrying_parts,
    no_double_counting,
    rate_sentence,
    short_groups,
    short_parts,
)
from optimizer.report.excel.book import Book, Column, Sheet, Span
from optimizer.report.excel.cells import Value
from optimizer.report.excel.charts import stacked_bars
from optimizer.report.facts import Facts

_DRAWN = 20
_BESIDE = 10  # the column of the charts
_LAST = 22  # the column behind them


def build_up_sheet(book: Book, scorecard: Mapping[str, Any], facts: Facts) -> None:
    """Write and draw the build-ups; no sheet for a run of an older version."""
    build_up = scorecard.get("build_up")
    if build_up is None:
        return
    sheet = book.sheet("Build-up")
    sheet.widths(30, *(15.0 for _ in range(8)))
    sheet.title(f"What carrying and being short cost {facts.per_horizon}")
    sheet.paragraph(rate_sentence(build_up), columns=9, characters=140)
    _parts(sheet, build_up, facts)
    for group, label in (("policies", "Policy"), ("categories", "Category")):
        heading = f"by {label.lower()}"
        carrying, short = build_up["carrying"][group], short_groups(build_up, group)
        sheet.heading(f"Carrying {heading}")
        _groups(book, sheet, label, carrying, CARRYING, CARRYING_COLORS, facts)
        sheet.heading(f"Being short {heading}, routine stockouts and expected losses together")
        _groups(book, sheet, label, short, SHORT, SHORT_COLORS, facts)
    sheet.heading("No cost of capital is counted twice")
    for sentence in no_double_counting(build_up, facts):
        sheet.paragraph(sentence, columns=9, characters=140)
    sheet.sheet.print_area(0, 0, sheet.row, _LAST)


def _parts(sheet: Sheet, build_up: Mapping[str, Any], facts: Facts) -> None:
    """Write both costs in all, part by part, with their sums."""
    unit = facts.currency
    carrying = (
        Column(label="Part"),
        Column(label="Rate", kind="share", unit="share/year"),
        Column(label="Amount", kind="money", unit=unit),
        Column(label="Share of carrying", kind="share", unit="share"),
    )
    rows: list[list[Value]] = [
        [part.label, part.rate, part.amount, part.share] for part in carrying_parts(build_up)
    ]
    total = sum(build_up["carrying"]["all"].values())
    sheet.heading("Carrying stock")
    sheet.table(carrying, rows)
    sheet.values(carrying, [["Carrying", build_up["carrying_rate"]["all"], total, None]])
    short = (
        Column(label="Part"),
        Column(label="Routine stockouts", kind="money", unit=unit),
        Column(label="Disruptions, expected", kind="money", unit=unit),
    )
    rows = [[part.label, part.routine, part.disruptions] for part in short_parts(build_up)]
    sums = [sum(build_up[name]["all"].values()) for name in ("routine_stockout", "expected_loss")]
    sheet.heading("Being short")
    sheet.table(short, rows)
    sheet.values(short, [["In all", *sums]])


def _groups(
    book: Book,
    sheet: Sheet,
    label: str,
    groups: Mapping[str, Mapping[str, float]],
    parts: Mapping[str, str],
    colors: tuple[str, ...],
    facts: Facts,
) -> None:
    """Write a row for each group and beside them a chart of the first."""
    money = [Column(label=name, kind="money", unit=facts.currency) for name in parts.values()]
    total = Column(label="In all", kind="money", unit=facts.currency)
    rows: list[list[Value]] = [
        [name or "none", *(amounts[part] for part in parts), sum(amounts.values())]
        for name, amounts in groups.items()
    ]
    span = sheet.table((Column(label=label), *money, total), rows)
    drawn = rows[:_DRAWN]
    first = Span(sheet=span.sheet, first=span.first, last=span.first + len(drawn) - 1)
    stacks = [
        (name, col, color)
        for col, (name, color) in enumerate(zip(parts.values(), colors, strict=True), start=1)
    ]
    title = f"By {label.lower()} [{facts.currency}]"
    chart = stacked_bars(book, first, drawn, parts=stacks, title=title)
    sheet.chart(chart, row=span.first - 3, col=_BESIDE)
    sheet.row = max(sheet.row, span.first + 7 + int(1.4 * len(drawn)))
