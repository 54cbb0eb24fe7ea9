"""A table of measures, which the page and the workbook each write in their own way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from optimizer.reports.kit.book import Sheet, SheetColumn, Span
from optimizer.reports.kit.format import NONE, compact, days, money, percent, percent_up, whole
from optimizer.reports.kit.measures import (
    CURRENCY,
    Kind,
    Measure,
    measures_of,
    policy_words,
)

_TEXTS: Final = ("text", "option", "plain")
_WRITTEN: Final[Mapping[Kind, Callable[[float], str]]] = {
    "share": percent,
    "gap": percent_up,
    "days": days,
    "count": whole,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTable:
    """
    Rows of figures.

    Attributes
    ----------
    columns
        Names of measures; the first one names the row.
    rows
        Their values by name, None or not finite where there is none; a text stands as it is.
    currency
        Of every amount.
    own
        Columns that this table calls otherwise.
    """

    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    currency: str
    own: Mapping[str, Measure] = field(default_factory=dict)

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """The labels, and whether numbers stand below them."""
        return [(_heading(m), m.kind not in _TEXTS) for m in self._measures.values()]

    @property
    def cells(self) -> list[list[str]]:
        """The values as people read them."""
        return [
            [said(row[name], measure, self.currency) for name, measure in self._measures.items()]
            for row in self.rows
        ]

    @property
    def printed(self) -> tuple[list[str], list[list[str]]]:
        """Headings and cells as a terminal prints them: nothing where there is no value."""
        headings = [measure.within for measure in self._measures.values()]
        return headings, [["" if cell == NONE else cell for cell in row] for row in self.cells]

    def write(self, sheet: Sheet, *, most: int | None = None) -> Span:
        """Write the first rows below a header, every number to the last bit."""
        return sheet.table(self._sheet_columns, self.values[:most])

    def add(self, sheet: Sheet) -> Span:
        """Write the rows below those of a table with the same columns."""
        return sheet.values(self._sheet_columns, self.values)

    @property
    def values(self) -> list[list[Any]]:
        """The values, row by row."""
        return [[row[name] for name in self.columns] for row in self.rows]

    @property
    def _sheet_columns(self) -> list[SheetColumn]:
        return [SheetColumn.of(measure, self.currency) for measure in self._measures.values()]

    @property
    def _measures(self) -> dict[str, Measure]:
        return measures_of(self.columns, self.own)


def said(value: Any, measure: Measure, currency: str) -> str:
    """
    Return a value as people read it.

    Examples
    --------
    >>> from optimizer.reports.kit.measures import MEASURES
    >>> said(0.974, MEASURES["fill_rate"], "EUR"), said(1.5, MEASURES["capital_price"], "EUR")
    ('97.4 %', '1.50 EUR')
    >>> said(None, MEASURES["fill_rate"], "EUR"), said("infeasible", MEASURES["regret"], "EUR")
    ('–', 'infeasible')
    """
    if measure.kind == "option":
        return policy_words(str(value))
    if value is None or value == "":
        return NONE
    if isinstance(value, str) or measure.kind in _TEXTS:
        return str(value)
    return NONE if math.isnan(value) else _number(float(value), measure, currency)


def _number(value: float, measure: Measure, currency: str) -> str:
    if measure.kind == "money" or CURRENCY in measure.unit:
        return money(value, currency)
    if measure.kind in _WRITTEN:
        return _WRITTEN[measure.kind](value)
    return compact(value) if math.isfinite(value) else NONE


def _heading(measure: Measure) -> str:
    """Return the label, with its unit where the cells do not say it."""
    says = measure.kind in {"money", "share", "gap", "days"} or CURRENCY in measure.unit
    return measure.label if says or not measure.unit else f"{measure.label} [{measure.unit}]"
