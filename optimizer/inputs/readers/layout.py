"""How an export is laid out: where its header stands, what it calls its columns, its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import ValidationError

from optimizer.domain.settings import ALL_OTHERS, Columns, TableColumns
from optimizer.errors import Problem
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.schema import TABLES, TableColumn, TableSchema

Decimal = Literal["", "unstated", "point", "comma"]

_TIME: Final = {"hours": 1.0 / 24.0, "weeks": 7.0, "months": 365.0 / 12.0, "years": 365.0}
_RATE: Final = {"per_week": 1.0 / 7.0, "per_month": 12.0 / 365.0, "per_year": 1.0 / 365.0}
_SHARE: Final = {"percent": 0.01}
_MONEY: Final = {"cents": 0.01, "thousands": 1_000.0}
UNITS: Final[dict[str, Mapping[str, float]]] = {
    "day": _TIME,
    "unit/day": _RATE,
    "-": _SHARE,
    "1/yr": _SHARE,
    **dict.fromkeys(("currency", "currency/unit", "currency/order", "currency/day"), _MONEY),
}
"""Other units that a column of this unit may have in an export, and the factor on its numbers."""
_DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    How one table is laid out in its file.

    Attributes
    ----------
    source
        The file or sheet that it is read from; ``""`` for the one of its own name.
    header_row
        Where the header stands; 0 where it is no row: in a database.
    names
        The file's header of a column, by the column's own name, where it differs.
    ignore
        Headers of columns that are not read; ``*`` for all that are no column of the table.
    factors
        What the numbers of a column are multiplied by.
    decimal
        The decimal sign; unstated: a point, where that is the only reading.
    below_header
        Rows between the header and the first row of data.
    """

    source: str = ""
    header_row: int = 1
    names: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    decimal: Decimal = "unstated"
    delimiter: str = ","
    below_header: int = 0

    def title(self, column: str) -> str:
        """Return what the file calls a column."""
        return self.names.get(column, column)

    def own_names(self, header: Sequence[str], schema: TableSchema) -> list[str | None]:
        """Return the table's names of a header's columns, None for those that are ignored."""
        own = {title: name for name, title in self.names.items()}
        columns = {column.name for column in schema.columns} - set(self.names)
        return [
            own.get(title, title)
            if title in own or (title in columns and title not in self.ignore)
            else (None if self._ignores(title) else title)
            for title in header
        ]

    def _ignores(self, title: str) -> bool:
        return title in self.ignore or ALL_OTHERS in self.ignore


PLAIN: Final = Layout()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """The layout of each table that has one of its own, and files and sheets to ignore."""

    of_table: Mapping[str, Layout] = field(default_factory=dict)
    other: Layout = PLAIN
    ignore: tuple[str, ...] = ()

    def of(self, table: str) -> Layout:
        """Return how a table is laid out."""
        return self.of_table.get(table, self.other)

    def source(self, table: str) -> str:
        """Return the name of the file or sheet that a table is read from."""
        return self.of(table).source or table


def read_layouts(tree: Mapping[str, Any], where: str, findings: Findings) -> Layouts | None:
    """Return the layouts in settings as written; None if they cannot be read."""
    try:
        columns = Columns.model_validate(tree.get("columns", {}), strict=True)
    except ValidationError:
        return None  # told with the other settings
    noted = len(findings.problems())
    for name, stated in columns.table.items():
        _check(name, stated, where, findings)
    if len(findings.problems()) > noted:
        return None
    of_table = {
        name: _layout(TABLES[name], stated, columns) for name, stated in columns.table.items()
    }
    other = Layout(decimal=columns.decimal, delimiter=_DELIMITERS[columns.delimiter])
    return Layouts(of_table=of_table, other=other, ignore=columns.ignore)


def _layout(schema: TableSchema, stated: TableColumns, columns: Columns) -> Layout:
    units = stated.units.items()
    return Layout(
        source=stated.source,
        header_row=stated.header_row,
        names=stated.names,
        ignore=stated.ignore,
        factors={name: UNITS[schema.column(name).unit][unit] for name, unit in units},
        decimal=stated.decimal or columns.decimal,
        delimiter=_DELIMITERS[stated.delimiter or columns.delimiter],
    )


def _check(name: str, stated: TableColumns, where: str, findings: Findings) -> None:
    """Note tables and columns that there are not, and units that a column cannot have."""

    def note(key: str, value: str, rule: str, remedy: str) -> None:
        column = f"columns.table.{name}{key}"
        findings.add(Problem(file=where, column=column, value=value, rule=rule, remedy=remedy))

    if name not in TABLES:
        note("", name, "there is no such table", did_you_mean(name, TABLES))
        return
    columns = {column.name: column for column in TABLES[name].columns}
    for part, mapping in (("names", stated.names), ("units", stated.units)):
        for column in mapping.keys() - columns.keys():
            rule, remedy = f"the table {name} has no such column", did_you_mean(column, columns)
            note(f".{part}.{column}", mapping[column], rule, remedy)
    for column, unit in stated.units.items():
        if column in columns and unit not in UNITS.get(_unit(columns[column]), {}):
            note(f".units.{column}", unit, *_no_unit(columns[column]))


def _unit(column: TableColumn) -> str:
    return column.unit if column.kind == "number" else ""


def _no_unit(column: TableColumn) -> tuple[str, str]:
    possible = ", ".join(UNITS.get(_unit(column), {}))
    rule = f"{column.name} [{column.unit}] has no such unit"
    if not possible:
        return rule, "Convert the column where it is exported."
    return rule, f"Write one of: {possible}."
