"""The section of a run's page on the frontier it is a point of."""

from __future__ import annotations

import io
from dataclasses import replace

from openpyxl import load_workbook

from optimizer.reports.run.other_budgets import other_budgets
from optimizer.reports.run.run_page import render
from optimizer.reports.run.run_workbook import render_workbook
from tests.support.frontiers import make_frontier
from tests.support.pages import Page
from tests.support.runs import make_scorecard, make_tables

HEADING = "What other budgets buy"


def test_a_point_shows_its_neighbours_and_itself() -> None:
    """Proves: of 20 budgets the five on either side, its own marked in table and chart."""
    found = other_budgets(make_frontier(20), "2027-08")
    assert found is not None
    assert len(found.near.rows) == 11
    assert found.near.cells[found.own][0] == "800,000 EUR"
    assert [spot.x for spot in found.chart.spots if spot.name == "This run"] == [8e5]
    assert found.sentences[0].startswith("More: from 800,000 EUR to 900,000 EUR saves")
    assert found.sentences[1].startswith("Less: from 800,000 EUR to 700,000 EUR costs")


def test_the_ends_have_one_neighbour() -> None:
    """Proves: the last budget says nothing of more money, the first with a plan nothing of less."""
    first, last = (other_budgets(make_frontier(6), run) for run in ("2027-02", "2027-06"))
    assert first is not None
    assert last is not None
    assert [sentence[:4] for sentence in first.sentences + last.sentences] == ["More", "Less"]


def test_a_stranger_has_no_such_section() -> None:
    """Proves: a run that the frontier does not name, or no frontier, leaves the section out."""
    assert other_budgets(make_frontier(), "demo") is None
    assert HEADING not in Page(render(make_tables(), make_scorecard(), make_frontier())).text


def test_page_and_workbook_of_a_point_have_it() -> None:
    """Proves: the page has the section and its chart, the workbook a sheet with the run marked."""
    tables = make_tables()
    tables = replace(tables, manifest={**tables.manifest, "run": "2027-03"})
    shown = Page(render(tables, make_scorecard(), make_frontier()))
    assert HEADING in shown.text
    assert any(text.endswith("this run") for text in shown.text)
    assert any(attributes.get("data-chart") == "cost" for _, attributes in shown.elements)
    data = render_workbook(tables, make_scorecard(), make_frontier())
    sheet = load_workbook(io.BytesIO(data))["Budgets"]
    marked = [(row[0].value, row[2].value) for row in sheet.iter_rows(3)]
    assert [run for own, run in marked if own == "this run"] == ["2027-03"]
    assert len(marked) == 6
