"""A SQLite file as a database that is only read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from optimizer.inputs.databases.database import (
    BATCH,
    DatabaseFile,
    Unreadable,
    quoted,
    too_slow,
)
from optimizer.problems import in_one_line

MAGIC: Final = b"SQLite format 3\0"
_LONGEST: Final = 16_000_000
"""Bytes of a value; more do not fit in a row of a table."""
_INSTRUCTIONS: Final = 100_000
"""Instructions of SQLite between two looks at the clock."""
_WAIT: Final = 10.0
"""Time given to another program that writes. [s]"""
_REMEDY: Final = "Close the program that writes to it, or restore the file from a copy."
_VIEW: Final = "Make the view faster, or keep what it shows in a table."


class SqliteFile(DatabaseFile):
    """The tables of an open file, as they were when the first was read."""

    all_tables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(path)
        self._connection = connection
        self._ends = float("inf")
        connection.set_progress_handler(self._is_late, _INSTRUCTIONS)

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        try:
            cursor = self._connection.execute(f"SELECT * FROM {quoted(table)} LIMIT 0")  # noqa: S608
        except sqlite3.Error as error:
            raise self._refused(error) from None
        return [name for name, *_ in cursor.description]

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield a table's rows."""
        names = ", ".join(map(quoted, columns))
        return self._asked(f"SELECT {names} FROM {quoted(table)}")  # noqa: S608

    def _asked(self, sql: str) -> Iterator[list[Any]]:
        self._ends = time.monotonic() + self.seconds
        try:
            cursor = self._connection.execute(sql)
            while batch := cursor.fetchmany(BATCH):
                yield batch
        except sqlite3.Error as error:
            raise self._refused(error) from None

    def _is_late(self) -> bool:
        return time.monotonic() > self._ends

    def _refused(self, error: sqlite3.Error) -> Unreadable:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            return too_slow(self.seconds, _VIEW)
        return Unreadable(f"cannot be read ({in_one_line(str(error))})", _REMEDY)


@contextmanager
def open_sqlite(path: Path) -> Iterator[SqliteFile]:
    """Yield the tables of a file, which stays as it is; WAL mode has files of its own beside it."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)
    except sqlite3.Error as error:
        raise Unreadable(f"cannot be opened ({in_one_line(str(error))})", _REMEDY) from None
    with closing(connection):
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.execute("PRAGMA trusted_schema = OFF")  # a view may call no function that acts
        connection.execute("BEGIN")
        yield SqliteFile(path, connection)


def _text(raw: bytes) -> str | bytes:
    """Return text, or the bytes of what is none, which is refused in its column."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
