"""The address of a PostgreSQL database: what libpq is given, and what of it may be told."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from optimizer.domain.address import POSTGRESQL, SECRETS, split_address, without_password
from optimizer.errors import BadInputError, Problem
from optimizer.problems import in_one_line

UNREACHED: Final = (
    "Check host, port, database, user and password (PGPASSWORD, ~/.pgpass or a service), "
    "and that the server runs and lets you in."
)
_FORM: Final = (
    "Write postgresql://USER@HOST:PORT/DATABASE with %40 for @, %2F for /, %3F for ? and %23 for # "
    "in names, and the password in PGPASSWORD or in ~/.pgpass."
)
_DEFAULTS: Final[Mapping[str, str]] = {
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "ballast",
    "client_encoding": "UTF8",
}
"""Seconds, but `tcp_user_timeout`: milliseconds."""
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
        What libpq is given: what is stated, and defaults where the environment has none.
    own
        Options that are not libpq's, as far as they are stated.
    """

    shown: str
    parameters: Mapping[str, Any] = field(repr=False)
    own: Mapping[str, str]

    def said(self, error: BaseException) -> str:
        """Return what the server, or whatever asks it, says: in one line, without a password."""
        diagnosis = getattr(error, "diag", None)  # of psycopg's errors
        said = getattr(diagnosis, "message_primary", None) or str(error) or type(error).__name__
        for secret in filter(None, map(self.parameters.get, SECRETS)):
            said = said.replace(secret, "…")
        return in_one_line(said)


def read_address(address: str, own: Collection[str] = ()) -> PostgresAddress:
    """
    Return the parts of an address; `own` options are taken out of it.

    Raises
    ------
    BadInputError
        If it cannot be read, or can be read two ways; its text, which may hold a password, is told
        to nobody.
    """
    from psycopg import Error  # noqa: PLC0415  of an extra
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    parts = split_address(address)
    if parts is None or parts.kind not in POSTGRESQL:
        raise _refused("is no address of PostgreSQL", _FORM)
    if not parts.is_clear or parts.authority.count("@") > 1:
        raise _refused('has a second "@", or one after the host', _FORM)
    place, _, query = parts.tail.partition("?")
    options = [(pair, *map(unquote, pair.split("=", 1))) for pair in query.split("&") if pair]
    rest = "&".join(pair for pair, key, *_ in options if key not in own)
    try:
        stated = conninfo_to_dict(f"postgresql://{parts.authority}{place}?{rest}")
    except Error as error:
        said = str(error).strip()  # no more than the name of an option, or else any part
        is_told = said.startswith("invalid URI query") and "password" not in unquote(query)
        raise _refused(f"cannot be read{f' ({said})' if is_told else ''}", _FORM) from None
    if not str(stated.get("port", "0")).replace(",", "0").isdigit():
        raise _refused("has a port that is no number", _FORM)
    unsaid = {key for key, name in _IN_ENVIRONMENT.items() if name in os.environ}
    defaults = {key: value for key, value in _DEFAULTS.items() if key not in unsaid}
    return PostgresAddress(
        shown=without_password(address),
        parameters={**defaults, **stated},
        own={key: "".join(value) for _, key, *value in options if key in own},
    )


@contextmanager
def extra() -> Iterator[None]:
    """Tell packages that are not installed as ``BadInputError``."""
    try:
        yield
    except ImportError as error:
        rule = f"needs packages that are not installed ({' '.join(str(error).split())})"
        raise _refused(rule, 'Install them: pip install "ballast[postgres]".') from None


def _refused(rule: str, remedy: str) -> BadInputError:
    return BadInputError([Problem(file="postgresql://…", rule=rule, remedy=remedy)])
