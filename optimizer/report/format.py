"""Numbers as people read them: units, thousands separators, no more digits than they bear."""

from __future__ import annotations

import math
from typing import Final

_SCALES: Final = ((1e9, " bn"), (1e6, " M"))


def compact(value: float) -> str:
    """
    Return three significant digits from a million on and below a thousand, whole units between.

    Examples
    --------
    >>> compact(4_983_000), compact(999_999.7), compact(92_512.4), compact(0.2345), compact(0)
    ('4.98 M', '1.00 M', '92,512', '0.234', '0')
    """
    for scale, suffix in _SCALES:
        if abs(round(value)) >= scale:
            return _three_digits(value / scale) + suffix
    if abs(value) >= 1e3:
        return f"{value:,.0f}"
    return _three_digits(value) if value else "0"


def money(value: float, currency: str) -> str:
    """Return an amount in brief, ``4.98 M EUR``."""
    return f"{compact(value)} {currency}"


def money_full(value: float, currency: str) -> str:
    """Return an amount to the unit, ``4,983,112 EUR``."""
    return f"{value:,.0f} {currency}"


def percent(share: float) -> str:
    """
    Return a share as a percentage, with two significant digits below 1 %.

    Examples
    --------
    >>> percent(0.9234), percent(0.95), percent(0.00123), percent(0)
    ('92.3 %', '95 %', '0.12 %', '0 %')
    """
    value = 100.0 * share
    text = f"{value:.1f}" if abs(value) >= 1.0 or value == 0.0 else f"{value:.2g}"
    return f"{text.removesuffix('.0')} %"


def percent_up(share: float) -> str:
    """
    Return a gap as a percentage, rounded up: never better than what was proven.

    Examples
    --------
    >>> percent_up(0.0000761), percent_up(0.00841), percent_up(0)
    ('0.0077 %', '0.85 %', '0 %')
    """
    if share <= 0.0:
        return "0 %"
    value = 100.0 * share
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return f"{math.ceil(round(value / step, 9)) * step:.2g} %"


def days(value: float) -> str:
    """Return a duration, ``4.5 days``, ``120 days``; endless where nothing is used up."""
    if math.isinf(value):
        return "endless"
    text = f"{value:,.0f}" if abs(value) >= 10.0 else f"{value:.1f}".removesuffix(".0")
    return f"{text} days"


def count(number: int, noun: str) -> str:
    """Return a number of things, ``1 SKU``, ``1,250 SKUs``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _three_digits(value: float) -> str:
    digits = f"{value:#.3g}"
    return f"{float(digits):,.0f}" if "e+" in digits else digits.removesuffix(".")
