"""A database that is ready to keep runs, roles in it, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from optimizer.store.shared.schema import schema_script
from tests.support.postgres_server import PASSWORD


def prepare(database: str) -> str:
    """Run the script as the administrator does; return the address."""
    run(database, schema_script())
    return database


def run(database: str, query: str, values: Sequence[Any] | None = None) -> None:
    """Run a query as the administrator."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(query, values)  # type: ignore[call-overload]


def ask(database: str, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows that a query finds."""
    with psycopg.connect(database) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[call-overload]


def role(database: str, name: str, member_of: str | None) -> str:
    """Create a role that may log in; return its address of the database."""
    who = sql.Identifier(name)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(who, sql.Literal(PASSWORD))
        )
        if member_of is not None:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(member_of), who))
    there = urlsplit(database)
    return f"postgresql://{name}@{there.hostname}:{there.port}{there.path}"
