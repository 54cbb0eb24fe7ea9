"""The script of the schema, run by an administrator in a real database."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from optimizer.domain.plan_state import StateChange
from optimizer.store.catalogue import VIEWS
from optimizer.store.run_folder import write_run
from optimizer.store.run_index import COLUMNS
from optimizer.store.shared.postgres_place import open_postgres
from optimizer.store.shared.schema import VERSION
from optimizer.store.state_log import IN_SQL
from tests.support.postgres_server import Server
from tests.support.runs import make_tables
from tests.support.shared_database import ask, prepare, role, run

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]
COMMENTS = (
    "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "WHERE c.relnamespace = 'ballast'::regnamespace AND c.relkind IN ('r', 'v') "
    "ORDER BY c.relname, a.attnum"
)
RIGHTS = (
    "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
    "WHERE table_schema = 'ballast' ORDER BY 1, 2, 3"
)


@pytest.fixture
def ready(database: str) -> str:
    """Return the address of a database that is prepared."""
    return prepare(database)


def columns_of(database: str) -> dict[str, list[str]]:
    """Return the columns of every table and view."""
    found: dict[str, list[str]] = {}
    for table, column, _ in ask(database, COMMENTS):
        found.setdefault(table, []).append(column)
    return found


def test_running_it_twice_is_running_it_once(database: str) -> None:
    """Proves: tables, comments, rights, rows and the version stay as they are."""
    prepare(database)
    run(database, "INSERT INTO ballast.entries (entry, version) VALUES ('one', 'v')")
    said = [ask(database, query) for query in (COMMENTS, RIGHTS, "TABLE ballast.entries")]
    applied = ask(database, "TABLE ballast.schema_version")
    prepare(database)
    again = [ask(database, query) for query in (COMMENTS, RIGHTS, "TABLE ballast.entries")]
    assert again == said
    assert ask(database, "TABLE ballast.schema_version") == applied
    assert [version for version, *_ in applied] == [VERSION]


def test_what_the_command_prints_goes_through_psql(database: str) -> None:
    """Proves: `ballast schema | psql` ends without an error and without a word of warning."""
    command = [sys.executable, "-m", "optimizer", "schema"]
    printed = subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout
    psql = ["psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-d", database]
    for _ in range(2):
        ended = subprocess.run(psql, input=printed, capture_output=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, b"")
    assert ask(database, "SELECT version FROM ballast.schema_version") == [(VERSION,)]


def test_tables_have_the_columns_that_ballast_sql_has(ready: str) -> None:
    """
    Proves: a query of `ballast sql` finds the same names here, in the same order.

    `strikes` and `curves` are left out, see the script.  A column that runs get and the schema
    lacks fails here.
    """
    found, tables = columns_of(ready), make_tables()
    assert tuple(found["runs"]) == COLUMNS
    steps = [IN_SQL.get(name, name) for name in StateChange.model_fields]
    assert found["states"] == ["entry", "step", "run", *steps]
    for name, view in VIEWS.items():
        if name in ("strikes", "curves"):
            assert name not in found
        else:
            assert set(view.columns) <= set(found[name])
    written = {"plans": tables.plan, "expected": tables.expected, "losses": tables.scenarios}
    written |= {"qualifications": tables.qualifications, "onboardings": tables.onboardings}
    for name, table in written.items():
        assert set(found[name]) == {"run", *table.columns}, name
    assert found["decisions"] == ["run", *VIEWS["decisions"].columns]


def test_every_column_says_what_it_means_in_the_unit_of_the_documentation(ready: str) -> None:
    """Proves: only keys and technical columns have no comment; units are those of the docs."""
    said = {(table, column): comment for table, column, comment in ask(ready, COMMENTS)}
    silent = {column for (table, column), comment in said.items() if comment is None}
    of_stated = {column for table, column in said if table == "stated"}
    assert silent <= of_stated | {"run", "entry", "version", "applied_by", "applied_at", "content"}
    text = (ROOT / "docs" / "run-folder.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| (`.*`) \| ([^|]*)\|", text.split("\n## ")[1])
    units = {
        name: unit.strip().replace("EUR", "currency")
        for names, unit in rows
        for name in re.findall(r"`(\w+)`", names)
    }
    compared = 0
    for (table, column), comment in said.items():
        if table == "plans" and column in units:
            unit = re.search(r"\[(.*)\]$", comment)
            assert (unit[1] if unit else "") == units[column], column
            compared += 1
    assert compared == len(make_tables().plan.columns)


def test_an_older_script_refuses_a_newer_schema(ready: str) -> None:
    """Proves: nothing is touched, and the version that is there is named."""
    run(ready, "INSERT INTO ballast.schema_version (version) VALUES (7)")
    before = ask(ready, RIGHTS)
    with pytest.raises(psycopg.errors.RaiseException, match="newer schema, version 7"):
        prepare(ready)
    assert ask(ready, RIGHTS) == before


def test_a_database_that_cannot_hold_every_name_is_refused(server: Server, database: str) -> None:
    """Proves: in Latin-1 a name in Greek would be lost; the script says so and creates nothing."""
    name = database.rpartition("/")[2] + "latin"
    create = "CREATE DATABASE {} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(sql.SQL(create).format(sql.Identifier(name)))  # type: ignore[arg-type]
    with pytest.raises(psycopg.errors.RaiseException, match=r"is in LATIN1.*UTF8"):
        prepare(server.url(name))
    there = "SELECT count(*) FROM pg_namespace WHERE nspname = 'ballast'"
    assert ask(server.url(name), there) == [(0,)]


def test_deleting_an_entry_deletes_all_of_it(ready: str) -> None:
    """Proves: files and rows of every table go with their entry, those of another stay."""
    for run_name in ("one", "two"):
        run(ready, "INSERT INTO ballast.entries VALUES (%s, 'v')", [run_name])
        run(ready, "INSERT INTO ballast.files VALUES (%s, '', 0, 'x')", [run_name])
        run(ready, "INSERT INTO ballast.plans (run, sku) VALUES (%s, 'A')", [run_name])
        run(ready, "INSERT INTO ballast.stated (run, kind) VALUES (%s, 'run')", [run_name])
    run(ready, "DELETE FROM ballast.entries WHERE entry = 'one'")
    left = (
        "SELECT entry FROM ballast.files UNION ALL SELECT run FROM ballast.plans "
        "UNION ALL SELECT run FROM ballast.stated"
    )
    assert ask(ready, left) == [("two",)] * 3
    cascades = (
        "SELECT conrelid::regclass::text FROM pg_constraint "
        "WHERE contype = 'f' AND confdeltype = 'c'"
    )
    assert {name for (name,) in ask(ready, cascades)} == {
        f"ballast.{name}"
        for name in columns_of(ready)
        if name not in ("entries", "schema_version", "runs")
    }


def test_a_backup_brings_everything_back(server: Server, ready: str, tmp_path: Path) -> None:
    """Proves: a dump of the schema, restored in an empty database, has the entry bit for bit."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a").write_bytes(bytes(range(256)))
    version = open_postgres(ready).put("one", tmp_path / "one", None)
    dump, other = tmp_path / "dump", server.url(ready.rpartition("/")[2] + "restored")
    options = ("--format=custom", "--schema=ballast", f"--file={dump}", ready)
    subprocess.run(["pg_dump", *options], check=True)
    with psycopg.connect(ready, autocommit=True) as connection:
        name = sql.Identifier(other.rpartition("/")[2])
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    subprocess.run(["pg_restore", "--exit-on-error", f"--dbname={other}", dump], check=True)
    restored = open_postgres(other)
    assert restored.entries() == {"one": version}
    restored.fetch("one", tmp_path / "fetched")
    assert (tmp_path / "fetched" / "a").read_bytes() == bytes(range(256))


