"""Sheets with a row for everything: the plan, the futures, the sources."""

from __future__ import annotations

from typing import Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book
from optimizer.reports.kit.column_looks import KNOWN, Looks, columns
from optimizer.reports.kit.long_table import MOST, long_table
from optimizer.reports.kit.measures import Kind

_WIDE: Final = {"reason": 52.0, "runner_up": 30.0, "alternates": 26.0, "segment": 12.0}
_QUANTITIES: Final = ("order_quantity", "reorder_point", "reserve_units")
_COMPUTED: Final[dict[str, tuple[str, Kind, str]]] = {
    "safety_stock": ("Safety stock", "units", "units")
}
_BREAK_EVEN: Final[Looks] = {"saving": ("Saves", "money", "¤/year")}


def plan(book: Book, tables: RunTables, currency: str, *, most: int = MOST) -> None:
    """Write the plan, every column of it, in the order of the run's own table."""
    table = tables.plan
    whole = {name for name in _QUANTITIES if (table[name] % 1.0 == 0.0).all()}
    looks: Looks = _COMPUTED | {name: (KNOWN[name][0], "count", KNOWN[name][2]) for name in whole}
    long_table(book, "Plan", table, columns(looks, currency, _WIDE), most=most, pages=2)


def futures(book: Book, tables: RunTables, currency: str) -> None:
    """Write what the plan loses in every future."""
    long_table(book, "Futures", tables.scenarios, columns({}, currency, _WIDE))


def sources(book: Book, tables: RunTables, currency: str) -> None:
    """Write what to qualify, whom to onboard, and from which outage rate on each pays."""
    long_table(book, "Qualify", tables.qualifications, columns({}, currency, _WIDE))
    long_table(book, "Onboard", tables.onboardings, columns({}, currency, _WIDE))
    long_table(book, "Break-even", tables.break_even, columns(_BREAK_EVEN, currency, _WIDE))
