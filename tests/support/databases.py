"""A folder of tables put into a database, typed as a planner's database would be."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
import tomllib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb
import psycopg
from psycopg import sql

from optimizer.inputs.schema import TABLES

Rows = list[list[Any]]
Table = tuple[str, list[tuple[str, str]], Rows]
"""Name, columns with the kind of each as the schema has it, and rows."""

SQLITE: Final = {"number": "REAL", "bool": "BOOLEAN", "date": "TEXT"}
DUCKDB: Final = {"number": "DOUBLE", "bool": "BOOLEAN", "date": "DATE"}
POSTGRES: Final = {"number": "double precision", "bool": "boolean", "date": "date"}


def tables_of(folder: Path) -> list[Table]:
    """Return the tables of a folder of CSV files, and its settings as a table of texts."""
    tables = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        kinds = [TABLES[path.stem].column(name).kind for name in header]
        typed = [
            [_typed(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows
        ]
        tables.append((path.stem, list(zip(header, kinds, strict=True)), typed))
    if (folder / "portfolio.toml").exists():
        tree = tomllib.loads((folder / "portfolio.toml").read_text(encoding="utf-8"))
        texts: Rows = [[key, value] for key, value in _dotted(tree)]
        tables.append(("settings", [("key", "text"), ("value", "text")], texts))
    return tables


def _typed(cell: str, kind: str) -> Any:
    if not cell:
        return None
    if kind == "number":
        return float(cell)
    if kind == "date":
        return dt.date.fromisoformat(cell)
    return cell.lower() == "true" if kind == "bool" else cell


def _dotted(tree: Any, above: str = "") -> Iterable[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value).lower() if isinstance(value, bool) else str(value)


def into_sqlite(tables: Iterable[Table], path: Path) -> Path:
    """Make a SQLite file of tables."""
    with closing(sqlite3.connect(path)) as connection:
        for name, columns, rows in tables:
            connection.execute(_created(name, columns, SQLITE, "TEXT"))
            marks = ", ".join("?" * len(columns))
            plain = ([_plain(cell) for cell in row] for row in rows)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', plain)  # noqa: S608
        connection.commit()
    return path


def into_duckdb(tables: Iterable[Table], path: Path) -> Path:
    """Make a DuckDB file of tables."""
    with closing(duckdb.connect(str(path))) as connection:
        for name, columns, rows in tables:
            connection.execute(_created(name, columns, DUCKDB, "VARCHAR"))
            held = [list(column) for column in zip(*rows, strict=True)]
            if held:
                names = ", ".join(
                    f"unnest(${at + 1}::{_type(kind)}[])" for at, (_, kind) in enumerate(columns)
                )
                connection.execute(f'INSERT INTO "{name}" SELECT {names}', held)
    return path


def _type(kind: str) -> str:
    return DUCKDB.get(kind, "VARCHAR")


def into_postgres(tables: Iterable[Table], address: str, schema: str = "public") -> None:
    """Put tables into a schema of a PostgreSQL database."""
    with psycopg.connect(address) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        for name, columns, rows in tables:
            table = sql.Identifier(schema, name)
            typed = [
                sql.SQL("{} " + POSTGRES.get(kind, "text")).format(sql.Identifier(column))
                for column, kind in columns
            ]
            connection.execute(
                sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(typed))
            )
            asked = sql.SQL("COPY {} FROM STDIN").format(table)
            with connection.cursor() as cursor, cursor.copy(asked) as copy:
                for row in rows:
                    copy.write_row(row)


def _created(
    name: str, columns: Sequence[tuple[str, str]], types: dict[str, str], text: str
) -> str:
    typed = ", ".join(f'"{column}" {types.get(kind, text)}' for column, kind in columns)
    return f'CREATE TABLE "{name}" ({typed})'


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, dt.date) else cell


Into = Callable[[Iterable[Table], Path], Path]
INTO_FILE: Final[dict[str, Into]] = {"sqlite": into_sqlite, "duckdb": into_duckdb}
