"""
A table of named what-ifs: each row is the portfolio under other settings or with other inputs.

A column is a setting or a change of inputs by its dotted key; an empty cell changes nothing.
Values are checked in the same way as for ``--set``, and problems are reported by row and column.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from optimizer.domain.input_change import INPUTS, Change
from optimizer.domain.paths import AnyPath
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import NAME_RULE, is_name
from optimizer.domain.settings import Settings
from optimizer.domain.what_if import BASE, WhatIf
from optimizer.errors import Problem
from optimizer.inputs.assemble import build_hazards, build_skus, scaled
from optimizer.inputs.change_inputs import with_changes
from optimizer.inputs.estimates.demand_columns import with_demand
from optimizer.inputs.findings import Findings
from optimizer.inputs.read import Source, open_source
from optimizer.inputs.readers.cells import Cells, Table
from optimizer.inputs.readers.encoding import decoded
from optimizer.inputs.readers.read_csv import read_csv
from optimizer.inputs.readers.read_xlsx import (
    WHAT_IFS_SHEET,
    read_what_if_sheet,
    sheet_cells,
)
from optimizer.inputs.rules.header import MOST_COLUMNS
from optimizer.inputs.rules.keys import check_keys
from optimizer.inputs.rules.settings_and_tables import check_served
from optimizer.inputs.rules.texts import read_texts
from optimizer.inputs.settings.dotted import dotted
from optimizer.inputs.settings.input_changes import order, read_changes, split
from optimizer.inputs.settings.origin import COMMAND_LINE, Origin, Tree
from optimizer.inputs.settings.read_settings import (
    LONGEST_LINE,
    overlay,
    parse_setting,
    read_overrides,
)
from optimizer.inputs.settings.setting_columns import SettingPath, setting_path, what_if_schema

MOST: Final = 1_000
"""Maximum number of what-ifs in one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the file; its settings by path, sorted."""

    file: str
    row: int
    name: str
    description: str
    settings: Mapping[SettingPath, Any]

    @property
    def tree(self) -> Tree:
        """Return the settings in the form of `portfolio.toml`."""
        tree: Tree = {}
        for path, value in self.settings.items():
            inner = tree
            for key in path[:-1]:
                inner = inner.setdefault(key, {})
            inner[path[-1]] = value
        return tree


def read_what_ifs(
    path: AnyPath, file: AnyPath, overrides: Sequence[str] = ()
) -> tuple[Portfolio, list[WhatIf]]:
    """
    Read a portfolio, unchanged and under the settings of every what-if in a file.

    Parameters
    ----------
    path, overrides
        The portfolio, as for `read_portfolio`.
    file
        A ``.csv``, or an ``.xlsx`` workbook with a sheet ``what_ifs``.  Its columns are ``name``,
        optionally ``description``, and settings by their dotted keys.

    Returns
    -------
    tuple of Portfolio and list of WhatIf
        In the order of the file.

    Raises
    ------
    BadInputError
        If anything is wrong with either; it lists every problem, at most 100 of one file.
    """
    findings = Findings()
    overridden = read_overrides(overrides, findings)
    of_base, inputs = split(overridden)
    source = open_source(path, findings, of_base)
    base = source.settings(of_base, findings)
    changes = read_changes(inputs, source.tables, findings)
    is_sound = not findings.problems()
    rows = _read_rows(Path(file), overridden, findings)
    written = overlay(source.files.settings, of_base) or {}
    under = replace(source, files=replace(source.files, settings=written))
    settled = [_settled(under, row, findings, is_sound=is_sound) for row in rows]
    findings.raise_if_any()
    assert base is not None  # noqa: S101  without settings there was a problem
    as_read = source.portfolio(base, overrides, findings)
    portfolio, _ = with_changes(as_read, changes, findings)
    findings.raise_if_any()
    of_file = _File(source=source, as_read=as_read, base=portfolio, changes=changes)
    what_ifs = [_what_if(of_file, *pair, findings) for pair in zip(rows, settled, strict=True)]
    findings.raise_if_any()
    return portfolio, what_ifs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _File:
    """What the rows are made from: the portfolio as read, and as it is with the base's changes."""

    source: Source
    as_read: Portfolio
    base: Portfolio
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settled:
    """What a row states: its settings, its changes of inputs, and warnings."""

    settings: Settings | None
    changes: Sequence[Change]
    warnings: Sequence[str]


