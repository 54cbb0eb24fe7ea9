"""The header of a table: no unknown, duplicate or missing columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from optimizer.errors import Problem
from optimizer.inputs.did_you_mean import did_you_mean, nearest
from optimizer.inputs.findings import Findings
from optimizer.inputs.schema import TableSchema

MOST_COLUMNS: Final = 1_000


def check_delimiter(
    header: Sequence[str], file: str, schema: TableSchema, findings: Findings
) -> bool:
    """Return whether the header is separated by commas; note it if not."""
    columns = {column.name for column in schema.columns}
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        fields = ",".join(header).split(delimiter)
        if len(fields) > 1 and columns.intersection(field.strip() for field in fields):
            rule = f"its fields are separated by {name}, not by commas"
            remedy = "Save it with commas and decimal points, or as .xlsx or .parquet."
            findings.add(
                Problem(file=file, row=1, value=",".join(header), rule=rule, remedy=remedy)
            )
            return False
    return True


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
