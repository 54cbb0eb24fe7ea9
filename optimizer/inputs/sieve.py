"""Which SKUs cannot be planned, and the tables without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from optimizer.domain.arrays import BoolArray
from optimizer.errors import BadInputError, Problem
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells
from optimizer.inputs.rules.keys import look

Sheets = Mapping[str, Cells]
"""The cells of each table, by its name."""

_HAZARDS: Final = "hazards"


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """A problem that sets a SKU aside; `sku` is ``""`` where its row names none."""

    sku: str
    table: str
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sieved:
    """What is left of the tables, and every problem that set something aside."""

    tables: dict[str, Cells]
    rows: tuple[AsideRow, ...] = ()


def sieve(
    tables: Sheets, reading: Sequence[Problem], check: Callable[[Sheets, Findings], None]
) -> Sieved:
    """
    Take out the SKUs whose rows have a problem, in every table, until no problem is left.

    Parameters
    ----------
    tables
        As read.
    reading
        Problems found while they were read.
    check
        Notes every problem of tables and settings.

    Raises
    ------
    BadInputError
        If there is a problem that no SKU's row has: with the settings, a supplier in use, a hazard,
        a header; it lists all of these.
    """
    left, aside = dict(tables), list[AsideRow]()
    problems = [*reading, *_problems(left, check)]
    while problems:
        rows = [_row_of(left, problem, again=bool(aside)) for problem in problems]
        refused = [problem for problem, row in zip(problems, rows, strict=True) if row is None]
        if refused:
            raise BadInputError(refused)
        found = [row for row in rows if row is not None]
        aside += found
        left = _without(left, found)
        problems = _problems(left, check)
    return Sieved(tables=left, rows=tuple(aside))


def _problems(tables: Sheets, check: Callable[[Sheets, Findings], None]) -> list[Problem]:
    findings = Findings()
    check(tables, findings)
    return findings.problems()


def _row_of(tables: Sheets, problem: Problem, *, again: bool) -> AsideRow | None:
    """Return what a problem sets aside, None if the whole portfolio has it."""
    if problem.row is None:
        return None
    for name, cells in tables.items():
        if cells.file != problem.file or problem.row <= cells.layout.header_row:
            continue
        if name == _HAZARDS and again and problem.column == cells.layout.title("target"):
            rule = f"strikes only what was set aside: {problem.rule}"
            return AsideRow(sku="", table=name, problem=replace(problem, rule=rule))
        if "sku" in cells.columns:
            return AsideRow(sku=_sku_in(cells, problem.row), table=name, problem=problem)
        if name == "suppliers" and not _is_used(tables, _text_in(cells, "supplier", problem.row)):
            return AsideRow(sku="", table=name, problem=problem)
    return None


def _sku_in(cells: Cells, row: int) -> str:
    """Return the SKU that a row names, also one that could not be read as a row."""
    return cells.unread[row] if row in cells.unread else _text_in(cells, "sku", row)


def _text_in(cells: Cells, column: str, row: int) -> str:
    at = int(np.searchsorted(cells.row, row))
    is_there = at < len(cells) and cells.row[at] == row
    return (cells.shown(column, at) or "") if is_there else ""


def _is_used(tables: Sheets, supplier: str) -> bool:
    used = tables["sources"].columns.get("supplier") if "sources" in tables else None
    return used is None or not supplier or bool(pc.any(pc.equal(used, supplier)).as_py())


def _without(tables: Sheets, aside: Sequence[AsideRow]) -> dict[str, Cells]:
    """Return the tables without the rows and the SKUs set aside, and those that look like them."""
    names = pa.array(sorted({row.sku for row in aside} - {""}), pa.string())
    alike = pc.unique(look(names))
    suppliers = [
        _text_in(tables[row.table], "supplier", row.problem.row or 0)
        for row in aside
        if row.table == "suppliers"
    ]
    left = {}
    for name, cells in tables.items():
        rows = {row.problem.row for row in aside if row.table == name and row.problem.row}
        out = np.isin(cells.row, list(rows))
        if "sku" in cells.columns:
            out |= _among(look(cells.columns["sku"]), alike)
        elif name == "tags" and suppliers:
            out |= _among(cells.columns["supplier"], pa.array(suppliers))
        left[name] = _kept(cells, ~out)
    return left


def _among(texts: pa.Array, names: pa.Array) -> BoolArray:
    among: BoolArray = pc.is_in(texts, value_set=names).to_numpy(zero_copy_only=False)
    return among


def _kept(cells: Cells, keep: BoolArray) -> Cells:
    mask = pa.array(keep)
    columns = {name: column.filter(mask) for name, column in cells.columns.items()}
    return replace(cells, row=cells.row[keep], columns=columns, partial=False, unread={})
