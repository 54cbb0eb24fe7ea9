"""The header of a table: no unknown, duplicate or missing columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from optimizer.errors import Problem
from optimizer.inputs.did_you_mean import did_you_mean, nearest
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.layout import Layout
from optimizer.inputs.schema import TableSchema

MOST_COLUMNS: Final = 1_000
_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
_DECLARED: Final = {"commas": "comma", "semicolons": "semicolon", "tabs": "tab"}
LOOKED_AT: Final = 30
"""Rows among which a header is looked for that does not stand in its row."""


def check_delimiter(
    header: Sequence[str], layout: Layout, file: str, schema: TableSchema, findings: Findings
) -> bool:
    """Return whether the header is separated as it should be; note it if not."""
    columns = {layout.title(column.name) for column in schema.columns}
    if len(header) > 1 and columns.intersection(header):
        return True
    for delimiter, name in ((",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        fields = layout.delimiter.join(header).split(delimiter)
        if len(fields) > 1 and columns.intersection(field.strip() for field in fields):
            rule = f"its fields are separated by {name}, not by {_NAMES[layout.delimiter]}"
            remedy = "Save it with commas and decimal points, or as .xlsx or .parquet."
            if name in _DECLARED:
                remedy += f' Or declare it: columns.delimiter = "{_DECLARED[name]}".'
            value = layout.delimiter.join(header)
            findings.add(
                Problem(file=file, row=layout.header_row, value=value, rule=rule, remedy=remedy)
            )
            return False
    return True


def check_titles_above(
    rows: Sequence[Sequence[str]],
    layout: Layout,
    file: str,
    schema: TableSchema,
    findings: Findings,
) -> bool:
    """
    Return whether the header stands in its row; note where it does, if that is lower.

    Parameters
    ----------
    rows
        The first of the file, from its first row on.
    """
    columns = {layout.title(column.name) for column in schema.columns}
    found = [len(columns.intersection(cell.strip() for cell in row)) for row in rows]
    at = layout.header_row
    if not found or (at <= len(found) and found[at - 1]):
        return True
    best = max(range(len(found)), key=found.__getitem__)
    if found[best] < min(2, len(columns)):
        return True
    first = next((cell for cell in (rows[at - 1] if at <= len(rows) else ()) if cell), "")
    rule = f"is not the header, which stands in row {best + 1}"
    remedy = (
        "Delete the rows above it, or declare it: "
        f"columns.table.{schema.name}.header_row = {best + 1}."
    )
    findings.add(Problem(file=file, row=at, value=first, rule=rule, remedy=remedy))
    return False


def own_header(
    header: Sequence[str], layout: Layout, file: str, schema: TableSchema, findings: Findings
) -> list[str | None]:
    """Return a header in the table's own names, None for what is ignored; note names missing."""
    for name, title in layout.names.items():
        if title not in header:
            rule = "is declared in columns, but no column has this header"
            remedy = did_you_mean(title, header)
            findings.misspelt.add((file, name))
            findings.add(
                Problem(file=file, row=layout.header_row, column=title, rule=rule, remedy=remedy)
            )
    return layout.own_names(header, schema)


def check_header(header: Sequence[str], file: str, schema: TableSchema, findings: Findings) -> bool:
    """Return whether every cell belongs to one column; note every problem with the header."""
    if len(header) > MOST_COLUMNS:
        rule = f"has {len(header):,} columns; at most {MOST_COLUMNS:,} are read"
        remedy = "Remove columns that are not the table's own; docs/columns.md lists these."
        findings.add(Problem(file=file, row=1, rule=rule, remedy=remedy))
        return False
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    for name in twice:
        rule, remedy = "the header has this column twice", "Keep one of them."
        findings.add(Problem(file=file, row=1, column=name, rule=rule, remedy=remedy))
    for position in (at for at, name in enumerate(header, start=1) if not name):
        rule = f"the header of column {position} is empty"
        remedy = "Remove the column (a trailing comma?), or name it."
        findings.add(Problem(file=file, row=1, rule=rule, remedy=remedy))
    if not schema.extra_columns:
        _check_unknown(header, schema, file, findings)
    for column in schema.columns:
        if column.required and not column.estimated_from and column.name not in header:
            if (file, column.name) in findings.misspelt:
                continue
            rule = "the required column is missing"
            remedy = f"Add it: {column.meaning}."
            findings.add(Problem(file=file, row=1, column=column.name, rule=rule, remedy=remedy))
    return bool(header) and not twice and all(header)


def _check_unknown(
    header: Sequence[str], schema: TableSchema, file: str, findings: Findings
) -> None:
    names = [column.name for column in schema.columns]
    missing = {c.name for c in schema.columns if c.required and c.name not in header}
    for name in header:
        if name in names or not name:
            continue
        near = nearest(name, names)[:1]
        if missing.intersection(near):
            rule = f"no column has this name (names must match exactly), and {near[0]} is missing"
            remedy = f'Rename it to "{near[0]}", if that is what it is.'
            findings.misspelt.add((file, near[0]))
        else:
            rule = "no column of this table has this name (names must match exactly)"
            remedy = f"Rename or remove it. {did_you_mean(name, names)}"
        findings.add(Problem(file=file, row=1, column=name, rule=rule, remedy=remedy))
