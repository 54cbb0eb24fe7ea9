"""One value of a database as a cell of a CSV file: the same text, whatever the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from optimizer.inputs.schema import Kind, TableColumn

MIDNIGHT: Final = " 00:00:00"
_EXACT: Final = 2.0**53

Write = Callable[[Any], str]


def _float(value: float) -> str:
    """Return the shortest text that is read as the same float64; whole numbers without a point."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return repr(value)


def _decimal(value: Decimal) -> str:
    """Return every digit, without an exponent or zeros at the end."""
    if not value.is_finite():
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _day(value: str) -> str:
    return value.removesuffix(MIDNIGHT)


def _flag_of_int(value: int) -> str:
    """Return a truth value of a database that has none: SQLite writes 1 and 0."""
    return _flag(value == 1) if value in {0, 1} else str(value)


def _nothing(_: None) -> str:
    return ""


_OF_TEXT: Final[Mapping[type, Write]] = {type(None): _nothing, str: str, int: str, UUID: str}
_OF_OTHERS: Final[Mapping[type, Write]] = {
    type(None): _nothing,
    str: str,
    int: str,
    float: _float,
    Decimal: _decimal,
    bool: _flag,
}
_OF_KIND: Final[Mapping[Kind, Mapping[type, Write]]] = {
    "date": {**_OF_OTHERS, str: _day},
    "bool": {**_OF_OTHERS, int: _flag_of_int},
}


def writers(column: TableColumn) -> Mapping[type, Write]:
    """
    Return how the values of a column are written, by their type; other types are refused.

    A number that stands where a name is wanted is no name, unless it is whole by its type.
    """
    if column.is_text:
        return {**_OF_TEXT, Decimal: _whole}
    return _OF_KIND.get(column.kind, _OF_OTHERS)


def _whole(value: Decimal) -> str:
    if not value.is_finite() or value.as_tuple().exponent != 0:
        raise TypeError
    return str(value)
