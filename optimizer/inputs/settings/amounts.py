"""An amount as people type it: 900000, 900k, 2.1M, 1.5bn."""

from __future__ import annotations

import re
from typing import Final

_POWERS: Final = {"": "", "k": "e3", "K": "e3", "M": "e6", "bn": "e9"}
_AMOUNT: Final = re.compile(r"(.*?) ?(k|K|M|bn)?", re.DOTALL)
_TWO_WAYS: Final = re.compile(r"([1-9]\d{0,2})\.(\d{3})")
_REMEDY: Final = (
    "Write an amount such as 2100000, 2.1M, 900k or 1.5bn: no currency, no commas, and a point "
    "only before decimals."
)


def parse_amount(text: str) -> float:
    """
    Return an amount: digits, a point before decimals, optionally k, M or bn.

    Raises
    ------
    ValueError
        If it is not an amount, or an ambiguous one such as ``1.500``, which some read as one and a
        half and others as one thousand five hundred; the message is the remedy.

    Examples
    --------
    >>> parse_amount("2.1M"), parse_amount("900 k"), parse_amount("1.5bn"), parse_amount("1e6")
    (2100000.0, 900000.0, 1500000000.0, 1000000.0)
    """
    number, unit = _AMOUNT.fullmatch(text).groups(default="")  # type: ignore[union-attr]
    if twice := _TWO_WAYS.fullmatch(number):
        whole, decimals = twice.groups()
        read = f"{whole}{decimals}{unit}", f"{whole}.{decimals.rstrip('0') or '0'}{unit}"
        raise ValueError(f"It can be read as {read[0]} or as {read[1]}: write one of these.")
    try:
        return float(f"{number}{_POWERS[unit]}")
    except ValueError:
        raise ValueError(_REMEDY) from None
