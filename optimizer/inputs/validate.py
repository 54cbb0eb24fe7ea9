"""From cells to valid tables: every check of the contract, in order, with all problems at once."""

from __future__ import annotations

import pyarrow as pa

from optimizer.domain.arrays import FloatArray
from optimizer.errors import Problem
from optimizer.inputs.estimates.deliveries import with_deliveries
from optimizer.inputs.estimates.filled import check_estimated
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells, Table
from optimizer.inputs.rules.between_columns import check_tables
from optimizer.inputs.rules.keys import check_keys
from optimizer.inputs.rules.money_range import check_money
from optimizer.inputs.rules.numbers import read_numbers
from optimizer.inputs.rules.references import Tables, check_references
from optimizer.inputs.rules.texts import read_texts


def validate(cells: dict[str, Cells], findings: Findings) -> Tables:
    """
    Return the parsed tables, with lead times and OTIF estimated from deliveries.

    Every problem is noted in `findings`; the caller raises them together with those of the
    settings.
    """
    written = {name: _understood(table, findings) for name, table in cells.items()}
    for table in written.values():
        _check_not_empty(table, findings)
        check_keys(table, findings)
        check_money(table, findings)
    tables = with_deliveries(written, findings)
    check_estimated(tables, findings)
    check_references(tables, findings)
    check_tables(tables, findings)
    return tables


def _understood(cells: Cells, findings: Findings) -> Table:
    texts: dict[str, pa.Array] = {}
    numbers: dict[str, FloatArray] = {}
    for column in cells.schema.columns:
        if column.is_text:
            texts[column.name] = read_texts(cells, column, findings)
        else:
            numbers[column.name] = read_numbers(cells, column, findings)
    return Table(cells=cells, texts=texts, numbers=numbers)


def _check_not_empty(table: Table, findings: Findings) -> None:
    schema = table.cells.schema
    must_hold_rows = schema.required and not schema.may_be_empty
    if must_hold_rows and not len(table) and not table.cells.partial:
        rule = "has a header but 0 data rows"
        findings.add(
            Problem(file=table.cells.file, rule=rule, remedy=f"Add rows: {schema.meaning}.")
        )
