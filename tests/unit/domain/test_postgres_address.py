"""What an address of PostgreSQL says, and what of it is told."""

from __future__ import annotations

from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from optimizer.domain.postgres_address import read_address
from optimizer.errors import BadInputError

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
FULL = "postgres://ann:p%40s%2Fs@[::1]:5433/the%20shop?schema=erp%20x&timeout=9.5&sslmode=require"


@given(user=NAMES, database=NAMES, secret=NAMES, port=st.integers(1, 65_535))
def test_a_name_leads_to_the_same_database_and_holds_no_password(
    user: str, database: str, secret: str, port: int
) -> None:
    """Proves: the address told is the one given but for its passwords, whatever the characters."""
    hidden = f"<{secret}>"
    who, what = f"{quote(user, safe='')}:{quote(hidden, safe='')}", quote(database, safe="")
    options = f"sslmode=require&sslpassword={quote(hidden, safe='')}"
    address = read_address(f"postgres://{who}@db.example:{port},other/{what}?{options}")
    assert address.parameters["password"] == address.parameters["sslpassword"] == hidden
    stated = conninfo_to_dict(address.shown)
    assert stated == {key: address.parameters[key] for key in stated}
    assert stated.keys() == {"user", "host", "port", "dbname", "sslmode"}
    assert quote(hidden, safe="") not in address.shown
    assert hidden not in repr(address)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql:///runs", "postgresql:///runs"),
        ("postgresql://ana@[::1]:5433/runs", "postgresql://ana@[::1]:5433/runs"),
        ("postgresql://h/runs?password=s3cret", "postgresql://h/runs"),
        ("postgresql:///runs?host=/tmp", "postgresql:///runs?host=/tmp"),
        ("postgresql://ana:s%3F@h:1,[fe80::1]:2/runs", "postgresql://ana@h:1,[fe80::1]:2/runs"),
    ],
)
def test_names_of_addresses(url: str, name: str) -> None:
    """Proves: sockets, IPv6 and a password among the options; libpq reads the name as the same."""
    address = read_address(url)
    assert address.shown == name
    stated = {key: value for key, value in conninfo_to_dict(url).items() if key != "password"}
    assert conninfo_to_dict(name) == stated
    assert stated.items() <= address.parameters.items()


def test_every_part_of_an_address_is_decoded_once() -> None:
    """Proves: user, password, host, port, database, options of libpq and own are found apart."""
    address = read_address(FULL, own=("schema", "timeout"))
    stated = {"user": "ann", "password": "p@s/s", "host": "::1", "port": "5433"}
    stated |= {"dbname": "the shop", "sslmode": "require"}
    assert stated.items() <= address.parameters.items()
    assert not {"schema", "timeout"} & address.parameters.keys()
    assert address.own == {"schema": "erp x", "timeout": "9.5"}
    assert address.shown == FULL.replace(":p%40s%2Fs", "")


def test_what_is_not_said_is_left_to_the_client_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: no user, host or database is made up; 10 s to connect unless the environment says."""
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    address = read_address("postgresql://", own=("schema",))
    assert not {"user", "password", "host", "port", "dbname"} & address.parameters.keys()
    assert address.parameters["connect_timeout"] == "10"
    assert address.own == {}
    assert read_address("postgresql://h/d?connect_timeout=4").parameters["connect_timeout"] == "4"
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "3")
    assert "connect_timeout" not in read_address("postgresql://").parameters


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("postgresql://ana:s3cr@et@host/runs", 'has a second "@", or one after the host'),
        ("postgresql://ana:s3c/ret@host/runs", 'has a second "@", or one after the host'),
        ("postgresql://ana:s3?c#ret@host/runs", 'has a second "@", or one after the host'),
        ("postgresql://ana:12/s3cret@host/runs", 'has a second "@", or one after the host'),
        ("postgresql://ana:s3cret%@host/runs", "cannot be read. "),
        ("postgresql://ana:s3cret@host:port/runs", "has a port that is no number"),
        ("postgresql://host/runs?s3cret", "cannot be read. "),
        ("postgresql://host/runs?password=s3c&ret=1", "cannot be read. "),
        ("postgresql://host/runs?schema=a", '(invalid URI query parameter: "schema")'),
        ("host=h password=s3cret", "is no address of PostgreSQL"),
        ("mysql://ana:s3cret@host/runs", "is no address of PostgreSQL"),
    ],
)
def test_an_address_with_no_reading_or_two_is_refused_and_not_repeated(url: str, rule: str) -> None:
    """Proves: a password with @ or / in it would be taken for a host or a database and be shown."""
    with pytest.raises(BadInputError) as refusal:
        read_address(url)
    said = str(refusal.value)
    assert said.startswith("postgresql://…: ")
    assert rule in said
    assert not any(part in said for part in ("s3", "ret", "et@"))
    assert "with %40 for @, %2F for /, %3F for ? and %23 for # in names" in said


def test_a_password_is_kept_out_of_what_an_error_says() -> None:
    """Proves: wherever the address has it; an error is one line, of no words its kind."""
    address = read_address("postgresql://u:a%20%20b@h/d?sslpassword=c7")
    assert address.said(psycopg.Error("no\n a  b, no c7 ")) == "no …, no …"
    assert read_address("postgresql://u@h/d?password=").said(ValueError("x")) == "x"
    assert address.said(psycopg.OperationalError()) == "OperationalError"
