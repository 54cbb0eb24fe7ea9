"""The workbook, read back by two readers: the run's numbers to the bit, and text that is text."""

from __future__ import annotations

import io
import math
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from optimizer.reports.kit.book import Book
from optimizer.reports.run import row_sheets
from optimizer.reports.run.run_workbook import render_workbook
from tests.support.runs import make_scorecard, make_tables, with_skus, with_stated

SHEETS = [
    *("Summary", "Cost", "Capital", "Build-up", "Strategies", "Loss", "Hazards", "Risks"),
    *("Qualify", "Onboard", "Break-even", "Segments", "Demand", "Regions", "Plan", "Futures"),
    *("Limits", "Method"),
]
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "http://example.org/",
    "mailto:a@example.org",
    "internal:Plan!A1",
    "<script>alert(1)</script>",
    "<r><t>x</t></r></c><c><f>1+1</f></c><r></r>",
    "{=SUM(1)}",
    "מק״ט ١٢٣",
    "\u202egnp.exe",
    "007",
    "1E5",
    " two  spaces ",
    "TRUE",
    "'quoted",
    '" & <',
]


def read(data: bytes) -> Workbook:
    """Open a workbook with openpyxl."""
    return load_workbook(io.BytesIO(data))


def column(sheet: Worksheet, number: int, first: int = 3) -> list[Any]:
    """Return the values of a column below the header."""
    return [cell.value for (cell,) in sheet.iter_rows(first, None, number, number)]


def test_there_is_a_sheet_for_each_section() -> None:
    """Proves: the sheets stand in the order of the report, native charts on six of them."""
    book = read(render_workbook(make_tables(), make_scorecard()))
    assert book.sheetnames == SHEETS
    charts = {name: len(book[name]._charts) for name in SHEETS}
    assert {name: number for name, number in charts.items() if number} == {
        "Cost": 1,
        "Capital": 2,
        "Build-up": 2,
        "Strategies": 1,
        "Loss": 2,
        "Hazards": 1,
    }


def test_the_plan_reads_back_to_the_bit() -> None:
    """
    Proves: every number of the plan is the same float in both readers; NaN is blank.

    Sensitivity: sixteen digits, as XlsxWriter writes them, change 0.1 + 0.2 and many others.
    """
    tables = make_tables(n_skus=300)
    tables.plan.loc[0, "capital"] = 0.1 + 0.2
    data = render_workbook(tables, make_scorecard())
    sheet = read(data)["Plan"]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Plan").to_python()
    for number, name in enumerate(tables.plan, start=1):
        expected = tables.plan[name].tolist()
        by_calamine = [row[number - 1] for row in cells[2:]]
        for given, found, other in zip(expected, column(sheet, number), by_calamine, strict=True):
            if isinstance(given, float) and not math.isfinite(given):
                assert (found, other) == ((None, "") if math.isnan(given) else ("endless",) * 2)
            else:
                assert (found or given * 0, other) == (given, given)


def test_the_other_tables_read_back_too() -> None:
    """Proves: futures and sources are the run's own, cash to the last bit."""
    tables = make_tables()
    book = read(render_workbook(tables, make_scorecard()))
    assert column(book["Futures"], 3) == tables.scenarios["loss"].tolist()
    assert column(book["Qualify"], 3) == [20_000.0, 12_500.0, 0.1 + 0.2]
    assert column(book["Onboard"], 3) == [3]
    assert column(book["Break-even"], 5) == [8_000.0, -1_500.0, None]


def test_hostile_texts_are_texts() -> None:
    """
    Proves: no formula, no link, no foreign file; every text reads back as it was given.

    Sensitivity: XlsxWriter's `write` makes formulas and links of these, its `write_string` copies
    the one from <r> to </r> into the file, and with it a formula.
    """
    data = render_workbook(with_skus(make_tables(n_skus=40), HOSTILE), make_scorecard(HOSTILE[0]))
    book = read(data)
    assert column(book["Plan"], 1)[: len(HOSTILE)] == HOSTILE
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    skus = [row[0] for row in book["Plan"].iter_rows(3)]
    assert all(cell.number_format == "@" and cell.quotePrefix for cell in skus)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower()]
    sheets = "".join(text for name, text in parts.items() if "/worksheets/" in name)
    assert not re.search(r"<f[ >]|<hyperlink|TargetMode=.External", sheets)
    by_calamine = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Plan")
    assert [row[0] for row in by_calamine.to_python()[2:]][: len(HOSTILE)] == HOSTILE


@pytest.mark.parametrize("unit", ["x", "𝄞"])
def test_a_text_too_long_for_a_cell_says_so(unit: str) -> None:
    """Proves: 40,000 characters end in a word on it, within 32,767 UTF-16 units."""
    data = render_workbook(with_skus(make_tables(), [40_000 * unit]), make_scorecard(40_000 * unit))
    text = column(read(data)["Plan"], 1)[0]
    assert text.endswith(f"{unit} … [cut: 40,000 characters]")
    assert 32_765 <= len(text.encode("utf-16-le")) // 2 <= 32_767


def test_control_characters_do_not_spoil_the_file() -> None:
    """Proves: what XML cannot hold is escaped as the format says, and so is what looks like it."""
    names = ["a\x00b", "a\x1fb", "_x0041_"]
    found = column(
        read(render_workbook(with_skus(make_tables(), names), make_scorecard()))["Plan"], 1
    )
    assert found[:3] == ["a_x0000_b", "a_x001F_b", "_x005F_x0041_"]


