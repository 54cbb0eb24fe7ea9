"""Segments, regions, hazards, suppliers and futures as people read them, against hand sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.breakdown import by_demand
from optimizer.metrics.sources_of_loss import by_hazard, by_supplier
from optimizer.reports.run.regions import region_matrix
from optimizer.reports.run.segment_matrix import grid, segments
from optimizer.reports.run.worst_futures import worst_futures
from tests.support.portfolios import make_portfolio
from tests.support.runs import make_scorecard, make_tables


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
    assert region_matrix({"regions": {}}).regions == ()


KINDS = {"quake": "outage", "boom": "surge", "scarcity": "price"}


def _struck(rows: list[tuple[int, str, int, str, float, int, float]]) -> pd.DataFrame:
    names = ["scenario", "hazard", "strike", "target", "start_day", "days", "multiplier"]
    return pd.DataFrame(rows, columns=names)


def test_the_worst_futures_tell_their_strikes_by_day() -> None:
    """
    Proves: one line a strike whatever it hits, in the order of days, in the words of its kind; what
    begins before the horizon costs nothing in it and is not told.

    Day 119.9 of 0 … H is the 120th.  Sensitivity: a line for each row would tell the quake twice.
    """
    run = replace(
        make_tables(n_scenarios=3),
        scenarios=pd.DataFrame(
            {"scenario": [0, 1, 2], "probability": [0.1, 0.6, 0.3], "loss": [10.0, 0.0, 50.0]}
        ),
        strikes=_struck(
            [
                (0, "boom", 0, "fans", 0.2, 30, 1.5),
                (2, "quake", 0, "Alfa", 119.9, 45, 1.0),
                (2, "quake", 0, "Beta", 119.9, 45, 1.0),
                (2, "scarcity", 1, "fans", 7.0, 1, 1.25),
                (2, "quake", 2, "Alfa", -40.0, 39, 1.0),
                (2, "quake", 3, "Alfa", -3.2, 9, 1.0),
            ]
        ),
    )
    card = {"hazards": [{"hazard": h, "kind": k} for h, k in KINDS.items()]}
    worst, other = worst_futures(run, card, number=5)
    assert (worst.scenario, worst.loss, worst.probability) == (2, 50.0, 0.3)
    assert worst.strikes == (
        "day 8: scarcity, fans price × 1.25 for 1 days",
        "day 120: quake, Alfa and Beta out 45 days",
    )
    assert other.strikes == ("day 1: boom, fans demand × 1.5 for 30 days",)


def test_many_strikes_are_told_by_the_longest() -> None:
    """Proves: of seven strikes the five longest are told, in the order of days, two are counted."""
    rows = [(0, "quake", k, "Alfa", float(k), 10 - k, 1.0) for k in range(7)]
    run = replace(
        make_tables(n_scenarios=1),
        scenarios=pd.DataFrame({"scenario": [0], "probability": [1.0], "loss": [1.0]}),
        strikes=_struck(rows),
    )
    [future] = worst_futures(run, {"hazards": [{"hazard": "quake", "kind": "outage"}]}, number=5)
    assert [told.partition(":")[0] for told in future.strikes[:5]] == [
        f"day {k}" for k in range(1, 6)
    ]
    assert future.strikes[5] == "2 shorter strikes"


def _portfolio() -> Portfolio:
    """Return two SKUs of Alfa and Beta; a quake of their region, a boom and a shock."""
    outage = {"kind": "outage", "annual_rate": 0.2, "duration_mean_days": 40.0}
    shock = {"scope": "category", "target": "fans", "annual_rate": 0.5, "duration_mean_days": 30.0}
    return make_portfolio(
        [{"sku": "a", "category": "fans"}, {"sku": "b", "category": "fans", "demand_mean": 30.0}],
        [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 1}],
        suppliers=[{"supplier": "Alfa", "region": "East"}, {"supplier": "Beta", "region": "East"}],
        hazards=[
            {"hazard": "boom", "kind": "surge", "multiplier": 2.0, **shock},
            {"hazard": "port", "scope": "tag", "target": "Kobe", **outage},
            {
                "hazard": "quake",
                "scope": "region",
                "target": "East",
                "hit_probability": 0.5,
                **outage,
            },
        ],
        tags=[(1, "Kobe")],
    )


EXPECTED = pd.DataFrame(
    {
        "sku": ["a", "a", "b", "b", "b"],
        "hazard": ["boom", "quake", "boom", "port", "quake"],
        "expected_loss": [1.0, 10.0, 2.0, 40.0, 30.0],
    }
)


def test_hazards_are_ranked_by_what_they_cost_and_add_up() -> None:
    """Proves: quake 10 + 30, port 40, boom 3: 83 in all; equal ones stand by name."""
    rows = by_hazard(_portfolio(), EXPECTED)
    assert [(row["hazard"], row["expected_loss"]) for row in rows] == [
        ("port", 40.0),
        ("quake", 40.0),
        ("boom", 3.0),
    ]
    assert [row["skus"] for row in rows] == [1, 2, 2]
    assert sum(row["expected_loss"] for row in rows) == EXPECTED["expected_loss"].sum()


def test_suppliers_are_ranked_by_their_outages() -> None:
    """
    Proves: a supplier's own SKUs, outages only: Beta 40 + 30, Alfa 10; struck .2 · .5 = .1 times a
    year by the quake, Beta .2 more through the port.

    Sensitivity: with surges Beta would have 72; without the chance to be hit Alfa .2 a year.
    """
    plan = pd.DataFrame({"sku": ["a", "b"], "tail_contribution": [5.0, 7.0]})
    beta, alfa = by_supplier(_portfolio(), plan, EXPECTED, np.array([100.0, 300.0]))
    assert (beta["supplier"], beta["expected_loss"], beta["tail_loss"]) == ("Beta", 70.0, 7.0)
    assert (alfa["expected_loss"], alfa["spend_share"]) == (10.0, 0.25)
    assert (alfa["strikes_a_year"], beta["strikes_a_year"]) == pytest.approx((0.1, 0.3))


def test_kinds_of_demand_are_told_by_law_and_class() -> None:
    """
    Proves: fill rates are weighted by spend, (100 · .9 + 300 · .7)/400 = .75 for two of one kind; a
    kind without spend has none.  Sensitivity: a plain mean says .8.
    """
    skus = [{"sku": name, "demand_class": kind} for name, kind in (("a", "lumpy"), ("b", "lumpy"))]
    portfolio = make_portfolio(
        [*skus, {"sku": "c"}], [{"sku": row, "supplier": 0} for row in range(3)]
    )
    plan = pd.DataFrame(
        {
            "sku": ["a", "b", "c"],
            "demand_model": ["gamma", "gamma", "discrete"],
            "fill_rate": [0.9, 0.7, 1.0],
            "capital": [1.0, 2.0, 4.0],
            "routine_stockout": [8.0, 16.0, 0.0],
        }
    )
    lumpy, other = by_demand(portfolio, plan, np.array([100.0, 300.0, 0.0]))
    assert (lumpy["law"], lumpy["demand_class"], lumpy["skus"]) == ("gamma", "lumpy", 2)
    assert lumpy["fill_rate"] == pytest.approx(0.75)
    assert (lumpy["capital"], lumpy["routine_stockout"]) == (3.0, 24.0)
    assert (other["law"], other["demand_class"], other["fill_rate"]) == ("discrete", "", None)
