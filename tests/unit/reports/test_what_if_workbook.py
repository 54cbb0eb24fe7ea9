"""The workbook of what-ifs: the numbers of their files to the bit, text that is text."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from optimizer.domain.what_if import WhatIfResult
from optimizer.reports.kit.document_workbook import render_book
from optimizer.reports.what_if.what_if_document import what_if_document
from optimizer.reports.what_if.what_if_view import MOST_DRAWN
from optimizer.store.what_if_folder import rows_table
from tests.support.what_ifs import make_what_ifs
from tests.support.workbooks import HOSTILE, assert_only_text, columns, read

PLAIN = str.maketrans("", "", "$'")
SHEETS = ["Summary", "Charts", "What-ifs", "Chart data", "Method"]


def render(found: WhatIfResult) -> bytes:
    """Return the workbook of what-ifs."""
    return render_book(what_if_document(found))


def test_the_sheets_and_their_charts() -> None:
    """Proves: five sheets, three native charts, headers frozen with a filter, units below names."""
    book = read(render(make_what_ifs()))
    assert book.sheetnames == SHEETS
    assert {name: len(book[name]._charts) for name in SHEETS if book[name]._charts} == {"Charts": 3}
    sheet = book["What-ifs"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:AZ8"
    units = dict(zip(*(next(sheet.iter_rows(k, k, values_only=True)) for k in (1, 2)), strict=True))
    assert (units["Cost"], units["Horizon"], units["Marginal value"]) == (
        *("[EUR]", "[days]", "[EUR/EUR]"),
    )
    assert (units["Missing: capital"], units["Missing: storage"]) == ("[EUR]", "[m³]")


def test_the_numbers_are_those_of_the_files_to_the_bit() -> None:
    """
    Proves: every cell of What-ifs equals what_if.csv, blank where it is empty, and what is
    missing has a column for each limit.  Sensitivity: sixteen digits change 0.1 + 0.2, which is in
    base's cost.
    """
    found = make_what_ifs()
    table = rows_table(found).drop(columns="missing")
    *cells, capital, storage, _, _ = columns(read(render(found))["What-ifs"])
    for key, shown in zip(table, cells, strict=True):
        if key == "same_yardstick":
            assert shown == ["yes" if same else "no" for same in table[key]]
            continue
        given = [None if pd.isna(value) else value for value in table[key].tolist()]
        assert [value or None for value in shown] == [value or None for value in given], key
    assert capital == [None, None, 99_999.5, None, None, None]
    assert storage == [None, None, 2, None, None, None]


def test_the_charts_point_at_the_cells_they_show() -> None:
    """
    Proves: each part's series refers to the column headed by its name, with the same numbers, and
    the parts of each row sum to its cost.
    """
    found = make_what_ifs()
    book = read(render(found))
    charts = book["Charts"]._charts
    solved = [row.objective for row in found.solved]
    sums = [0.0] * len(solved)
    for series in charts[0].series:
        sheet, cells = series.val.numRef.f.translate(PLAIN).split("!")
        first, last = cells.split(":")
        shown = [cell.value for (cell,) in book[sheet][cells]]
        top = book[sheet][first].row - 2
        assert book[sheet].cell(top, book[sheet][first].column).value == series.tx.v
        assert [float(point.v) for point in series.val.numRef.numCache.pt] == shown
        sums = [total + part for total, part in zip(sums, shown, strict=True)]
        assert book[sheet][last].row - book[sheet][first].row == len(solved) - 1
    assert sums == pytest.approx(solved)
    (regret,) = charts[1].series
    assert [float(point.v) for point in regret.val.numRef.numCache.pt] == [3e3, 4e3, 5e3]


def test_hostile_texts_are_texts() -> None:
    """Proves: no formula, no link, no foreign file; descriptions read back as they were given."""
    data = render(make_what_ifs(7, texts=HOSTILE))
    assert columns(read(data)["What-ifs"])[1][1:] == list(HOSTILE)
    assert_only_text(data)


def test_the_summary_has_numbers_as_numbers() -> None:
    """Proves: cost, regret and counts stand in cells as numbers with their units."""
    sheet = read(render(make_what_ifs()))["Summary"]
    figures = {row[0]: row[1:4] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert figures["Base costs"][:2] == (1e6 + 0.1 + 0.2, "EUR")
    assert figures["Largest regret"] == (5_000, "EUR", "of keeping base's plan: world-5")
    assert figures["Base's plan is infeasible in"][0] == 1
    assert figures["What-ifs with a plan"][0] == 5


def test_the_same_what_ifs_give_the_same_bytes() -> None:
    """Proves: no clock and no order of chance is in the file."""
    first, second = (render(make_what_ifs()) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("n_what_ifs", [1, 2])
def test_few_what_ifs_have_a_workbook(n_what_ifs: int) -> None:
    """Proves: where base's plan is open nowhere the chart of regrets is left out."""
    book = read(render(make_what_ifs(n_what_ifs)))
    assert len(book["Charts"]._charts) == 2


def test_base_without_a_plan_has_a_workbook() -> None:
    """Proves: no figure of base is needed."""
    found = make_what_ifs(3)
    poor = replace(found.rows[2], what_if="base")
    left = replace(found.rows[3], regret=None, base_cost=None, cost_difference=None)
    sheet = read(render(replace(found, rows=(poor, left))))["Summary"]
    figures = {row[0] for row in sheet.iter_rows(values_only=True)}
    assert not {"Base costs", "Largest regret", "Expected loss"} & figures


def test_a_thousand_what_ifs_are_all_in_it() -> None:
    """Proves: the sheet has 1,001 rows, the charts no more bars than can be read."""
    book = read(render(make_what_ifs(1_000)))
    assert book["What-ifs"].max_row == 1_003
    series = book["Charts"]._charts[0].series[0]
    assert len(series.val.numRef.numCache.pt) == MOST_DRAWN
