"""What goes wrong between Ballast and a real server: told in one line with a remedy."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from optimizer.errors import BadInputError, BallastError, StorageError
from optimizer.store.shared import postgres_entries
from optimizer.store.shared.postgres_place import open_postgres
from tests.support.postgres_server import PASSWORD, Server
from tests.support.shared_database import ask, prepare, role, run

pytestmark = pytest.mark.postgres
LOCK = "?options=-c%20lock_timeout%3D200"


@pytest.fixture
def ready(database: str) -> str:
    """Return the address of a database that is prepared."""
    return prepare(database)


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """Return a folder with two files."""
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "a").write_bytes(b"a" * 100_000)
    (folder / "b").write_bytes(b"b")
    return folder


def told(act: Callable[[], object], kind: type[BallastError] = StorageError) -> str:
    """Return what is said, in one line and without a password."""
    with pytest.raises(kind) as refusal:
        act()
    said = str(refusal.value)
    assert "\n" not in said
    assert PASSWORD not in said
    return said


def name_of(database: str) -> str:
    return database.rpartition("/")[2]


@contextmanager
def held(database: str, query: str) -> Iterator[None]:
    """Hold what a query locks, as another session does."""
    with psycopg.connect(database) as connection:
        connection.execute(query)  # type: ignore[call-overload]
        yield
        connection.rollback()


def test_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: it is told at once, before anything is computed, with what to check."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"postgresql://ana@127.0.0.1:{free.getsockname()[1]}/team"
    said = told(lambda: open_postgres(address))
    assert said.startswith(f"{address}: cannot be reached (")
    assert "Connection refused" in said
    assert said.endswith("and that the server runs and lets you in.")


def test_a_server_that_does_not_answer() -> None:
    """Proves: a machine that takes the connection and stays silent is given up in time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://ana@127.0.0.1:{silent.getsockname()[1]}/team"
        said = told(lambda: open_postgres(address + "?connect_timeout=2"))
    assert "cannot be reached" in said
    assert "timeout" in said


def test_a_wrong_password(ready: str) -> None:
    """Proves: the server's reason is told, the password given is not."""
    said = told(lambda: open_postgres(ready.replace("@", ":wr0ng%2Fone@")))
    assert "password authentication failed" in said
    assert "wr0ng" not in said


