"""The address of a PostgreSQL database: understood, and told without its password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from optimizer.errors import BadInputError, Problem

_SCHEMES: Final = ("postgresql://", "postgres://")
_SECRET: Final = ("password", "sslpassword")
_PLACE: Final = ("user", "host", "port", "dbname")
DEFAULTS: Final[Mapping[str, str]] = {
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "ballast",
    "client_encoding": "UTF8",
}
"""Seconds, the last but one milliseconds; an address may say otherwise."""


def understood(url: str) -> dict[str, str]:
    """
    Return the options of libpq that an address states.

    Raises
    ------
    BadInputError
        If it cannot be read, or can be read two ways; its text, which may hold a password, is told
        to nobody.
    """
    who_and_where, _, rest = url.partition("://")[2].partition("/")
    if not url.startswith(_SCHEMES) or who_and_where.count("@") > 1 or "@" in rest:
        raise BadInputError([_UNREADABLE])
    try:
        stated = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.Error:
        raise BadInputError([_UNREADABLE]) from None
    if not stated.get("port", "0").replace(",", "0").isdigit():
        raise BadInputError([_UNREADABLE])
    return stated


def without_password(stated: Mapping[str, str]) -> str:
    """Return an address without its passwords."""
    user, database = (quote(stated.get(key, ""), safe="") for key in ("user", "dbname"))
    rest = {key: stated[key] for key in stated if key not in (*_PLACE, *_SECRET)}
    where = (f"{user}@" if user else "") + ",".join(_servers(stated))
    address = f"postgresql://{where}/{database}"
    return f"{address}?{urlencode(rest, quote_via=quote)}" if rest else address


def _servers(stated: Mapping[str, str]) -> list[str]:
    """Return each server with its port, as an address has them."""
    hosts, ports = (stated.get(key, "").split(",") for key in ("host", "port"))
    ports = ports * len(hosts) if len(ports) == 1 else ports
    return [
        (f"[{host}]" if ":" in host else quote(host, safe="")) + (f":{port}" if port else "")
        for host, port in zip(hosts, ports, strict=False)
    ]


_UNREADABLE: Final = Problem(
    file="postgresql://…",
    rule="this is not an address of PostgreSQL that can be read in one way",
    remedy=(
        "Write postgresql://USER@HOST:PORT/DATABASE with %40 for @ and %2F for / in names, and the "
        "password in PGPASSWORD or in ~/.pgpass."
    ),
)
