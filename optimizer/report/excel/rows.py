"""Sheets with a row for everything: the plan, the scenarios, the sources."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Final

import pandas as pd
from pandas.api.types import is_numeric_dtype

from optimizer.domain.run import RunTables
from optimizer.report.excel.book import Book, Column, Kind, Value, long_table

_MONEY: Final = "currency"
_PLAN: Final[dict[str, tuple[str, Kind, str]]] = {
    "sku": ("SKU", "text", ""),
    "segment": ("Segment", "text", ""),
    "policy": ("Policy", "text", ""),
    "service_level": ("Cycle service level", "share", "share"),
    "reserve_days": ("Reserve", "days", "days"),
    "order_quantity": ("Order quantity", "amount", "units"),
    "reorder_point": ("Reorder point", "amount", "units"),
    "safety_stock": ("Safety stock", "amount", "units"),
    "reserve_units": ("Reserve", "amount", "units"),
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
_WIDE: Final = {"reason": 52.0, "runner_up": 30.0, "alternates": 26.0, "segment": 11.0}
_SCENARIOS: Final[dict[str, tuple[str, Kind, str]]] = {
    "scenario": ("Scenario", "count", ""),
    "probability": ("Probability", "share", "share"),
    "loss": ("Loss", "money", _MONEY),
    "weight": ("Weight in the relaxation", "small", "share"),
}
_QUALIFY: Final[dict[str, tuple[str, Kind, str]]] = {
    "sku": ("SKU", "text", ""),
    "supplier": ("Supplier to qualify", "text", ""),
    "cost": ("Cost, once", "money", _MONEY),
}
_ONBOARD: Final[dict[str, tuple[str, Kind, str]]] = {
    "supplier": ("Supplier to onboard", "text", ""),
    "cost": ("Cost, once", "money", _MONEY),
    "skus": ("SKUs it backs", "count", ""),
}
_BREAK_EVEN: Final[dict[str, tuple[str, Kind, str]]] = {
    "kind": ("What is bought", "text", ""),
    "sku": ("SKU", "text", ""),
    "supplier": ("Supplier", "text", ""),
    "cost": ("Cost, once", "money", _MONEY),
    "saving": ("Saves", "money", f"{_MONEY}/year"),
    "outage_rate": ("Outages", "small", "1/year"),
    "break_even_rate": ("Pays from", "small", "1/year"),
}


def plan(book: Book, tables: RunTables, currency: str, *, most: int = 1_048_574) -> None:
    """Write the plan, every column of it, in the order of the run's own table."""
    columns = _columns(tables.plan, _PLAN, currency)
    long_table(book, "Plan", columns, Rows(tables.plan), most=most, pages=2)


def scenarios(book: Book, tables: RunTables, currency: str) -> None:
    """Write what the plan loses in every scenario."""
    table = tables.scenarios
    long_table(book, "Scenarios", _columns(table, _SCENARIOS, currency), Rows(table))


def sources(book: Book, tables: RunTables, currency: str) -> None:
    """Write what to qualify, whom to onboard, and from which outage rate on each pays."""
    for name, table, known in (
        ("Qualify", tables.qualifications, _QUALIFY),
        ("Onboard", tables.onboardings, _ONBOARD),
        ("Break-even", tables.break_even, _BREAK_EVEN),
    ):
        long_table(book, name, _columns(table, known, currency), Rows(table))


class Rows(Sequence[list[Value]]):
    """The rows of a table, made as they are written: a million of them fit."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, part: Any) -> Any:
        return Rows(self._table.iloc[part])

    def __iter__(self) -> Iterator[list[Value]]:
        columns = [_values(self._table[name]) for name in self._table]
        return (list(row) for row in zip(*columns, strict=True))


def _values(column: pd.Series[Any]) -> list[Value]:
    values = column if is_numeric_dtype(column) else column.fillna("").astype(str)
    return list(values.tolist())


def _columns(
    table: pd.DataFrame, known: dict[str, tuple[str, Kind, str]], currency: str
) -> list[Column]:
    """Return a column for each of the table's; one this version does not know keeps its name."""
    return [_column(name, table[name], known, currency) for name in table]


def _column(
    name: Hashable, values: pd.Series[Any], known: dict[str, tuple[str, Kind, str]], currency: str
) -> Column:
    key = str(name)
    other: tuple[str, Kind, str] = (key, "small" if is_numeric_dtype(values) else "text", "")
    label, kind, unit = known.get(key, other)
    return Column(
        label=label,
        kind=kind,
        unit=unit.replace(_MONEY, currency),
        width=_WIDE.get(key, 0.0),
    )
