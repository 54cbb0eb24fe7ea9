"""A PostgreSQL database, read in one transaction that sees one state and cannot write."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import errors
from psycopg.adapt import Loader
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.exc import DBAPIError, SAWarning, SQLAlchemyError
from sqlalchemy.pool import NullPool

from optimizer.domain.postgres_address import UNREACHED, PostgresAddress, read_address
from optimizer.inputs.databases.database import BATCH, MOST_SECONDS, Unreadable, too_slow
from optimizer.inputs.did_you_mean import did_you_mean

SCHEMA: Final = "schema"
SECONDS: Final = "timeout"
_DATES: Final = ("date", "timestamp", "timestamptz")
_VIEW: Final = "Correct the table or view, or ask who keeps the database."


class _AsWritten(Loader):
    """Dates as the server writes them: Python's have no infinity and other bounds."""

    def load(self, data: Any) -> str:
        """Return the text."""
        return bytes(data).decode()


class PostgresSchema:
    """The tables of one schema, as they were when the transaction began."""

    beside = None

    def __init__(self, address: PostgresAddress, seconds: float, connection: sa.Connection) -> None:
        self.name = address.shown
        self.seconds = seconds
        self._address = address
        self._connection = connection
        self._prepare()
        inspector = sa.inspect(connection)
        assert isinstance(inspector, PGInspector)  # noqa: S101  it is a PostgreSQL connection
        self._inspector = inspector
        self._schema = address.own.get(SCHEMA) or inspector.default_schema_name or ""
        self._check_schema()

    def label(self, table: str) -> str:
        """Return the name of a table with its schema."""
        return f"{self._schema}.{table}"

    def tables(self) -> list[str]:
        """Return the names of all tables and views, foreign and materialized ones too."""
        inspector, schema = self._inspector, self._schema
        try:
            return sorted(
                {
                    *inspector.get_table_names(schema),
                    *inspector.get_view_names(schema),
                    *inspector.get_materialized_view_names(schema),
                    *inspector.get_foreign_table_names(schema),
                }
            )
        except SQLAlchemyError as error:
            raise self._refused(error, "the schema") from None

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        try:
            with warnings.catch_warnings(category=SAWarning, action="ignore"):  # of unusual types
                return [
                    column["name"] for column in self._inspector.get_columns(table, self._schema)
                ]
        except SQLAlchemyError as error:
            raise self._refused(error, table) from None

    def batches(self, table: str, columns: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield a table's rows; where it fails, the others can still be read."""
        names: list[sa.ColumnClause[Any]] = [sa.column(name) for name in columns]
        asked = sa.select(*names).select_from(sa.table(table, schema=self._schema))
        ends = time.monotonic() + self.seconds
        try:
            with self._connection.begin_nested():
                rows = self._connection.execute(asked, execution_options={"yield_per": BATCH})
                for batch in rows.partitions():
                    yield batch
                    if time.monotonic() > ends:
                        raise self._too_slow()
        except SQLAlchemyError as error:
            raise self._refused(error, table) from None
        except UnicodeDecodeError:
            rule, remedy = "holds text that is not UTF-8", "Convert the database to UTF-8."
            raise Unreadable(rule, remedy) from None

    def _prepare(self) -> None:
        """Set how values are written and how long a statement may take, for this transaction."""
        for name, value in (
            ("statement_timeout", str(max(1, round(self.seconds * 1000.0)))),
            ("datestyle", "ISO"),
            ("extra_float_digits", "1"),
        ):
            self._connection.execute(sa.select(sa.func.set_config(name, value, True)))

    def _check_schema(self) -> None:
        names = self._inspector.get_schema_names()
        if self._schema not in names:
            rule = f'has no schema "{self._schema}"' if self._schema else "has no schema to look in"
            remedy = f"Name one, ?{SCHEMA}=NAME. {did_you_mean(self._schema, names)}"
            raise Unreadable(rule, remedy)
        may_use = sa.func.has_schema_privilege(self._schema, "USAGE")
        if not self._connection.scalar(sa.select(may_use)):
            rule = f'this user may not use the schema "{self._schema}"'
            remedy = f"GRANT USAGE ON SCHEMA {self._schema} to it, or name another, ?{SCHEMA}=NAME."
            raise Unreadable(rule, remedy)

    def _too_slow(self) -> Unreadable:
        remedy = (
            "Make the view faster, wait for whoever locks the table, "
            f"or give it more time: ?{SECONDS}=600."
        )
        return too_slow(self.seconds, remedy)

    def _refused(self, error: SQLAlchemyError, table: str) -> Unreadable:
        cause, said = _told(error, self._address)
        if isinstance(cause, errors.QueryCanceled):
            return self._too_slow()
        if isinstance(cause, errors.InsufficientPrivilege):
            rule = f"this user may not read it ({said})"
            return Unreadable(rule, f"GRANT SELECT ON {self.label(table)} to it.")
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        remedy = UNREACHED if is_lost else _VIEW
        return Unreadable(f"cannot be read ({said})", remedy, is_lost=is_lost)


@contextmanager
def open_postgres(url: str) -> Iterator[PostgresSchema]:
    """Yield the tables of a schema, in one transaction that sees one state and cannot write."""
    address = read_address(url, own=(SCHEMA, SECONDS))
    seconds = _seconds(address.own.get(SECONDS))
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(address), poolclass=NullPool
    )
    engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as connection:
            yield PostgresSchema(address, seconds, connection)
    except (SQLAlchemyError, psycopg.Error) as error:
        rule = f"cannot be opened ({_told(error, address)[1]})"
        raise Unreadable(rule, UNREACHED, is_lost=True) from None


def _seconds(stated: str | None) -> float:
    if stated is None:
        return MOST_SECONDS
    try:
        seconds = float(stated)
    except ValueError:
        seconds = math.nan
    if not 0.0 < seconds <= 1e5:
        raise Unreadable(f"its {SECONDS} is no number of seconds", f"Write {SECONDS}=600.")
    return seconds


def _connect(address: PostgresAddress) -> psycopg.Connection[Any]:
    connection = psycopg.connect(**address.parameters, prepare_threshold=None)
    for kind in _DATES:
        connection.adapters.register_loader(kind, _AsWritten)
    return connection


def _told(error: Exception, address: PostgresAddress) -> tuple[BaseException, str]:
    """Return the driver's error behind another, and what it says."""
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    return cause, address.said(cause)
