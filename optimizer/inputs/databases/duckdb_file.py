"""A DuckDB file as a database that is only read, and reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any, Final

import duckdb

from optimizer.inputs.databases.database import (
    BATCH,
    DatabaseFile,
    Unreadable,
    quoted,
    too_slow,
)
from optimizer.problems import in_one_line

_ALONE: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "lock_configuration": True,
}
_AS_TEXT: Final = ("DATE", "TIME", "INTERVAL")
"""Beginnings of types whose text is read: Python's own have no infinity and other bounds."""
_REMEDY: Final = (
    "Close the program, or the connection in this session, that has it open; "
    "or write it with a version of DuckDB that is installed here."
)
_VIEW: Final = "Correct the view, or keep what it shows in a table."


class DuckdbFile(DatabaseFile):
    """The tables of an open file."""

    all_tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(path)
        self._connection = connection

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        return [name for name, _ in self._described(table)]

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield a table's rows."""
        kind_of = dict(self._described(table))
        values = ", ".join(_value(name, kind_of[name]) for name in columns)
        return self._asked(f"SELECT {values} FROM {quoted(table)}")  # noqa: S608

    def _described(self, table: str) -> list[tuple[str, str]]:
        asked = f"DESCRIBE SELECT * FROM {quoted(table)}"  # noqa: S608
        return [(str(name), str(kind)) for batch in self._asked(asked) for name, kind, *_ in batch]

    def _asked(self, sql: str) -> Iterator[list[Any]]:
        late = Timer(self.seconds, self._connection.interrupt)
        late.daemon = True
        late.start()
        try:
            cursor = self._connection.execute(sql)
            while batch := cursor.fetchmany(BATCH):
                yield batch
        except duckdb.InterruptException:
            raise too_slow(self.seconds, _VIEW) from None
        except duckdb.Error as error:
            raise Unreadable(f"cannot be read ({in_one_line(str(error))})", _VIEW) from None
        finally:
            late.cancel()


@contextmanager
def open_duckdb(path: Path) -> Iterator[DuckdbFile]:
    """Yield the tables of a file; while it is open here, nobody can write to it."""
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_ALONE)
    except duckdb.Error as error:
        raise Unreadable(f"cannot be opened ({in_one_line(str(error))})", _REMEDY) from None
    with closing(connection):
        yield DuckdbFile(path, connection)


def _value(name: str, kind: str) -> str:
    """Return a column as it is selected: its text, or its float64, where Python's value is less."""
    if kind == "FLOAT":  # its shortest text, not the float64 that is nearest to the float32
        return f"CAST(CAST({quoted(name)} AS VARCHAR) AS DOUBLE)"
    return f"CAST({quoted(name)} AS VARCHAR)" if kind.startswith(_AS_TEXT) else quoted(name)
