"""What one more unit of something scarce saves: of the cost, and of the expected cost in it."""

from __future__ import annotations

from typing import Final

from optimizer.reports.kit.format import money

_ROUNDING: Final = 1e-9  # relative


def saves(
    price: float, expected: float | None, currency: str, per_horizon: str, against: str = "more"
) -> str:
    """
    Return what one more unit saves, as the end of a clause that says so.

    Parameters
    ----------
    price
        Of the objective. [currency]
    expected
        How much of it is expected cost; None where that is not known. [currency]
    against
        What the part of the other sign is; ``less`` where the price is a cost and no saving.

    Examples
    --------
    >>> saves(0.52, 0.175, "EUR", "a year")
    '0.520 EUR a year: 0.175 EUR of expected cost and 0.345 EUR of risk charge'
    >>> saves(0.5, 0.6, "EUR", "a year")
    '0.500 EUR a year: 0.600 EUR of expected cost, against 0.100 EUR more of risk charge'
    >>> saves(0.5, -0.1, "EUR", "a year")
    '0.500 EUR a year: 0.600 EUR of risk charge, against 0.100 EUR more of expected cost'
    >>> saves(0.5, 0.5, "EUR", "a year"), saves(0.5, None, "EUR", "a year")
    ('0.500 EUR a year of expected cost', '0.500 EUR a year of expected cost and risk charge')
    """
    saved = f"{money(price, currency)} {per_horizon}"
    if expected is None:
        return f"{saved} of expected cost and risk charge"
    charge = price - expected
    if abs(charge) <= _ROUNDING * abs(price):
        return f"{saved} of expected cost"
    amount, rest = (money(abs(part), currency) for part in (expected, charge))
    if expected < 0.0:
        return f"{saved}: {rest} of risk charge, against {amount} {against} of expected cost"
    if charge < 0.0:
        return f"{saved}: {amount} of expected cost, against {rest} {against} of risk charge"
    return f"{saved}: {amount} of expected cost and {rest} of risk charge"
