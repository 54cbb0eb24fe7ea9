"""Inputs that differ: values, groups of one factor, and which SKUs they reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.domain.portfolio import MUST, Portfolio, StockOnHand
from optimizer.metrics.causes import causes
from optimizer.metrics.input_differences import in_groups, input_differences, numbered
from optimizer.reports.compare.compare_words import change_words
from tests.support.portfolios import make_portfolio


def _portfolio() -> Portfolio:
    skus = [
        {"sku": f"S{row}", "category": "metal" if row < 3 else "glass", "unit_cost": 10.0 + row}
        for row in range(6)
    ]
    sources = [{"sku": row, "supplier": row % 2} for row in range(6)]
    suppliers = [{"supplier": "Alfa", "region": "north"}, {"supplier": "Beta", "region": "south"}]
    hazard = {"hazard": "flood", "kind": "outage", "scope": "region", "target": "south"}
    hazards = [{**hazard, "annual_rate": 0.1, "duration_mean_days": 9.0}]
    return make_portfolio(skus, sources, suppliers=suppliers, hazards=hazards)


_LABELS = pd.DataFrame(
    {
        "category": ["metal"] * 3 + ["glass"] * 3,
        "supplier": ["Alfa", "Beta"] * 3,
        "region": ["north", "south"] * 3,
    },
    index=[f"S{row}" for row in range(6)],
)


def test_the_same_inputs_do_not_differ() -> None:
    """Proves: a portfolio made twice has no difference, NaN and inf included."""
    assert input_differences(_portfolio(), _portfolio()).empty


def test_one_factor_is_one_group() -> None:
    """
    Proves: three prices raised by 3 %, all of metal, are one group with that factor and place; a
    fourth, halved, is another.
    """
    before = _portfolio()
    cost = before.skus.unit_cost.copy()
    cost[:3] *= 1.03
    cost[5] *= 0.5
    after = replace(before, skus=replace(before.skus, unit_cost=cost))
    groups = in_groups(numbered(input_differences(before, after)), _LABELS)
    told = groups[["column", "rows", "row", "where"]].to_records(index=False).tolist()
    assert told == [("unit_cost", 3, "", "category metal"), ("unit_cost", 1, "S5", "")]
    assert groups["low"].round(9).tolist() == groups["high"].round(9).tolist() == [0.03, -0.5]


def test_days_are_told_as_dates() -> None:
    """
    Proves: a launch, an end and an approval read as dates, in the table and in words, and no
    relative change of a count of days is told.

    By hand: 2025 begins 55 years of 365 days and 14 leap days after 1970: day 20,089.  3 November
    is its day 307: day 20,395.  As a number 20,395 → 20,396 would rise by 0.0049 %.
    """
    before = _portfolio()
    none = np.full(6, np.nan)
    launched, ends, moved, until = none.copy(), none.copy(), none.copy(), none.copy()
    launched[1], ends[2], moved[2], until[3] = 20_395.0, 20_395.0, 20_396.0, 20_395.0
    before = replace(before, skus=replace(before.skus, launched=none, ends=ends))
    after = replace(
        before,
        skus=replace(before.skus, launched=launched, ends=moved),
        sources=replace(before.sources, approved_until=until),
    )
    found = numbered(input_differences(before, after))
    told = found[["column", "row", "before", "after"]].to_records(index=False).tolist()
    assert told == [
        ("launched", "S1", "none", "2025-11-03"),
        ("ends", "S2", "2025-11-03", "2025-11-04"),
        ("approved_until", "S3 · Beta", "none", "2025-11-03"),
    ]
    assert found["relative"].isna().all()
    assert [change_words(row) for row in in_groups(found, _LABELS).to_dict("records")] == [
        "the launch of SKU S1 changes (none → 2025-11-03)",
        "the last day of demand of SKU S2 changes (2025-11-03 → 2025-11-04)",
        "the last day of approval of source S3 · Beta changes (none → 2025-11-03)",
    ]


def test_many_factors_are_one_group_from_to() -> None:
    """Proves: six prices, each moved by another share, are one group: lowest, highest."""
    before = _portfolio()
    moved = before.skus.unit_cost * (1.0 + np.arange(1.0, 7.0) / 100.0)
    after = replace(before, skus=replace(before.skus, unit_cost=moved))
    [group] = in_groups(numbered(input_differences(before, after)), _LABELS).to_dict("records")
    assert (group["rows"], round(group["low"], 9), round(group["high"], 9)) == (6, 0.01, 0.06)


def test_a_change_reaches_whom_it_can_move() -> None:
    """
    Proves: a hazard reaches who buys from the struck region, as an alternate too; a price its own
    SKU; a budget every SKU, and comes after what is their own.
    """
    before = _portfolio()
    cost = before.skus.unit_cost.copy()
    cost[0] *= 2.0
    after = replace(
        before,
        skus=replace(before.skus, unit_cost=cost),
        hazards=replace(before.hazards, annual_rate=np.array([0.2])),
        settings=before.settings.having(budget={"capital": 1_000.0}),
    )
    found = numbered(input_differences(before, after))
    names = dict(zip(found["change"], found["table"], strict=True))
    used = {f"S{row}": {("Alfa", "Beta")[row % 2]} for row in range(6)}
    used["S4"].add("Beta")
    reached = causes(found, (before, after), used)
    tables = {sku: [names[one] for one in of_sku] for sku, of_sku in reached.items()}
    assert tables == {
        "S0": ["skus", "settings"],
        "S2": ["settings"],
        **{sku: ["hazards", "settings"] for sku in ("S1", "S3", "S4", "S5")},
    }


def test_what_no_decision_reads_is_no_cause() -> None:
    """Proves: another description or setting of the audit is told as a difference, and no cause."""
    before = _portfolio()
    text = before.skus.description.copy()
    text[1] = "renamed"
    after = replace(
        before,
        skus=replace(before.skus, description=text),
        settings=before.settings.having(audit={"ttr_days": 90.0}),
    )
    found = numbered(input_differences(before, after))
    assert found["column"].tolist() == ["description", "value"]
    assert causes(found, (before, after), {"S1": {"Beta"}}) == {}


def test_todays_stock_is_one_change_that_reaches_where_it_is_read() -> None:
    """
    Proves: two SKUs counted otherwise are one change, told by name; it is a cause for these SKUs
    where capital by quarter is limited, and for none where nothing reads it.
    """
    usable = np.array([5.0, 6.0, 7.0, np.nan, 0.0, 1.0])
    stock = StockOnHand(usable=usable, on_order=np.zeros(6), blocked=np.zeros(6), as_of=None)
    before = replace(_portfolio(), stock_on_hand=stock)
    counted = replace(stock, usable=usable + np.array([0.0, 2.0, 0.0, 0.0, 3.0, 0.0]))
    after = replace(before, stock_on_hand=counted)
    found = numbered(input_differences(before, after))
    assert found[["table", "row", "column"]].to_numpy().tolist() == [
        ["stock", "S1", "usable"],
        ["stock", "S4", "usable"],
    ]
    groups = in_groups(found, _LABELS)
    assert len(groups) == 1
    assert change_words(groups.iloc[0].to_dict()) == "today's stock of 2 SKUs differs"
    used = {f"S{row}": {"Alfa"} for row in range(6)}
    assert causes(found, (before, after), used) == {}
    limited = replace(
        after, settings=after.settings.having(budget={"quarters": (9.0, 9.0, 9.0, 9.0)})
    )
    assert causes(found, (before, limited), used) == {"S1": [1], "S4": [1]}


def test_uses_of_sources_are_told_in_words() -> None:
    """Proves: what a source must or must not be is said as in its table, not as a code."""
    before = _portfolio()
    use = np.zeros(len(before.sources), dtype=np.int64)
    use[2] = MUST
    after = replace(before, sources=replace(before.sources, use=use))
    [row] = input_differences(before, after).to_dict("records")
    assert (row["column"], row["before"], row["after"]) == ("use", "may", "must")
