"""A value is the same text, whatever database it comes from."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.inputs.databases.written import writers
from optimizer.inputs.schema import SKUS, SUPPLIERS

NUMBER, TEXT, DATE = (SKUS.column(name) for name in ("unit_cost", "category", "launched"))
FLAG = SUPPLIERS.column("onboarded")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1, "1"),
        (1.0, "1"),
        (Decimal("1.00"), "1"),
        (Decimal("100"), "100"),
        (Decimal("1.50"), "1.5"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (1e-7, "1e-07"),
        (Decimal("0.0000001"), "0.0000001"),
        (2.0**53, "9007199254740992.0"),
        (math.nan, "nan"),
        (Decimal("Infinity"), "Infinity"),
        ("1,5", "1,5"),
        (True, "true"),
    ],
)
def test_a_number_is_written_in_one_way(value: Any, text: str) -> None:
    """Proves: golden texts; 1, 1.0 and 1.00 are one number, so that they are one hash."""
    assert writers(NUMBER)[type(value)](value) == text


@given(st.floats(allow_nan=False))
def test_a_number_is_read_back_to_the_last_bit(value: float) -> None:
    """Proves: the text of a float is the shortest that is the same float; but -0 is 0."""
    assert float(writers(NUMBER)[float](value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_decimal_is_lost(value: Decimal) -> None:
    """Proves: a decimal of any precision is written out in full."""
    assert Decimal(writers(NUMBER)[Decimal](value)) == value


def test_a_name_is_no_number_unless_it_is_whole_by_its_type() -> None:
    """Proves: 42 and NUMERIC(10,0) may be names; 42.0, 1.5, true, bytes and lists are refused."""
    to_text = writers(TEXT)
    name = UUID(int=7)
    assert [to_text[int](42), to_text[Decimal](Decimal("42"))] == ["42", "42"]
    assert to_text[UUID](name) == str(name)
    assert not {float, bool, bytes, list, dict} & set(to_text)
    for value in ("42.0", "1.5", "1E+2", "NaN"):
        with pytest.raises(TypeError):
            to_text[Decimal](Decimal(value))


def test_a_moment_is_a_day_at_midnight_only() -> None:
    """Proves: midnight is dropped from a timestamp; another time stays, to be refused by row."""
    to_text = writers(DATE)[str]
    assert to_text("2026-07-01 00:00:00") == "2026-07-01"
    assert to_text("2026-07-01 08:00:00") == "2026-07-01 08:00:00"
    assert to_text("2026-07-01 00:00:00+02") == "2026-07-01 00:00:00+02"


def test_one_and_zero_are_truth_values_where_these_are_wanted() -> None:
    """Proves: SQLite's 1 and 0 are written as PostgreSQL's true and false; 2 stays, to be told."""
    to_text = writers(FLAG)
    assert [to_text[int](1), to_text[int](0), to_text[int](2)] == ["true", "false", "2"]
    assert [to_text[bool](True), to_text[bool](False)] == ["true", "false"]
    assert writers(NUMBER)[int](1) == "1"
