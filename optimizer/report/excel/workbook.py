"""The whole workbook, a sheet for each section of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.domain.frontier import Frontier
from optimizer.domain.run import RunTables
from optimizer.report.excel import money, overview, risks, rows
from optimizer.report.excel.book import Book
from optimizer.report.excel.build_up import build_up_sheet
from optimizer.report.excel.frontier import budgets_sheet
from optimizer.report.excel.played import played_sheet
from optimizer.report.excel.strategies import strategy_sheet
from optimizer.report.facts import Facts
from optimizer.report.played import Played


def render_workbook(
    tables: RunTables,
    scorecard: Mapping[str, Any],
    budgets: Frontier | None = None,
    played: Sequence[Played] = (),
) -> bytes:
    """
    Return the report of a run as a workbook; the same run gives the same bytes.

    Parameters
    ----------
    budgets
        The frontier that the run is a point of.
    played
        What plays of the plan found.
    """
    facts = Facts.of(tables)
    created = tables.manifest["created"]
    book = Book(title=f"Ballast: run {tables.manifest['run']}", created=created)
    overview.summary(book, tables, scorecard, facts)
    money.cost(book, tables, facts)
    money.capital(book, tables, scorecard, facts)
    build_up_sheet(book, scorecard["build_up"], facts)
    strategy_sheet(book, tables, facts)
    if budgets is not None:
        budgets_sheet(book, budgets, tables.manifest["run"])
    risks.loss(book, tables, facts)
    risks.hazards(book, scorecard, facts)
    risks.risks(book, tables, scorecard, facts)
    rows.sources(book, tables, facts.currency)
    money.segment_sheet(book, tables, facts)
    money.demand_sheet(book, scorecard, facts)
    money.region_sheet(book, scorecard, facts)
    for play in played:
        played_sheet(book, play)
    rows.plan(book, tables, facts.currency)
    rows.futures(book, tables, facts.currency)
    overview.limits(book, facts)
    overview.method(book, tables, facts)
    return book.close()
