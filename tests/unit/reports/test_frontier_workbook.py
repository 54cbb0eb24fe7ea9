"""A frontier's workbook: the numbers of its files to the bit, text that is text."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from optimizer.domain.frontier import MARKS, Frontier
from optimizer.reports import documents
from optimizer.reports.frontier.frontier_document import frontier_document
from optimizer.reports.kit.document_workbook import render_book
from optimizer.store.frontier_folder import points_table
from tests.support.frontiers import make_frontier
from tests.support.workbooks import HOSTILE, assert_only_text, columns, read

PLAIN = str.maketrans("", "", "$'")
SHEETS = ["Summary", "Charts", "Frontier", "Next money", "Chart data", "Method"]


def render(found: Frontier) -> bytes:
    """Return a frontier's workbook."""
    return render_book(frontier_document(found))


def test_the_sheets_and_their_charts() -> None:
    """Proves: six sheets, five native charts, headers frozen with a filter, units below names."""
    book = read(render(make_frontier()))
    assert book.sheetnames == SHEETS
    assert {name: len(book[name]._charts) for name in SHEETS if book[name]._charts} == {"Charts": 5}
    for name, end in (("Frontier", "AS8"), ("Next money", "J42")):
        assert book[name].freeze_panes == "B3"
        assert book[name].auto_filter.ref == f"A2:{end}"
    assert (book["Frontier"]["A2"].value, book["Frontier"]["K2"].value) == ("[EUR]", "[EUR/EUR]")


def test_the_numbers_are_those_of_the_files_to_the_bit() -> None:
    """
    Proves: every cell of Frontier and Next money equals frontier.csv and next_money.csv; blank
    where they are empty.  Sensitivity: sixteen digits change 0.1 + 0.2, which is in every cost.
    """
    found = make_frontier()
    book = read(render(found))
    for name, table in (("Frontier", points_table(found)), ("Next money", found.next_money)):
        for key, cells in zip(table, columns(book[name])[: table.shape[1]], strict=True):
            if key in MARKS:
                assert cells == ["yes" if mark else "" for mark in table[key]]
                continue
            for given, cell in zip(table[key].tolist(), cells, strict=True):
                is_none = pd.isna(given)
                assert (cell or None) == (None if is_none else given or None), key


def test_the_chart_points_at_the_cells_it_shows() -> None:
    """
    Proves: the cost's series refers to the column headed by its name, with the same numbers.

    Sensitivity: a column added to the points would shift a number written by hand.
    """
    found = make_frontier()
    book = read(render(found))
    bound, cost = book["Charts"]._charts[0].series
    sheet, cells = cost.yVal.numRef.f.translate(PLAIN).split("!")
    shown = [cell.value for (cell,) in book[sheet][cells]]
    first = book[sheet][cells.split(":")[0]]
    assert book[sheet].cell(first.row - 2, first.column).value == cost.tx.v == "Cost of the plan"
    assert shown == [point.objective for point in found.solved]
    cached = {int(point.idx): float(point.v) for point in cost.yVal.numRef.numCache.pt}
    assert cached == dict(enumerate(shown))
    assert "Proven bound" in (bound.tx.v or "")


def test_hostile_texts_are_texts() -> None:
    """Proves: no formula, no link, no foreign file; SKUs read back as they were given."""
    data = render(make_frontier(n_changes=8, names=HOSTILE))
    names = columns(read(data)["Next money"])[4]
    assert names[: len(HOSTILE)] == list(HOSTILE)
    assert_only_text(data)


def test_the_summary_has_numbers_as_numbers() -> None:
    """Proves: knee, own budget, step and cut stand in cells as numbers with their units."""
    sheet = read(render(make_frontier()))["Summary"]
    figures = {row[0]: row[1:3] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert figures["Knee"] == (300_000, "EUR")
    assert figures["Own budget"] == (300_000, "EUR")
    saved, unit = figures["Next step up saves"]
    assert math.isclose(saved, 1e6 / 2 - 1e6 / 3)
    assert unit == "EUR"


def test_the_same_frontier_gives_the_same_bytes() -> None:
    """Proves: no clock and no order of chance is in the file."""
    first, second = (render(make_frontier()) for _ in range(2))
    assert first == second


def test_small_frontiers_have_a_workbook() -> None:
    """Proves: one plan, and no change at all, are no trouble."""
    book = read(render(make_frontier(2, too_small=1)))
    assert book["Next money"]["A3"].value == "None."


def test_a_very_long_one_is_left_to_the_report_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with one change more than fits only page and board paper are made with it."""
    found, both = make_frontier(), {"report.html", "board-paper.html"}
    assert set(documents.frontier_documents(found)) == {*both, "report.xlsx"}
    monkeypatch.setattr(documents, "MOST_CHANGES", len(found.next_money) - 1)
    assert set(documents.frontier_documents(found)) == both
