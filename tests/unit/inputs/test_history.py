"""Rows of demand added, returns netted, periods told apart."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.portfolio import DemandHistory
from optimizer.inputs.estimates.demand_history import Period, first_day_of, history_of, period_of
from optimizer.inputs.findings import Findings


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def read(rows: list[tuple[int, str, float]], period: Period = "day") -> tuple[DemandHistory, str]:
    findings = Findings()
    sku, days, quantity = zip(*rows, strict=True)
    history = history_of(
        np.array(sku), np.array([day(text) for text in days]), np.array(quantity), period, findings
    )
    return history, " ".join(findings.warnings)


def test_rows_of_one_day_are_added() -> None:
    """Proves: 3 and 4 on one day are one demand of 7, and one row is told to be added."""
    history, told = read([(0, "2026-01-01", 3.0), (1, "2026-01-01", 1.0), (0, "2026-01-01", 4.0)])
    assert history.sku.tolist() == [0, 1]
    assert history.quantity.tolist() == [7.0, 1.0]
    assert "1 rows have the same SKU and period" in told


def test_returns_come_off_the_latest_demand_before_them() -> None:
    """
    Proves: 5, 4, −6, 2 nets to 3, 0, 0, 2: the 4 first, then 2 of the 5; the 2 after stays.

    Sensitivity: off the earliest first it is 0, 3; off everything in proportion 1.7, 1.3.
    """
    rows = [(0, f"2026-01-0{d}", q) for d, q in ((1, 5.0), (2, 4.0), (4, -6.0), (5, 2.0))]
    history, told = read(rows)
    assert history.day.tolist() == [day("2026-01-01"), day("2026-01-05")]
    assert history.quantity.tolist() == [3.0, 2.0]
    assert "1 returns (negative quantities) are netted" in told
    assert "dropped" not in told


def test_a_return_of_more_than_was_ever_asked_for_is_dropped() -> None:
    """Proves: −9 after 5 leaves nothing and tells of a rest, and the next demand is untouched."""
    rows = [(0, "2026-01-01", 5.0), (0, "2026-01-02", -9.0), (0, "2026-01-03", 2.0)]
    history, told = read([*rows, (1, "2026-01-01", 8.0)])
    assert list(zip(history.sku.tolist(), history.quantity.tolist(), strict=True)) == [
        (0, 2.0),
        (1, 8.0),
    ]
    assert "1 returns exceed all earlier demand" in told


def test_the_same_day_nets_first() -> None:
    """Proves: 5 and −2 of one day are a demand of 3, no return."""
    history, told = read([(0, "2026-01-01", 5.0), (0, "2026-01-01", -2.0)])
    assert history.quantity.tolist() == [3.0]
    assert "returns" not in told


def test_months_and_weeks() -> None:
    """
    Proves: a month is the calendar's, a week counts from the table's first day, both to their end.

    Two rows of February 2024 are one demand of the 1st; the table ends on the 29th of a leap year.
    Rows 0, 6 and 7 days after the first are two weeks.
    """
    rows = [(0, "2024-01-31", 1.0), (0, "2024-02-03", 2.0), (0, "2024-02-20", 3.0)]
    history, _ = read(rows, "month")
    assert history.day.tolist() == [day("2024-01-01"), day("2024-02-01")]
    assert history.quantity.tolist() == [1.0, 5.0]
    assert (history.first_day, history.last_day) == (day("2024-01-01"), day("2024-02-29"))
    rows = [(0, "2026-01-01", 1.0), (0, "2026-01-07", 1.0), (0, "2026-01-08", 1.0)]
    history, _ = read(rows, "week")
    assert history.day.tolist() == [day("2026-01-01"), day("2026-01-08")]
    assert (history.first_day, history.last_day) == (day("2026-01-01"), day("2026-01-14"))


@given(st.integers(-20_000, 40_000), st.sampled_from(["day", "week", "month"]))
def test_the_first_day_of_a_period_is_in_it(at: int, period: Period) -> None:
    """Proves: the first day of a day's period lies in it, and the day before does not."""
    number = period_of(at, period, -5)
    first = int(first_day_of(number, period, -5))
    assert first <= at
    assert period_of(first, period, -5) == number
    assert period_of(first - 1, period, -5) == number - 1


def test_the_order_of_rows_changes_nothing() -> None:
    """Proves: sums of floats are added in one order, bit for bit."""
    rng = np.random.default_rng(1)
    sku, days = rng.integers(0, 3, 300), rng.integers(0, 40, 300)
    quantity = rng.normal(1.0, 1.0, 300)
    for _ in range(3):
        mixed = rng.permutation(300)
        one = history_of(sku, days, quantity, "day", Findings())
        other = history_of(sku[mixed], days[mixed], quantity[mixed], "day", Findings())
        np.testing.assert_array_equal(one.quantity, other.quantity)


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_no_more_is_returned_than_was_asked_for(period: Period) -> None:
    """Proves: what is left is above 0, and no more than what was asked for in all."""
    rng = np.random.default_rng(2)
    sku, days = rng.integers(0, 5, 500), rng.integers(0, 400, 500)
    quantity = rng.normal(0.5, 2.0, 500)
    history = history_of(sku, days, quantity, period, Findings())
    assert (history.quantity > 0).all()
    assert history.quantity.sum() <= quantity[quantity > 0].sum()
