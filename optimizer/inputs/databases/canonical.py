"""A table of a database as a CSV file whose bytes depend only on its content."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import IntArray
from optimizer.inputs.databases.database import Unreadable
from optimizer.inputs.databases.written import Write

MOST_BYTES: Final = 4 * 2**30
_AT_ONCE: Final = 50_000
_SHOWN: Final = {
    "bytes": "binary data, or text that is not UTF-8",
    "dict": "JSON",
    "list": "a list",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Values of one type that a column cannot have: how many, and where the first stands."""

    column: str
    what: str
    number: int
    row: int


@dataclass(slots=True)
class _Column:
    """The cells of a column so far, as text, and by type the rows of values that are refused."""

    title: str
    writers: Mapping[type, Write]
    parts: list[pa.Array] = field(default_factory=list)
    refused: dict[type, list[int]] = field(default_factory=dict)

    def add(self, values: Sequence[Any], first: int) -> int:
        """Take the values of some rows, from row `first` on; return the bytes they take."""
        writers = self.writers
        try:
            texts = [writers[type(value)](value) for value in values]
        except (KeyError, TypeError):
            texts = [self._text(value, row) for row, value in enumerate(values, start=first)]
        self.parts.append(pa.array(texts, pa.large_string()))
        return int(self.parts[-1].nbytes)

    def _text(self, value: Any, row: int) -> str:
        try:
            return self.writers[type(value)](value)
        except (KeyError, TypeError):
            self.refused.setdefault(type(value), []).append(row)
            return ""

    def refusals(self, place: IntArray) -> Iterator[Refused]:
        """Yield what is refused, by type; `place` is the row in the file of every row."""
        for kind, rows in self.refused.items():
            what = _SHOWN.get(kind.__name__, f"values of the type {kind.__name__}")
            yield Refused(self.title, what, len(rows), int(place[rows].min()) + 1)


def write_canonical(
    path: Path,
    columns: Mapping[str, Mapping[type, Write]],
    unknown: Sequence[str],
    key: Sequence[str],
    batches: Iterable[Sequence[Sequence[Any]]],
) -> list[Refused]:
    """
    Write a table, its rows in the order of their key, then of their other cells, byte by byte.

    Parameters
    ----------
    columns
        By title, in the order of the file, how the values of each are written.
    unknown
        Titles of other columns, which are left empty.
    key
        Titles of columns by which the rows are ordered first.
    batches
        Rows, with a value for each column.

    Raises
    ------
    Unreadable
        If it takes too much memory.
    """
    read = [_Column(title, writers) for title, writers in columns.items()]
    rows, size = 0, 0
    for batch in batches:
        values = list(zip(*batch, strict=True))
        size += sum(column.add(cells, rows) for column, cells in zip(read, values, strict=False))
        rows += len(batch)
        if size > MOST_BYTES:
            rule = f"has more than {MOST_BYTES / 2**30:.0f} GB of text"
            raise Unreadable(rule, "Offer a view of the rows and columns that a plan needs.")
    table = pa.table(
        {column.title: pa.chunked_array(column.parts, pa.large_string()) for column in read}
    )
    first = [title for title in key if title in columns]
    by = [*first, *(title for title in columns if title not in first)]
    order = pc.sort_indices(table, sort_keys=[(title, "ascending") for title in by])
    _write(path, [*columns, *unknown], table.take(order), len(unknown))
    place = np.empty(rows, dtype=np.int64)
    place[order.to_numpy()] = np.arange(rows)
    return [refused for column in read for refused in column.refusals(place)]


def _write(path: Path, header: Sequence[str], table: pa.Table, n_empty: int) -> None:
    empty = [[""] * _AT_ONCE] * n_empty
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")  # so that both are quoted in cells
        writer.writerow(header)
        for first in count(0, _AT_ONCE):
            some = table.slice(first, _AT_ONCE)
            if not len(some):
                break
            columns = [column.to_pylist() for column in some.columns]
            writer.writerows(zip(*columns, *empty, strict=False))
