"""Keys and names: no duplicates, no two that look the same, no rows of totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.characters import LOOK_ALIKES
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table

TOTALS: Final = ("total", "totals", "grand total", "sum", "summe", "gesamt", "subtotal")


def check_keys(table: Table, findings: Findings) -> None:
    """Note every duplicate key, row of totals and pair of names that look the same."""
    schema = table.cells.schema
    if schema.key and all(name in table.cells.columns for name in schema.key):
        _check_totals(table, schema.key[0], findings)
        if not schema.adds_up:
            _check_repeated(table, schema.key, findings)
    for column in schema.columns:
        if column.identity and column.name in table.cells.columns:
            _check_look_alikes(table, column.name, findings)


def codes(column: pa.Array | FloatArray) -> IntArray:
    """Return a number for every value, the same for equal values."""
    encoded = pa.array(column).dictionary_encode(null_encoding="encode")
    indices: IntArray = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return indices


def joint_codes(columns: Sequence[pa.Array | FloatArray]) -> IntArray:
    """Return a number for every row, the same for equal rows."""
    joint = codes(columns[0])
    for column in columns[1:]:
        other = codes(column)
        joint = codes(joint * (other.max(initial=0) + 1) + other)
    return joint


def first_position(groups: IntArray) -> IntArray:
    """Return for every row the first row of its group."""
    first = np.empty(groups.max(initial=-1) + 1, dtype=np.int64)
    first[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    return first[groups]


def _check_totals(table: Table, name: str, findings: Findings) -> None:
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(table.texts[name]))
    totals = pc.is_in(folded, value_set=pa.array(TOTALS)).to_numpy(zero_copy_only=False)
    rule = "looks like a row of totals"
    findings.add_rows(table.cells, name, totals, rule, "Remove the row, or rename it.")


def _check_repeated(table: Table, key: Sequence[str], findings: Findings) -> None:
    columns = [table.texts[n] if n in table.texts else table.numbers[n] for n in key]
    first = first_position(joint_codes(columns))
    repeated = (first != np.arange(len(table))) & _filled(columns)
    row = table.cells.row
    findings.add_rows(
        table.cells,
        key[0],
        repeated,
        lambda at: f"rows {row[first[at]]} and {row[at]} have the same {' and '.join(key)}",
        "Keep one of them.",
    )


def _filled(columns: Sequence[pa.Array | FloatArray]) -> BoolArray:
    filled = np.ones(len(columns[0]), dtype=np.bool_)
    for column in columns:
        if isinstance(column, np.ndarray):
            filled &= ~np.isnan(column)
        else:
            filled &= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    return filled


def _check_look_alikes(table: Table, name: str, findings: Findings) -> None:
    distinct = table.texts[name]
    alike = first_position(codes(look(distinct)))
    differs = pc.not_equal(distinct, distinct.take(pa.array(alike)))
    row = table.cells.row

    def rule(at: int) -> str:
        one, other = distinct[int(alike[at])].as_py(), distinct[at].as_py()
        return (
            f"rows {row[alike[at]]} and {row[at]} look the same: "
            f"{_points(one, other)} and {_points(other, one)}"
        )

    findings.add_rows(
        table.cells,
        name,
        differs.to_numpy(zero_copy_only=False),
        rule,
        "Spell each name one way: no spaces around it, the same case, accents and alphabet.",
    )


def look(column: pa.Array) -> pa.Array:
    """Return for every name what it looks like: names that look the same have the same one."""
    trimmed = pc.utf8_trim_whitespace(column)
    if pc.all(pc.string_is_ascii(trimmed)).as_py():
        return pc.utf8_lower(trimmed)
    looks = pc.utf8_normalize(trimmed, form="NFKC").to_pylist()
    return pa.array([look.translate(LOOK_ALIKES).casefold() for look in looks], pa.string())


def _points(word: str, other: str) -> str:
    """Return a word with the code points in which it differs from the other."""
    padded = other.ljust(len(word), "\0")
    odd = [f"U+{ord(c):04X}" for c, o in zip(word, padded, strict=False) if c != o]
    return f'"{word}"' + (f" ({' '.join(odd[:3])})" if odd else "")
