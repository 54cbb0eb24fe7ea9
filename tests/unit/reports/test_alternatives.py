"""Alternatives as page and workbook: names, units, and what is sure."""

from __future__ import annotations

import pytest

from optimizer.reports.alternatives.alternatives_document import alternatives_document
from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.document import LongTable
from optimizer.reports.kit.document_page import render_page
from optimizer.reports.kit.document_workbook import render_book
from tests.support import pages, workbooks
from tests.support.near_plans import make_alternatives


@pytest.mark.parametrize("name", workbooks.HOSTILE)
def test_names_in_a_workbook_stay_text(name: str) -> None:
    """Proves: no name of a SKU, supplier, region or run becomes a formula or a link."""
    data = render_book(alternatives_document(make_alternatives(name)))
    workbooks.assert_only_text(data)
    book = workbooks.read(data)
    assert name in workbooks.columns(book["Decisions"])[0]
    assert book["Suppliers"].cell(2, 1).value == name


@pytest.mark.parametrize("name", pages.HOSTILE)
def test_names_on_a_page_stay_text(name: str) -> None:
    """Proves: the page stands alone, and a name brings no element into it."""
    plain = pages.Page(render_page(alternatives_document(make_alternatives("plain"))))
    page = pages.Page(render_page(alternatives_document(make_alternatives(name))))
    assert len(page.elements) == len(plain.elements)
    pages.assert_stands_alone(page, data=len(plain.scripts) - 1)


def test_a_plan_found_twice_is_called_by_both() -> None:
    """
    Proves: a plan that serves two aspects is called by both wherever it stands: sentence, chart,
    table of plans, column of decisions.
    """
    document = alternatives_document(make_alternatives())
    name = "Other suppliers, fewer alternates"
    [said] = [one for one in document.sentences if one.startswith("Other suppliers")]
    assert said == (
        f"{name}: alternates of the best plan kept 3.5 instead of 4; alternates in use 3 instead "
        "of 4, for 10,000 EUR a year more (1 %); 1 SKU decided otherwise."
    )
    plans, decisions = document.sections[:2]
    chart, table = plans.contents["differ"], plans.contents["plans"]
    assert isinstance(chart, BarChart)
    assert isinstance(table, LongTable)
    assert chart.names[0] == table.rows["plan"].iloc[1] == name
    columns = decisions.contents["decisions"]
    assert isinstance(columns, LongTable)
    assert columns.own["other-suppliers:choice"].label == name


def test_every_number_of_the_workbook_has_its_unit() -> None:
    """
    Proves: SKUs drawn in the chart are no money among its numbers, though money is elsewhere; and
    amounts, shares and counts are numbers, a count without a value blank.

    Sensitivity: with the currency for every bar the unit of the chart's numbers is [EUR].
    """
    book = workbooks.read(render_book(alternatives_document(make_alternatives())))
    data = book["Chart data"]
    units = {cell.value for row in data.iter_rows() for cell in row if str(cell.value)[:1] == "["}
    assert units == {"[SKUs]"}
    sheet = book["Plans"]
    heads = [cell.value for cell in sheet[1]]
    unit = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
    best = dict(zip(heads, [cell.value for cell in sheet[3]], strict=True))
    assert (unit["Cost"], unit["Dearer"], unit["Loss to the region"]) == (
        "[EUR]",
        "[share]",
        "[EUR]",
    )
    assert (best["Cost"], best["Alternates"], best["Changes"]) == (1e6, 4, None)
    assert [cell.value for cell in sheet[4]][heads.index("Dearer")] == 0.01


def test_what_is_sure_comes_first() -> None:
    """Proves: the one SKU that all plans decide alike begins the table, though it was last."""
    document = alternatives_document(make_alternatives())
    decisions = document.sections[1].contents["decisions"]
    assert isinstance(decisions, LongTable)
    assert decisions.rows["sku"].tolist()[:2] == ["S-40", "S-01"]
    assert decisions.rows["sure"].tolist()[:2] == ["yes", "no"]
