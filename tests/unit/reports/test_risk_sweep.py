"""A sweep over weights of risk: what it says, and that its folder reads back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.domain.risk_sweep import COLUMNS, against_none, flat_risk_point
from optimizer.errors import BadInputError
from optimizer.reports.kit.document_page import render_page
from optimizer.reports.kit.document_workbook import render_book
from optimizer.reports.risk_sweep.risk_sweep_document import exchange_chart, risk_sweep_document
from optimizer.reports.risk_sweep.risk_sweep_view import RiskSweepView
from optimizer.reports.risk_sweep.risk_sweep_words import premium_sentence, remark
from optimizer.store.risk_sweep_folder import (
    read_risk_sweep,
    risk_points_table,
    write_risk_sweep,
)
from tests.support.pages import HOSTILE, Page, assert_stands_alone
from tests.support.risk_sweeps import make_risk_sweep
from tests.support.workbooks import assert_only_text, columns, read


def test_the_premium_is_a_year_and_the_tail_is_not() -> None:
    """
    Proves: against no charge, the third plan's 20 more of cost over two years are 10 a year for 200
    less CVaR, a rate on line of 5 %; the first pays and buys nothing, and has no rate.

    Sensitivity: without the years it would be 10 %.
    """
    points = against_none(make_risk_sweep().points, years=2.0, own=0.3)
    assert (points[0].premium, points[0].cvar_less, points[0].rate_on_line) == (0.0, 0.0, None)
    assert (points[2].premium, points[2].cvar_less) == (10.0, 200.0)
    assert points[2].rate_on_line == pytest.approx(0.05)
    assert [point.own_weight for point in points] == [False, False, True, False]


def test_what_is_said_of_the_own_weight() -> None:
    """Proves: premium, smaller tail and their ratio stand in one sentence; a taken plan is told."""
    view = RiskSweepView.of(make_risk_sweep())
    said = premium_sentence(view.here, view)
    assert "15 % a year has 100 EUR less CVaR 95 % for 5.00 EUR more expected cost a year" in said
    assert said.endswith("a rate on line of 5 %.")
    assert "no smaller CVaR" in premium_sentence(replace(view.here, rate_on_line=None), view)
    assert remark(view.here) == "own weight"
    assert remark(replace(view.here, own_weight=False, weight_of=0.0)) == "the plan of 0 % a year"


def test_the_exchange_is_drawn_from_the_smallest_tail_on() -> None:
    """Proves: expected cost against CVaR, places ascending whatever the order of the weights."""
    chart = exchange_chart(RiskSweepView.of(make_risk_sweep()))
    assert chart.x == [600.0, 700.0, 800.0, 900.0]
    assert list(chart.lines[0].y) == [1_045.0, 1_020.0, 1_005.0, 1_000.0]
    assert [(spot.name, spot.x, spot.y) for spot in chart.spots] == [("Own weight", 800.0, 1_005.0)]


@pytest.mark.parametrize("n_points", [1, 2, 6])
def test_page_and_workbook_stand_alone(n_points: int) -> None:
    """Proves: sweeps of any size, also one stopped early, have both; a hostile name stays text."""
    document = risk_sweep_document(replace(make_risk_sweep(n_points, HOSTILE[0]), left_out=2))
    page = Page(render_page(document))
    assert_stands_alone(page, data=1)
    assert any("Stopped: 2 weights not reached." in text for text in page.text)
    data = render_book(document)
    assert_only_text(data)
    found = make_risk_sweep(n_points)
    cells = dict(zip(risk_points_table(found), columns(read(data)["Risk weights"]), strict=False))
    assert cells["expected_cost"] == [point.expected_cost for point in found.points]


def test_a_sweep_reads_back_equal(tmp_path: Path) -> None:
    """Proves: what was written comes back; a figure lost is refused by its name."""
    found = make_risk_sweep()
    write_risk_sweep(tmp_path, "w", found, {})
    again = read_risk_sweep(tmp_path / "w")
    assert (again.points, again.about, again.left_out) == (found.points, found.about, 0)
    assert tuple(flat_risk_point(found.points[0])) == COLUMNS
    path = tmp_path / "w" / "risk_weights.json"
    stated = json.loads(path.read_text(encoding="utf-8"))
    del stated["points"][1]["cvar"]
    path.write_text(json.dumps(stated), encoding="utf-8")
    with pytest.raises(BadInputError, match="cvar"):
        read_risk_sweep(tmp_path / "w")
