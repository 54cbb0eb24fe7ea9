"""Cells to numbers: only unambiguous ones; otherwise a problem that says what is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.inputs.admitted import LARGEST
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells, is_empty
from optimizer.inputs.readers.layout import Decimal
from optimizer.inputs.schema import Kind, TableColumn

Wording = Callable[[str, Decimal], str]

EPOCH: Final = dt.date(1970, 1, 1)
SPREADSHEET_EPOCH: Final = dt.date(1899, 12, 30)
SERIAL: Final = re.compile(r"[3-6]\d{4}")
"""A day as spreadsheets count them, 1982 to 2091."""
ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
PLAIN_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
WITH_COMMA: Final = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?([eE][+-]?\d+)?$"
FLAGS: Final = ("false", "true", "no", "yes", "0", "1")

# What makes a number unreadable, and what to do about it; the first that applies is reported.
ODDITIES: Final = (
    (
        r"^\d{4}-\d{2}-\d{2}",
        "is a date: the cell is formatted as one",
        "Format the cell as a number and enter it again.",
    ),
    (
        r"^\d{1,2}:\d{2}",
        "is a time of day: the cell is formatted as one",
        "Format the cell as a number and enter it again.",
    ),
    (r"[\u00a0\u2000-\u200b\u202f\u2060\ufeff]", "holds an invisible space", "Remove the space."),
    (r"#", "is a spreadsheet error", "Correct the formula and export again."),
    (r"%", "is a percentage", "Write a fraction of 1: 25 % is 0.25."),
    (
        r"\d[.']\d{3}[.',]|,",
        "holds a comma",
        "Write 1234.5: a point for decimals, no thousands separator.",
    ),
    (r"^\(.*\)$|\d\s*-$", "is a negative in brackets or with a trailing minus", "Write -12.5."),
    (r"(?i)^[+-]?(nan|inf|infinity)$|^[-+.\de]+$", "is not finite", "Write a finite number."),
    (
        r"[$€£¥₹]|^[A-Z]{3}\b|\b[A-Z]{3}$",
        "holds a currency",
        "Write the amount only; portfolio.toml states the one currency.",
    ),
)


def read_numbers(cells: Cells, column: TableColumn, findings: Findings) -> FloatArray:
    """Return a column as float64, NaN for an empty or invalid cell; note every invalid one."""
    written = cells.columns.get(column.name)
    if written is None:
        return np.full(len(cells), np.nan)
    empty = is_empty(written)
    values = _parsed(written, column.kind, cells.layout.decimal)
    values *= cells.layout.factors.get(column.name, 1.0)
    unreadable = ~empty & ~np.isfinite(values)
    outside = ~empty & ~unreadable & ~_admitted(column, values)
    rule, remedy = _UNREADABLE[column.kind]
    findings.add_rows(
        cells,
        column.name,
        unreadable,
        lambda at: rule(cells.shown(column.name, at) or "", cells.layout.decimal),
        lambda at: remedy(cells.shown(column.name, at) or "", cells.layout.decimal),
    )
    findings.add_rows(
        cells, column.name, outside, lambda at: _outside(column, values[at]), _advice(column)
    )
    if column.required and not column.estimated_from:
        unit = f" [{column.unit}]" if column.unit else ""
        findings.add_rows(
            cells, column.name, empty, "is required", f"Fill in: {column.meaning}{unit}."
        )
    return np.where(unreadable | outside, np.nan, values)


def _admitted(column: TableColumn, values: FloatArray) -> BoolArray:
    inside = column.domain.contains(values)
    return inside & (values == np.floor(values)) if column.whole else inside


def _outside(column: TableColumn, value: float) -> str:
    if column.whole:
        return f"must be a whole number {column.domain}"
    if value < -LARGEST:
        return f"must be at least {-LARGEST:g}"
    return f"must be at most {LARGEST:g}" if value > LARGEST else f"must be {column.domain}"


def _advice(column: TableColumn) -> str:
    if column.advice:
        return column.advice
    if column.domain.high == 1.0:
        return "Write a fraction of 1: 25 % is 0.25."
    return f"Give a value {column.domain}" + (f" [{column.unit}]." if column.unit else ".")


def _parsed(written: pa.Array, kind: Kind, decimal: Decimal) -> FloatArray:
    if not pa.types.is_string(written.type):
        return _to_numpy(written)
    trimmed = pc.ascii_trim_whitespace(written)
    trimmed = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
    if kind == "number" and decimal == "comma":
        trimmed = _with_points(trimmed)
    return _PARSERS[kind](trimmed)


def _with_points(texts: pa.Array) -> pa.Array:
    """Return numbers with a decimal comma as they are written with a point; others unreadable."""
    fits = pc.match_substring_regex(texts, WITH_COMMA)
    plain = pc.replace_substring(pc.replace_substring(texts, ".", ""), ",", ".")
    return pc.if_else(fits, plain, pc.if_else(pc.is_valid(texts), "?", None))


def _parsed_numbers(texts: pa.Array) -> FloatArray:
    try:
        return _to_numpy(texts.cast(pa.float64()))
    except pa.ArrowInvalid:
        return np.array([_number(text) for text in texts.to_pylist()], dtype=np.float64)


def _number(text: str | None) -> float:
    return float(text) if text and PLAIN_NUMBER.fullmatch(text) else np.nan


def _parsed_flags(texts: pa.Array) -> FloatArray:
    position = pc.index_in(pc.utf8_lower(texts), value_set=pa.array(FLAGS))
    return np.fmod(_to_numpy(position.cast(pa.float64())), 2.0)


def _parsed_dates(texts: pa.Array) -> FloatArray:
    try:
        return _to_numpy(texts.cast(pa.date32()).cast(pa.int32()).cast(pa.float64()))
    except pa.ArrowInvalid:
        return np.array([_day(text) for text in texts.to_pylist()], dtype=np.float64)


def _day(text: str | None) -> float:
    if text is None or not ISO_DATE.fullmatch(text):
        return np.nan
    try:
        return float((dt.date.fromisoformat(text) - EPOCH).days)
    except ValueError:
        return np.nan


def _to_numpy(numbers: pa.Array) -> FloatArray:
    values: FloatArray = numbers.to_numpy(zero_copy_only=False).astype(np.float64)
    return values


_PARSERS: Final[dict[Kind, Callable[[pa.Array], FloatArray]]] = {
    "number": _parsed_numbers,
    "bool": _parsed_flags,
    "date": _parsed_dates,
}


def _oddity(text: str, decimal: Decimal) -> tuple[str, str]:
    if decimal == "comma" and re.fullmatch(r"[-+\d.,]+", text.strip()):
        return "must be a number with a decimal comma", "Write 1.234,5 or 1234,5, as declared."
    for pattern, rule, remedy in ODDITIES:
        if match := re.search(pattern, text):
            hidden = f" (U+{ord(match[0]):04X})" if not match[0].isprintable() else ""
            return f"must be a number; it {rule}{hidden}", remedy
    return "must be a number", "Write digits and a decimal point, nothing else."


def _no_date(text: str, _: Decimal) -> tuple[str, str]:
    if SERIAL.fullmatch(text.strip()):
        day = SPREADSHEET_EPOCH + dt.timedelta(days=int(text))
        rule = "must be an ISO date; it is a number: the cell is not formatted as a date"
        return rule, f"Format the column as a date ({text.strip()} is {day}), or write YYYY-MM-DD."
    return (
        "must be an ISO date",
        "Write YYYY-MM-DD: 03/04/2026 can be the 3rd of April or the 4th of March.",
    )


_UNREADABLE: Final[dict[Kind, tuple[Wording, Wording]]] = {
    "number": (lambda *cell: _oddity(*cell)[0], lambda *cell: _oddity(*cell)[1]),
    "bool": (lambda *_: "must be true or false", lambda *_: "Write true or false."),
    "date": (lambda *cell: _no_date(*cell)[0], lambda *cell: _no_date(*cell)[1]),
}
