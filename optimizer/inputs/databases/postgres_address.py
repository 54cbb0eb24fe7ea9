"""The address of a PostgreSQL database: what to connect to, and what to read there."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from optimizer.domain.address import POSTGRESQL, split_address, without_password
from optimizer.inputs.databases.database import MOST_SECONDS, Unreadable

SCHEMA: Final = "schema"
SECONDS: Final = "timeout"
_FORM: Final = "postgresql://USER@HOST:PORT/DATABASE?schema=NAME"
_SECRET: Final = "Leave the password out: PGPASSWORD, ~/.pgpass or a service has it. "  # noqa: S105
_ESCAPED: Final = "In an address, @ is written %40, / is %2F, : is %3A, ? is %3F and # is %23."
_PLACE: Final = re.compile(r"(\[[^\]]*\]|[^:,]*)(?::(\d*))?")
_DEFAULTS: Final = {
    "connect_timeout": "10",
    "client_encoding": "utf8",
    "application_name": "ballast",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
_IN_ENVIRONMENT: Final = {"connect_timeout": "PGCONNECT_TIMEOUT", "application_name": "PGAPPNAME"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresAddress:
    """
    An address in parts.

    Attributes
    ----------
    shown
        As it is told and kept: without a password.
    parameters
        What the client library is given.
    schema
        None: the one that the connection has.
    seconds
        Time that one table may take.
    """

    shown: str
    parameters: Mapping[str, str] = field(repr=False)
    schema: str | None
    seconds: float

    @property
    def secrets(self) -> list[str]:
        """What no message may say."""
        return [
            self.parameters[key] for key in ("password", "sslpassword") if key in self.parameters
        ]


def read_address(address: str) -> PostgresAddress:
    """
    Return the parts of an address.

    Raises
    ------
    Unreadable
        If it has two readings, or none.
    """
    parts = split_address(address)
    assert parts is not None  # noqa: S101  only addresses come here
    if parts.kind not in POSTGRESQL:
        rule = f"{parts.kind} is no kind of database that is read here"
        remedy = f"Give {_FORM}, or the path of a SQLite or DuckDB file."
        raise Unreadable(rule, remedy)
    if not parts.is_clear:
        raise Unreadable('has an "@" after the host', _SECRET + _ESCAPED)
    login, _, place = parts.authority.rpartition("@")
    found = _PLACE.fullmatch(place)
    if found is None:
        raise Unreadable("its host or port cannot be read", f"Write {_FORM}. {_ESCAPED}")
    user, _, password = login.partition(":")
    path, _, query = parts.tail.partition("?")
    stated = {
        "host": found[1].strip("[]"),
        "port": found[2] or "",
        "user": user,
        "password": password,
        "dbname": path.removeprefix("/"),
    }
    options = _options(query)
    parameters = {key: unquote(value) for key, value in stated.items() if value}
    own = {key: options.pop(key, None) for key in (SCHEMA, SECONDS)}
    return PostgresAddress(
        shown=without_password(address),
        parameters={**_defaults(), **parameters, **options},
        schema=own[SCHEMA] or None,
        seconds=_seconds(own[SECONDS]),
    )


def _options(query: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(key): unquote(value) for key, _, value in pairs}


def _defaults() -> dict[str, str]:
    """Return what is asked of a connection where neither address nor environment says it."""
    return {
        key: value
        for key, value in _DEFAULTS.items()
        if _IN_ENVIRONMENT.get(key, "") not in os.environ
    }


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
