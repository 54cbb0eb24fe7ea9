"""Numbers as people read them: units, thousands separators, no more digits than they bear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from optimizer.domain.settings import DAYS_PER_YEAR

SCALES: Final = ((1e9, " bn"), (1e6, " M"))
"""From which size on an amount is told in billions, in millions."""
_ARITHMETIC: Final = 1e-9  # relative: what differs by less is the same
_FINEST: Final = 1e-4  # of a gap that is told [%]

ROUNDING: Final = 1e-9
"""A relative gap that is no more than the rounding of sums."""
MINUS: Final = "\u2212"
NONE: Final = "–"
"""Stands where there is no value."""


def signed(number: str) -> str:
    """Return a number with a minus sign for its hyphen."""
    return number.replace("-", MINUS)


def whole(value: float) -> str:
    """
    Return a number without decimals, ``−1,250``; nothing is left of less than a half.

    Examples
    --------
    >>> whole(-1250.4), whole(-0.2)
    ('−1,250', '0')
    """
    text = f"{value:,.0f}"
    return "0" if text == "-0" else signed(text)


def compact(value: float) -> str:
    """
    Return three significant digits from a million on and below a thousand, whole units between.

    Examples
    --------
    >>> compact(4_983_000), compact(999_999.7), compact(92_512.4), compact(0.2345), compact(0)
    ('4.98 M', '1.00 M', '92,512', '0.234', '0')
    """
    for scale, suffix in SCALES:
        if abs(round(value)) >= scale:
            return _three_digits(value / scale) + suffix
    if abs(value) >= 1e3:
        return whole(value)
    return _three_digits(value) if value else "0"


def money(value: float, currency: str) -> str:
    """Return an amount in brief, ``4.98 M EUR``."""
    return f"{compact(value)} {currency}"


def alike(values: Sequence[float], currency: str) -> list[str]:
    """
    Return amounts of one sentence in one style: the same scale, or all to the unit.

    Examples
    --------
    >>> alike([1_640_000, 899_976], "EUR"), alike([45_300_000, 900], "EUR")
    (['1.64 M EUR', '0.900 M EUR'], ['45,300,000 EUR', '900 EUR'])
    """
    sizes = [abs(value) for value in values if round(value)]
    scales = (s for s in SCALES if sizes and s[0] <= max(sizes) and min(sizes) >= s[0] / 1e2)
    scale, suffix = next(scales, (1.0, ""))
    if scale == 1.0:
        whole = any(size >= 1e3 for size in sizes)
        return [(money_full if whole else money)(value, currency) for value in values]
    return [
        f"{_three_digits(value / scale) if value else '0'}{suffix} {currency}" for value in values
    ]


def money_full(value: float, currency: str) -> str:
    """Return an amount to the unit, ``4,983,112 EUR``."""
    return f"{whole(value)} {currency}"


def percent(share: float) -> str:
    """
    Return a share as a percentage, with two significant digits below 1 %.

    Examples
    --------
    >>> percent(0.9234), percent(0.95), percent(0.00123), percent(0), percent(3.1e-7)
    ('92.3 %', '95 %', '0.12 %', '0 %', '0.000031 %')
    """
    value = 100.0 * share
    is_large = abs(value) >= 1.0 or value == 0.0
    text = f"{value:.1f}" if is_large else f"{Decimal(f'{value:.2g}'):f}"
    return f"{signed(text.removesuffix('.0'))} %"


def percent_used(share: float) -> str:
    """
    Return how much of a limit is used; 100 % only where nothing is left.

    Examples
    --------
    >>> percent_used(0.98), percent_used(0.99998), percent_used(1)
    ('98 %', '99.99 %', '100 %')
    """
    if not 0.9995 <= share < 1.0 - _ARITHMETIC:
        return percent(share)
    return f"{min(math.floor(1e4 * share) / 100.0, 99.99):.2f} %"


def percent_up(share: float) -> str:
    """
    Return a gap as a percentage, rounded up: never better than what was proven.

    Examples
    --------
    >>> percent_up(0.0000761), percent_up(0.00841), percent_up(2e-16), percent_up(0)
    ('0.0077 %', '0.85 %', '0.0001 %', '0 %')
    """
    if share <= 0.0:
        return "0 %"
    value = 100.0 * share
    step = max(10.0 ** (math.floor(math.log10(value)) - 1), _FINEST)
    return f"{max(math.ceil(round(value / step, 9)), 1) * step:.2g} %"


def days(value: float) -> str:
    """Return a duration, ``4.5 days``, ``120 days``; endless where nothing is used up."""
    if math.isinf(value):
        return "endless"
    text = f"{value:,.0f}" if abs(value) >= 10.0 else f"{value:.1f}".removesuffix(".0")
    return f"{signed(text)} days"


def moment(written: datetime) -> str:
    """
    Return a date and time with their zone.

    Examples
    --------
    >>> moment(datetime.fromisoformat("2026-11-22T09:15:00+01:00"))
    '2026-11-22 08:15 UTC'
    """
    return f"{written.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def per_horizon(days: int) -> str:
    """Return how an amount over a horizon is said, ``a year``, ``in 90 days``."""
    return "a year" if days == DAYS_PER_YEAR else f"in {days} days"


def count(number: int, noun: str) -> str:
    """Return a number of things, ``1 SKU``, ``1,250 SKUs``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _three_digits(value: float) -> str:
    digits = f"{value:#.3g}"
    return signed(f"{float(digits):,.0f}" if "e+" in digits else digits.removesuffix("."))