def test_every_query_of_the_page_finds_what_it_says(ready: str, tmp_path: Path) -> None:
    """
    Proves: the queries of docs/postgres.md run for a reader, and find rows; the deletion too, for
    the owner.
    """
    place = open_postgres(ready)
    for name, run_tables in {"one": make_tables(), "two": make_tables(n_skus=5)}.items():
        tables = replace(run_tables, plan=run_tables.plan.assign(policy=name))
        folder = write_run(tmp_path, name, tables, scorecard={}, documents={})
        place.put(name, folder, None)
    run(
        ready,
        "INSERT INTO ballast.entries VALUES ('one.states.jsonl', 'v'); "
        "INSERT INTO ballast.states VALUES "
        "('one.states.jsonl', 1, 'one', 'approved', 'Ana', now(), '', '', 'm', 'p')",
    )
    reader = role(ready, f"bi_{ready.rpartition('/')[2]}", "ballast_reader")
    text = (ROOT / "docs" / "postgres.md").read_text("utf-8")
    queries = re.findall(r"(?m)(?:^    .*\n)+", text)
    asked = [query for query in queries if query.lstrip().startswith("SELECT")]
    found = [ask(reader, query) for query in asked]
    assert [len(rows) > 0 for rows in found] == [True] * 5
    assert [row[:2] for row in found[0]] == [("one", "one"), ("two", "two")]
    assert sum(row[2] for row in found[1]) == pytest.approx(
        make_tables().plan["expected_loss"].sum()
    )
    assert len(found[2]) == 5
    (deletion,) = (query for query in queries if query.lstrip().startswith("DELETE"))
    run(ready, deletion)
    assert list(place.entries()) == ["two"]
    assert ask(ready, "SELECT DISTINCT run FROM ballast.plans") == [("two",)]
    assert ask(ready, "SELECT * FROM ballast.states") == []
