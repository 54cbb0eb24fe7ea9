"""
A portfolio as files: a folder of NAME.csv / NAME.parquet, one workbook or one database.

The settings are in `portfolio.toml` in the folder or beside the file, or in the sheet or table
`settings` of keys and values; without either, every setting has its default.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from os import fspath
from pathlib import Path
from typing import Any, Final

from optimizer.domain.address import POSTGRESQL, split_address, without_password
from optimizer.domain.paths import AnyPath, sha256_of
from optimizer.errors import Problem
from optimizer.inputs.databases.extract import extracted
from optimizer.inputs.databases.open_database import is_database
from optimizer.inputs.databases.relabel import relabelled
from optimizer.inputs.did_you_mean import did_you_mean
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.cells import Cells
from optimizer.inputs.readers.layout import Layout, Layouts, read_layouts
from optimizer.inputs.readers.ordinary import is_ordinary
from optimizer.inputs.readers.read_csv import read_csv
from optimizer.inputs.readers.read_parquet import read_parquet
from optimizer.inputs.readers.read_xlsx import (
    RUN_PLAN,
    SETTINGS_SHEET,
    read_book,
    settings_rows,
    sheet_cells,
    table_rows,
)
from optimizer.inputs.readers.run_plan import is_run_plan, run_plan_layout
from optimizer.inputs.readers.settings_beside import SETTINGS_FILE, settings_beside
from optimizer.inputs.schema import PLAN, TABLES
from optimizer.inputs.settings.origin import Tree
from optimizer.inputs.settings.read_settings import (
    overlay,
    sheet_settings,
    with_tuples,
)

PLAN_FILE: Final = f"{PLAN.name}.csv"
"""Name among the inputs of a plan in force that stands elsewhere."""
READ: Final = (".csv", ".parquet")
TABLE_LIKE: Final = {*READ, ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".gz", ".json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """
    The contents read: cells by table, settings as written, SHA-256 by file name.

    `elsewhere` is where the files made of a database are, by file name.
    """

    tables: dict[str, Cells]
    settings: dict[str, Any]
    settings_file: str = SETTINGS_FILE
    inputs: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, Path] = field(default_factory=dict)


def read_tables(
    path: AnyPath,
    findings: Findings,
    overridden: Tree | None = None,
    *,
    without: Set[str] = frozenset(),
) -> Files:
    """
    Return the contents of a portfolio; unreadable files and tables are noted and left out.

    Parameters
    ----------
    overridden
        Settings beside the portfolio's own: they may say how the tables are laid out.
    without
        Tables that are not read, whether or not they are there.
    """
    place, stated = Path(path), overridden or {}
    if is_database(path):
        return _read_database(path, stated, without, findings)
    if place.is_dir():
        return _read_folder(place, stated, without, findings)
    if place.is_file() and place.suffix.lower() == ".xlsx":
        return _read_workbook(place, stated, findings)
    shown, kind = without_password(path), split_address(fspath(path))
    rule = (
        "is no workbook (.xlsx) and no SQLite or DuckDB file"
        if place.exists()
        else "does not exist"
    )
    remedy = "Name a folder of tables, or an .xlsx workbook (`ballast init DIR` makes one)."
    if kind is not None and kind.kind in POSTGRESQL:
        rule, remedy = "is no address", "Give it as text, with two slashes: postgresql://…"
    findings.add(Problem(file=shown, rule=rule, remedy=remedy))
    return Files(tables={}, settings={})


def _read_database(path: AnyPath, overridden: Tree, without: Set[str], findings: Findings) -> Files:
    extract = extracted(path, overridden, findings)
    if extract is None:
        return Files(tables={}, settings={})
    own = Findings()
    files = _read_folder(extract.folder, overridden, extract.unread | without, own)
    tables = relabelled(files.tables, own, extract, findings)
    label = extract.labels.get(SETTINGS_FILE, SETTINGS_FILE)
    elsewhere = {file: extract.folder / file for file in files.inputs}
    return replace(files, tables=tables, settings_file=label, elsewhere=elsewhere)


def with_plan_file(files: Files, path: Path, findings: Findings) -> Files:
    """Return contents that were read without the table `plan` with that of a CSV file."""
    cells = read_csv(path, PLAN, findings)
    tables = {name: table for name, table in files.tables.items() if name != PLAN.name}
    if cells is not None:
        tables[PLAN.name] = cells
    return replace(files, tables=tables, inputs={**files.inputs, PLAN_FILE: sha256_of(path)})


def _read_folder(folder: Path, overridden: Tree, without: Set[str], findings: Findings) -> Files:
    inputs: dict[str, str] = {}
    settings = settings_beside(folder, inputs, findings)
    layouts = _layouts(settings, overridden, SETTINGS_FILE, findings)
    if layouts is None:
        return Files(tables={}, settings=settings, inputs=inputs)
    by_table = _table_files(folder, layouts, without, findings)
    paths = {}
    for name, candidates in by_table.items():
        if len(candidates) > 1:
            rule = f"exists together with {candidates[1].name}, which is ambiguous"
            findings.add(Problem(file=candidates[0].name, rule=rule, remedy="Remove one of them."))
        elif is_ordinary(candidates[0], findings):
            paths[name] = candidates[0]
    of_tables = {path.name: sha256_of(path) for path in paths.values()}
    tables = _read_files(paths, layouts, findings)
    _check_missing({*by_table, *without}, folder.name or str(folder), findings)
    return Files(tables=tables, settings=settings, inputs={**of_tables, **inputs})


def _layouts(settings: Tree, overridden: Tree, where: str, findings: Findings) -> Layouts | None:
    return read_layouts(with_tuples(overlay(settings, overridden) or {}), where, findings)


def _read_files(
    paths: Mapping[str, Path], layouts: Layouts, findings: Findings
) -> dict[str, Cells]:
    """Return the cells of every file by table, without those that cannot be read."""
    parquet = {name: path for name, path in paths.items() if path.suffix.lower() == ".parquet"}
    tables = read_parquet(parquet, TABLES, findings)
    for name in paths.keys() - parquet.keys():
        cells = read_csv(paths[name], TABLES[name], findings, layouts.of(name))
        if cells is not None:
            tables[name] = cells
    return {name: tables[name] for name in paths if name in tables}


def _table_files(
    folder: Path, layouts: Layouts, without: Set[str], findings: Findings
) -> dict[str, list[Path]]:
    sources = {layout.source: name for name, layout in layouts.of_table.items() if layout.source}
    by_table: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        if path.name in layouts.ignore or path.name.startswith((".", "~")):
            continue
        if path.name in sources:
            by_table[sources[path.name]].append(path)
        elif suffix not in TABLE_LIKE:
            continue
        elif suffix in READ and path.stem in TABLES:
            by_table[path.stem].append(path)
        else:
            names = [name + ending for name in TABLES for ending in READ]
            rule = "is not a table of a portfolio (names must match exactly)"
            remedy = f"Rename it, or move it elsewhere. {did_you_mean(path.name, names)}"
            findings.add(Problem(file=path.name, rule=rule, remedy=remedy))
    for source, name in sources.items():
        if name not in without and all(path.name != source for path in by_table.get(name, ())):
            rule = "is declared in columns, but there is no such file or table"
            remedy = f"Correct columns.table.{name}.source."
            findings.add(Problem(file=source, rule=rule, remedy=remedy))
    return {name: by_table[name] for name in TABLES if name in by_table.keys() - without}


def _read_workbook(path: Path, overridden: Tree, findings: Findings) -> Files:
    if not is_ordinary(path, findings):
        return Files(tables={}, settings={})
    inputs = {path.name: sha256_of(path)}
    label = f"{path.name}!{SETTINGS_SHEET}"
    book = read_book(path, findings)
    if book is None:
        return Files(tables={}, settings={}, inputs=inputs)
    own = settings_rows(path.name, book, findings)
    if own is None:
        label = SETTINGS_FILE
        settings = settings_beside(path.parent, inputs, findings)
    else:
        settings = sheet_settings(own, label, findings)
        if os.path.lexists(path.parent / SETTINGS_FILE):
            rule = f"exists together with {SETTINGS_FILE}, which is ambiguous"
            findings.add(Problem(file=label, rule=rule, remedy="Remove one of them."))
    files = Files(tables={}, settings=settings, settings_file=label, inputs=inputs)
    layouts = _layouts(settings, overridden, label, findings)
    if layouts is None:
        return files
    sheets = table_rows(path.name, book, layouts, findings)
    tables, present = {}, set()
    for name, schema in TABLES.items():
        sheet, layout = _sheet_of(name, layouts, sheets)
        if sheet in sheets:
            present.add(name)
            file = f"{path.name}!{sheet}"
            cells = sheet_cells(file, sheets[sheet], schema, findings, layout)
            if cells is not None:
                tables[name] = cells
    _check_missing(present, path.name, findings)
    return replace(files, tables=tables)


def _sheet_of(table: str, layouts: Layouts, sheets: Mapping[str, Any]) -> tuple[str, Layout]:
    """Return the sheet of a table and its layout; a run's Plan stands in for the table plan."""
    sheet, layout = layouts.source(table), layouts.of(table)
    if table == "plan" and layout.names == {}:
        if sheet not in sheets:
            sheet = RUN_PLAN
        if sheet in sheets and is_run_plan(sheets[sheet]):
            return sheet, run_plan_layout()
    return sheet, layout


def _check_missing(present: set[str], where: str, findings: Findings) -> None:
    for name, schema in TABLES.items():
        if schema.required and name not in present:
            rule = f"the table {name} is missing"
            columns = ", ".join(column.name for column in schema.columns if column.required)
            kinds = f"{name}.csv, {name}.parquet, a sheet or a database's table {name}"
            remedy = f"Add {kinds} with at least: {columns}."
            findings.add(Problem(file=where, rule=rule, remedy=remedy))
