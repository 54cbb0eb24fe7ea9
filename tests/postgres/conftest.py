"""A server for the tests of this folder, and an empty database for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

import psycopg
import pytest
from psycopg import sql

from tests.support.postgres_server import PASSWORD, Server, postgres_server

_NUMBERS: Final = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Yield a running server."""
    with postgres_server() as running:
        yield running


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of an empty database; the password is in the environment."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    name = f"test{next(_NUMBERS)}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.url(name)