def _settled(source: Source, row: _Row, findings: Findings, *, is_sound: bool) -> _Settled:
    """Return what a row states; other settings matter only if its own are valid."""
    own = Findings()
    of_row, inputs = split(row.tree)
    settings = source.settings(of_row, own)
    changes = read_changes(inputs, source.tables, own)
    _add(own.problems(), row, findings, is_sound=is_sound)
    return _Settled(settings=settings, changes=changes, warnings=own.warnings)


def _add(
    problems: Sequence[Problem], row: _Row, findings: Findings, *, is_sound: bool = True
) -> None:
    """Note a row's problems where they stand in the file."""
    for problem in problems:
        if problem.file == COMMAND_LINE:
            findings.add(replace(problem, file=row.file, row=row.row))
        elif is_sound:
            findings.add(_elsewhere(problem, row))


def _elsewhere(problem: Problem, row: _Row) -> Problem:
    """Report a value that is valid without the what-if as a problem with the what-if."""
    value = "" if problem.value is None else f" = {problem.value}"
    return Problem(
        file=row.file,
        row=row.row,
        column="name",
        value=row.name,
        rule=f"its settings conflict with {problem.file}, {problem.column}{value}: {problem.rule}",
        remedy=problem.remedy,
    )


def _what_if(of_file: _File, row: _Row, settled: _Settled, findings: Findings) -> WhatIf:
    settings = settled.settings
    assert settings is not None  # noqa: S101  without settings there was a problem
    stated = {
        dotted(path): json.dumps(value, ensure_ascii=False) for path, value in row.settings.items()
    }
    tables = of_file.source.tables
    under = replace(
        _with_history(of_file.source, of_file.as_read, settings),
        settings=settings,
        hazards=scaled(build_hazards(tables), settings.hazards),
    )
    own = Findings()
    changes = sorted([*of_file.changes, *settled.changes], key=order)
    changed, words = with_changes(under, changes, own)
    check_served(changed, of_file.source.files.settings_file, own)
    _add(own.problems(), row, findings)
    known = of_file.base.warnings
    return WhatIf(
        name=row.name,
        description=row.description,
        changes={k: value for k, value in stated.items() if not k.startswith(f"{INPUTS}.")},
        inputs={key: value for key, value in words.items() if key in stated},
        portfolio=replace(
            changed,
            warnings=tuple(text for text in settled.warnings if text not in known),
            overrides=(
                *of_file.base.overrides,
                *(f"{key}={value}" for key, value in stated.items()),
            ),
        ),
    )


def _with_history(source: Source, portfolio: Portfolio, settings: Settings) -> Portfolio:
    """Return the portfolio with its history read according to the settings."""
    if settings.demand == portfolio.settings.demand:
        return portfolio
    filled = with_demand(source.tables, settings.demand, None, Findings())
    skus = build_skus(filled.tables, portfolio.sources, filled.demand_class)
    return replace(portfolio, skus=skus, history=filled.history)


def _read_rows(file: Path, overridden: Tree, findings: Findings) -> list[_Row]:
    before = len(findings.problems())
    cells = _read_cells(file, findings)
    if cells is None:
        return []
    _check_size(cells, findings)
    texts = {
        name: read_texts(cells, cells.schema.column(name), findings)
        for name in ("name", "description")
    }
    check_keys(Table(cells=cells, texts=texts, numbers={}), findings)
    paths = _paths(cells, overridden, findings)
    rows = [
        _Row(
            file=cells.file,
            row=int(cells.row[at]),
            name=texts["name"][at].as_py(),
            description=texts["description"][at].as_py(),
            settings=_settings_of(cells, at, paths, findings),
        )
        for at in range(len(cells))
    ]
    is_readable = len(findings.problems()) == before
    for row in rows:
        _check_row(row, findings, is_readable=is_readable)
    return rows


