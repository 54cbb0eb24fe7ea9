"""
A database's tables as a folder of files, from which they are read, hashed and kept as files are.

All tables are read in one transaction.  The folder lasts as long as the process: a run keeps copies
of its files.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Any, Final

from optimizer.domain.address import without_password
from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem, StorageError
from optimizer.inputs.databases.canonical import Refused, write_canonical
from optimizer.inputs.databases.database import Database, Unreadable
from optimizer.inputs.databases.open_database import open_database
from optimizer.inputs.databases.settings_table import as_toml
from optimizer.inputs.databases.written import writers
from optimizer.inputs.findings import Findings
from optimizer.inputs.readers.layout import Layout, Layouts, read_layouts
from optimizer.inputs.readers.settings_beside import SETTINGS_FILE, settings_beside
from optimizer.inputs.schema import TABLES, TableSchema
from optimizer.inputs.settings.origin import Origin, Tree
from optimizer.inputs.settings.read_settings import overlay, sheet_settings, with_tuples

SETTINGS: Final = "settings"
_KEY_AND_VALUE: Final = ("key", "value")
_OF_OTHERS: Final = (".parquet", ".toml", ".xlsx")
"""Endings of files that are read in another way."""
_OF_FILES: Final[dict[str, tuple[Any, ...]]] = {
    "header_row": (1,),
    "delimiter": ("", "comma"),
    "decimal": ("", "unstated", "point"),
}
"""Settings that say how a file is written, and what they may say of a table."""
_ALIKE: Final = 0.75
"""How alike the names of two tables are, of which one may be meant for the other."""


class Told(Exception):  # noqa: N818  no error: the problem is noted
    """Nothing more can be read, and why is noted."""


@dataclass(slots=True, kw_only=True)
class Extract:
    """
    What was read of a database.

    Attributes
    ----------
    folder
        The files.
    name
        What the database is called in messages.
    labels
        Which of its tables is in a file, as messages call it, by file.
    unread
        Tables of the portfolio that it has, but that could not be read.
    """

    folder: Path
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


def extracted(path: AnyPath, overridden: Tree, findings: Findings) -> Extract | None:
    """
    Write the tables and settings of a database to files; None if it cannot be opened.

    Parameters
    ----------
    overridden
        Settings beside its own: they may name its tables.

    Raises
    ------
    StorageError
        If there is no room for the files.
    """
    shown = without_password(path)
    try:
        with open_database(path) as database:
            extract = Extract(folder=_lasting_folder(), name=database.name)
            _extract(database, extract, overridden, findings)
            return extract
    except Told:
        return None
    except Unreadable as refusal:
        findings.add(Problem(file=shown, rule=refusal.rule, remedy=refusal.remedy))
        return None
    except BadInputError as refusal:
        for problem in refusal.problems:
            findings.add(problem)
        return None
    except OSError as error:
        where = f"{tempfile.gettempdir()} ({error.strerror or error})"
        message = f"{shown}: its tables cannot be put in {where}. Make room there, or set TMPDIR."
        raise StorageError(message) from error


def _lasting_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ballast-database-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _extract(database: Database, extract: Extract, overridden: Tree, findings: Findings) -> None:
    names = database.tables()
    if not names:
        rule = "has no table and no view that this user may see"
        raise Unreadable(rule, "Create them, or name another database, schema or file.")
    settings = _settings(database, names, extract, overridden, findings)
    tree = with_tuples(overlay(settings, overridden) or {})
    where = extract.labels.get(SETTINGS_FILE, SETTINGS_FILE)
    layouts = read_layouts(tree, where, Findings())  # its problems are noted when files are read
    if layouts is None:
        return
    if not _is_of_tables(tree, Origin(file=where, overridden=overridden), findings):
        raise Told
    _note_alike(database, names, layouts, findings)
    for name, schema in TABLES.items():
        source, layout = layouts.source(name), layouts.of(name)
        file = source if layout.source else f"{name}.csv"
        extract.labels[file] = database.label(source)
        if source not in names or source in layouts.ignore:
            continue
        if not _can_be_kept(file):
            rule, remedy = "cannot be kept as a file of this name", "Offer it as a view."
            findings.add(Problem(file=database.label(source), rule=rule, remedy=remedy))
            extract.unread.add(name)
            continue
        path = extract.folder / file
        if not _write(database, source, path, findings, schema=schema, layout=layout):
            extract.unread.add(name)


def _settings(
    database: Database,
    names: Sequence[str],
    extract: Extract,
    overridden: Tree,
    findings: Findings,
) -> Tree:
    """Return the settings of the table, or beside a file, and write them as a folder has them."""
    beside = database.beside
    has_file = beside is not None and (beside / SETTINGS_FILE).is_file()
    written = extract.folder / SETTINGS_FILE
    asked = read_layouts(with_tuples(overridden), "", Findings())
    if SETTINGS not in names or (asked is not None and SETTINGS in asked.ignore):
        if beside is None:
            return {}
        own = Findings()
        settings = settings_beside(beside, {}, own)
        for problem in own.problems():
            findings.add(problem)
        if has_file and not own.problems():
            shutil.copyfile(beside / SETTINGS_FILE, written)
        return settings
    label = database.label(SETTINGS)
    extract.labels[SETTINGS_FILE] = label
    if has_file:
        rule = f"exists together with {SETTINGS_FILE}, which is ambiguous"
        findings.add(Problem(file=label, rule=rule, remedy="Remove one of them."))
    settings = _settings_of_table(database, label, findings)
    written.write_text(as_toml(settings), encoding="utf-8")
    return settings


def _settings_of_table(database: Database, label: str, findings: Findings) -> Tree:
    try:
        columns = database.columns(SETTINGS)
        if not set(_KEY_AND_VALUE) <= set(columns):
            rule = "must have the columns key and value"
            remedy = f'Add them, or leave it out: --set columns.ignore=["{SETTINGS}"].'
            findings.add(Problem(file=label, rule=rule, remedy=remedy))
            return {}
        cells = chain.from_iterable(database.batches(SETTINGS, _KEY_AND_VALUE))
        rows = sorted(["" if cell is None else str(cell) for cell in row] for row in cells)
    except Unreadable as refusal:
        _note(refusal, label, findings)
        return {}
    own = Findings()
    settings = sheet_settings([_KEY_AND_VALUE, *rows], label, own)
    for problem in own.problems():
        findings.add(replace(problem, row=None))
    return settings


def _is_of_tables(tree: Tree, origin: Origin, findings: Findings) -> bool:
    """Return whether nothing says how a file is written, which no table is; note what does."""
    columns = tree.get("columns", {})
    stated: list[tuple[str, ...]] = [("columns", key) for key in columns]
    for table, keys in columns.get("table", {}).items():
        stated += [("columns", "table", table, key) for key in keys]
    wrong = [
        at for at in stated if at[-1] in _OF_FILES and _value(tree, at) not in _OF_FILES[at[-1]]
    ]
    for at in wrong:
        rule = "says how a file is written; a table of a database has no such thing"
        remedy = "Remove it; a view can make numbers of text with a decimal comma."
        findings.add(Problem(file=origin.of(*at), column=".".join(at), rule=rule, remedy=remedy))
    return not wrong


def _value(tree: Tree, location: Sequence[str]) -> Any:
    for key in location:
        tree = tree[key]
    return tree


def _note_alike(
    database: Database, names: Sequence[str], layouts: Layouts, findings: Findings
) -> None:
    """Note tables that are read for none of the portfolio's, but may be meant for one."""
    sources = {layouts.source(name) for name in TABLES}
    folded = {name.casefold(): name for name in (*sources, SETTINGS)}
    for table in names:
        if table in {*sources, *TABLES, SETTINGS, *layouts.ignore}:
            continue
        near = get_close_matches(table.casefold(), folded, n=1, cutoff=_ALIKE)
        if near and (near[0] == table.casefold() or folded[near[0]] not in names):
            rule = "is not a table of a portfolio (names must match exactly)"
            remedy = f'Rename it, or leave it out: columns.ignore = ["{table}"].'
            nearest = f'Nearest: "{folded[near[0]]}".'
            file = database.label(table)
            findings.add(Problem(file=file, rule=rule, remedy=f"{remedy} {nearest}"))


