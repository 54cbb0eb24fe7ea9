"""Amounts of money too far apart for a solver's precision."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from optimizer.errors import Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Table

REFUSED_RANGE: Final = 1e12
DOUBTFUL_RANGE: Final = 1e9


class Amount(NamedTuple):
    """One cell that holds money."""

    value: float
    column: str
    position: int


def check_money(table: Table, findings: Findings) -> None:
    """Note a largest amount too many times the smallest one of a table."""
    amounts = [
        extreme
        for column in table.cells.schema.columns
        if column.unit.startswith("currency")
        for extreme in _extremes(column.name, table)
    ]
    if not amounts:
        return
    least, most = min(amounts), max(amounts)
    if most.value <= DOUBTFUL_RANGE * least.value:
        return
    row = table.cells.row
    rule = (
        f"it is {most.value / least.value:.0e} times {least.column} in row "
        f"{row[least.position]} ({least.value:g})"
    )
    if most.value > REFUSED_RANGE * least.value:
        findings.add(
            Problem(
                file=table.cells.file,
                row=int(row[most.position]),
                key=table.cells.key(most.position),
                column=table.cells.layout.title(most.column),
                value=table.cells.shown(most.column, most.position),
                rule=f"{rule}; more than {REFUSED_RANGE:.0e} cannot be solved reliably",
                remedy="Correct the wrong one, or write 0 for an amount that does not matter.",
            )
        )
    else:
        findings.warnings.append(
            f"{table.cells.file}, row {row[most.position]}, {most.column} = {most.value:g}: {rule}."
        )


def _extremes(column: str, table: Table) -> list[Amount]:
    values = table.numbers[column]
    positive = np.flatnonzero(values > 0)
    if not positive.size:
        return []
    at = positive[[values[positive].argmin(), values[positive].argmax()]]
    return [Amount(float(values[position]), column, int(position)) for position in at]
