"""A PostgreSQL database, read in one transaction that sees one state and cannot write."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg.adapt import Loader
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.exc import DBAPIError, SAWarning, SQLAlchemyError
from sqlalchemy.pool import NullPool

from optimizer.inputs.databases.database import BATCH, Unreadable, in_one_line, too_slow
from optimizer.inputs.databases.postgres_address import SCHEMA, SECONDS, PostgresAddress
from optimizer.inputs.did_you_mean import did_you_mean

_DATES: Final = ("date", "timestamp", "timestamptz")
_CANCELLED: Final = "57014"
_DENIED: Final = "42501"
_UNREACHED: Final = (
    "Check host, port, database, user and password (PGPASSWORD, ~/.pgpass or a service), "
    "and that the server runs and lets you in."
)
_VIEW: Final = "Correct the table or view, or ask who keeps the database."


class _AsWritten(Loader):
    """Dates as the server writes them: Python's have no infinity and other bounds."""

    def load(self, data: Any) -> str:
        """Return the text."""
        return bytes(data).decode()


class PostgresSchema:
    """The tables of one schema, as they were when the transaction began."""

    beside = None

    def __init__(self, address: PostgresAddress, connection: sa.Connection) -> None:
        self.name = address.shown
        self.seconds = address.seconds
        self._address = address
        self._connection = connection
        self._prepare()
        inspector = sa.inspect(connection)
        assert isinstance(inspector, PGInspector)  # noqa: S101  it is a PostgreSQL connection
        self._inspector = inspector
        self._schema = address.schema or inspector.default_schema_name or ""
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
        cause = error.orig if isinstance(error, DBAPIError) else error
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        code = cause.sqlstate if isinstance(cause, psycopg.Error) else None
        if code == _CANCELLED:
            return self._too_slow()
        if code == _DENIED:
            rule = f"this user may not read it ({_said(cause, self._address)})"
            return Unreadable(rule, f"GRANT SELECT ON {self.label(table)} to it.")
        rule = f"cannot be read ({_said(cause, self._address)})"
        return Unreadable(rule, _UNREACHED if is_lost else _VIEW, is_lost=is_lost)


@contextmanager
def open_postgres(address: PostgresAddress) -> Iterator[PostgresSchema]:
    """Yield the tables of a schema, in one transaction that sees one state and cannot write."""
    engine = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(address), poolclass=NullPool
    )
    engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as connection:
            yield PostgresSchema(address, connection)
    except (SQLAlchemyError, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        rule = f"cannot be opened ({_said(cause, address)})"
        raise Unreadable(rule, _UNREACHED, is_lost=True) from None


def _connect(address: PostgresAddress) -> psycopg.Connection[Any]:
    parameters: dict[str, Any] = dict(address.parameters)
    connection = psycopg.connect(**parameters, prepare_threshold=None)
    for kind in _DATES:
        connection.adapters.register_loader(kind, _AsWritten)
    return connection


def _said(error: BaseException | None, address: PostgresAddress) -> str:
    """Return what an error says, in one line and without a password."""
    said = "" if error is None else in_one_line(error)
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        said = error.diag.message_primary
    for secret in address.secrets:
        said = said.replace(secret, "…")
    return said
