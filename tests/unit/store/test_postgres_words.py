"""What is said of PostgreSQL without asking one: addresses, refusals, the script."""

from __future__ import annotations

import sys
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from optimizer.cli import main
from optimizer.domain.stop import Stop
from optimizer.errors import BadInputError, StorageError
from optimizer.store.shared.postgres_address import understood, without_password
from optimizer.store.shared.postgres_place import open_postgres
from optimizer.store.shared.postgres_refusals import told
from optimizer.store.shared.schema import VERSION, schema_script

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(user=NAMES, database=NAMES, secret=NAMES, port=st.integers(1, 65_535))
def test_a_name_leads_to_the_same_database_and_holds_no_password(
    user: str, database: str, secret: str, port: int
) -> None:
    """Proves: the address told is the one given but for its passwords, whatever the characters."""
    hidden = f"<{secret}>"
    who, what = f"{quote(user, safe='')}:{quote(hidden, safe='')}", quote(database, safe="")
    options = f"sslmode=require&sslpassword={quote(hidden, safe='')}"
    url = f"postgres://{who}@db.example:{port},other/{what}?{options}"
    stated = understood(url)
    assert (stated["password"], stated["sslpassword"]) == (hidden, hidden)
    name = without_password(stated)
    expected = {key: value for key, value in stated.items() if "password" not in key}
    assert conninfo_to_dict(name) == expected
    assert quote(hidden, safe="") not in name
    assert name.startswith("postgresql://")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql:///runs", "postgresql:///runs"),
        ("postgresql://ana@[::1]:5433/runs", "postgresql://ana@[::1]:5433/runs"),
        ("postgresql://h/runs?password=s3cret", "postgresql://h/runs"),
        ("postgresql:///runs?host=/tmp", "postgresql://%2Ftmp/runs"),
        ("postgresql://ana:s?3#cret@h:1,[fe80::1]:2/runs", "postgresql://ana@h:1,[fe80::1]:2/runs"),
    ],
)
def test_names_of_addresses(url: str, name: str) -> None:
    """Proves: sockets, IPv6 and a password among the options; libpq reads the name as the same."""
    stated = understood(url)
    assert without_password(stated) == name
    stated.pop("password", None)
    assert conninfo_to_dict(name) == stated


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3cr@et@host/runs",
        "postgresql://ana:s3c/ret@host/runs",
        "postgresql://ana:12/s3cret@host/runs",
        "postgresql://ana:s3cret%@host/runs",
        "postgresql://ana:s3cret@host:port/runs",
        "postgresql://host/runs?s3cret",
        "host=h password=s3cret",
        "mysql://ana:s3cret@host/runs",
    ],
)
def test_an_address_that_can_be_read_two_ways_is_refused_and_not_repeated(url: str) -> None:
    """Proves: a password with @ or / in it would be taken for a host or a database and be shown."""
    with pytest.raises(BadInputError) as refusal:
        open_postgres(url)
    said = str(refusal.value)
    assert not any(part in said for part in ("s3c", "ret", "et@"))
    assert "with %40 for @ and %2F for / in names" in said


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: one line says what is missing and how to install it."""
    for name in [
        name for name in sys.modules if name.startswith("optimizer.store.shared.postgres_")
    ]:
        if name != "optimizer.store.shared.postgres_place":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadInputError) as refusal:
        open_postgres("postgresql://ana:s3cret@host/runs")
    said = str(refusal.value)
    assert said.startswith("postgresql://…: needs a package that is not installed (")
    assert said.endswith('Install it: pip install "ballast[postgres]"')
    assert "\n" not in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "has no disk space left; nothing"),
        (psycopg.errors.AdminShutdown("terminating"), "the connection broke; nothing is half"),
        (psycopg.errors.OutOfMemory("no"), "refused this; nothing was changed there (no)"),
        (psycopg.OperationalError("gone"), "the connection broke; nothing is half there (gone)"),
        (psycopg.errors.DataCorrupted("bad page"), "refused this; nothing was changed there (bad"),
    ],
)
def test_refusals_that_a_test_cannot_bring_about(error: psycopg.Error, words: str) -> None:
    """Proves: a full disk, a shutdown and whatever else have their own words."""
    with (
        pytest.raises(StorageError) as refusal,
        told("postgresql://h/runs"),
    ):
        raise error
    assert str(refusal.value).startswith(f"postgresql://h/runs: {words}")


def test_the_script_is_printed_as_it_is_packaged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: it needs no package of the extra, is plain ASCII for every client, is one transaction,
    and writes the version that this program asks for.
    """
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setattr(sys, "argv", ["ballast", "schema"])
    with pytest.raises(SystemExit) as ended:
        main(Stop())
    printed = capsys.readouterr().out
    assert (ended.value.code, printed) == (0, schema_script())
    assert printed.isascii()
    statements = [line for line in printed.splitlines() if line and not line.startswith("--")]
    assert (statements[0], statements[-1]) == ("BEGIN;", "COMMIT;")
    assert f"ballast.schema_version (version) VALUES ({VERSION})" in printed
    assert (
        f"-- Ballast: the schema of a PostgreSQL database that keeps runs, version {VERSION}."
        in printed
    )
    assert f"FROM ballast.schema_version) > {VERSION} THEN" in printed
