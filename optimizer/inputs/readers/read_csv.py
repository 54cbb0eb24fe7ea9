"""
A CSV file read strictly: UTF-8, commas unless declared otherwise, one header, as many fields in
every row as in the header.

Arrow reads it; if there are quotes, or rows that Arrow rejects, the csv module also reads the file
to say which rows are wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from optimizer.errors import Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells, without_blank_rows
from optimizer.inputs.readers.encoding import decoded
from optimizer.inputs.readers.layout import PLAIN, Layout
from optimizer.inputs.readers.quotes import broken_quote
from optimizer.inputs.rules.header import (
    LOOKED_AT,
    check_delimiter,
    check_header,
    check_titles_above,
    own_header,
)
from optimizer.inputs.schema import TableSchema

LONGEST_ROW: Final = 16_000_000  # bytes; Arrow's block size, which no row may exceed


def read_csv(
    path: Path, schema: TableSchema, findings: Findings, layout: Layout = PLAIN
) -> Cells | None:
    """Return the cells of a CSV file, or ``None`` if it cannot be read as a table."""
    file = path.name
    text = decoded(path.read_bytes(), file, findings)
    if text is None or not check_titles_above(
        _first_rows(text, layout), layout, file, schema, findings
    ):
        return None
    records = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=layout.delimiter)
    try:
        for _ in range(layout.header_row - 1):
            next(records, None)
        header = next(records, [])
        if not check_delimiter(header, layout, file, schema, findings):
            return None
        fields = own_header(header, layout, file, schema, findings)
        own = [name for name in fields if name is not None]
        if not check_header(own, file, schema, findings):
            return None
        names = [f"\0{at}" if name is None else name for at, name in enumerate(fields)]
        table, refused = _parsed(text, names, layout, skip_rows=records.line_num)
        quoted = text.find('"', max(text.find("\n"), 0)) >= 0
        wrong = _wrong_rows(records, len(header), layout) if quoted or refused else {}
    except (csv.Error, pa.ArrowInvalid):
        findings.add(broken_quote(text, file))
        return None
    for row, found in wrong.items():
        findings.add(_wrong_count(file, row, len(found), len(header)))
    if refused != len(wrong):
        rule, remedy = "its quotes are ambiguous", "Export the file again."
        findings.add(Problem(file=file, rule=rule, remedy=remedy))
        return None
    first = layout.header_row + 1
    rows = np.delete(np.arange(first, len(table) + refused + first), [row - first for row in wrong])
    columns = {
        column.name: table[column.name].combine_chunks()
        for column in schema.columns
        if column.name in own
    }
    cells = without_blank_rows(schema, file, columns, rows, partial=bool(wrong), layout=layout)
    return replace(cells, unread=_skus_of(wrong, names))


def _first_rows(text: str, layout: Layout) -> list[list[str]]:
    """Return the rows among which the header stands, as far as their quotes can be read."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter)
    try:
        return list(islice(rows, max(LOOKED_AT, layout.header_row)))
    except csv.Error:
        return []


def _parsed(
    text: str, header: list[str], layout: Layout, *, skip_rows: int
) -> tuple[pa.Table, int]:
    """Return the rows with as many fields as the header, and the number of other rows."""
    refused = []

    def skip(row: Any) -> str:
        refused.append(row)
        return "skip"

    table = arrow_csv.read_csv(
        io.BytesIO(text.encode()),
        read_options=arrow_csv.ReadOptions(
            skip_rows=skip_rows, column_names=header, block_size=LONGEST_ROW
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=layout.delimiter,
            newlines_in_values='"' in text,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
        ),
    )
    return table, len(refused)


def _wrong_rows(
    records: Iterator[list[str]], expected: int, layout: Layout
) -> dict[int, list[str]]:
    """Return the fields of every row that has not as many as the header."""
    rows = enumerate(records, start=layout.header_row + 1)
    return {row: fields for row, fields in rows if len(fields) not in (expected, 0)}


def _skus_of(wrong: Mapping[int, list[str]], header: list[str]) -> dict[int, str]:
    """Return what stands where the SKU should in such rows."""
    at = header.index("sku") if "sku" in header else len(header)
    return {row: fields[at] if at < len(fields) else "" for row, fields in wrong.items()}


def _wrong_count(file: str, row: int, count: int, expected: int) -> Problem:
    remedy = (
        "Quote text that contains a comma; write decimals with a point; remove trailing commas."
        if count > expected
        else "The row is cut short: export the file again, or add the missing fields."
    )
    return Problem(
        file=file, row=row, rule=f"has {count} fields, the header has {expected}", remedy=remedy
    )
