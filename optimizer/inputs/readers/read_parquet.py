"""A Parquet file, with page checksums and column types verified."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from optimizer.errors import Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells, without_blank_rows
from optimizer.inputs.readers.limited import Refusal, read_limited
from optimizer.inputs.rules.header import MOST_COLUMNS, check_header
from optimizer.inputs.schema import Kind, TableSchema

RAW: Final = "optimizer.inputs.readers.raw_parquet"


def _is_text(kind: Any) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind))


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


def read_parquet(
    paths: Mapping[str, Path], schemas: Mapping[str, TableSchema], findings: Findings
) -> dict[str, Cells]:
    """Return the cells of Parquet files by table, without those that cannot be read."""
    tasks = [
        {
            "path": str(path),
            "wanted": [column.name for column in schemas[name].columns],
            "most_columns": MOST_COLUMNS,
        }
        for name, path in paths.items()
    ]
    tables: dict[str, Cells] = {}
    with read_limited(RAW, tasks) as answers:
        for (name, path), (answer, written) in zip(paths.items(), answers, strict=True):
            if isinstance(answer, Refusal):
                findings.add(Problem(file=path.name, rule=answer.rule, remedy=answer.remedy))
                continue
            cells = _cells(path.name, schemas[name], json.loads(answer), written, findings)
            if cells is not None:
                tables[name] = cells
    return tables


def _cells(
    file: str, schema: TableSchema, raw: dict[str, Any], written: Path, findings: Findings
) -> Cells | None:
    """Return the cells of one file from the answer and the file of `raw_parquet`."""
    if "damaged" in raw:
        rule = f"is damaged, or not a Parquet file ({raw['damaged']})"
        findings.add(Problem(file=file, rule=rule, remedy="Export it again."))
        return None
    if not check_header(raw["header"], file, schema, findings):
        return None
    for name in raw["not_utf8"]:
        rule, remedy = "contains text that is not UTF-8", "Export the column as UTF-8 text."
        findings.add(Problem(file=file, column=name, rule=rule, remedy=remedy))
    if raw["not_utf8"]:
        return None
    with pa.memory_map(str(written)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    columns = {}
    for name in table.column_names:
        column = _of_kind(table[name], file, name, schema.column(name).kind, findings)
        if column is not None:
            columns[name] = column
    row = np.arange(2, len(table) + 2)
    return without_blank_rows(schema, file, columns, row, partial=False)


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
        remedy = "Numbers must not exceed 2^53, dates must have no time of day."
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
