"""Columns of numbers that grow row by row, each row found by its code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar, cast

import numpy as np

from optimizer.domain.arrays import IntArray

_Rows = TypeVar("_Rows", bound=tuple[Any, ...])


class RowsByCode(Generic[_Rows]):
    """
    Rows gathered so far, in room that grows by half; `row` finds one by its code.

    Attributes
    ----------
    rows
        Named columns, the codes first, in the order in which they came; only the first `len` count.
    """

    def __init__(self, nothing: _Rows) -> None:
        self.rows = nothing
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
            self.rows = self._of(_grown(column, begin, end + end // 2) for column in self.rows)
        for room, column in zip(self.rows, found, strict=True):
            room[begin:end] = column
        code = np.concatenate([self._code, found[0]])
        order = np.argsort(code, kind="stable")
        self._code, self._row = (
            code[order],
            np.concatenate([self._row, np.arange(begin, end)])[order],
        )

    def _of(self, columns: Iterable[Any]) -> _Rows:
        return cast(_Rows, cast(Any, type(self.rows))(*columns))


def _grown(column: Any, filled: int, size: int) -> Any:
    room = np.zeros((size, *column.shape[1:]), column.dtype)
    room[:filled] = column[:filled]
    return room
