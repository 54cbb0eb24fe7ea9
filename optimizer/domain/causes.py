"""The groups of inputs and settings that a difference between two runs is split over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PRICES: Final = "prices"
DEMAND: Final = "demand"
LEAD_TIMES: Final = "lead times"
HAZARDS: Final = "hazards"
SOURCES: Final = "sources and suppliers"
SKUS: Final = "SKUs"
STOCK: Final = "stock on hand"
BUDGET: Final = "budget and limits"
HELD: Final = "decisions held"
SETTINGS: Final = "settings"
DRAW: Final = "draw of futures"
GAP: Final = "solver gap"

WORLD: Final = (PRICES, DEMAND, LEAD_TIMES, HAZARDS, SOURCES, SKUS, STOCK)
ASKED: Final = (BUDGET, HELD, SETTINGS)
GROUPS: Final = (*WORLD, *ASKED, DRAW)

KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(WORLD, "world"),
    **dict.fromkeys(ASKED, "asked"),
    DRAW: "sampling",
    GAP: "search",
}

SKU_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("unit_cost", "order_cost", "unit_margin", "expedite_cost", "goodwill_cost"), PRICES
    ),
    **dict.fromkeys(("downtime_cost", "obsolescence_rate"), PRICES),
    **dict.fromkeys(("demand_mean", "demand_std", "demand_mean_error", "demand_model"), DEMAND),
    **dict.fromkeys(("demand_interval_days", "demand_class", "launched", "ends"), DEMAND),
    "lock_policy": HELD,
}
"""Of a column of `Skus`; all others are the SKU itself."""
SOURCE_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("price_premium", "qualification_cost"), PRICES),
    **dict.fromkeys(("lead_time_mean", "lead_time_std", "ramp_days"), LEAD_TIMES),
    "use": HELD,
}
"""Of a column of `Sources`; all others are the source itself."""
SUPPLIER_COLUMNS: Final[Mapping[str, str]] = {
    "onboarding_cost": PRICES,
    "otif": LEAD_TIMES,
    "ttr_days": HAZARDS,
    "region": HAZARDS,
}
"""Of a column of `Suppliers`; all others are the supplier itself."""
IDLE_COLUMNS: Final = ("description", "site", "detection", "financial_risk")
"""Columns that no plan and no cost depends on."""

SECTIONS: Final[Mapping[str, str]] = {
    "demand": DEMAND,
    "hazards": HAZARDS,
    "budget": BUDGET,
    "limits": BUDGET,
    "stability": HELD,
    "scenarios": DRAW,
    **dict.fromkeys(("max_alternates", "policy_mode", "segments", "horizon", "carrying"), SETTINGS),
    **dict.fromkeys(("risk", "qualification", "onboarding", "policies"), SETTINGS),
}
"""Of a table of the settings.  No others move the best plan: how hard it is sought, reports."""
KEYS: Final[Mapping[tuple[str, str], str]] = {
    ("limits", "changes"): HELD,
    ("scenarios", "longest_days"): SETTINGS,
}
"""Of a key that is of another group than its table."""

_TABLES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "skus": (SKUS, SKU_COLUMNS),
    "sources": (SOURCES, SOURCE_COLUMNS),
    "suppliers": (SOURCES, SUPPLIER_COLUMNS),
    "tags": (HAZARDS, {}),
    "hazards": (HAZARDS, {}),
    "demand": (DEMAND, {}),
    "plan": (HELD, {}),
    "stock": (STOCK, {}),
}


def group_of(table: str, column: str, row: str) -> str:
    """
    Return the group of an input that differs, as a comparison names it; empty where it has none.

    Examples
    --------
    >>> group_of("skus", "unit_cost", "A"), group_of("settings", "value", "limits.changes")
    ('prices', 'decisions held')
    """
    if table == "settings":
        section, _, key = row.partition(".")
        return KEYS.get((section, key)) or SECTIONS.get(section, "")
    if column in IDLE_COLUMNS:
        return ""
    of_rows, of_columns = _TABLES[table]
    return of_columns.get(column, of_rows)
