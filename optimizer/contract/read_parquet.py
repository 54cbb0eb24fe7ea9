"""A Parquet file, its page checksums verified and its types those of the schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from optimizer.contract.cells import Cells, without_blank_rows
from optimizer.contract.findings import Findings
from optimizer.contract.header import check_header
from optimizer.contract.schema import Kind, TableSchema
from optimizer.errors import Problem


def _is_text(kind: Any) -> bool:
    plain = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(plain) or types.is_large_string(plain))


def _is_number(kind: Any) -> bool:
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _is_date(kind: Any) -> bool:
    return bool(types.is_date(kind) or types.is_timestamp(kind))


ACCEPTED: Final[dict[Kind, tuple[Callable[[Any], bool], str]]] = {
    "text": (_is_text, "text (string)"),
    "choice": (_is_text, "text (string)"),
    "number": (_is_number, "a number (integer, floating or decimal)"),
    "bool": (types.is_boolean, "boolean"),
    "date": (_is_date, "a date or timestamp"),
}


def read_parquet(path: Path, schema: TableSchema, findings: Findings) -> Cells | None:
    """Return the cells of a Parquet file, or ``None`` where it cannot be read as a table."""
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        header = file.schema_arrow.names
        if not check_header(header, path.name, schema, findings):
            return None
        known = [column.name for column in schema.columns if column.name in header]
        table = file.read(columns=known).combine_chunks()
    except (pa.ArrowException, OSError, ValueError) as error:
        rule = f"is damaged, or no Parquet file ({str(error).splitlines()[0]})"
        findings.add(Problem(file=path.name, rule=rule, remedy="Export it again."))
        return None
    columns = {}
    for name in known:
        column = _of_kind(table[name], path.name, name, schema.column(name).kind, findings)
        if column is not None:
            columns[name] = column
    row = np.arange(2, len(table) + 2)
    return without_blank_rows(schema, path.name, columns, row, partial=False)


def _of_kind(column: Any, file: str, name: str, kind: Kind, findings: Findings) -> pa.Array | None:
    accepts, expected = ACCEPTED[kind]
    if types.is_null(column.type):
        return None
    if not accepts(column.type):
        rule = f"its type is {column.type}; it must be {expected}"
        remedy = "Export the column with that type."
        findings.add(Problem(file=file, column=name, rule=rule, remedy=remedy))
        return None
    try:
        return _normal(column, kind).combine_chunks()
    except pa.ArrowInvalid as error:
        rule = f"it does not fit: {str(error).splitlines()[0]}"
        remedy = "Numbers hold at most 2^53 exactly, dates no time of day."
        findings.add(Problem(file=file, column=name, rule=rule, remedy=remedy))
        return None


def _normal(column: Any, kind: Kind) -> Any:
    """Return text as plain strings, everything else as float64 (dates as days)."""
    if kind in ("text", "choice"):
        return pc.fill_null(column.cast(pa.string()), "")
    if kind == "date":
        column = column.cast(pa.date32()).cast(pa.int32())
    if kind == "bool":
        column = column.cast(pa.int8())
    return column.cast(pa.float64())