def test_the_same_run_gives_the_same_bytes() -> None:
    """Proves: no clock and no order of chance is in the file; its date is the run's."""
    first, second = (render_workbook(make_tables(), make_scorecard()) for _ in range(2))
    assert first == second
    assert read(first).properties.created.isoformat() == "2026-11-22T08:15:00"


def test_headers_stay_in_view_and_units_stand_below_them() -> None:
    """Proves: the plan's two header rows are frozen, can be filtered, and name the currency."""
    sheet = read(render_workbook(make_tables(), make_scorecard()))["Plan"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:AQ14"
    units = {sheet.cell(1, number).value: sheet.cell(2, number).value for number in range(1, 40)}
    assert units["Capital"] == "[EUR]"
    assert units["Cover"] == "[days]"
    assert units["Safety stock"] == "[units]"
    assert units["Stockout cost"] == "[EUR/day]"


def test_a_plan_longer_than_a_sheet_goes_on_on_the_next() -> None:
    """Proves: seven rows in sheets of three are three sheets, each with its header."""
    tables = make_tables(n_skus=7)
    book = Book(title="long", created=datetime(2026, 11, 22, 8, 15, tzinfo=UTC))
    row_sheets.plan(book, tables, "EUR", most=3)
    found = read(book.close())
    assert found.sheetnames == ["Plan", "Plan 2", "Plan 3"]
    assert [column(sheet, 1) for sheet in found] == [
        ["00000-A", "00001-B", "00002-C"],
        ["00003-D", "00004-E", "00005-F"],
        ["00006-G"],
    ]
    assert all(sheet.cell(1, 1).value == "SKU" for sheet in found)


def test_the_distribution_adds_up() -> None:
    """
    Proves: the ranges hold all probability, split at VaR; above the first edge lies P(loss > 0).

    Sensitivity: a last range that ends below the largest loss would lose its scenario.
    """
    tables = make_tables(n_scenarios=20)
    sheet = read(render_workbook(tables, make_scorecard()))["Loss"]
    table = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[4], float | int)]
    var = tables.manifest.components.var
    assert sum(row[2] + row[3] for row in table) == pytest.approx(1.0)
    losses = tables.scenarios["loss"]
    assert sum(row[3] for row in table) == pytest.approx((losses > var).mean())
    assert table[0][4] == pytest.approx((losses > 0.0).mean())
    assert all(row[1] - row[0] == pytest.approx(table[0][1]) for row in table)


@pytest.mark.parametrize(
    "changes",
    [{"n_skus": 1, "n_scenarios": 2}, {"resources": {}}, {"status": "feasible"}],
)
def test_small_and_bare_runs_have_a_workbook(changes: dict[str, Any]) -> None:
    """Proves: one SKU, no resource, an unproven plan: nothing is taken for granted."""
    assert read(render_workbook(make_tables(**changes), make_scorecard())).sheetnames == SHEETS


def test_a_run_without_losses_has_a_workbook() -> None:
    """Proves: no loss, no source, no hazard: empty tables say so, no sheet is broken."""
    run = make_tables()
    run.scenarios["loss"] = 0.0
    run.plan["tail_contribution"] = 0.0
    parts = {"expected_loss": 0.0, "var": 0.0, "cvar": 0.0}
    bare = replace(
        with_stated(run, components=dict(run.manifest.components) | parts),
        qualifications=run.qualifications.head(0),
        strikes=run.strikes.head(0),
        expected=run.expected.head(0),
    )
    card = make_scorecard() | {"hazards": [], "suppliers": [], "demand": [], "regions": {}}
    book = read(render_workbook(bare, card))
    assert "Regions" not in book.sheetnames
    assert "None." in column(book["Hazards"], 1)
    assert column(book["Qualify"], 1) == ["None."]


def test_the_strategies_are_the_runs_to_the_bit() -> None:
    """
    Proves: capital, losses, totals and counts of the sheet are the floats of strategies.csv.

    Sensitivity: a number written as text, or rounded, is no longer equal.
    """
    strategies = make_tables().strategies
    strategies.loc[1, "capital"] = 0.1 + 0.2
    tables = replace(make_tables(), strategies=strategies)
    sheet = read(render_workbook(tables, make_scorecard()))["Strategies"]
    found = {cells[0]: cells[2:6] for cells in sheet.iter_rows(values_only=True) if cells[0]}
    assert found["Figure"] == ("Today", "Just in case", "This plan", None)
    for label, column in (
        ("Capital drawn", "capital"),
        ("Carrying stock", "carrying"),
        ("Routine stockouts", "routine_stockout"),
        ("Expected loss to disruptions", "expected_loss"),
        ("Risk charge", "risk_charge"),
        ("Total cost", "objective"),
        ("Of it expected cost", "expected_cost"),
        ("VaR 95 %", "var"),
        ("CVaR 95 %", "cvar"),
        ("Fill rate", "fill_rate"),
        ("SKUs using a fallback option", "stand_ins"),
    ):
        assert found[label] == tuple(strategies[column]), label
    assert found["Avoided expected loss per EUR a year"][0] == pytest.approx(40.0 / 500.0)


def test_a_run_without_strategies_has_no_sheet_of_them() -> None:
    """Proves: the workbook of a point of a frontier leaves the sheet out."""
    bare = replace(make_tables(), strategies=make_tables().strategies.head(0))
    assert "Strategies" not in read(render_workbook(bare, make_scorecard())).sheetnames
