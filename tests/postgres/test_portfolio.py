"""A PostgreSQL database as a portfolio: the same as its files, told in one line where it fails."""

from __future__ import annotations

import json
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import optimizer
from benchmarks.portfolios import make_portfolio
from benchmarks.write_portfolio import write_portfolio
from optimizer.inputs.databases import extract
from optimizer.inputs.read import examine, read_portfolio
from optimizer.jobs.about import Request
from optimizer.jobs.reopen import reopen, verify
from optimizer.jobs.solve import solve
from tests.support.databases import into_duckdb, into_postgres, into_sqlite, tables_of
from tests.support.postgres_server import PASSWORD, Server
from tests.support.same_portfolio import differences

pytestmark = pytest.mark.postgres

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
QUICK = ("scenarios.count=100", "catalogue.refine=false", "solver.gap=0.02")


@pytest.fixture
def shop(database: str) -> str:
    """Return the address of a database with the bundled sample."""
    into_postgres(tables_of(SAMPLE), database)
    return database


def run(address: str, *statements: str) -> None:
    """Execute SQL."""
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def problems(address: str, *overrides: str) -> list[str]:
    """Return what is wrong, in lines."""
    return [str(problem) for problem in examine(address, overrides).problems]


def with_password(address: str) -> str:
    """Return an address with the password in it."""
    return address.replace("postgres@", f"postgres:{PASSWORD.replace(' ', '%20')}@")


def test_the_sample_is_the_same_portfolio_out_of_every_database(shop: str, tmp_path: Path) -> None:
    """
    Proves: every array of the CSV files bit for bit, settings and ledger; and the same hashes out
    of PostgreSQL, SQLite and DuckDB.
    """
    read = read_portfolio(shop)
    assert differences(read_portfolio(SAMPLE), read) == []
    tables = tables_of(SAMPLE)
    others = into_sqlite(tables, tmp_path / "a.db"), into_duckdb(tables, tmp_path / "b.db")
    assert [read_portfolio(path).inputs for path in others] == [read.inputs, read.inputs]
    assert read.source == shop


def test_a_run_is_that_of_the_files_and_opens_without_the_server(
    shop: str, server: Server, tmp_path: Path
) -> None:
    """
    Proves: the plan of the files; the run verifies and is reopened while the server is away; its
    password, given in the address, is in no file of the run, packed or not, and in no log.
    """
    of_files = solve(read_portfolio(SAMPLE, QUICK), Request(results=tmp_path, name="files"))
    portfolio = read_portfolio(with_password(shop), QUICK)
    run_of = solve(portfolio, Request(results=tmp_path, name="database"))
    assert portfolio.source == shop
    assert run_of.tables.manifest.portfolio == shop
    assert run_of.tables.plan.equals(of_files.tables.plan)
    server.stop()
    try:
        assert verify(run_of.folder).checks > 0
        again, _ = reopen(run_of.folder)
    finally:
        server.start()
    assert again.source == shop
    assert differences(portfolio, again) == []
    told = "|".join(re.escape(word) for word in (PASSWORD, PASSWORD.replace(" ", "%20")))
    assert not [name for name, content in contents(tmp_path) if re.search(told.encode(), content)]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below, and every part of a workbook."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{path.name}!{name}", book.read(name)) for name in book.namelist())


def test_types_of_postgresql_are_written_like_those_of_files(shop: str) -> None:
    """
    Proves: NUMERIC, REAL, integers, text and timestamps at midnight hold the same numbers and
    names, as the same text, so that the hashes stay.
    """
    before = read_portfolio(shop)
    run(
        shop,
        "ALTER TABLE skus ALTER unit_cost TYPE numeric, ALTER demand_mean TYPE real, "
        "ALTER severity TYPE smallint, ALTER order_cost TYPE text USING order_cost::text, "
        "ALTER launched TYPE timestamp",
        "CREATE DOMAIN name AS varchar(80)",
        "CREATE EXTENSION IF NOT EXISTS citext",
        "ALTER TABLE skus ALTER category TYPE citext, ALTER sku TYPE name",
        "CREATE TYPE part AS ENUM ('primary', 'qualified', 'candidate')",
        "ALTER TABLE sources ALTER role TYPE part USING role::part",
        "SET datestyle = 'SQL, DMY'",
        "ALTER ROLE postgres SET datestyle = 'SQL, DMY'",
    )
    try:
        after = read_portfolio(shop)
    finally:
        run(shop, "ALTER ROLE postgres RESET datestyle")
    assert differences(before, after) == []
    assert after.inputs == before.inputs


