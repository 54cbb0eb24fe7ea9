"""The sheet with the build-ups of carrying and shortage costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from optimizer.reports.kit.book import Book, Sheet, SheetColumn, Span
from optimizer.reports.kit.measures import CARRYING, SHORT, Measure, policy_words
from optimizer.reports.kit.native_charts import bars_height, stacked_bars
from optimizer.reports.kit.sheet_cells import Value
from optimizer.reports.run.build_up_words import (
    carrying_parts,
    no_double_counting,
    rate_sentence,
    short_groups,
    short_parts,
)
from optimizer.reports.run.facts import Facts

_DRAWN: Final = 20
_BESIDE: Final = 5  # the column of the charts
_LAST: Final = 12  # the column behind them
_ROW: Final = 20  # height of a row [px]

Groups = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """One of the two costs: what it is called, and its parts."""

    title: str
    parts: Mapping[str, Measure]


_CARRYING: Final = _Cost(title="Carrying", parts=CARRYING)
_SHORT: Final = _Cost(
    title="Shortage, routine stockouts and expected losses together",
    parts=SHORT,
)


def build_up_sheet(book: Book, build_up: Mapping[str, Any], facts: Facts) -> None:
    """Write and draw the build-ups."""
    sheet = book.sheet("Build-up")
    sheet.widths(30, *(15.0 for _ in range(_LAST)))
    sheet.title(f"Carrying and shortage costs {facts.per_horizon}")
    sheet.paragraph(rate_sentence(build_up), columns=_LAST, characters=190)
    top = sheet.row
    _parts(sheet, build_up, facts)
    drawn = _chart_height(build_up["carrying"]["policies"])
    sheet.row = max(sheet.row, top + 2 * drawn)
    for place, cost in enumerate((_CARRYING, _SHORT)):
        by_policy = _groups_of(build_up, cost, "policies")
        span = _table(sheet, cost, "policy", by_policy, facts)
        _table(sheet, cost, "category", _groups_of(build_up, cost, "categories"), facts)
        chart = _chart(book, cost, span, by_policy, facts)
        sheet.chart(chart, row=top + 1 + place * drawn, col=_BESIDE)
    sheet.heading("No cost of capital is counted twice")
    for sentence in no_double_counting(build_up, facts):
        sheet.paragraph(sentence, columns=_LAST, characters=190)
    sheet.sheet.print_area(0, 0, sheet.row, _LAST)


def _groups_of(build_up: Mapping[str, Any], cost: _Cost, group: str) -> Groups:
    groups: Groups = build_up["carrying"][group]
    return groups if cost is _CARRYING else short_groups(build_up, group)


def _chart_height(groups: Groups) -> int:
    """Return the rows that a chart of these bars covers, with one to spare."""
    return math.ceil(bars_height(min(len(groups), _DRAWN)) / _ROW) + 1


def _table(sheet: Sheet, cost: _Cost, label: str, groups: Groups, facts: Facts) -> Span:
    """Write a row for each group, its parts and their sum."""
    money = [
        SheetColumn(label=part.label, kind="money", unit=facts.currency)
        for part in cost.parts.values()
    ]
    total = SheetColumn(label="In all", kind="money", unit=facts.currency)
    sheet.heading(f"{cost.title}, by {label}")
    return sheet.table((SheetColumn(label=label.capitalize()), *money, total), _rows(cost, groups))


def _rows(cost: _Cost, groups: Groups) -> list[list[Value]]:
    return [
        [
            policy_words(name) or "none",
            *(amounts[part] for part in cost.parts),
            sum(amounts.values()),
        ]
        for name, amounts in groups.items()
    ]


def _chart(book: Book, cost: _Cost, span: Span, groups: Groups, facts: Facts) -> Any:
    """Draw the first rows of a table."""
    drawn = _rows(cost, groups)[:_DRAWN]
    first = Span(sheet=span.sheet, first=span.first, last=span.first + len(drawn) - 1)
    stacks = [
        (part.label, col, part.color) for col, part in enumerate(cost.parts.values(), start=1)
    ]
    title = f"{cost.title.split(',')[0]} by policy [{facts.currency}]"
    return stacked_bars(book, first, drawn, parts=stacks, title=title)


def _parts(sheet: Sheet, build_up: Mapping[str, Any], facts: Facts) -> None:
    """Write both costs in all, part by part, with their sums."""
    unit = facts.currency
    carrying = (
        SheetColumn(label="Part"),
        SheetColumn(label="Rate", kind="share", unit="share/year"),
        SheetColumn(label="Amount", kind="money", unit=unit),
        SheetColumn(label="Share of carrying", kind="share", unit="share"),
    )
    rows: list[list[Value]] = [
        [part.label, part.rate, part.amount, part.share] for part in carrying_parts(build_up)
    ]
    total = sum(build_up["carrying"]["all"].values())
    sheet.heading("Carrying stock")
    sheet.table(carrying, rows)
    sheet.values(carrying, [["Carrying", build_up["carrying_rate"]["all"], total, None]])
    short = (
        SheetColumn(label="Part"),
        SheetColumn(label="Routine stockouts", kind="money", unit=unit),
        SheetColumn(label="Expected loss to disruptions", kind="money", unit=unit),
    )
    rows = [[part.label, part.routine, part.disruptions] for part in short_parts(build_up)]
    sums = [sum(build_up[name]["all"].values()) for name in ("routine_stockout", "expected_loss")]
    sheet.heading("Shortage")
    sheet.table(short, rows)
    sheet.values(short, [["In all", *sums]])
