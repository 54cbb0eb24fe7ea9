"""Names that must occur in another table."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table

UNKNOWN: Final = -1
MOST_COMPARED: Final = 2000
MOST_SUGGESTED: Final = 300
"""Names that nearest ones are looked for, as that takes a while."""

Tables = dict[str, Table]


def positions(names: pa.Array, valid: pa.Array) -> IntArray:
    """Return the position of every name among the valid ones, `UNKNOWN` if it is not there."""
    position = pc.fill_null(pc.index_in(names, value_set=valid), UNKNOWN)
    rows: IntArray = position.to_numpy(zero_copy_only=False).astype(np.int64)
    return rows


def is_complete(tables: Tables, reference: str) -> bool:
    """Return whether all names of ``table.column`` were read, so that any other one is unknown."""
    name, column = reference.split(".")
    table = tables.get(name)
    if table is None or table.cells.partial:
        return False
    return column in table.cells.columns or not table.cells.schema.column(column).required


def check_references(tables: Tables, findings: Findings) -> None:
    """Note every name that is not in the table it refers to, with the nearest ones."""
    for table in tables.values():
        for column in table.cells.schema.columns:
            reference = column.refers_to
            if reference and is_complete(tables, reference):
                target, name = reference.split(".")
                check_known(table, column.name, tables[target].texts[name], target, findings)


def check_known(
    table: Table,
    column: str,
    valid: pa.Array,
    where: str,
    findings: Findings,
    *,
    rows: BoolArray | None = None,
) -> None:
    """Note the names of a column (in the marked rows) that are not among the valid ones."""
    names = table.texts[column]
    given = pc.not_equal(names, "").to_numpy(zero_copy_only=False)
    wrong = given & (positions(names, valid) == UNKNOWN)
    if rows is not None:
        wrong &= rows
    findings.add_rows(
        table.cells, column, wrong, _unknown(names, valid, where), _suggestion(names, valid)
    )


def _unknown(names: pa.Array, valid: pa.Array, where: str) -> Callable[[int], str]:
    """Say that a name is not there, or that it is but for a blank around it."""
    trimmed = cache(lambda: set(pc.utf8_trim_whitespace(pc.unique(valid)).to_pylist()))

    def rule(at: int) -> str:
        word = names[at].as_py()
        if word.strip() in trimmed():
            return f"is not in {where}: one of the two has a blank before or after it"
        return f"is not in {where}"

    return rule


def _suggestion(names: pa.Array, valid: pa.Array) -> Callable[[int], str]:
    said: dict[str, str] = {}

    def remedy(at: int) -> str:
        word = names[at].as_py()
        if word not in said:
            if len(said) == MOST_SUGGESTED:
                return "Correct the name."
            said[word] = did_you_mean(word, _comparable(word, valid))
        return said[word]

    return remedy


def _comparable(word: str, valid: pa.Array) -> list[str]:
    """Return the valid names; if there are very many, only those with the same beginning."""
    if len(valid) > MOST_COMPARED:
        alike = pc.starts_with(valid, word[:3], ignore_case=True)
        valid = valid.filter(alike).slice(0, MOST_COMPARED)
    words: list[str] = pc.unique(valid).to_pylist()
    return words
