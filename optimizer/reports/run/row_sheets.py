"""Sheets with a row for everything: the plan, the futures, the sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from optimizer.domain.run import RunTables
from optimizer.reports.kit.book import Book
from optimizer.reports.kit.long_table import MOST, long_table
from optimizer.reports.kit.measures import MEASURES, Measure

_WIDE: Final = {"reason": 52.0, "runner_up": 30.0, "alternates": 26.0, "segment": 12.0}
_QUANTITIES: Final = ("order_quantity", "reorder_point", "reserve_units")
_COMPUTED: Final = {"safety_stock": replace(MEASURES["safety_stock"], kind="units")}
_BREAK_EVEN: Final = {"saving": Measure(label="Saves", kind="money", unit="¤/year")}


def plan(book: Book, tables: RunTables, currency: str, *, most: int = MOST) -> None:
    """Write the plan, every column of it, in the order of the run's own table."""
    table = tables.plan
    whole = {name for name in _QUANTITIES if (table[name] % 1.0 == 0.0).all()}
    counted = {name: replace(MEASURES[name], kind="count") for name in whole}
    own = _COMPUTED | counted
    long_table(book, "Plan", table, currency, _WIDE, own=own, most=most, pages=2)


def futures(book: Book, tables: RunTables, currency: str) -> None:
    """Write what the plan loses in every future."""
    long_table(book, "Futures", tables.scenarios, currency, _WIDE)


def sources(book: Book, tables: RunTables, currency: str) -> None:
    """Write what to qualify, whom to onboard, and from which outage rate on each pays."""
    long_table(book, "Qualify", tables.qualifications, currency, _WIDE)
    long_table(book, "Onboard", tables.onboardings, currency, _WIDE)
    long_table(book, "Break-even", tables.break_even, currency, _WIDE, own=_BREAK_EVEN)
