"""A table as long as it likes, on sheets of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd
from pandas.api.types import is_numeric_dtype

from optimizer.reports.kit.book import Book, Sheet, SheetColumn
from optimizer.reports.kit.measures import MEASURES, Kind, Measure
from optimizer.reports.kit.sheet_cells import Value

MOST: Final = 1_048_574
"""Rows of a sheet below the two of its header, by the file format."""

_WIDTH: Final = {"text": 22.0, "option": 22.0, "share": 13.0, "count": 11.0, "days": 13.0}
_A3: Final = 8
_PORTRAIT: Final = 100.0  # characters that fit on upright paper
_CHUNK: Final = 10_000


def long_table(
    book: Book,
    name: str,
    table: pd.DataFrame,
    currency: str,
    widths: Mapping[str, float],
    *,
    own: Mapping[str, Measure] | None = None,
    most: int = MOST,
    pages: int = 1,
) -> None:
    """
    Write a table with its header in view and a filter on every column.

    A column that is no measure is written under its own name.

    Parameters
    ----------
    widths
        Of columns, in characters; the others have their kind's own.
    own
        What the table calls otherwise than `MEASURES` does.
    most
        Rows of a sheet; the rest goes to the next.
    pages
        How many pages wide it prints.
    """
    known = {**MEASURES, **(own or {})}
    columns = [
        SheetColumn.of(known.get(key) or _plain(key, table[key]), currency, widths.get(key, 0.0))
        for key in map(str, table)
    ]
    starts = range(0, len(table), most) or [0]
    for number, start in enumerate(starts, start=1):
        sheet = book.sheet(name if number == 1 else f"{name} {number}")
        part = table.iloc[start : start + most]
        sheet.header(columns)
        sheet.columns(columns, [_values(part[key]) for key in part])
        if part.empty:
            sheet.none()
        _lay_out(sheet, columns, pages)


def _lay_out(sheet: Sheet, columns: list[SheetColumn], pages: int) -> None:
    widths = [column.width or _WIDTH.get(column.kind, 15.0) for column in columns]
    sheet.widths(*widths)
    sheet.sheet.freeze_panes(2, 1)
    sheet.sheet.autofilter(1, 0, max(2, sheet.row - 1), len(columns) - 1)
    sheet.sheet.repeat_rows(0, 1)
    if sum(widths) < _PORTRAIT:
        sheet.sheet.set_portrait()
    if pages > 1:
        sheet.sheet.set_paper(_A3)
        sheet.sheet.fit_to_pages(pages, 0)
        sheet.sheet.repeat_columns(0, 0)


def _plain(name: str, values: pd.Series[Any]) -> Measure:
    kind: Kind = "number" if is_numeric_dtype(values) else "text"
    return Measure(label=name, kind=kind)


def _values(column: pd.Series[Any]) -> Iterator[Value]:
    """Return the values in parts, so that a million rows fit beside the table."""
    plain = column if is_numeric_dtype(column) else column.fillna("").astype(str)
    for start in range(0, len(plain), _CHUNK):
        yield from plain.iloc[start : start + _CHUNK].tolist()
