"""Commands on a database: the plan of its files, and a run that is opened without it."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from optimizer.cli.console import command_line
from tests.pipeline.conftest import Command
from tests.support.databases import into_duckdb, into_sqlite, tables_of

QUICK = ("--set", "scenarios.count=50", "--set", "risk.measure=cvar", "--set", "solver.gap=0.02")


@pytest.fixture
def shop(small: Path, tmp_path: Path) -> Path:
    """Return the small sample as a SQLite file."""
    return into_sqlite(tables_of(small), tmp_path / "shop.db")


def change_a_price(shop: Path) -> None:
    """Let the database move on."""
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("UPDATE skus SET unit_cost = 3 * unit_cost")
        connection.commit()


def test_a_run_of_a_database_is_that_of_its_files_and_opens_without_it(
    ballast: Command, once: Command, small: Path, shop: Path
) -> None:
    """
    Proves: a database gives the plan of the files it was made of, line by line; the run keeps its
    tables as files, so that it verifies and explains itself when the database has changed or gone,
    and says that the database was not asked.

    Sensitivity: asked again after the change, every cost would be off threefold.
    """
    assert once("solve", str(small), "--run", "one", *QUICK).code == 0
    done = ballast("solve", str(shop), "--run", "of-database", *QUICK)
    assert done.code == 0, done.err
    plans = [Path(f"results/{run}/plan.csv").read_bytes() for run in ("one", "of-database")]
    assert plans[0] == plans[1]
    manifest = json.loads(Path("results/of-database/manifest.json").read_text(encoding="utf-8"))
    assert manifest["portfolio"] == "../shop.db"
    assert {"skus.csv", "sources.csv", "portfolio.toml"} <= manifest["inputs"].keys()
    before = ballast("verify", "of-database")
    assert before.code == 0, before.err
    assert "shop.db: the database was not asked again" in before.err
    change_a_price(shop)
    assert ballast("verify", "of-database").out == before.out
    shop.unlink()
    gone = ballast("verify", "of-database")
    assert (gone.code, gone.out) == (0, before.out)
    assert "have changed or gone since this run" in gone.err
    sku = pd.read_parquet("results/of-database/plan.parquet")["sku"].iloc[0]
    assert ballast("explain", "of-database", sku).code == 0


def test_the_next_quarter_of_a_database_starts_from_a_run(ballast: Command, shop: Path) -> None:
    """Proves: `reoptimize` reads the database anew, keeps it, and its run verifies without it."""
    assert ballast("solve", str(shop), "--run", "one", *QUICK).code == 0
    change_a_price(shop)
    budget = ("--set", "budget.capital=1200000")
    done = ballast("reoptimize", str(shop), "--from", "one", "--run", "two", *QUICK, *budget)
    assert done.code == 0, done.err
    shop.unlink()
    assert ballast("verify", "two").code == 0
    inputs = [
        json.loads(Path(f"results/{run}/manifest.json").read_text())["inputs"]
        for run in ("one", "two")
    ]
    changed = {file for file in inputs[0] if inputs[0][file] != inputs[1].get(file)}
    assert changed == {"skus.csv", "plan.csv"}


@pytest.mark.parametrize("kind", ["files", "database"])
def test_a_plan_under_another_name_gives_way_to_that_of_a_run(
    ballast: Command, small: Path, tmp_path: Path, kind: str
) -> None:
    """
    Proves: where `[columns]` names the table of the plan in force, a run from another run's plan is
    opened again with that plan, and not with both.
    """
    (small / "plan.csv").rename(small / "erp_plan.csv")
    place, name = small, "erp_plan.csv"
    if kind == "database":
        (small / "erp_plan.csv").rename(small / "plan.csv")
        tables = tables_of(small)
        renamed = [("erp_plan" if table[0] == "plan" else table[0], *table[1:]) for table in tables]
        place, name = into_sqlite(renamed, tmp_path / "shop.db"), "erp_plan"
    stated = (*QUICK, "--set", f"columns.table.plan.source={name}")
    assert ballast("solve", str(place), "--run", "one", *stated).code == 0
    done = ballast("reoptimize", str(place), "--from", "one", "--run", "two", *stated)
    assert done.code == 0, done.err
    inputs = json.loads(Path("results/two/manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert "plan.csv" in inputs
    assert name not in inputs
    verified = ballast("verify", "two")
    assert verified.code == 0, verified.err


def test_audits_and_checks_take_a_database(ballast: Command, small: Path, tmp_path: Path) -> None:
    """Proves: the audit of a DuckDB file says what that of its files says; `check` writes."""
    shop = into_duckdb(tables_of(small), tmp_path / "shop.duckdb")
    audits = [ballast("audit", str(place), "--json") for place in (small, shop)]
    assert [audit.code for audit in audits] == [0, 0]
    of_files, of_database = (json.loads(audit.out) for audit in audits)
    assert of_files["summary"] == of_database["summary"]
    spoilt = into_sqlite(tables_of(small), tmp_path / "spoilt.db")
    with closing(sqlite3.connect(spoilt)) as connection:
        connection.execute("UPDATE skus SET unit_cost = -1 WHERE sku = 'EL-001'")
        connection.commit()
    done = ballast("check", str(spoilt), "--problems", "problems.csv")
    assert done.code == 2
    with Path("problems.csv").open(encoding="utf-8-sig", newline="") as file:
        [problem] = csv.DictReader(file)
    assert problem["table"] == "spoilt.db!skus"
    assert problem["row"].endswith('(sku "EL-001")')
    assert ballast("check", str(spoilt), "--problems", "problems.xlsx").code == 2
    book = pd.read_excel("problems.xlsx", sheet_name="skus", engine="calamine")
    assert book["sku"].tolist() == ["EL-001"]


def test_a_password_is_in_no_word_of_a_refusal(ballast: Command) -> None:
    """Proves: whatever is wrong with an address, its password is told by no command."""
    for address in (
        "postgresql://ann:Kx7q@127.0.0.1:1/shop",
        "postgresql://ann:Kx7q@127.0.0.1:port/shop",
        "postgresql://ann:Kx/7q@127.0.0.1:1/shop",
        "mysql://ann:Kx7q@127.0.0.1/shop",
    ):
        for words in (
            ("solve", address),
            ("check", address, "--json"),
            ("--verbose", "audit", address),
        ):
            done = ballast(*words)
            assert done.code == 2
            assert "Kx" not in done.out + done.err
            assert "Traceback" not in done.err
    address = "postgresql://ann:Kx7q@127.0.0.1:1/shop"
    for words in (
        ("solve", "data", address),
        ("verify", address),
        ("explain", address, "A1", "--json"),
    ):
        stray = ballast(*words)
        assert stray.code == 2
        assert "Kx7q" not in stray.out + stray.err
        assert "ann@127.0.0.1" in stray.out + stray.err


def test_a_command_is_kept_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: what a manifest says was typed can be typed again, but for the password."""
    typed = ["ballast", "solve", "postgresql://ann:Kx7q@host/shop?schema=erp", "--run", "a b"]
    monkeypatch.setattr(sys, "argv", typed)
    assert command_line() == "ballast solve 'postgresql://ann@host/shop?schema=erp' --run 'a b'"


def test_what_is_set_aside_of_a_database_stays_aside(ballast: Command, shop: Path) -> None:
    """Proves: a run without the faulty SKUs of a database verifies from what it kept of that."""
    with closing(sqlite3.connect(shop)) as connection:
        connection.execute("UPDATE skus SET unit_cost = 'dear' WHERE sku = 'EL-001'")
        connection.commit()
    done = ballast("solve", str(shop), "--run", "one", "--set-aside", "to-do", *QUICK)
    assert done.code == 0, done.err
    with Path("to-do/set_aside.csv").open(encoding="utf-8-sig", newline="") as file:
        [problem] = csv.DictReader(file)
    assert (problem["sku"], problem["row"]) == ("EL-001", '13 (sku "EL-001")')
    shop.unlink()
    verified = ballast("verify", "one")
    assert verified.code == 0, verified.err
