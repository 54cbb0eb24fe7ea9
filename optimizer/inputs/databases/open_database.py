"""Which database a path names, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import fspath
from pathlib import Path

from optimizer.domain.address import is_address
from optimizer.domain.paths import AnyPath
from optimizer.inputs.databases import duckdb_file, sqlite_file
from optimizer.inputs.databases.database import Database, Unreadable, in_one_line
from optimizer.inputs.databases.postgres_address import read_address


def is_database(path: AnyPath) -> bool:
    """Return whether this is an address, or a file of SQLite or DuckDB by its first bytes."""
    return is_address(path) or _is_sqlite(_head(Path(path))) or _is_duckdb(Path(path))


@contextmanager
def open_database(path: AnyPath) -> Iterator[Database]:
    """
    Yield the database at a path.

    Raises
    ------
    Unreadable
        If it cannot be opened.
    """
    if is_address(path):
        address = read_address(fspath(path))
        try:
            from optimizer.inputs.databases.postgres import open_postgres  # noqa: PLC0415  an extra
        except ImportError as error:
            rule = f"PostgreSQL needs packages that are not installed ({in_one_line(error)})"
            raise Unreadable(rule, 'Install them: pip install "ballast[postgres]".') from None
        with open_postgres(address) as database:
            yield database
    elif _is_sqlite(_head(Path(path))):
        with sqlite_file.open_sqlite(Path(path)) as file:
            yield file
    else:
        with duckdb_file.open_duckdb(Path(path)) as duck:
            yield duck


def _is_sqlite(head: bytes) -> bool:
    return head.startswith(sqlite_file.MAGIC)


def _is_duckdb(path: Path) -> bool:
    is_named = path.suffix.lower() == duckdb_file.SUFFIX and path.is_file()
    return is_named or _head(path).startswith(duckdb_file.MAGIC, duckdb_file.MAGIC_AT)


def _head(path: Path) -> bytes:
    """Return the first bytes of a file; none of what is no file or cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(16)
    except OSError:
        return b""
