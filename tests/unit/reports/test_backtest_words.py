"""A backtest: promised beside kept, by class and by history, in a document and in words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from optimizer.reports.run.backtest_words import (
    HEADINGS,
    PART_HEADINGS,
    RIVAL_HEADINGS,
    Plans,
    SkuGroups,
    backtest_section,
    build_backtest,
)
from optimizer.simulator import LINES, Replayed

K = 4
ABOUT = {
    "run": "one",
    "currency": "EUR",
    "planned_until": "2025-12-31",
    "period": "month",
    "days": 300,
    "days_held_out": 73,
    "replications": K,
    "seed": 1,
    "confidence": 0.95,
    "note": "",
}


def sku_groups() -> SkuGroups:
    return SkuGroups(
        sku=np.array(["A", "B"], dtype=object),
        demand_class=np.array(["lumpy", "smooth"], dtype=object),
        demands=np.array([2, 40]),
        band=np.array([1, 3]),
        bands=np.array(["0", "1–3", "4–30", "31 or more"], dtype=object),
    )


def lines(**values: float) -> np.ndarray:
    return np.array([values.get(name, 0.0) for name in LINES])


def built(n_plans: int = 1, **about: Any) -> tuple[dict[str, Any], Any]:
    """A of 100 units, 10 promised short, 20 kept short; B of 300, 3 and 3; costs 1 a unit short."""
    promised = np.stack(
        [
            lines(units=100, units_short=10, value=200, value_short=20, stock=50, shortage_cost=10),
            lines(units=300, units_short=3, value=300, value_short=3, stock=70, shortage_cost=3),
        ]
    )
    kept = np.stack(
        [
            lines(units=100, units_short=20, value=200, value_short=40, lines=10, lines_short=3,
                  stock=45, shortage_cost=20, waiting_days=5),
            lines(units=300, units_short=3, value=300, value_short=3, lines=90, lines_short=1,
                  stock=70, shortage_cost=3, waiting_days=1),
        ]
    )  # fmt: skip
    by_sku = np.broadcast_to(kept, (n_plans, 2, *kept.shape))
    own = sku_groups()
    groups = np.zeros((n_plans, 2, own.n_groups, len(LINES), K))
    for i in range(2):
        for g in own.group[i]:
            groups[:, :, g] += kept[i][:, None]
    names = ["plan", "today", "at equal stock"][:n_plans]
    held = {"reorder_point": np.ones(2), "order_quantity": np.ones(2), "reserve_units": np.ones(2)}
    plans = Plans(
        name=names,
        promised=np.broadcast_to(promised, (n_plans, *promised.shape)),
        held=[held] * n_plans,
        demand_mean=np.array([1.0, 3.0]),
        demand_mean_error=np.array([0.5, 0.1]),
    )
    replayed = Replayed(by_sku=by_sku, groups=groups)
    return build_backtest(plans, own, replayed, ABOUT | about)


def test_promised_beside_kept() -> None:
    """
    Proves: 13 of 400 units promised short, 23 kept: 96.75 and 94.25 %; by value 95.4 and 91.4; 4 of
    100 demands; shortages of 73 days are five times that a year.

    Sensitivity: a mean of the SKUs' fill rates would promise 94.5 %.
    """
    document, _ = built()
    json.dumps(document, allow_nan=False)
    measures = document["all"]["plans"][0]["measures"]
    assert measures["fill_by_units"]["promised"] == pytest.approx(0.9675)
    assert measures["fill_by_units"]["came"] == pytest.approx({"kept": 0.9425, "half_width": 0.0})
    assert measures["fill_by_value"]["promised"] == pytest.approx(1.0 - 23 / 500)
    assert measures["fill_by_value"]["resampled"]["kept"] == pytest.approx(1.0 - 43 / 500)
    assert measures["fill_by_lines"]["promised"] is None
    assert measures["fill_by_lines"]["came"]["kept"] == pytest.approx(0.96)
    assert measures["shortage_cost"]["promised"] == pytest.approx(65.0)
    assert measures["shortage_cost"]["came"]["kept"] == pytest.approx(115.0)
    assert measures["waiting_days"]["came"]["kept"] == pytest.approx(15.0)
    assert measures["stock"]["came"]["kept"] == pytest.approx(115.0)


def test_by_class_and_by_history() -> None:
    """Proves: A alone is lumpy and has 2 demands; a band without SKUs is left out."""
    document, table = built()
    assert [part["name"] for part in document["classes"]] == ["lumpy", "smooth"]
    assert [(part["name"], part["skus"]) for part in document["bands"]] == [
        ("1–3", 1),
        ("31 or more", 1),
    ]
    lumpy = document["classes"][0]["plans"][0]["measures"]["fill_by_units"]
    assert (lumpy["promised"], lumpy["came"]["kept"]) == pytest.approx((0.9, 0.8))
    assert table["plan_fill_promised"].tolist() == pytest.approx([0.9, 0.99])
    assert table["plan_fill_came"].tolist() == pytest.approx([0.8, 0.99])
    assert table["demands"].tolist() == [2, 40]


def test_in_words() -> None:
    """Proves: sentences name what was promised and kept; every row has a cell for each heading."""
    section = backtest_section(built()[0])
    words = " ".join(section.sentences)
    assert "2 SKUs planned on 300 days of history, before 2025-12-31" in words
    assert "days within the month" in words
    assert "Of the value asked for 95.4 % was promised at once; 91.4 % was kept" in words
    assert "65.0 EUR a year promised, 115 EUR resampled, 115 EUR came" in words
    assert len(section.tables) == 3
    for _, headings, rows in section.tables:
        assert rows
        assert {len(row) for row in rows} == {len(headings)}
    [first, *_] = section.tables
    assert first[1] == HEADINGS
    in_full = next(row for row in first[2] if row[0] == "demands served in full")
    assert in_full[1:3] == ("–", "96.00 % ± 0.00 %")


def test_todays_plan_beside_the_plan_at_equal_stock() -> None:
    """Proves: with three plans one more sentence and one more table, a row for each."""
    section = backtest_section(built(3, note="")[0])
    assert any("the plan at equal stock 115 EUR" in line for line in section.sentences)
    title, headings, rows = section.tables[-1]
    assert (title, headings) == ("Today's plan beside the plan at equal stock", RIVAL_HEADINGS)
    assert [row[0] for row in rows] == ["plan", "today", "at equal stock"]
    assert section.tables[1][1] == PART_HEADINGS


def test_why_today_is_left_out_is_told() -> None:
    """Proves: the note is the last sentence."""
    said = "The plan in force is left out: a reason."
    assert backtest_section(built(note=said)[0]).sentences[-1] == said
