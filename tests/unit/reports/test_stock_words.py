"""Today's stock in words."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.domain.manifest import ResourceUse, StockFacts
from optimizer.reports.run.facts import Facts
from optimizer.reports.run.stock_words import stage_sentences, stands_sentence, way_sentence
from tests.support.runs import make_tables

STOCK = StockFacts(
    as_of="2026-07-01", counted=9, uncounted=1, usable=2_600_000.0, on_order=0.0, blocked=40_000.0,
    excess=300_000.0, excess_skus=3, unused=0.0, past_shelf_life=0.0, obsolescence=0.0,
    to_spend=120_000.0,
)  # fmt: skip


def way(quarters: tuple[float, ...], limit: float | None, **changes: Any) -> str:
    """Return what is said of a plan of 2.10 M with these capitals."""
    uses = {"capital": ResourceUse(used=2_100_000.0, limit=limit, price=0.0)}
    uses |= {
        f"capital_q{k}": ResourceUse(used=used, limit=None, price=0.0)
        for k, used in enumerate(quarters, start=1)
    }
    return way_sentence(Facts.of(make_tables()), STOCK.model_copy(update=changes), uses, "A and B")


def test_a_plan_that_needs_more_on_the_way_says_so() -> None:
    """Proves: peak, quarter, reason, blocked stock and the excess over the budget are told."""
    said = way((2_440_000.0, 2_300_000.0, 2_140_000.0, 2_140_000.0), 2_200_000.0)
    assert said == (
        "The plan needs 2.10 M EUR; on the way there up to 2.44 M EUR is tied up in quarter 1, "
        "because stock of A and B worth 300,000 EUR beyond the plan has to be used up first and "
        "blocked stock worth 40,000 EUR stays. That is 240,000 EUR more than the budget of "
        "2.20 M EUR."
    )


def test_a_later_peak_and_none_are_told_as_they_are() -> None:
    """Proves: an order that arrives in quarter 2 makes its peak; without a peak none is claimed."""
    later = way((2_200_000.0, 2_440_000.0, 2_100_000.0, 2_100_000.0), None, blocked=0.0)
    assert "up to 2.44 M EUR is tied up in quarter 2" in later
    assert "blocked" not in later
    assert "budget" not in later
    none = way((2_100_000.0,) * 4, 2_200_000.0, blocked=0.0)
    assert none == (
        "The plan needs 2.10 M EUR; at no time within a year more is tied up on the way there."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "300,000 EUR in 3 SKUs is more than the plan ever holds"),
        ({}, "120,000 EUR is missing below its mean (cash to spend)"),
        ({}, "1 SKU without a row in stock: taken to be at the plan's level"),
        ({"excess": 0.0, "excess_skus": 0}, "nothing is more than the plan ever holds"),
        ({"as_of": None}, "Stock on hand: 300,000 EUR"),
    ],
)
def test_too_much_and_too_little_are_told(changes: dict[str, Any], said: str) -> None:
    """Proves: each figure stands in the sentence, and what is unknown is said to be."""
    assert said in stands_sentence(STOCK.model_copy(update=changes), "EUR")


def test_stages_are_told_by_quarter() -> None:
    """Proves: build-ups are added up by quarter, those that fit nowhere apart."""
    items = [{"cost": 100.0, "quarter": 1}, {"cost": 50.0, "quarter": 1}]
    items += [{"cost": 30.0, "quarter": 3}, {"cost": 7.0, "quarter": None}]  # type: ignore[dict-item]
    [said] = stage_sentences({"build_ups": items}, "EUR")
    assert "4 build-ups" in said
    assert (
        "quarter 1: 2 for 150 EUR; quarter 3: 1 for 30 EUR; fitting no limit: 1 for 7 EUR" in said
    )
    assert "stopped before" in stage_sentences({"build_ups": None}, "EUR")[0]
    assert "no reserve" in stage_sentences({"build_ups": []}, "EUR")[0]
