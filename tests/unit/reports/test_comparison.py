"""A comparison as page, workbook, line and notebook cell, with any names."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from optimizer.reports.compare.compare_document import comparison_document
from optimizer.reports.compare.compare_words import change_words, story_words
from optimizer.reports.kit.bar_chart import BarChart
from optimizer.reports.kit.document import LongTable
from optimizer.reports.kit.document_page import render_page
from optimizer.reports.kit.document_workbook import render_book
from tests.support import pages, workbooks
from tests.support.comparisons import GONE, make_comparison, with_causes

_ROW = {"table": "skus", "column": "lead_time_mean", "rows": 3, "row": "", "where": "region Asia"}


@pytest.mark.parametrize("name", workbooks.HOSTILE)
def test_names_in_a_workbook_stay_text(name: str) -> None:
    """Proves: no name of a SKU, supplier or policy becomes a formula or a link."""
    data = render_book(comparison_document(make_comparison(3, name=name)))
    workbooks.assert_only_text(data)
    decisions = workbooks.columns(workbooks.read(data)["Decisions"])
    assert name in decisions[1]


@pytest.mark.parametrize("name", pages.HOSTILE)
def test_names_on_a_page_stay_text(name: str) -> None:
    """Proves: the page stands alone, and a name brings no element into it."""
    plain = pages.Page(render_page(comparison_document(make_comparison(3, name="plain"))))
    page = pages.Page(render_page(comparison_document(make_comparison(3, name=name))))
    assert len(page.elements) == len(plain.elements)
    pages.assert_stands_alone(page, data=len(plain.scripts) - 1)
    cell = pages.Page(make_comparison(3, name=name)._repr_html_())
    assert {tag for tag, _ in cell.elements} <= {
        *("p", "strong", "bdi", "ul", "li", "table", "thead", "tbody", "tr", "th", "td")
    }


def test_every_table_names_its_run() -> None:
    """Proves: with three runs each sheet of rows begins with the run, in the order given."""
    book = workbooks.read(render_book(comparison_document(make_comparison(3))))
    for sheet in ("Stories", "Changes of inputs", "Inputs", "Decisions", "Differences"):
        assert book[sheet].cell(1, 1).value == "Run"
        assert set(workbooks.columns(book[sheet])[0]) == {"run-1", "run-2"}
    heads = [book["Side by side"].cell(1, number).value for number in range(1, 7)]
    assert heads == ["Figure", "run-0", "run-1", "run-1 less run-0", "run-2", "run-2 less run-0"]


def test_two_runs_alone_do_not_name_the_run_in_every_row() -> None:
    """
    Proves: where all rows are of one run, page and terminal leave its column out, and the workbook
    keeps it; of three runs all have it.
    """
    for n_runs in (2, 3):
        tables = _tables(n_runs)
        on_page = {"run" in table.shown for table in tables.values()}
        printed = {"run" in table.brief.columns for table in tables.values() if table.brief}
        assert on_page | printed == {n_runs > 2}
        assert all("run" in table.rows.columns for table in tables.values())


def _tables(n_runs: int) -> dict[str, LongTable]:
    """Return the long tables of a comparison that are of runs against the first."""
    document = comparison_document(make_comparison(n_runs))
    return {
        name: table
        for section in document.sections
        for name, table in section.contents.items()
        if isinstance(table, LongTable) and name != "figures"
    }


def test_many_runs_have_a_short_headline() -> None:
    """
    Proves: of several runs the headline says by how much each costs more, of very many the first
    five; what each is made of, and its stories, stand below with its name.

    Sensitivity: a board's sentence of each in the headline is a page of large letters.
    """
    three = comparison_document(make_comparison(3))
    amounts = {tile.label: tile.value for tile in three.tiles}
    first, second = (amounts[f"run-{n}: Cost difference"].lstrip("+") for n in (1, 2))
    assert three.lead == f"run-1 costs {first} more a year than run-0, run-2 {second} more."
    assert [one for one in three.sentences if one.startswith("run-2 costs ")] != []
    assert any(one.startswith("run-2: ") and "SKU" in one for one in three.sentences)
    many = comparison_document(make_comparison(9)).lead
    assert many.endswith("more, 3 more runs below.")
    assert many.count(" EUR more") == 5


def test_differences_have_their_sign() -> None:
    """
    Proves: what is said first of the cost is that it is a difference, with a plus where the other
    run costs more, as both signs are possible.
    """
    document = comparison_document(make_comparison(2))
    shown = {tile.label: tile.value for tile in document.tiles}
    assert shown["Cost difference"].startswith("+")
    assert shown["Cost difference"].endswith(" EUR")
    turned = make_comparison(2)
    money = turned.money.assign(difference=-turned.money["difference"])
    tiles = comparison_document(replace(turned, money=money)).tiles
    assert {tile.label: tile.value[0] for tile in tiles}["Cost difference"] == "\u2212"


def test_inputs_have_units_and_numbers() -> None:
    """
    Proves: in the workbook every input has the unit of its column in the schema, and its values as
    numbers beside the text; a date, a name that looks like a number, a value that is none and a
    setting have no number.
    """
    rows = [
        ("skus", "S1", "unit_cost", "1,257.5", "1.3", "EUR/unit", 1257.5, 1.3),
        ("hazards", "quake", "annual_rate", "0.1", "none", "1/yr", 0.1, None),
        ("skus", "S2", "launched", "2025-11-03", "none", "", None, None),
        ("skus", "S3", "category", "007", "008", "", None, None),
        ("settings", "budget.capital", "value", "1", "2", "", None, None),
    ]
    names = ["table", "row", "column", "before", "after"]
    inputs = pd.DataFrame([row[:5] for row in rows], columns=names)
    inputs = inputs.assign(run="run-1", change=1, relative=0.5)[
        ["run", "change", *names, "relative"]
    ]
    found = replace(make_comparison(2), inputs=inputs)
    sheet = workbooks.read(render_book(comparison_document(found)))["Inputs"]
    heads = [cell.value for cell in sheet[1]]
    told = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(3, values_only=True)]
    numbers = [f"{side} run, as a number" for side in ("First", "This")]
    assert [tuple(row[name] for name in ("Unit", *numbers)) for row in told] == [
        (unit or "", before, after) for *_, unit, before, after in rows
    ]
    assert [row["First run"] for row in told] == [row[3] for row in rows]


def test_causes_are_steps_that_meet() -> None:
    """
    Proves: the waterfall begins at zero, each cause begins where the one before it ends, and their
    sum stands last from zero; the sentence says every cause with its sign and what is no more than
    the gap; the workbook has their table.

    By hand: 0, then 900, then 900 − 400 = 500.  Of them 500 + 0.5 is the sum.
    """
    amounts = {"hazards": (600.0, 300.0), "demand": (-400.0, 0.0), "solver gap": (0.5, 0.0)}
    document = comparison_document(with_causes(make_comparison(2), amounts))
    [section] = [one for one in document.sections if one.name == "causes"]
    chart = section.contents["waterfall"]
    assert isinstance(chart, BarChart)
    assert chart.begins == [0.0, 900.0, 500.0, 0.0]
    starts = [row.pieces[0].at for row in chart.rows[:3]]
    ends = [row.pieces[0].at + row.pieces[0].width for row in chart.rows[:3]]
    assert starts[0] == chart.axis.at(0.0)
    assert (starts[1], ends[1]) == pytest.approx((chart.axis.at(500.0), ends[0]), abs=0.01)
    [said] = [one for one in document.sentences if "hazards make" in one]
    assert "hazards make 900 EUR, demand −400 EUR, solver gap 0.500 EUR (within" in said
    book = workbooks.read(render_book(document))
    assert "Causes" in book.sheetnames
    assert "Why: causes" in render_page(document)


def test_it_says_what_it_cannot_tell() -> None:
    """Proves: notes stand among the sentences, and the line in a notebook has every run."""
    found = make_comparison(3)
    cell = "".join(pages.Page(found._repr_html_()).text)
    assert GONE.format("run-1") in cell
    line = repr(found)
    assert line.startswith("<Comparison results/beside: against run-0, run-1 +")
    assert ("run-2 +" in line, "\n" in line) == (True, False)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {**_ROW, "before": "", "after": "", "low": -0.03, "high": 0.08},
            "the lead time of 3 SKUs of region Asia changes by −3 % to 8 %",
        ),
        (
            {**_ROW, "column": "", "before": "there", "after": "none", "low": None, "high": None},
            "3 SKUs of region Asia are gone",
        ),
        (
            {**_ROW, "table": "settings", "row": "risk.measure", "before": "var", "after": "cvar"}
            | {"low": float("nan"), "high": float("nan")},
            "risk.measure changes from var to cvar",
        ),
        (
            {**_ROW, "column": "annual_rate", "table": "hazards", "rows": 1, "row": "quake"}
            | {"where": "", "before": "0.2", "after": "0.1", "low": -0.5, "high": -0.5},
            "the rate of hazard quake halves (0.2 → 0.1)",
        ),
    ],
)
def test_changes_in_words(row: dict[str, object], said: str) -> None:
    """Proves: factors, ranges, rows gone and settings each read as a sentence's part."""
    assert change_words(row) == said


def test_a_story_in_words() -> None:
    """Proves: who moves where, why, what it costs and what keeping would have cost."""
    row = {
        **dict.fromkeys(
            ("ordering", "purchasing", "qualification", "onboarding", "risk_charge"), 0.0
        ),
        "skus": 17,
        "names": "A, B, C, …",
        "policy": "reorder_point",
        "to_policy": "stockpile",
        "step": "",
        "sources": "adds",
        "causes": "1",
        "carrying": 5_000.0,
        "routine_stockout": 0.0,
        "expected_loss": -2_000.0,
        "difference": 3_000.0,
        "capital_difference": 40_000.0,
        "by_decision": -9_000.0,
    }
    told = story_words(row, {"1": "the rate of hazard quake doubles"}, "", "EUR")
    assert told == (
        "17 SKUs (A, B, C, …) move from reorder point to stockpile and add a second source because "
        "the rate of hazard quake doubles: they cost 3,000 EUR more (carrying stock +5,000 EUR, "
        "expected loss to disruptions −2,000 EUR, capital +40,000 EUR); keeping the old decisions "
        "would cost 9,000 EUR more."
    )
