"""A table of measures, which the page and the workbook each write in their own way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from optimizer.reports.kit.book import Sheet, SheetColumn, Span
from optimizer.reports.kit.format import NONE, compact, days, money, percent, percent_up, whole
from optimizer.reports.kit.measures import CURRENCY, MEASURES, Measure, policy_words

_TEXTS: Final = ("text", "option", "plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTable:
    """
    Rows of figures.

    Attributes
    ----------
    columns
        Names of measures; the first one names the row.
    rows
        Their values by name, None or not finite where there is none.
    currency
        Of every amount.
    """

    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    currency: str

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """The labels, and whether numbers stand below them."""
        return [(_heading(m), m.kind not in _TEXTS) for m in self._measures]

    @property
    def cells(self) -> list[list[str]]:
        """The values as people read them."""
        return [
            [
                said(row[name], measure, self.currency)
                for name, measure in zip(self.columns, self._measures, strict=True)
            ]
            for row in self.rows
        ]

    def write(self, sheet: Sheet, *, most: int | None = None) -> Span:
        """Write the first rows below a header, every number to the last bit."""
        columns = [
            SheetColumn(label=m.label, kind=m.kind, unit=m.in_currency(self.currency))
            for m in self._measures
        ]
        rows = [[row[name] for name in self.columns] for row in self.rows[:most]]
        return sheet.table(columns, rows)

    @property
    def _measures(self) -> list[Measure]:
        return [MEASURES[name] for name in self.columns]


def said(value: Any, measure: Measure, currency: str) -> str:
    """
    Return a value as people read it.

    Examples
    --------
    >>> said(0.974, MEASURES["fill_rate"], "EUR"), said(None, MEASURES["fill_rate"], "EUR")
    ('97.4 %', '–')
    """
    if measure.kind in {"text", "plain"}:
        return str(value) if value not in {None, ""} else NONE
    if measure.kind == "option":
        return policy_words(str(value))
    if value is None or math.isnan(value):
        return NONE
    return _number(float(value), measure, currency)


def _number(value: float, measure: Measure, currency: str) -> str:
    match measure.kind:
        case "money":
            return money(value, currency)
        case "share":
            return percent(value)
        case "gap":
            return percent_up(value)
        case "days":
            return days(value)
        case "count":
            return whole(value)
        case _:
            return compact(value) if math.isfinite(value) else NONE


def _heading(measure: Measure) -> str:
    """Return the label, with its unit where the cells do not say it."""
    says = measure.kind in {"money", "share", "gap", "days"} or CURRENCY in measure.unit
    return measure.label if says or not measure.unit else f"{measure.label} [{measure.unit}]"
