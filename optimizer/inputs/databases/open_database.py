"""Which database a path names, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import fspath
from pathlib import Path
from typing import Final

from optimizer.domain.address import POSTGRESQL, is_address
from optimizer.domain.paths import AnyPath
from optimizer.domain.postgres_address import extra
from optimizer.inputs.databases import sqlite_file
from optimizer.inputs.databases.database import Database, Unreadable

_DUCKDB: Final = ".duckdb"
_DUCKDB_MAGIC, _DUCKDB_MAGIC_AT = b"DUCK", 8


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
    BadInputError
        If its address cannot be read, or the extra ``postgres`` is not installed.
    """
    if is_address(path):
        kind = fspath(path).partition(":")[0].lower()
        if kind not in POSTGRESQL:
            remedy = "Give postgresql://USER@HOST:PORT/DATABASE, or a SQLite or DuckDB file."
            raise Unreadable(f"{kind} is no kind of database that is read here", remedy)
        with extra():
            from optimizer.inputs.databases.postgres import open_postgres  # noqa: PLC0415
        with open_postgres(fspath(path)) as database:
            yield database
    elif _is_sqlite(_head(Path(path))):
        with sqlite_file.open_sqlite(Path(path)) as file:
            yield file
    else:
        from optimizer.inputs.databases.duckdb_file import open_duckdb  # noqa: PLC0415  takes 50 ms

        with open_duckdb(Path(path)) as duck:
            yield duck


def _is_sqlite(head: bytes) -> bool:
    return head.startswith(sqlite_file.MAGIC)


def _is_duckdb(path: Path) -> bool:
    is_named = path.suffix.lower() == _DUCKDB and path.is_file()
    return is_named or _head(path).startswith(_DUCKDB_MAGIC, _DUCKDB_MAGIC_AT)


def _head(path: Path) -> bytes:
    """Return the first bytes of a file; none of what is no file or cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(16)
    except OSError:
        return b""
