"""Sheets with a row for everything: the plan, the futures, the sources."""

from __future__ import annotations

from typing import Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book
from optimizer.reports.kit.column_looks import Looks, columns
from optimizer.reports.kit.long_table import MOST, long_table

_MONEY: Final = "¤"
_PLAN: Final[Looks] = {
    "sku": ("SKU", "text", ""),
    "segment": ("Segment", "text", ""),
    "policy": ("Policy", "text", ""),
    "service_level": ("Cycle service level", "share", "share"),
    "reserve_days": ("Reserve", "days", "days"),
    "lot_factor": ("Factor on the lot", "number", ""),
    "order_quantity": ("Order quantity", "units", "units"),
    "reorder_point": ("Reorder point", "units", "units"),
    "safety_stock": ("Safety stock", "units", "units"),
    "reserve_units": ("Reserve stock", "units", "units"),
    "mean_on_hand": ("Mean on hand", "units", "units"),
    "lot_days": ("Lot", "days", "days"),
    "lot_days_min": ("Forward buy", "days", "days"),
    "cover_days": ("Cover", "days", "days"),
    "alternates": ("Alternates", "text", ""),
    "demand_mean": ("Demand", "number", "units/day"),
    "demand_std": ("Its deviation by day", "number", "units/day"),
    "demand_mean_error": ("Its standard error", "number", "units/day"),
    "demand_interval_days": ("Between demands", "days", "days"),
    "capital": ("Capital", "money", _MONEY),
    "carrying": ("Carrying", "money", _MONEY),
    "ordering": ("Ordering", "money", _MONEY),
    "purchasing": ("Purchasing", "money", _MONEY),
    "routine_stockout": ("Routine stockouts", "money", _MONEY),
    "qualification": ("Qualification", "money", _MONEY),
    "expected_loss": ("Expected loss", "money", _MONEY),
    "tail_contribution": ("Loss in the tail", "money", _MONEY),
    "fill_rate": ("Fill rate", "share", "share"),
    "demand_model": ("Law of demand", "text", ""),
    "reason": ("Why", "text", ""),
    "runner_up": ("Runner-up", "text", ""),
    "flip_price": ("Price of capital at which it flips", "number", "per unit of money"),
    "runner_up_gap": ("Runner-up dearer by", "money", _MONEY),
    "stockout_cost": ("Stockout cost", "money", f"{_MONEY}/day"),
    "flip_stockout_cost": ("Stockout cost at which it flips", "money", f"{_MONEY}/day"),
    "outage_probability": ("Primary struck within a year", "share", "share"),
    "flip_outage_probability": ("Primary struck in a year at which it flips", "share", "share"),
    "time_to_recover": ("Primary's time to recover", "days", "days"),
    "waiting_share": ("Time that somebody waits", "share", "share"),
}
_WIDE: Final = {"reason": 52.0, "runner_up": 30.0, "alternates": 26.0, "segment": 12.0}
_SCENARIOS: Final[Looks] = {
    "scenario": ("Future", "count", ""),
    "probability": ("Probability", "share", "share"),
    "loss": ("Loss", "money", _MONEY),
    "weight": ("Weight in the risk charge", "number", "share"),
}
_QUANTITIES: Final = ("order_quantity", "reorder_point", "reserve_units")
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
    "outage_rate": ("Outages", "number", "1/year"),
    "break_even_rate": ("Break-even outage rate", "number", "1/year"),
}


def plan(book: Book, tables: RunTables, currency: str, *, most: int = MOST) -> None:
    """Write the plan, every column of it, in the order of the run's own table."""
    table = tables.plan
    whole = {name for name in _QUANTITIES if (table[name] % 1.0 == 0.0).all()}
    looks: Looks = {
        name: (label, "count" if name in whole else kind, unit)
        for name, (label, kind, unit) in _PLAN.items()
    }
    long_table(book, "Plan", table, columns(looks, currency, _WIDE), most=most, pages=2)


def futures(book: Book, tables: RunTables, currency: str) -> None:
    """Write what the plan loses in every future."""
    long_table(book, "Futures", tables.scenarios, columns(_SCENARIOS, currency, _WIDE))


def sources(book: Book, tables: RunTables, currency: str) -> None:
    """Write what to qualify, whom to onboard, and from which outage rate on each pays."""
    long_table(book, "Qualify", tables.qualifications, columns(_QUALIFY, currency, _WIDE))
    long_table(book, "Onboard", tables.onboardings, columns(_ONBOARD, currency, _WIDE))
    long_table(book, "Break-even", tables.break_even, columns(_BREAK_EVEN, currency, _WIDE))
