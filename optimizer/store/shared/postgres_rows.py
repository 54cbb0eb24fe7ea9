"""An entry of a results folder → rows of tables, as people ask a database for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from optimizer.errors import BadInputError, Problem
from optimizer.store.catalogue import STATES, VIEWS, View
from optimizer.store.run_folder import read_file
from optimizer.store.run_index import COLUMNS, stated_of
from optimizer.store.state_log import IN_SQL, STATES_SUFFIX, steps_in

STATED: Final = "stated"
_BESIDE: Final = "state"  # of a run, which stands beside it
_STATED: Final = ("plan_sha256", *(name for name in COLUMNS if name != _BESIDE))
_OF_RUNS: Final = {name: view for name, view in VIEWS.items() if name not in ("curves", "strikes")}
"""Views that are tables of the database: curves have 17 rows a SKU, strikes some 100 a future."""
TABLES: Final = (STATED, STATES, *_OF_RUNS)
"""Every table that an entry has rows in, where it has any."""


def rows_of(entry: str, path: Path) -> dict[str, pa.Table]:
    """
    Return the rows of an entry by table, with the columns of the database; none of most entries.

    Texts are as in the files.  A number is as in the file too, or its shortest text.

    Raises
    ------
    BadInputError
        If a file of a whole run is damaged, or a text cannot be kept.
    """
    if entry.endswith(STATES_SUFFIX):
        tables = {STATES: _states(entry, path)}
    else:
        tables = _of_run(entry, path) if path.is_dir() else {}
    problems = [problem for table in tables.values() for problem in _not_kept(entry, table)]
    if problems:
        raise BadInputError(problems)
    return tables


def _of_run(run: str, path: Path) -> dict[str, pa.Table]:
    stated = stated_of(path)
    if stated is None:
        return {}
    if isinstance(stated.get("overrides"), list):
        stated["overrides"] = " ".join(stated["overrides"])
    tables = {STATED: _texts(_STATED, [{**stated, "run": run}])}
    if "plan_sha256" in stated:
        there = {name: view for name, view in _OF_RUNS.items() if (path / view.file).is_file()}
        tables |= {name: _with_run(run, _read(path, view)) for name, view in there.items()}
    return tables


def _states(entry: str, path: Path) -> pa.Table:
    run = entry.removesuffix(STATES_SUFFIX)
    rows = [
        {"entry": entry, "step": step, "run": run}
        | {IN_SQL.get(key, key): value for key, value in change}
        for step, change in enumerate(steps_in(path), start=1)
    ]
    return _texts(("entry", "step", "run", "state", *_OF_A_STEP), rows)


_OF_A_STEP: Final = ("taken_by", "taken_at", "note", "target", "manifest", "plan")


def _texts(names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as texts that PostgreSQL reads; null for None and what a row lacks."""
    return pa.table(
        {
            name: pa.array([_text(row.get(name)) for row in rows], pa.large_string())
            for name in names
        }
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _read(path: Path, view: View) -> pa.Table:
    reader = _parquet if view.file.endswith(".parquet") else _csv
    return read_file(path / view.file, reader, tuple(view.columns))


def _parquet(path: Path, columns: Sequence[str]) -> pa.Table:
    table = pa.parquet.read_table(path, page_checksum_verification=True)
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        raise ValueError(f"no column {', '.join(missing)}")
    return table


def _csv(path: Path, columns: Sequence[str]) -> pa.Table:
    """Read every value as the text it is; what is empty without quotes is null."""
    return pa.csv.read_csv(
        path,
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.large_string()),
            include_columns=list(columns),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _with_run(run: str, table: pa.Table) -> pa.Table:
    return table.add_column(0, "run", pa.repeat(pa.scalar(run, pa.large_string()), len(table)))


def _not_kept(entry: str, table: pa.Table) -> list[Problem]:
    """List the columns with a text that PostgreSQL cannot keep."""
    texts = [name for name in table.column_names if _is_text(table[name].type)]
    found = ((name, _with_nul(table[name])) for name in texts)
    return [
        Problem(
            file=entry,
            column=name,
            value=text,
            rule="holds the character NUL, which no text in PostgreSQL can",
            remedy="Write the name without it in the portfolio, and solve again.",
        )
        for name, text in found
        if text is not None
    ]


def _with_nul(texts: pa.ChunkedArray) -> str | None:
    with_nul = texts.filter(pa.compute.match_substring(texts, "\0"))
    return with_nul[0].as_py() if len(with_nul) else None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
