"""Sheets with a row for everything: the plan, the scenarios, the sources."""

from __future__ import annotations

from typing import Final

from optimizer.domain.run import RunTables
from optimizer.report.excel.book import Book
from optimizer.report.excel.long import MOST, long_table
from optimizer.report.excel.looks import Looks, columns

_MONEY: Final = "¤"
_PLAN: Final[Looks] = {
    "sku": ("SKU", "text", ""),
    "segment": ("Segment", "text", ""),
    "policy": ("Policy", "text", ""),
    "service_level": ("Cycle service level", "share", "share"),
    "reserve_days": ("Reserve", "days", "days"),
    "order_quantity": ("Order quantity", "amount", "units"),
    "reorder_point": ("Reorder point", "amount", "units"),
    "safety_stock": ("Safety stock", "amount", "units"),
    "reserve_units": ("Reserve stock", "amount", "units"),
    "mean_on_hand": ("Mean on hand", "amount", "units"),
    "assured_days": ("Assured cover", "days", "days"),
    "lot_days": ("Lot", "days", "days"),
    "lot_days_min": ("Forward buy", "days", "days"),
    "cover_days": ("Cover", "days", "days"),
    "alternates": ("Alternates", "text", ""),
    "capital": ("Capital", "money", _MONEY),
    "carrying": ("Carrying", "money", _MONEY),
    "ordering": ("Ordering", "money", _MONEY),
    "purchasing": ("Purchasing", "money", _MONEY),
    "routine_stockout": ("Routine stockouts", "money", _MONEY),
    "qualification": ("Qualification", "money", _MONEY),
    "expected_loss": ("Expected loss", "money", _MONEY),
    "tail_contribution": ("Loss in the tail", "money", _MONEY),
    "fill_rate": ("Fill rate", "share", "share"),
    "reason": ("Why", "text", ""),
    "runner_up": ("Runner-up", "text", ""),
    "flip_price": ("Price of capital at which it flips", "small", "per unit of money"),
    "runner_up_gap": ("Runner-up dearer by", "money", _MONEY),
    "stockout_cost": ("Stockout cost", "money", f"{_MONEY}/day"),
    "flip_stockout_cost": ("Stockout cost at which it flips", "money", f"{_MONEY}/day"),
    "outage_probability": ("Primary out in a year", "share", "share"),
    "flip_outage_probability": ("Primary out in a year at which it flips", "share", "share"),
    "time_to_recover": ("Primary's time to recover", "days", "days"),
}
_WIDE: Final = {"reason": 52.0, "runner_up": 30.0, "alternates": 26.0, "segment": 12.0}
_SCENARIOS: Final[Looks] = {
    "scenario": ("Scenario", "count", ""),
    "probability": ("Probability", "share", "share"),
    "loss": ("Loss", "money", _MONEY),
    "weight": ("Weight in the relaxation", "small", "share"),
}
_QUALIFY: Final[Looks] = {
    "sku": ("SKU", "text", ""),
    "supplier": ("Supplier to qualify", "text", ""),
    "cost": ("Cost, once", "money", _MONEY),
}
_ONBOARD: Final[Looks] = {
    "supplier": ("Supplier to onboard", "text", ""),
    "cost": ("Cost, once", "money", _MONEY),
    "skus": ("SKUs it backs", "count", ""),
}
_BREAK_EVEN: Final[Looks] = {
    "kind": ("What is bought", "text", ""),
    "sku": ("SKU", "text", ""),
    "supplier": ("Supplier", "text", ""),
    "cost": ("Cost, once", "money", _MONEY),
    "saving": ("Saves", "money", f"{_MONEY}/year"),
    "outage_rate": ("Outages", "small", "1/year"),
    "break_even_rate": ("Pays from", "small", "1/year"),
}


def plan(book: Book, tables: RunTables, currency: str, *, most: int = MOST) -> None:
    """Write the plan, every column of it, in the order of the run's own table."""
    long_table(book, "Plan", tables.plan, columns(_PLAN, currency, _WIDE), most=most, pages=2)


def scenarios(book: Book, tables: RunTables, currency: str) -> None:
    """Write what the plan loses in every scenario."""
    long_table(book, "Scenarios", tables.scenarios, columns(_SCENARIOS, currency, _WIDE))


def sources(book: Book, tables: RunTables, currency: str) -> None:
    """Write what to qualify, whom to onboard, and from which outage rate on each pays."""
    long_table(book, "Qualify", tables.qualifications, columns(_QUALIFY, currency, _WIDE))
    long_table(book, "Onboard", tables.onboardings, columns(_ONBOARD, currency, _WIDE))
    long_table(book, "Break-even", tables.break_even, columns(_BREAK_EVEN, currency, _WIDE))
