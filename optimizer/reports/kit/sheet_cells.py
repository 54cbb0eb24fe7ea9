"""Cells as they stand in the file: every number to the last bit, every text as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellStringTuple, Worksheet

Value = str | float | None

_MOST: Final = 32_767
"""UTF-16 units in a cell, by the file format."""

_ESCAPED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"  # as in the format's ST_Xstring
)
_TEXT: Final = '<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class ExactSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """
    A sheet that writes 17 digits where 16 would round, and never takes a text for markup.

    XlsxWriter keeps 16 digits, and copies a text from ``<r>`` to ``</r>`` into the file unescaped.
    """

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        style = f' s="{cell.format._get_xf_index()}"' if cell.format else ""
        place = f'r="{_column_name(col)}{row + 1}"{style}'
        if isinstance(cell, CellStringTuple):
            self.fh.write(_TEXT.format(place=place, text=_escape(cell.string)))
        else:
            self.fh.write(f"<c {place}/>")

    def write_rows(self, first: int, columns: Sequence[Iterable[str]]) -> int:
        """
        Write whole rows of `cells_of` from a row on, and return the row after them.

        It passes by XlsxWriter's own cells, which take four times as long.
        """
        self._write_single_row(first)
        row = first
        for row, cells in enumerate(zip(*columns, strict=True), start=first + 1):
            self.fh.write(f'<row r="{row}">{"".join(cells)}</row>')
        self._check_dimensions(max(first, row - 1), len(columns) - 1)
        self.previous_row = row
        return row


def cells_of(
    values: Iterable[Value], *, first: int, col: int, number: Any, text: Any
) -> Iterator[str]:
    """
    Return the cells of a column from a row on; blank where a number is none.

    Parameters
    ----------
    number, text
        Formats of numbers, and of texts.
    """
    name, of_number, of_text = _column_name(col), number._get_xf_index(), text._get_xf_index()
    for row, value in enumerate(values, start=first + 1):
        if isinstance(value, str):
            place = f'r="{name}{row}" s="{of_text}"'
            yield _TEXT.format(place=place, text=_escape(fitted(value)))
        elif value is None or math.isnan(value):
            yield ""
        elif math.isinf(value):
            yield _TEXT.format(place=f'r="{name}{row}" s="{of_text}"', text="endless")
        else:
            yield f'<c r="{name}{row}" s="{of_number}"><v>{value!r}</v></c>'


def fitted(text: str) -> str:
    """Return a text that a cell can hold; one that is longer says how long it was."""
    if len(text) <= _MOST // 2 or _units(text) <= _MOST:
        return text
    end = f" … [cut: {len(text):,} characters]"
    room = 2 * (_MOST - len(end))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + end


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _escape(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", text).translate(_MARKUP)


@cache
def _column_name(col: int) -> str:
    name: str = xl_col_to_name(col)
    return name