def test_a_password_in_the_address(ready: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: it is used, and stands in no name."""
    monkeypatch.delenv("PGPASSWORD")
    secret = PASSWORD.replace(" ", "%20").replace("'", "%27")
    address = ready.replace("postgresql://", "postgres://")
    place = open_postgres(address.replace("@", f":{secret}@"))
    assert place.entries() == {}
    assert place.name == address


def test_a_password_file(ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the file that psql reads is read here, too."""
    monkeypatch.delenv("PGPASSWORD")
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:*:*:postgres:{PASSWORD}\n", encoding="ascii")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert open_postgres(ready).entries() == {}


def test_no_such_database(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the name is told by the server."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    said = told(lambda: open_postgres(server.url("nowhere")))
    assert 'database "nowhere" does not exist' in said


def test_no_schema(database: str) -> None:
    """Proves: a database that was never prepared is told with the command that prepares it."""
    said = told(lambda: open_postgres(database))
    assert said.startswith(f"{database}: has no schema of Ballast; nothing was changed there (")
    assert said.endswith("An administrator runs: ballast schema | psql -v ON_ERROR_STOP=1 URL")
    run(database, "CREATE SCHEMA ballast CREATE TABLE schema_version (version integer)")
    assert "has no schema of Ballast. An administrator" in told(lambda: open_postgres(database))


@pytest.mark.parametrize(
    ("there", "remedy"),
    [(0, "ballast schema | psql"), (2, "Install a newer version of Ballast.")],
)
def test_a_schema_of_another_version(ready: str, there: int, remedy: str) -> None:
    """
    Proves: an older schema and an older program are each told with their own remedy, and the
    script brings an older schema up to date.
    """
    run(ready, "UPDATE ballast.schema_version SET version = %s", [there])
    said = told(lambda: open_postgres(ready))
    assert f"has version {there} of Ballast's schema, and this program needs version 1" in said
    assert remedy in said
    if there == 0:
        assert open_postgres(prepare(ready)).entries() == {}


def test_a_role_without_rights(ready: str) -> None:
    """Proves: who belongs to neither role can read nothing, and is told what to ask for."""
    said = told(lambda: open_postgres(role(ready, f"eve_{name_of(ready)}", None)))
    assert "refuses this to your role" in said
    assert "permission denied for schema ballast" in said
    assert "GRANT ballast_planner TO ROLE, or ballast_reader to read." in said


def test_a_reader_reads_and_does_not_write(ready: str, entry: Path, tmp_path: Path) -> None:
    """Proves: entries and rows can be read; putting and replacing are refused."""
    version = open_postgres(ready).put("one", entry, None)
    address = role(ready, f"ben_{name_of(ready)}", "ballast_reader")
    place = open_postgres(address)
    assert place.entries() == {"one": version}
    place.fetch("one", tmp_path / "fetched")
    assert ask(address, "SELECT count(*) FROM ballast.runs") == [(0,)]
    for replaces in (None, "0" * 64):
        (entry / "a").write_bytes(b"new")
        said = told(lambda: place.put("one", entry, replaces))  # noqa: B023
        assert "permission denied for table entries" in said
    assert place.entries() == {"one": version}


def test_a_planner_writes_and_cannot_pass_for_another(ready: str, entry: Path) -> None:
    """Proves: the database notes who wrote; a planner neither states that nor deletes entries."""
    name = f"ana_{name_of(ready)}"
    address = role(ready, name, "ballast_planner")
    open_postgres(address).put("one", entry, None)
    noted = "SELECT pushed_by, pushed_at > now() - interval '1 h' FROM ballast.entries"
    assert ask(ready, noted) == [(name, True)]
    for query in (
        "UPDATE ballast.entries SET pushed_by = 'ben'",
        "UPDATE ballast.entries SET entry = 'two'",
        "INSERT INTO ballast.entries (entry, version, pushed_by) VALUES ('two', 'v', 'ben')",
        "INSERT INTO ballast.entries (entry, version, pushed_at) VALUES ('two', 'v', '1999-01-01')",
        "DELETE FROM ballast.entries",
        "UPDATE ballast.schema_version SET version = 9",
        "UPDATE ballast.plans SET capital = 0",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(address, query)


def test_a_database_that_can_only_be_read(ready: str, entry: Path) -> None:
    """Proves: a standby, or a database made read-only, can be read; putting is told."""
    place = open_postgres(ready)
    with psycopg.connect(ready, autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(
                psycopg.sql.Identifier(name_of(ready))
            )
        )
    assert place.entries() == {}
    said = told(lambda: place.put("one", entry, None))
    assert "can only be read: it is a standby, or default_transaction_read_only is on" in said
    assert "Give the address of the primary" in said


def test_a_lock_held_by_another(ready: str, entry: Path) -> None:
    """Proves: it is waited for as long as the address says, then told; later it works."""
    place = open_postgres(ready + LOCK)
    first = place.put("one", entry, None)
    (entry / "b").write_bytes(b"new")
    with held(ready, "SELECT FROM ballast.entries FOR UPDATE"):
        said = told(lambda: place.put("one", entry, first))
    assert "is held by another session for longer than lock_timeout" in said
    assert said.endswith("Try again when the other has finished.")
    assert place.entries() == {"one": first}
    second = place.put("one", entry, first)
    assert place.entries() == {"one": second} != {"one": first}


def test_a_statement_that_takes_too_long(ready: str) -> None:
    """Proves: the time that the address allows is kept and named; its own lock wait is longer."""
    place = open_postgres(ready + "?options=-c%20statement_timeout%3D200")
    with held(ready, "LOCK TABLE ballast.entries"):
        assert "took longer than statement_timeout" in told(place.entries)


def test_timeouts_hold_where_nobody_says_otherwise(ready: str) -> None:
    """Proves: no session of ours waits for ever; what an administrator set for a database stays."""
    asked: list[Any] = []

    def note(connection: psycopg.Connection) -> None:
        query = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
        asked.append(connection.execute(query).fetchone())

    place = postgres_entries.PostgresPlace(ready)
    with place._asked() as connection:
        note(connection)
    with psycopg.connect(ready, autocommit=True) as connection:
        connection.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET lock_timeout = '7s'").format(
                psycopg.sql.Identifier(name_of(ready))
            )
        )
    with place._asked() as connection:
        note(connection)
    assert asked == [("30s", "15min"), ("7s", "15min")]


def test_a_server_that_dies_in_the_middle(
    server: Server, ready: str, entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: nothing of the entry is there when it is back, the entry before stays whole, and the
    same place puts it then.
    """
    place = open_postgres(ready)
    before = place.put("before", entry / "a", None)
    copy_files = postgres_entries._copy_files

    def dies(cursor: Any, name: str, path: Path) -> None:
        copy_files(cursor, name, path)
        server.stop()

    with monkeypatch.context() as patch:
        patch.setattr(postgres_entries, "_copy_files", dies)
        patch.setattr(postgres_entries, "rows_of", lambda *_: {"stated": _one_row()})
        try:
            said = told(lambda: place.put("one", entry, None))
            gone = told(place.entries)
        finally:
            server.start()
    assert "nothing is half there" in said
    assert said.endswith("Try again.")
    assert "cannot be reached" in gone
    assert place.entries() == {"before": before}
    assert ask(ready, "SELECT DISTINCT entry FROM ballast.files") == [("before",)]
    assert (entry / "a").read_bytes() == b"a" * 100_000
    assert place.put("one", entry, None) == place.entries()["one"]


def _one_row() -> Any:
    return postgres_entries.pa.table({"run": ["one"], "kind": ["run"]})


def test_a_server_that_dies_while_it_is_read(
    server: Server, ready: str, entry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: what was written so far of a fetched entry is removed again."""
    monkeypatch.setattr(postgres_entries, "_PART", 1_000)
    place = open_postgres(ready)
    (entry / "big").write_bytes(bytes(20_000_000))
    place.put("one", entry, None)
    inside, seen = postgres_entries.PostgresPlace._inside, []

    def dies(self: Any, name: str, into: Path, path: str) -> Path:
        seen.append(into.exists())
        if len(seen) == 200:
            server.stop()
        return inside(self, name, into, path)

    monkeypatch.setattr(postgres_entries.PostgresPlace, "_inside", dies)
    try:
        said = told(lambda: place.fetch("one", tmp_path / "into"))
    finally:
        server.start()
    assert "the connection broke" in said
    assert seen[1]
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    "path", ["../evil", "/evil", "a/../../evil", "C:evil", "a\\evil", "./evil", "a//evil", "a/"]
)
def test_no_file_is_written_outside_its_entry(
    ready: str, entry: Path, tmp_path: Path, path: str
) -> None:
    """Proves: names that lead out of a folder, on any system, are refused; nothing is left."""
    place = open_postgres(ready)
    place.put("one", entry, None)
    run(ready, "UPDATE ballast.files SET path = %s WHERE path = 'b'", [path])
    before = sorted(tmp_path.rglob("*"))
    said = told(lambda: place.fetch("one", tmp_path / "into"))
    assert f"one names a file outside itself ({path!r})" in said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE ballast.files SET content = 'x' WHERE path = 'a'",
        "DELETE FROM ballast.files WHERE path = 'b'",
        "UPDATE ballast.files SET path = 'c' WHERE path = 'b'",
        "UPDATE ballast.entries SET version = 'other'",
    ],
)
def test_what_is_damaged_there_is_not_handed_out(
    ready: str, entry: Path, tmp_path: Path, spoil: str
) -> None:
    """Proves: content, names and version must agree; what was written meanwhile is removed."""
    place = open_postgres(ready)
    place.put("one", entry, None)
    run(ready, spoil)
    said = told(lambda: place.fetch("one", tmp_path / "into"))
    assert "one is damaged there. Nothing was written" in said
    assert not (tmp_path / "into").exists()


