"""How the columns of a long table look: name, kind of number and unit, by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from optimizer.reports.kit.book import Kind, SheetColumn

Looks = Mapping[str, tuple[str, Kind, str]]
"""Label, kind and unit of columns by name; the currency stands as `¤`."""

EACH: Final = "¤/¤"
PLANS: Final[Looks] = {
    "run": ("Run", "text", ""),
    "status": ("Status", "text", ""),
    "stopped_by": ("Stopped by", "text", ""),
    "objective": ("Cost", "money", "¤"),
    "expected_cost": ("Expected cost", "money", "¤"),
    "risk_charge": ("Risk charge", "money", "¤"),
    "bound": ("Proven bound", "money", "¤"),
    "gap": ("Proven gap", "gap", "share"),
    "capital_used": ("Capital used", "money", "¤"),
    "capital_price": ("1 more saves, by the relaxation", "small", EACH),
    "carrying": ("Carrying", "money", "¤"),
    "ordering": ("Ordering", "money", "¤"),
    "purchasing": ("Purchasing", "money", "¤"),
    "routine_stockout": ("Routine stockouts", "money", "¤"),
    "qualification": ("Qualification", "money", "¤"),
    "onboarding": ("Onboarding", "money", "¤"),
    "expected_loss": ("Expected loss", "money", "¤"),
    "var": ("VaR", "money", "¤"),
    "cvar": ("CVaR", "money", "¤"),
    "fill_rate": ("Fill rate", "share", "share"),
    "turns": ("Turns", "amount", "1/year"),
}
"""What plans side by side have in common, of budgets and of what-ifs."""


def columns(looks: Looks, currency: str, widths: Mapping[str, float]) -> dict[str, SheetColumn]:
    """Return the columns as a table takes them; one without a width has its kind's own."""
    return {
        name: SheetColumn(
            label=label, kind=kind, unit=unit.replace("¤", currency), width=widths.get(name, 0.0)
        )
        for name, (label, kind, unit) in looks.items()
    }