def _read_cells(file: Path, findings: Findings) -> Cells | None:
    suffix = file.suffix.lower() if file.is_file() else ""
    if suffix == ".csv":
        return read_csv(file, what_if_schema(_csv_header(file)[:MOST_COLUMNS]), findings)
    if suffix == ".xlsx":
        rows = read_what_if_sheet(file, findings)
        header = [str(cell).strip() for cell in rows[0]] if rows else []
        schema = what_if_schema(header[:MOST_COLUMNS])
        label = f"{file.name}!{WHAT_IFS_SHEET}"
        return None if rows is None else sheet_cells(label, rows, schema, findings)
    rule = "is neither a .csv file nor a workbook (.xlsx)" if file.exists() else "does not exist"
    remedy = "Give a table of what-ifs; docs/what-if.md shows one."
    findings.add(Problem(file=str(file), rule=rule, remedy=remedy))
    return None


def _csv_header(file: Path) -> list[str]:
    """Return the header; problems with the file are reported when it is read."""
    text = decoded(file.read_bytes(), file.name, Findings()) or ""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
    except csv.Error:
        return []


def _paths(cells: Cells, overridden: Tree, findings: Findings) -> dict[SettingPath, str]:
    """Return the column of every setting, sorted; note settings given in two places."""
    paths: dict[SettingPath, str] = {}
    for column in cells.columns:
        path = setting_path(column)
        if path is None:
            continue
        rule = ""
        if path in paths:
            rule, remedy = f"is the setting of column {paths[path]}", "Keep one of them."
        elif Origin(file="", overridden=overridden).of(*path) == COMMAND_LINE:
            rule = f"is also set by {COMMAND_LINE}, which is ambiguous"
            remedy = f"Remove the column, or {COMMAND_LINE} {dotted(path)}."
        if rule:
            findings.add(Problem(file=cells.file, row=1, column=column, rule=rule, remedy=remedy))
        paths.setdefault(path, column)
    return dict(sorted(paths.items()))


def _settings_of(
    cells: Cells, at: int, paths: Mapping[SettingPath, str], findings: Findings
) -> dict[SettingPath, Any]:
    """Return the settings in the cells of a row, read as for ``--set``."""
    settings: dict[SettingPath, Any] = {}
    for path, column in paths.items():
        text = (cells.shown(column, at) or "").strip()
        if not text:
            continue
        value: Any = parse_setting(dotted(path), _flag(text))
        if value is None:
            findings.add(_broken(cells, at, column, text))
            continue
        for key in path:
            value = value[key]
        settings[path] = value
    return settings


def _flag(text: str) -> str:
    """Return truth values in TOML's spelling; spreadsheets write TRUE."""
    return text.lower() if text.lower() in ("true", "false") else text


def _broken(cells: Cells, at: int, column: str, text: str) -> Problem:
    return Problem(
        file=cells.file,
        row=int(cells.row[at]),
        column=column,
        value=text,
        rule=f"contains a line break, or more than {LONGEST_LINE:,} characters",
        remedy="Write one value on one line.",
    )


def _check_size(cells: Cells, findings: Findings) -> None:
    rule, remedy = "", ""
    if not len(cells) and not cells.partial:
        rule, remedy = "has a header but 0 data rows", "Add a row for every what-if."
    elif len(cells) > MOST:
        rule, remedy = f"has {len(cells):,} what-ifs; at most {MOST:,}", "Split the file."
    if rule:
        findings.add(Problem(file=cells.file, rule=rule, remedy=remedy))


def _check_row(row: _Row, findings: Findings, *, is_readable: bool) -> None:
    rule, remedy = "", ""
    if row.name.casefold() == BASE:
        rule = "is reserved for the unchanged portfolio, which is always solved"
        remedy = "Choose another name."
    elif row.name and not is_name(row.name):
        rule = f"is part of a run name, so it {NAME_RULE}"
        remedy = f'Write, for instance, "{_plain(row.name)}", and use the description for more.'
    elif is_readable and not row.settings:
        rule = "changes nothing; the unchanged portfolio is always solved"
        remedy = "Fill in a setting or a change of inputs, or remove the row."
    if rule:
        findings.add(
            Problem(
                file=row.file,
                row=row.row,
                column="name",
                value=row.name,
                rule=rule,
                remedy=remedy,
            )
        )


def _plain(name: str) -> str:
    """Return the nearest valid run name."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    return "what-if-1" if plain.casefold() in ("", BASE) else plain[:40].strip("-")
