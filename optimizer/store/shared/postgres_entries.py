"""Entries of results folders in a PostgreSQL database: bit for bit, and as rows to be asked for."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import IsolationLevel, sql

from optimizer.domain.postgres_address import read_address
from optimizer.errors import BadInputError, Problem, StorageError
from optimizer.store.room import refused
from optimizer.store.shared.place import files_of, leads_out, version_of
from optimizer.store.shared.postgres_refusals import another_version, reached, told
from optimizer.store.shared.postgres_rows import TABLES, rows_of
from optimizer.store.shared.schema import VERSION

_PART: Final = 16 * 2**20  # bytes of a file in one row
_ROWS: Final = 65_536  # of a table sent at once
_TIMEOUTS: Final = {"lock_timeout": "30s", "statement_timeout": "15min"}
"""Where neither the address nor the administrator says otherwise."""


class PostgresPlace:
    """
    The entries of a database with the schema of `schema.sql`.

    Each question and each entry has a connection and a transaction of its own, so that hours may
    pass between them.
    """

    def __init__(self, url: str) -> None:
        """Take an address; nothing is asked yet."""
        self._address = read_address(url)
        self._name = self._address.shown

    @property
    def name(self) -> str:
        """The address, without a password."""
        return self._name

    def check(self) -> None:
        """Raise ``StorageError`` if the database cannot be read, or has another schema."""
        with self._asked():
            pass

    def entries(self) -> Mapping[str, str]:
        """Return the version of every entry, see `version_of`."""
        with self._asked() as connection:
            return dict(connection.execute("SELECT entry, version FROM ballast.entries").fetchall())

    def fetch(self, entry: str, into: Path) -> None:
        """Write an entry to a path that does not exist; whole and unchanged, or an error."""
        if os.path.lexists(into):
            raise refused(into, FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)))
        try:
            with self._asked() as connection:
                there = _kept(connection, entry)
                if there is None:
                    raise StorageError(f"{self._name}: has no entry {entry}. Choose another.")
                self._write(connection, entry, into)
            if version_of(into) != there.version:
                raise StorageError(f"{self._name}: {entry} is damaged there. {_DAMAGED}")
        except BaseException as error:
            _remove(into)
            if isinstance(error, OSError):
                raise refused(into, error) from error
            raise

    def put(self, entry: str, path: Path, replaces: str | None) -> str:
        """
        Keep an entry as it stands at a path, and return its version.

        It appears whole or not at all, its rows with it.  An entry that has this version already is
        left as it is.

        Raises
        ------
        BadInputError
            If the place has another version than the one that is to be replaced (None: none), or
            the entry is damaged.
        """
        try:
            path.stat()  # `version_of` takes what is not there for an empty folder
            version, rows = version_of(path), rows_of(entry, path)
            with self._asked(IsolationLevel.READ_COMMITTED) as connection:
                if self._claim(connection, entry, version, replaces):
                    _copy(connection, entry, path, rows)
                    if version_of(path) != version:
                        raise StorageError(f"{path}: has changed while it was read. Try again.")
        except OSError as error:
            why = f"cannot be read ({error.strerror or error}); nothing was changed there"
            raise StorageError(f"{path}: {why}. Correct the permissions, or try again.") from error
        return version

    @contextmanager
    def _asked(
        self, isolation: IsolationLevel = IsolationLevel.REPEATABLE_READ
    ) -> Iterator[psycopg.Connection]:
        """Yield a connection in a transaction, to a schema of this version."""
        with reached(self._address):
            opened = psycopg.connect(**self._address.parameters)
        with told(self._address), opened as connection:
            connection.isolation_level = isolation
            for setting, duration in _TIMEOUTS.items():
                connection.execute(_UNLESS_SET, (duration, setting))
            asked = connection.execute("SELECT max(version) FROM ballast.schema_version")
            (version,) = asked.fetchone() or (None,)
            if version != VERSION:
                raise another_version(self._name, version)
            yield connection

    def _claim(
        self, connection: psycopg.Connection, entry: str, version: str, replaces: str | None
    ) -> bool:
        """Lock an entry to be written; return False if it is there as it is to be."""
        if replaces is None and connection.execute(_NEW, (entry, version)).rowcount:
            return True
        there = _kept(connection, entry, "FOR UPDATE")
        if there is not None and there.version == version:
            return False
        if there is None or there.version != replaces:
            raise BadInputError([_conflict(self._name, entry, there)])
        connection.execute(_CHANGED, (version, entry))
        for table in ("files", *TABLES):
            key = "run" if table not in ("files", "states") else "entry"
            query = sql.SQL("DELETE FROM {} WHERE {} = %s")
            names = (sql.Identifier("ballast", table), sql.Identifier(key))
            connection.execute(query.format(*names), (entry,))
        return True

    def _write(self, connection: psycopg.Connection, entry: str, into: Path) -> None:
        """Write every file of an entry."""
        with connection.cursor() as cursor:
            for name, content in cursor.stream(_FILES, (entry,), binary=True):
                path = self._inside(entry, into, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("ab") as file:
                    file.write(content)
        if not into.exists():
            into.mkdir(parents=True)

    def _inside(self, entry: str, into: Path, name: str) -> Path:
        """Return where a file belongs; one outside its entry is refused."""
        if not name:
            return into
        if leads_out(name):
            raise StorageError(
                f"{self._name}: {entry} names a file outside itself ({name!r}). {_DAMAGED}"
            )
        return into / name


class _Kept(NamedTuple):
    """What a database says of an entry."""

    version: str
    by: str
    at: str


def _kept(connection: psycopg.Connection, entry: str, lock: str = "") -> _Kept | None:
    query = (
        "SELECT version, pushed_by, to_char(pushed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') "
        "FROM ballast.entries WHERE entry = %s "
    )
    found = connection.execute(sql.SQL(query) + sql.SQL(lock), (entry,)).fetchone()
    return None if found is None else _Kept(*found)


def _copy(
    connection: psycopg.Connection, entry: str, path: Path, rows: Mapping[str, pa.Table]
) -> None:
    """Write an entry that is locked: its files and its rows."""
    with connection.cursor() as cursor:
        _copy_files(cursor, entry, path)
        for table, content in rows.items():
            _copy_rows(cursor, table, content)


def _copy_files(cursor: psycopg.Cursor, entry: str, path: Path) -> None:
    """Write every file of an entry, in parts."""
    with cursor.copy(
        "COPY ballast.files (entry, path, part, content) FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.set_types(["text", "text", "int4", "bytea"])
        for name, file in files_of(path).items():
            for part, content in enumerate(_parts(file)):
                copy.write_row((entry, name, part, content))


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the content of a file in parts; of an empty one, one empty part."""
    with path.open("rb") as file:
        yield file.read(_PART)
        while content := file.read(_PART):
            yield content


