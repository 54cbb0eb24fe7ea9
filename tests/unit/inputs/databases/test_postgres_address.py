"""What an address of PostgreSQL says."""

from __future__ import annotations

import pytest

from optimizer.inputs.databases.database import Unreadable
from optimizer.inputs.databases.postgres_address import PostgresAddress, read_address

FULL = "postgres://ann:p%40s%2Fs@[::1]:5433/the%20shop?schema=erp%20x&timeout=9.5&sslmode=require"


def test_every_part_of_an_address_is_decoded_once() -> None:
    """Proves: user, password, host, port, database, options, schema and time are found apart."""
    address = read_address(FULL)
    stated = {"user": "ann", "password": "p@s/s", "host": "::1", "port": "5433"}
    stated |= {"dbname": "the shop", "sslmode": "require"}
    assert stated.items() <= address.parameters.items()
    assert not {"schema", "timeout"} & address.parameters.keys()
    assert (address.schema, address.seconds) == ("erp x", 9.5)
    assert address.shown == FULL.replace(":p%40s%2Fs", "")
    assert "p@s" not in repr(address)


def test_what_is_not_said_is_left_to_the_client_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: no user, host or database is made up; 10 s to connect unless the environment says."""
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    address = read_address("postgresql://")
    assert not {"user", "password", "host", "port", "dbname"} & address.parameters.keys()
    assert address.parameters["connect_timeout"] == "10"
    assert (address.schema, address.seconds) == (None, 120.0)
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "3")
    assert "connect_timeout" not in read_address("postgresql://").parameters
    assert read_address("postgresql://h/d?connect_timeout=4").parameters["connect_timeout"] == "4"


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("mysql://u:secret@h/d", "mysql is no kind of database that is read here"),
        ("postgresql://u:se/cret@h/d", 'has an "@" after the host'),
        ("postgresql://u:secret@h:port/d", "host or port cannot be read"),
        ("postgresql://u:secret@h1,h2/d", "host or port cannot be read"),
        ("postgresql://h/d?timeout=soon", "its timeout is no number of seconds"),
        ("postgresql://h/d?timeout=0", "its timeout is no number of seconds"),
        ("postgresql://h/d?timeout=nan", "its timeout is no number of seconds"),
    ],
)
def test_an_address_with_no_reading_or_two_is_refused(address: str, rule: str) -> None:
    """Proves: each is refused with its reason, and without its password."""
    with pytest.raises(Unreadable) as refused:
        read_address(address)
    assert rule in refused.value.rule
    assert "cret" not in refused.value.rule + refused.value.remedy


def test_secrets_are_known_to_be_kept_out_of_messages() -> None:
    """Proves: a password is a secret wherever the address has it."""

    def secrets(address: str) -> list[str]:
        read: PostgresAddress = read_address(address)
        return read.secrets

    assert secrets("postgresql://u:a%20b@h/d?sslpassword=c") == ["a b", "c"]
    assert secrets("postgresql://u@h/d?password=x") == ["x"]