def test_a_schema_is_chosen_in_the_address(database: str) -> None:
    """Proves: `?schema=` reads that schema; without it the connection's own; views count."""
    into_postgres(tables_of(SAMPLE), database, "erp")
    run(database, "CREATE SCHEMA plan")
    for name in ("skus", "suppliers", "tags", "sources", "hazards", "demand", "settings"):
        run(database, f"CREATE VIEW plan.{name} AS TABLE erp.{name}")
    run(database, "CREATE MATERIALIZED VIEW plan.stock AS SELECT * FROM erp.stock")
    portfolio = read_portfolio(f"{database}?schema=plan")
    assert portfolio.stock_on_hand is not None
    assert portfolio.plan_in_force is None
    assert portfolio.source == f"{database}?schema=plan"
    assert read_portfolio(f"{database}?options=-csearch_path%3Derp").plan_in_force is not None
    [line] = problems(database)
    assert line == (
        f"{database}: has no table and no view that this user may see. "
        "Create them, or name another database, schema or file."
    )
    [line] = problems(f"{database}?schema=plans")
    assert 'has no schema "plans". Name one, ?schema=NAME. Nearest: "plan"' in line


def test_all_tables_that_may_not_be_read_are_told(shop: str) -> None:
    """Proves: privileges of SELECT are enough, and each one that is missing is named at once."""
    run(
        shop,
        "CREATE ROLE planner LOGIN PASSWORD 'Kx7q'",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO planner",
    )
    address = shop.replace("postgres@", "planner:Kx7q@")
    try:
        assert read_portfolio(address).source == address.replace(":Kx7q", "")
        run(shop, "REVOKE SELECT ON skus, settings, hazards FROM planner")
        told = [line for line in problems(address) if "may not" in line]
        assert told == [
            f"public.{name}: this user may not read it (permission denied for table {name}). "
            f"GRANT SELECT ON public.{name} to it."
            for name in ("settings", "skus", "hazards")
        ]
        run(shop, "CREATE SCHEMA hidden", "CREATE TABLE hidden.skus (sku text)")
        [line] = problems(f"{address}?schema=hidden")
        assert 'this user may not use the schema "hidden"' in line
        [line] = problems(address.replace("Kx7q", "Kx7r"))
        assert "password authentication failed" in line
        assert "Kx7r" not in line
    finally:
        run(shop, "DROP OWNED BY planner", "DROP ROLE planner")


def test_nothing_can_be_written_and_one_state_is_seen(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: what another session changes while tables are read is not seen, in no table; a view that
    would write is refused by the server.

    Sensitivity: with a transaction for each table the second price would be read.
    """
    before = read_portfolio(shop)
    write = extract.write_canonical
    asked: list[str] = []

    def change_then_write(path: Path, *rest: Any) -> Any:
        if not asked:
            run(
                shop,
                "UPDATE skus SET unit_cost = 2 * unit_cost",
                "UPDATE stock SET on_hand = 1 + on_hand",
            )
        asked.append(path.name)
        return write(path, *rest)

    monkeypatch.setattr(extract, "write_canonical", change_then_write)
    assert read_portfolio(shop).inputs == before.inputs
    assert len(asked) == 8
    assert read_portfolio(shop).inputs != before.inputs
    run(
        shop,
        "CREATE TABLE log (at timestamptz)",
        "CREATE FUNCTION noted() RETURNS text LANGUAGE sql AS "
        "$$INSERT INTO log VALUES (now()) RETURNING 'a'$$",
        "DROP TABLE tags",
        "CREATE VIEW tags AS SELECT supplier, noted() AS tag FROM suppliers",
    )
    [line] = [line for line in problems(shop) if line.startswith("public.tags")]
    assert line == (
        "public.tags: cannot be read (cannot execute INSERT in a read-only transaction). "
        "Correct the table or view, or ask who keeps the database."
    )


def test_what_is_slow_or_locked_ends(shop: str) -> None:
    """Proves: each slow table is told with the time it had, and a lock that another one holds."""
    run(
        shop,
        "ALTER TABLE skus RENAME TO parts",
        "CREATE VIEW skus AS SELECT * FROM parts WHERE pg_sleep(1) IS NOT NULL",
        "ALTER TABLE tags RENAME TO shared",
        "CREATE VIEW tags AS SELECT * FROM shared WHERE pg_sleep(1) IS NOT NULL",
    )
    told = "takes more than 1.5 s to read. Make the view faster, wait for whoever locks the table, "
    with psycopg.connect(shop) as other:
        other.execute("LOCK TABLE hazards IN ACCESS EXCLUSIVE MODE")
        slow = [line for line in problems(f"{shop}?timeout=1.5") if told in line]
    names = ("skus", "tags", "hazards")
    assert [line.split(":")[0] for line in slow] == [f"public.{name}" for name in names]


def test_a_server_that_is_away_or_goes_away_is_told(
    shop: str, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Proves: one line for the whole database, no traceback, no password, nothing in a log."""
    write = extract.write_canonical

    def stop_then_write(path: Path, *rest: Any) -> Any:
        server.stop()
        return write(path, *rest)

    monkeypatch.setattr(extract, "write_canonical", stop_then_write)
    try:
        [going] = problems(with_password(shop))
        [away] = problems(with_password(shop))
    finally:
        server.start()
    for line, rule in ((going, "cannot be read ("), (away, "cannot be opened (")):
        assert line.startswith(f"{shop}: {rule}")
        assert "Check host, port, database, user and password" in line
        assert "secret" not in line
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ("?sslmode=require", "server does not support SSL, but SSL was required"),
        ("?colour=red", 'invalid URI query parameter: "colour"'),
    ],
)
def test_a_connection_that_cannot_be_is_told(shop: str, options: str, rule: str) -> None:
    """Proves: what the client library refuses is told in its words."""
    [line] = problems(shop + options)
    assert f"cannot be opened ({rule}" in line or rule in line


