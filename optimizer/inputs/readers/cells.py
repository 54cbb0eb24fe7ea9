"""A table as written: unparsed cells, and the row of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.inputs.readers.layout import PLAIN, Layout
from optimizer.inputs.schema import TableSchema


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """
    The cells of one table by column.

    Attributes
    ----------
    file
        The file's name in messages, ``skus.csv`` or ``book.xlsx!skus``.
    row
        Spreadsheet row of each row: the header is 1, blank rows count.  Shape ``(N,)``.
    columns
        Text columns as text (``""`` is empty); numbers of a Parquet file as numbers (null is
        empty).
    blank
        Blank rows skipped.
    partial
        Whether unreadable rows are left out, so that a name may be missing for that reason.
    unread
        The SKU that each of these rows seems to name, by its row; ``""`` for none.
    layout
        How the table is laid out in its file.
    known_by
        Columns that say in messages which row it is, where rows have no number of their own.
    """

    schema: TableSchema
    file: str
    row: IntArray
    columns: dict[str, pa.Array]
    blank: int
    partial: bool = False
    unread: Mapping[int, str] = field(default_factory=dict)
    layout: Layout = PLAIN
    known_by: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    def shown(self, column: str, position: int) -> str | None:
        """Return a cell as written; ``None`` if it is empty."""
        if column not in self.columns:
            return None
        value = self.columns[column][position].as_py()
        return "" if value is None else str(value)

    def key(self, position: int) -> str | None:
        """Return what says which row this is; ``None`` where its number does."""
        shown = {name: self.shown(name, position) for name in self.known_by}
        named = [f'{self.layout.title(name)} "{value}"' for name, value in shown.items() if value]
        return ", ".join(named) or None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """
    A parsed table: every column of its schema as text or as float64.

    Empty text is ``""``; an empty (or invalid) number is NaN; a date is days since 1970-01-01.
    """

    cells: Cells
    texts: dict[str, pa.Array]
    numbers: dict[str, FloatArray]

    def __len__(self) -> int:
        return len(self.cells)


def without_blank_rows(
    schema: TableSchema,
    file: str,
    columns: dict[str, pa.Array],
    row: IntArray,
    *,
    partial: bool = False,
    layout: Layout = PLAIN,
) -> Cells:
    """Return the cells without blank rows."""
    keep = ~_blank(columns, len(row))
    blank = int(len(row) - keep.sum())
    if blank:
        mask = pa.array(keep)
        columns = {name: column.filter(mask) for name, column in columns.items()}
        row = row[keep]
    return Cells(
        schema=schema,
        file=file,
        row=row,
        columns=columns,
        blank=blank,
        partial=partial,
        layout=layout,
    )


def _blank(columns: dict[str, pa.Array], n_rows: int) -> BoolArray:
    blank = np.ones(n_rows, dtype=np.bool_)
    for column in columns.values():
        if not blank.any():
            break
        blank &= is_empty(column)
    return blank


def is_empty(column: pa.Array) -> BoolArray:
    """Return which cells are empty or hold only spaces."""
    if pa.types.is_string(column.type):
        column = pc.equal(pc.ascii_trim_whitespace(column), "")
    else:
        column = pc.is_null(column)
    empty: BoolArray = column.to_numpy(zero_copy_only=False)
    return empty
