"""What PostgreSQL refuses, in words with a remedy; an address is told without its password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors

from optimizer.domain.postgres_address import UNREACHED, PostgresAddress
from optimizer.errors import StorageError
from optimizer.store.shared.schema import REMEDY, VERSION

_WORDS: Final[Mapping[type[psycopg.Error], tuple[str, str]]] = {
    errors.InvalidSchemaName: ("has no schema of Ballast", REMEDY),
    errors.UndefinedTable: ("has no schema of Ballast", REMEDY),
    errors.UndefinedColumn: (
        "has no column for what this run states: another version wrote the run or the schema",
        "Use the version of Ballast that the others use.",
    ),
    errors.InsufficientPrivilege: (
        "refuses this to your role",
        "An administrator grants it: GRANT ballast_planner TO ROLE, or ballast_reader to read.",
    ),
    errors.ReadOnlySqlTransaction: (
        "can only be read: it is a standby, or default_transaction_read_only is on",
        "Give the address of the primary, or ask its administrator.",
    ),
    errors.LockNotAvailable: (
        "is held by another session for longer than lock_timeout",
        "Try again when the other has finished.",
    ),
    errors.QueryCanceled: (
        "took longer than statement_timeout",
        "Try again, or ask its administrator for a longer one.",
    ),
    errors.DiskFull: ("has no disk space left", "Ask its administrator for more."),
}

_BROKEN: Final = ("08", "57P")
"""How the states of SQL begin that end a connection; what the library notices itself has none."""


@contextmanager
def reached(address: PostgresAddress) -> Iterator[None]:
    """Tell a database that cannot be reached as ``StorageError``; see `told`."""
    try:
        yield
    except psycopg.Error as error:
        rule = f"cannot be reached ({address.said(error)})"
        raise StorageError(f"{address.shown}: {rule}. {UNREACHED}") from None


@contextmanager
def told(address: PostgresAddress) -> Iterator[None]:
    """Tell what PostgreSQL refuses as ``StorageError``."""
    try:
        yield
    except psycopg.Error as error:
        raise StorageError(f"{address.shown}: {_words(error, address.said(error))}") from None


def another_version(place: str, there: int | None) -> StorageError:
    """Return the error for a schema of another version than this program's."""
    if there is None:
        return StorageError(f"{place}: has no schema of Ballast. {REMEDY}")
    remedy = REMEDY if there < VERSION else "Install a newer version of Ballast."
    rule = f"has version {there} of Ballast's schema, and this program needs version {VERSION}"
    return StorageError(f"{place}: {rule}. {remedy}")


def _words(error: psycopg.Error, said: str) -> str:
    for kind, (rule, remedy) in _WORDS.items():
        if isinstance(error, kind):
            return f"{rule}; nothing was changed there ({said}). {remedy}"
    if isinstance(error, psycopg.OperationalError) and (error.sqlstate or "08").startswith(_BROKEN):
        return f"the connection broke; nothing is half there ({said}). Try again."
    return f"refused this; nothing was changed there ({said}). Ask its administrator."
