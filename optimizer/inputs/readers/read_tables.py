"""
A portfolio as files: a folder of NAME.csv / NAME.parquet, or one workbook, plus its settings.

The settings are in `portfolio.toml` in the folder or beside the workbook, or in a workbook's sheet
`settings` of keys and values; without either, every setting has its default.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from optimizer.errors import Problem
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
from optimizer.inputs.schema import PLAN, TABLES
from optimizer.inputs.settings.origin import Tree
from optimizer.inputs.settings.read_settings import (
    overlay,
    read_toml,
    sheet_settings,
    with_tuples,
)

SETTINGS_FILE: Final = "portfolio.toml"
PLAN_FILE: Final = f"{PLAN.name}.csv"
"""Name among the inputs of a plan in force that stands elsewhere."""
MISNAMED: Final = (SETTINGS_FILE, f"{SETTINGS_FILE}.txt")
READ: Final = (".csv", ".parquet")
TABLE_LIKE: Final = {*READ, ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".gz", ".json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The contents read: cells by table, settings as written, SHA-256 by file name."""

    tables: dict[str, Cells]
    settings: dict[str, Any]
    settings_file: str = SETTINGS_FILE
    inputs: dict[str, str] = field(default_factory=dict)


def read_tables(path: Path, findings: Findings, overridden: Tree | None = None) -> Files:
    """
    Return the contents of a portfolio's files; unreadable ones are noted and left out.

    Parameters
    ----------
    overridden
        Settings beside the file's: they may say how the tables are laid out.
    """
    if path.is_dir():
        files = _read_folder(path, overridden or {}, findings)
    elif path.is_file() and path.suffix.lower() == ".xlsx":
        files = _read_workbook(path, overridden or {}, findings)
    else:
        rule = "is not a workbook (.xlsx)" if path.exists() else "does not exist"
        remedy = "Name a folder of tables, or an .xlsx workbook (`ballast init DIR` makes one)."
        findings.add(Problem(file=str(path), rule=rule, remedy=remedy))
        return Files(tables={}, settings={})
    return files


def with_plan_file(files: Files, path: Path, findings: Findings) -> Files:
    """Return the contents with the table `plan` of a CSV file in the place of their own."""
    inputs = {
        name: digest
        for name, digest in files.inputs.items()
        if Path(name).stem != PLAN.name or Path(name).suffix not in READ
    }
    cells = read_csv(path, PLAN, findings)
    tables = {name: table for name, table in files.tables.items() if name != PLAN.name}
    if cells is not None:
        tables[PLAN.name] = cells
    return replace(files, tables=tables, inputs={**inputs, PLAN_FILE: _sha256(path)})


def _read_folder(folder: Path, overridden: Tree, findings: Findings) -> Files:
    inputs: dict[str, str] = {}
    settings = _settings_beside(folder, inputs, findings)
    layouts = _layouts(settings, overridden, SETTINGS_FILE, findings)
    if layouts is None:
        return Files(tables={}, settings=settings, inputs=inputs)
    by_table = _table_files(folder, layouts, findings)
    paths = {}
    for name, candidates in by_table.items():
        if len(candidates) > 1:
            rule = f"exists together with {candidates[1].name}, which is ambiguous"
            findings.add(Problem(file=candidates[0].name, rule=rule, remedy="Remove one of them."))
        elif is_ordinary(candidates[0], findings):
            paths[name] = candidates[0]
    of_tables = {path.name: _sha256(path) for path in paths.values()}
    tables = _read_files(paths, layouts, findings)
    _check_missing(set(by_table), folder.name or str(folder), findings)
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


def _table_files(folder: Path, layouts: Layouts, findings: Findings) -> dict[str, list[Path]]:
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
        if not any(path.name == source for path in by_table.get(name, ())):
            rule = "is declared in columns, but there is no such file"
            remedy = f"Correct columns.table.{name}.source."
            findings.add(Problem(file=source, rule=rule, remedy=remedy))
    return {name: by_table[name] for name in TABLES if name in by_table}


def _read_workbook(path: Path, overridden: Tree, findings: Findings) -> Files:
    if not is_ordinary(path, findings):
        return Files(tables={}, settings={})
    inputs = {path.name: _sha256(path)}
    label = f"{path.name}!{SETTINGS_SHEET}"
    book = read_book(path, findings)
    if book is None:
        return Files(tables={}, settings={}, inputs=inputs)
    own = settings_rows(path.name, book, findings)
    if own is None:
        label = SETTINGS_FILE
        settings = _settings_beside(path.parent, inputs, findings)
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


def _settings_beside(folder: Path, inputs: dict[str, str], findings: Findings) -> dict[str, Any]:
    """Return the settings in a folder; note files that only look like settings."""
    names = [path.name for path in folder.iterdir()]
    for name in names:
        if name != SETTINGS_FILE and name.strip().casefold() in MISNAMED:
            rule = f"is not read: the settings file must be named {SETTINGS_FILE}"
            findings.add(Problem(file=name, rule=rule, remedy="Rename it, or move it elsewhere."))
    path = folder / SETTINGS_FILE
    if SETTINGS_FILE not in names or not is_ordinary(path, findings):
        return {}
    inputs[path.name] = _sha256(path)
    return read_toml(path, findings)


def _check_missing(present: set[str], where: str, findings: Findings) -> None:
    for name, schema in TABLES.items():
        if schema.required and name not in present:
            rule = f"the table {name} is missing"
            columns = ", ".join(column.name for column in schema.columns if column.required)
            remedy = f"Add {name}.csv, {name}.parquet or a sheet {name} with at least: {columns}."
            findings.add(Problem(file=where, rule=rule, remedy=remedy))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
