"""Amounts as people type them, and those that can be read two ways."""

from __future__ import annotations

import pytest

from optimizer.inputs.settings.amounts import parse_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("900000", 900_000.0),
        ("900k", 900_000.0),
        ("900K", 900_000.0),
        ("2.1M", 2_100_000.0),
        ("2.10 M", 2_100_000.0),
        ("1.5bn", 1_500_000_000.0),
        ("0.125M", 125_000.0),
        ("1234.567", 1_234.567),
        ("1.2345M", 1_234_500.0),
        ("1e6", 1_000_000.0),
        ("2_100_000", 2_100_000.0),
        ("2.01M", 2_010_000.0),
    ],
)
def test_amounts_are_read_to_the_last_digit(text: str, amount: float) -> None:
    """
    Proves: k, M and bn are powers of ten, without the rounding of a product.

    Sensitivity: 2.01 * 1e6 is 2,009,999.9999999998; read as 2.01e6 it is 2,010,000.
    """
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("2,1M", "no commas"),
        ("2,100,000", "no commas"),
        ("1.000.000", "a point only before decimals"),
        ("1.000", "It can be read as 1000 or as 1.0: write one of these."),
        ("2.100M", "It can be read as 2100M or as 2.1M: write one of these."),
        ("2.1m", "2.1M"),
        ("2.1b", "1.5bn"),
        ("2.1MM", "2.1M"),
        ("2.1M EUR", "no currency"),
        ("1e3k\n", "Write an amount"),
        ("k", "Write an amount"),
        ("", "Write an amount"),
    ],
)
def test_what_is_none_or_two_is_refused(text: str, remedy: str) -> None:
    """Proves: a comma, grouping points, an unknown unit or one word too many are not guessed."""
    with pytest.raises(ValueError, match=r"[Ww]rite") as refused:
        parse_amount(text)
    assert remedy in str(refused.value)