def test_an_entry_that_is_not_there(ready: str, tmp_path: Path) -> None:
    """Proves: it is named, and nothing is written."""
    said = told(lambda: open_postgres(ready).fetch("gone", tmp_path / "into"))
    assert said == f"{ready}: has no entry gone. Choose another."
    assert not (tmp_path / "into").exists()


def test_a_place_that_cannot_be_written_here(ready: str, entry: Path, tmp_path: Path) -> None:
    """Proves: what the disk here refuses is told as such, not as the database's fault."""
    place = open_postgres(ready)
    place.put("one", entry, None)
    (tmp_path / "file").write_bytes(b"")
    said = told(lambda: place.fetch("one", tmp_path / "file" / "into"))
    assert said.startswith(f"{tmp_path}/file/into: cannot be written (Not a directory)")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "kept").write_bytes(b"")
    for into in (tmp_path / "there", tmp_path / "file"):
        assert "cannot be written (File exists)" in told(lambda: place.fetch("one", into))  # noqa: B023
    assert (tmp_path / "there" / "kept").exists()
    assert (tmp_path / "file").exists()


def test_an_entry_that_cannot_be_read_here(
    ready: str, entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a file that is gone, before or in the middle, is told, and nothing is kept."""
    place = open_postgres(ready)
    said = told(lambda: place.put("one", entry / "gone", None))
    assert said.startswith(f"{entry}/gone: cannot be read (No such file or directory); nothing was")
    parts = postgres_entries._parts

    def vanishes(path: Path) -> Iterator[bytes]:
        (entry / "b").unlink(missing_ok=True)
        yield from parts(path)

    monkeypatch.setattr(postgres_entries, "_parts", vanishes)
    assert "cannot be read" in told(lambda: place.put("one", entry, None))
    assert place.entries() == {}


def test_an_address_that_cannot_be_read() -> None:
    """Proves: it is refused before any connection, and not repeated."""
    said = told(lambda: open_postgres("postgresql://ana:p@ss@host/team"), BadInputError)
    assert "p@ss" not in said
