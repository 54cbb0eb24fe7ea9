"""What a run is without: the SKUs set aside because they cannot be planned."""

from __future__ import annotations

from optimizer.domain.manifest import SetAside
from optimizer.reports.kit.format import count, money


def set_aside_sentences(aside: SetAside | None, currency: str) -> list[str]:
    """Say how much was set aside, why, and what became of the capital in it."""
    if aside is None:
        return []
    if not aside.problems:
        return ["Nothing had to be set aside."]
    strangers = f", {aside.strangers:,} in rows that name none of its SKUs" * bool(aside.strangers)
    said = (
        f"Not in this plan: {aside.skus:,} of {count(aside.of, 'SKU')} were set aside for "
        f"{count(aside.problems, 'problem')}{strangers}; set_aside.csv lists every one. "
        f"{_capital(aside, currency)}"
    )
    return [said]


def _capital(aside: SetAside, currency: str) -> str:
    known = money(aside.capital, currency)
    unknown = f"; of {aside.unknown:,} of them it is not known" if aside.unknown else ""
    if aside.reserved is None:
        return f"They tie up {known} today{unknown}; no budget was reduced by it."
    if aside.reserved < aside.capital:
        known = f"{money(aside.reserved, currency)} of {known}"
    return f"The {known} that they tie up today is reserved: taken off the budget{unknown}."
