"""Cells as they stand in the file: every number to the last bit, every text as text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

_MOST: Final = 32_767
"""UTF-16 units in a cell, by the file format."""

_ESCAPED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"  # as in the format's ST_Xstring
)
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class ExactSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """
    A sheet that writes 17 digits where 16 would round, and never takes a text for markup.

    XlsxWriter keeps 16 digits, and copies a text from ``<r>`` to ``</r>`` into the file unescaped.
    """

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        style = f' s="{cell.format._get_xf_index()}"' if cell.format else ""
        place = f'r="{_column_name(col)}{row + 1}"{style}'
        if isinstance(cell, CellNumberTuple):
            self.fh.write(f"<c {place}><v>{cell.number!r}</v></c>")
        elif isinstance(cell, CellStringTuple):
            text = _escape(cell.string)
            self.fh.write(
                f'<c {place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            )
        else:
            self.fh.write(f"<c {place}/>")


def fitted(text: str) -> str:
    """Return a text that a cell can hold; one that is longer says how long it was."""
    text = text.encode("utf-8", "replace").decode("utf-8")
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
