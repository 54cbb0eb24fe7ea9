"""What was read of the files made of a database, told as the tables that it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from optimizer.errors import Problem
from optimizer.inputs.databases.extract import Extract, key_of
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells


def relabelled(
    tables: Mapping[str, Cells], read: Findings, extract: Extract, findings: Findings
) -> dict[str, Cells]:
    """
    Return the tables under the names of the database's, their rows counted from 1, without header.

    Parameters
    ----------
    read
        What was found while the files were read; noted in `findings` under those names.
    """
    names = {extract.folder.name: extract.name, **extract.labels}
    for problem in read.problems():
        findings.add(_of_table(problem, names))
    findings.warnings += read.warnings
    findings.misspelt |= {(names.get(file, file), column) for file, column in read.misspelt}
    return {name: _counted(cells, names) for name, cells in tables.items()}


def _of_table(problem: Problem, names: Mapping[str, str]) -> Problem:
    if problem.file not in names:
        return problem
    row = None if problem.row is None or problem.row == 1 else problem.row - 1
    return replace(problem, file=names[problem.file], row=row)


def _counted(cells: Cells, names: Mapping[str, str]) -> Cells:
    return replace(
        cells,
        file=names.get(cells.file, cells.file),
        row=cells.row - 1,
        layout=replace(cells.layout, header_row=0),
        known_by=key_of(cells.schema),
    )
