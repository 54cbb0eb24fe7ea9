"""The whole workbook, a sheet for each section of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.domain.frontier import Frontier
from optimizer.domain.run import RunTables
from optimizer.reports.frontier.frontier_document import budgets_sheet
from optimizer.reports.kit.book import Book
from optimizer.reports.run import money_sheets, overview_sheets, risk_sheets, row_sheets
from optimizer.reports.run.build_up_sheet import build_up_sheet
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.play_sheet import played_sheet
from optimizer.reports.run.plays import PlayOfRun
from optimizer.reports.run.stock_sheet import stock_sheets
from optimizer.reports.run.strategies_sheet import strategy_sheet


def render_workbook(
    tables: RunTables,
    scorecard: Mapping[str, Any],
    budgets: Frontier | None = None,
    played: Sequence[PlayOfRun] = (),
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
    created = tables.manifest.created
    book = Book(title=f"Ballast: run {tables.manifest.run}", created=created)
    overview_sheets.summary(book, tables, scorecard, facts)
    money_sheets.cost(book, tables, facts)
    money_sheets.capital(book, tables, scorecard, facts)
    build_up_sheet(book, scorecard["build_up"], facts)
    if stock := scorecard.get("stock_on_hand"):
        stock_sheets(book, tables, stock, facts)
    strategy_sheet(book, tables, facts)
    if budgets is not None:
        budgets_sheet(book, budgets, tables.manifest.run)
    risk_sheets.loss(book, tables, facts)
    risk_sheets.hazards(book, scorecard, facts)
    risk_sheets.risks(book, tables, scorecard, facts)
    row_sheets.sources(book, tables, facts.currency)
    money_sheets.segment_sheet(book, tables, facts)
    money_sheets.demand_sheet(book, scorecard, facts)
    money_sheets.region_sheet(book, scorecard, facts)
    for play in played:
        played_sheet(book, play)
    row_sheets.plan(book, tables, facts.currency)
    row_sheets.futures(book, tables, facts.currency)
    overview_sheets.limits(book, facts)
    overview_sheets.method(book, tables, facts)
    return book.close()
