"""A plan in the words of an ERP: every cell checked against what its column holds, then text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from optimizer.domain.arrays import BoolArray
from optimizer.errors import BadInputError, Problem
from optimizer.store.erp.fields import Values
from optimizer.store.erp.mapping import FIELD, Column, ErpFile, ErpMapping, fields_in

MOST_SHOWN: Final = 100
"""Problems listed of a file; the others are counted."""
_OWN_MAPPING: Final = "Correct the portfolio and solve again, or write a mapping (docs/export.md)."


def texts_of(mapping: ErpMapping, values: Values, on_demand: BoolArray) -> dict[str, bytes]:
    """
    Return the content of every file of a target, by name.

    Raises
    ------
    BadInputError
        With every value that its column cannot hold: nothing is cut, rounded or replaced.
    """
    problems = _untranslated(mapping, values)
    if problems:
        raise BadInputError(problems)
    values = _translated(mapping, values)
    tables = {
        name: _Sheet(mapping, name, file, values, on_demand) for name, file in mapping.files.items()
    }
    problems = [problem for table in tables.values() for problem in _shown(table)]
    if problems:
        raise BadInputError(problems)
    return {name: table.encoded() for name, table in tables.items()}


class _Sheet:
    """The cells of one file, column by column, and what is wrong with them."""

    def __init__(
        self, mapping: ErpMapping, name: str, file: ErpFile, values: Values, on_demand: BoolArray
    ) -> None:
        self.mapping, self.name, self.file = mapping, name, file
        self.skus = values["sku"]
        self.cells = {
            title: _cells(column, mapping.decimal, values, on_demand.tolist())
            for title, column in file.written.items()
        }

    def problems(self) -> Iterator[Problem]:
        """Yield each value that its column cannot hold, once, and rows that are told alike."""
        for title, column in self.file.written.items():
            rows: dict[str, list[int]] = {}
            for row, cell in enumerate(self.cells[title]):
                rows.setdefault(cell, []).append(row)
            for cell, of_cell in rows.items():
                if broken := _broken(cell, column, self.mapping):
                    yield self._problem(of_cell[0], title, f"{broken}{_others(of_cell)}")
        yield from self._repeated()

    def encoded(self) -> bytes:
        """Return the file as the ERP reads it."""
        text = io.StringIO(newline="")
        writer = csv.writer(
            text,
            delimiter=self.mapping.separator,
            lineterminator=self.mapping.line_end,
            quoting=csv.QUOTE_MINIMAL if self.mapping.quotes else csv.QUOTE_NONE,
            quotechar='"' if self.mapping.quotes else None,
        )
        writer.writerow(self.cells)
        writer.writerows(zip(*self.cells.values(), strict=True))
        return text.getvalue().encode(self.mapping.encoding)

    def _repeated(self) -> Iterator[Problem]:
        """Yield rows that the ERP cannot tell from an earlier one."""
        columns = self.file.written
        keys = [
            [_stripped(cell) if columns[title].padded else cell for cell in self.cells[title]]
            for title in self.file.unique
        ]
        first: dict[tuple[str, ...], int] = {}
        for row, key in enumerate(zip(*keys, strict=True)):
            earlier = first.setdefault(key, row)
            if earlier != row:
                rule = f"is the same {' and '.join(self.file.unique)} as in row {earlier + 2}"
                title = self.file.unique[0]
                yield self._problem(row, title, f"{rule} (SKU {self.skus[row]})")

    def _problem(self, row: int, title: str, rule: str) -> Problem:
        value = self.cells[title][row]
        return Problem(
            file=self.name, row=row + 2, column=title, value=value, rule=rule, remedy=_OWN_MAPPING
        )


def _others(rows: Sequence[int]) -> str:
    return f"; so in {len(rows) - 1:,} other rows" if len(rows) > 1 else ""


def _cells(column: Column, decimal: str, values: Values, on_demand: Sequence[bool]) -> list[str]:
    """Return the cells of a column, each by the template that is its SKU's."""
    without = column.value if column.on_demand is None else column.on_demand
    templates = (column.value, without)
    parts = {name: values[name] for template in templates for name in fields_in(template)}
    shown = {name: [_shown_value(one, decimal) for one in parts[name]] for name in parts}
    return [
        _filled(templates[no_stock], {name: texts[row] for name, texts in shown.items()})
        for row, no_stock in enumerate(on_demand)
    ]


def _filled(template: str, fields: Mapping[str, str]) -> str:
    """Return a template with its fields; braces within a value stand for themselves."""
    return FIELD.sub(lambda match: fields[match[1]], template)


def _shown_value(value: str | Decimal | None, decimal: str) -> str:
    """Return text as it is, a number with every digit and no more, empty for none."""
    if value is None or isinstance(value, str):
        return value or ""
    digits = f"{value:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits.replace(".", decimal)


def _broken(cell: str, column: Column, mapping: ErpMapping) -> str:
    """Return the rule that a cell breaks; empty: none."""
    if not cell:
        return "" if column.blank else "must not be empty"
    if column.type == "number":
        return _broken_number(cell, column, mapping.decimal)
    return _broken_text(cell, column) or mapping.cannot_write(cell)


def _broken_text(cell: str, column: Column) -> str:
    if column.length is not None and len(cell) > column.length:
        return f"has {len(cell)} characters, and the column holds {column.length}"
    if column.upper and cell != cell.upper():
        return "has small letters, which the ERP would turn into capitals"
    return ""


def _broken_number(cell: str, column: Column, decimal: str) -> str:
    if cell.startswith("-"):
        return "is below 0"
    whole, _, decimals = cell.partition(decimal)
    if len(decimals) > column.decimals:
        return f"has {len(decimals)} decimals, and the column holds {column.decimals}"
    if column.length is not None and len(whole) > column.length - column.decimals:
        most = column.length - column.decimals
        return f"has {len(whole)} digits before the decimals, and the column holds {most}"
    return ""


def _stripped(cell: str) -> str:
    """Return a number without its leading zeros; other names as they are."""
    return cell.lstrip("0") if cell.isdecimal() else cell


def _untranslated(mapping: ErpMapping, values: Values) -> list[Problem]:
    """List each value of a field to translate that the mapping does not name, once."""
    return [
        Problem(
            file="mapping",
            column=f"translate.{field}",
            value=f"{value}",
            rule="is not among the names to translate",
            remedy="Add what the ERP calls it.",
        )
        for field, names in mapping.translate.items()
        for value in sorted({f"{one}" for one in values[field]} - set(names))
    ]


def _translated(mapping: ErpMapping, values: Values) -> Values:
    own: Values = {
        field: [names[f"{value}"] for value in values[field]]
        for field, names in mapping.translate.items()
    }
    return {**values, **own}


def _shown(table: _Sheet) -> list[Problem]:
    """Return the problems of a file, and how many more there are beyond those shown."""
    problems = list(table.problems())
    more = len(problems) - MOST_SHOWN
    if more <= 0:
        return problems
    rule = f"has {more:,} more problems like these"
    return [*problems[:MOST_SHOWN], Problem(file=table.name, rule=rule, remedy=_OWN_MAPPING)]
