"""Columns of numbers that grow row by row, each row found by its code."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

import numpy as np

from optimizer.domain.arrays import IntArray

_Rows = TypeVar("_Rows", bound=tuple[Any, ...])


class RowsByCode(Generic[_Rows]):
    """
    Rows gathered so far; `row` finds one by its code.

    Parameters
    ----------
    nothing
        The columns without rows.
    room
        For so many rows; it grows by half where they are more.  What is not filled takes no memory.

    Attributes
    ----------
    rows
        Named columns, the codes first, in the order in which they came; only the first `len` count.
    """

    def __init__(self, nothing: _Rows, room: int) -> None:
        self.rows = self._of(nothing, room)
        self._code, self._row = nothing[0], np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._code)

    def missing(self, code: IntArray) -> IntArray:
        """Return the codes that are not here, each once, ascending."""
        code = np.sort(code)  # np.unique hashes, which takes longer
        code = code[np.diff(code, prepend=-1) > 0]
        here = np.append(self._code, -1)[np.searchsorted(self._code, code)]
        return np.asarray(code[here != code])

    def row(self, code: IntArray) -> IntArray:
        """Return the rows of codes that are here."""
        return self._row[np.searchsorted(self._code, code)]

    def add(self, found: _Rows) -> None:
        """Append rows that are not here, their codes ascending."""
        begin, end = len(self), len(self) + len(found[0])
        if end > len(self.rows[0]):
            self.rows = self._of(self.rows, end + end // 2)
        for room, column in zip(self.rows, found, strict=True):
            room[begin:end] = column
        code = np.concatenate([self._code, found[0]])
        order = np.argsort(code, kind="stable")
        self._code, self._row = (
            code[order],
            np.concatenate([self._row, np.arange(begin, end)])[order],
        )

    def _of(self, rows: _Rows, room: int) -> _Rows:
        """Return the rows there are, in room for so many."""
        columns = [np.zeros((room, *column.shape[1:]), column.dtype) for column in rows]
        for column, filled in zip(columns, rows, strict=True):
            column[: len(filled)] = filled
        return cast(_Rows, cast(Any, type(rows))(*columns))