def _can_be_kept(name: str) -> bool:
    """Return whether a table can be kept as a file of its name."""
    is_plain = not re.search(r"[/\\:\0]", name) and not name.startswith((".", "~"))
    return is_plain and Path(name).suffix.lower() not in _OF_OTHERS


def _write(
    database: Database,
    table: str,
    path: Path,
    findings: Findings,
    *,
    schema: TableSchema,
    layout: Layout,
) -> bool:
    """Write a table to a file; return whether it could be read."""
    label = database.label(table)
    try:
        header = database.columns(table)
        own = dict(zip(header, layout.own_names(header, schema), strict=True))
        title_of = {name: title for title, name in own.items() if name is not None}
        known = [title_of[column.name] for column in schema.columns if column.name in title_of]
        stranger = {title for title, name in own.items() if name is not None} - set(known)
        columns = {title: writers(schema.column(own[title] or "")) for title in known}
        refused = write_canonical(
            path,
            columns,
            () if schema.extra_columns else sorted(stranger),
            [title_of[name] for name in key_of(schema) if name in title_of],
            database.batches(table, known) if known else (),
        )
    except Unreadable as refusal:
        path.unlink(missing_ok=True)
        _note(refusal, label, findings)
        return False
    for one in refused:
        findings.add(_refused(one, label, schema.name))
    return True


def key_of(schema: TableSchema) -> tuple[str, ...]:
    """Return the columns by which a row is known: the key, else all that are required."""
    required = (column.name for column in schema.columns if column.required)
    return schema.key or tuple(required)


def _note(refusal: Unreadable, label: str, findings: Findings) -> None:
    if refusal.is_lost:
        raise refusal
    findings.add(Problem(file=label, rule=refusal.rule, remedy=refusal.remedy))


def _refused(one: Refused, label: str, table: str) -> Problem:
    more = f" and in {one.number - 1:,} more" if one.number > 1 else ""
    return Problem(
        file=label,
        column=one.column,
        rule=f"holds {one.what}, in row {one.row}{more}",
        remedy=f"Cast the column in a view, or name it in columns.table.{table}.ignore.",
    )