def _copy_rows(cursor: psycopg.Cursor, table: str, rows: pa.Table) -> None:
    """Write rows; null and the empty text stay two things, as CSV quotes only the latter."""
    columns = sql.SQL(", ").join(map(sql.Identifier, rows.column_names))
    query = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)")
    plain = pa.csv.WriteOptions(include_header=False)
    with cursor.copy(query.format(sql.Identifier("ballast", table), columns)) as copy:
        for batch in rows.to_batches(max_chunksize=_ROWS):
            sink = pa.BufferOutputStream()
            pa.csv.write_csv(batch, sink, plain)
            copy.write(memoryview(sink.getvalue()))


def _remove(path: Path) -> None:
    """Remove what was written of an entry that is not whole."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _conflict(place: str, entry: str, there: _Kept | None) -> Problem:
    rule = (
        "is no longer there: it was removed"
        if there is None
        else f"was put there in another version by {there.by} at {there.at} UTC"
    )
    remedy = "Look at that one first; keep yours under another name."
    return Problem(file=place, value=entry, rule=rule, remedy=remedy)


_UNLESS_SET: Final = (
    "SELECT set_config(name, %s, true) FROM pg_catalog.pg_settings "
    "WHERE name = %s AND setting = '0'"
)
_NEW: Final = "INSERT INTO ballast.entries (entry, version) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_CHANGED: Final = "UPDATE ballast.entries SET version = %s WHERE entry = %s"
_FILES: Final = "SELECT path, content FROM ballast.files WHERE entry = %s ORDER BY path, part"
_DAMAGED: Final = "Nothing was written; ask its administrator to restore it from a backup."
