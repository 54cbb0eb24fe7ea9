"""Empty cells: filled with estimates, or reported as missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.errors import Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table, is_empty
from optimizer.inputs.rules.references import Tables
from optimizer.inputs.schema import TableColumn


def filled(
    table: Table, estimates: dict[str, FloatArray], source: str, findings: Findings
) -> Table:
    """Return the table with its empty cells filled with estimates, and note how many."""
    numbers = dict(table.numbers)
    filled_by_count: dict[int, list[str]] = {}
    for column, estimate in estimates.items():
        fill = empty_cells(table, column) & ~np.isnan(estimate)
        if fill.any():
            numbers[column] = np.where(fill, estimate, numbers[column])
            filled_by_count.setdefault(int(fill.sum()), []).append(column)
    for count, columns in filled_by_count.items():
        name = f"{table.cells.schema.name}.{', '.join(columns)}"
        findings.warnings.append(f"{name}: {count} estimated from {source}.")
    return replace(table, numbers=numbers)


def empty_cells(table: Table, column: str) -> BoolArray:
    """Return which rows of a column are empty; all if the column is missing."""
    written = table.cells.columns.get(column)
    if written is None:
        return np.ones(len(table), dtype=np.bool_)
    return is_empty(written)


def check_estimated(tables: Tables, findings: Findings) -> None:
    """Note every empty required cell that no history fills."""
    for table in tables.values():
        for column in table.cells.schema.columns:
            if column.required and column.estimated_from:
                _check_filled(table, column, tables, findings)


def _check_filled(table: Table, column: TableColumn, tables: Tables, findings: Findings) -> None:
    cells = table.cells
    has_history = column.estimated_from in tables
    fills_later = column.estimated_from == "demand" and _is_anything_asked_for(tables)
    if fills_later or (cells.file, column.name) in findings.misspelt:
        return
    remedy = f"Fill in: {column.meaning} [{column.unit}]"
    if column.name not in cells.columns and not has_history:
        findings.add(
            Problem(
                file=cells.file,
                row=1 if cells.layout.header_row else None,
                column=column.name,
                rule="the required column is missing",
                remedy=f"{remedy}; or add the table {column.estimated_from}.",
            )
        )
        return
    empty = empty_cells(table, column.name) & np.isnan(table.numbers[column.name])
    rule = f"is required, and cannot be estimated from {column.estimated_from}"
    if not has_history:
        rule = f"is required, as there is no table {column.estimated_from}"
    findings.add_rows(cells, column.name, empty, rule, remedy + ".")


def _is_anything_asked_for(tables: Tables) -> bool:
    """Return whether there is any demand: a single one allows an estimate for every SKU."""
    return "demand" in tables and bool((tables["demand"].numbers["quantity"] > 0).any())
