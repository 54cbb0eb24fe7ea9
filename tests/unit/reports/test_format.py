"""Numbers read as people write them, and never better than they are."""

from __future__ import annotations

import math
from datetime import datetime

import pytest

from optimizer.reports.kit.format import (
    alike,
    compact,
    count,
    days,
    moment,
    money,
    money_full,
    percent,
    percent_up,
    percent_used,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.2345, "0.234"),
        (12.0, "12.0"),
        (999.9, "1,000"),
        (92_512.4, "92,512"),
        (999_999.7, "1.00 M"),
        (4_983_112.0, "4.98 M"),
        (999_999_999.0, "1,000 M"),
        (-2_500_000.0, "−2.50 M"),
    ],
)
def test_compact_keeps_three_digits_or_whole_units(value: float, text: str) -> None:
    """Proves: the scale changes where the rounded number does, so no ``1,000,000`` and no 1e+03."""
    assert compact(value) == text


def test_amounts_carry_their_currency() -> None:
    """Proves: brief and full amounts name the currency and separate thousands."""
    assert money(4_983_112.0, "CHF") == "4.98 M CHF"
    assert money_full(4_983_112.4, "EUR") == "4,983,112 EUR"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.9234, "92.3 %"), (0.95, "95 %"), (0.00123, "0.12 %"), (0.0, "0 %"), (-0.0311, "−3.1 %")],
)
def test_percent(share: float, text: str) -> None:
    """Proves: one decimal from 1 % on, two significant digits below."""
    assert percent(share) == text


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (7.61e-5, "0.0077 %"),
        (0.00841, "0.85 %"),
        (1e-4, "0.01 %"),
        (2e-16, "0.0001 %"),
        (0.0, "0 %"),
    ],
)
def test_a_gap_is_rounded_up(gap: float, text: str) -> None:
    """
    Proves: what is printed was proven.

    7.61e-5 is 0.00761 %: rounded to nearest it would read 0.0076 %, which was not.  What arithmetic
    leaves over is no 2e-14 %.
    """
    assert percent_up(gap) == text


def test_days_and_counts() -> None:
    """Proves: infinite cover has a word, and one thing is not many."""
    assert [days(4.5), days(120.2), days(math.inf)] == ["4.5 days", "120 days", "endless"]
    assert [count(1, "SKU"), count(1250, "SKU")] == ["1 SKU", "1,250 SKUs"]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((1_640_000.0, 899_976.0), ["1.64 M EUR", "0.900 M EUR"]),
        ((45.3e6, 97_868.0), ["45.3 M EUR", "0.0979 M EUR"]),
        ((45.3e6, 1_480.0), ["45,300,000 EUR", "1,480 EUR"]),
        ((45.3e6, 900.0), ["45,300,000 EUR", "900 EUR"]),
        ((45.3e6, 0.0), ["45.3 M EUR", "0 M EUR"]),
        ((0.5, 12.25), ["0.500 EUR", "12.2 EUR"]),
    ],
)
def test_amounts_beside_each_other_are_alike(values: tuple[float, ...], texts: list[str]) -> None:
    """Proves: one scale unless an amount is less than a hundredth of it, else all to the unit."""
    assert alike(values, "EUR") == texts


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.98, "98 %"),
        (0.9994, "99.9 %"),
        (0.99999999, "99.99 %"),
        (1.0 - 1e-12, "100 %"),
        (1.0, "100 %"),
        (1.02, "102 %"),
    ],
)
def test_a_limit_is_used_up_only_where_nothing_is_left(share: float, text: str) -> None:
    """Proves: rounding never turns slack into none, arithmetic no full use into slack."""
    assert percent_used(share) == text


def test_a_moment_names_its_zone() -> None:
    """Proves: 00:30 in Berlin's winter is 23:30 UTC of the day before."""
    assert moment(datetime.fromisoformat("2026-11-22T00:30:00+01:00")) == "2026-11-21 23:30 UTC"