def test_odd_columns_are_told(shop: str) -> None:
    """Proves: JSON, arrays, bytes, infinities, moments of a zone: each one told, none guessed."""
    run(
        shop,
        "ALTER TABLE skus ALTER site TYPE jsonb USING json_build_object('at', site), "
        "ALTER launched TYPE timestamptz USING '2026-01-01 00:00+00'",
        "ALTER TABLE suppliers ALTER region TYPE text[] USING ARRAY[region]",
        "ALTER TABLE hazards ALTER annual_rate TYPE bytea USING 'x'",
        "UPDATE stock SET on_hand = 'NaN' WHERE sku = 'EL-001'",
        "UPDATE stock SET as_of = 'infinity' WHERE sku = 'EL-002'",
    )
    told = problems(shop)
    for words in (
        "public.skus, site: holds JSON, in row 1 and in 199 more. Cast the column in a view",
        "public.suppliers, region: holds a list, in row 1 and in 29 more",
        "public.hazards, annual_rate: holds binary data, or text that is not UTF-8, in row 1",
        '(sku "CH-001"), launched = "2026-01-01 00:00:00+00": must be an ISO date',
        '(sku "EL-001"), on_hand = "nan": must be a number; it is not finite',
        '(sku "EL-002"), as_of = "infinity": must be an ISO date',
    ):
        assert any(words in line for line in told), words


def test_names_in_capitals_are_told(shop: str) -> None:
    """Proves: "SKUS" beside skus has two readings, and is refused with what to do."""
    run(shop, 'CREATE TABLE "SKUS" AS SELECT * FROM skus')
    [line] = problems(shop)
    assert line == (
        "public.SKUS: is not a table of a portfolio (names must match exactly). "
        'Rename it, or leave it out: columns.ignore = ["SKUS"]. Nearest: "skus".'
    )
    assert problems(shop, 'columns.ignore=["SKUS"]') == []


def test_the_python_face_takes_an_address(shop: str) -> None:
    """Proves: `optimizer.read_portfolio` is the same function; text for the manifest is JSON."""
    portfolio = optimizer.read_portfolio(with_password(shop))
    assert json.dumps(portfolio.source) == f'"{shop}"'


@pytest.mark.slow
def test_a_hundred_thousand_skus_come_back(database: str, tmp_path: Path) -> None:
    """Proves: 100,000 generated SKUs are the portfolio of their CSV files to the last bit."""
    write_portfolio(make_portfolio(100_000, 1_000, seed=1), tmp_path / "csv", "csv")
    into_postgres(tables_of(tmp_path / "csv"), database)
    assert differences(read_portfolio(tmp_path / "csv"), read_portfolio(database)) == []
