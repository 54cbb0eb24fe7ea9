"""Segments, regions and suppliers as the page and the workbook show them, against hand sums."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from support.runs import make_scorecard, make_tables

from optimizer.report.regions import region_matrix
from optimizer.report.segments import grid, segments
from optimizer.report.suppliers import supplier_risks


def test_segments_add_up_and_stand_in_their_places() -> None:
    """
    Proves: two SKUs of A-Y-high add up; the grid has them in row A, column Y of high risk.

    Sensitivity: a grid by variability first would show them in another column than the fifth.
    """
    plan = make_tables(n_skus=3).plan.assign(
        segment=["A-Y-high", "C-X-low", "A-Y-high"],
        policy=["jit", "vmi", "jit"],
        capital=[1.0, 2.0, 4.0],
        tail_contribution=[0.0, 3.0, 5.0],
    )
    found = segments(plan)
    assert [segment.name for segment in found] == ["A-Y-high", "C-X-low"]
    assert (found[0].skus, found[0].capital, found[0].tail_loss) == (2, 5.0, 5.0)
    assert found[0].policies == (("jit", 2),)
    shown = grid(found)
    assert (shown[0][4], shown[2][0]) == (found[0], found[1])
    assert sum(cell is None for row in shown for cell in row) == 16


def test_segments_of_another_kind_have_no_grid() -> None:
    """Proves: a segment this version does not know is listed, not lost from a grid."""
    found = segments(make_tables(n_skus=2).plan.assign(segment=["A-X-low", "VIP"]))
    assert {segment.name for segment in found} == {"A-X-low", "VIP"}
    assert grid(found) == []


def test_small_categories_share_a_column() -> None:
    """Proves: with two columns for three categories, the last holds the sum of the two smaller."""
    losses = {"a": 1.0, "b": 6.0, "c": 2.0}
    region = make_scorecard()["regions"]["Bohemia"] | {"tail_loss_by_category": losses}
    matrix = region_matrix({"regions": {"East": region}}, columns=2)
    assert matrix.categories == ("b", "2 others")
    assert matrix.regions[0].cells == (6.0, 3.0)
    assert matrix.largest == 6.0
    assert region_matrix({}).regions == ()


def test_a_supplier_is_judged_by_the_scenarios_it_is_out_in() -> None:
    """
    Proves: out in scenarios 0 and 2 of probability .1 and .3: P .4, loss (.1·10 + .3·50)/.4 = 40.

    Mean days (.1·8 + .3·4)/.4 = 5.  Sensitivity: plain means say 30 and 6.
    """
    run = replace(
        make_tables(n_scenarios=3),
        scenarios=pd.DataFrame(
            {"scenario": [0, 1, 2], "probability": [0.1, 0.6, 0.3], "loss": [10.0, 0.0, 50.0]}
        ),
        outages=pd.DataFrame(
            {"scenario": [0, 2, 1], "supplier": ["Alfa", "Alfa", "Beta"], "days": [8.0, 4.0, 9.0]}
        ),
    )
    alfa, beta = supplier_risks(run, number=5)
    assert (alfa.supplier, beta.supplier) == ("Alfa", "Beta")
    assert (alfa.probability, alfa.loss, alfa.days) == pytest.approx((0.4, 40.0, 5.0))
    assert beta.loss == 0.0
