"""A run folder (MODEL 6): written completely or not at all, and read back unchanged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from optimizer.domain.paths import AnyPath
from optimizer.domain.run import RunTables
from optimizer.errors import BadInputError, Problem
from optimizer.store import columns
from optimizer.store.manifest import (
    read_json,
    read_manifest,
    write_json,
    writer_of_another_format,
    wrong_keys,
)
from optimizer.store.names import check_name
from optimizer.store.publish import publish
from optimizer.store.seal import seal, unseal
from optimizer.store.table_files import read_csv, read_parquet, write_csv, write_parquet

RUN_PLAN: Final = "plan.parquet"
_MANIFEST: Final = "manifest.json"
_CERTIFICATE: Final = "certificate.json"
_BREAK_EVEN: Final = "break_even.csv"
_STRATEGIES: Final = "strategies.csv"
_SCORECARD: Final = "scorecard.json"
_Content = TypeVar("_Content")


def write_run(
    results: Path,
    name: str,
    tables: RunTables,
    *,
    scorecard: Mapping[str, Any],
    documents: Mapping[str, str | bytes],
    replace: bool = False,
) -> Path:
    """
    Write a run folder and return its path.

    Parameters
    ----------
    results
        Folder of all runs; created if missing.
    name
        Name of the run, see `check_name`.
    documents
        Page, workbook and the like by file name, such as ``report.html``.
    replace
        Whether to replace an existing run of this name; it stays complete until then.

    Raises
    ------
    BadInputError
        For an invalid name or an existing run; nothing is left behind.
    StorageError
        If the disk is full or not writable; the run is kept among the temporary files if there is
        room.
    """
    check_name(name)

    def fill(folder: Path) -> None:
        _write_tables(tables, folder)
        write_json(scorecard, folder / _SCORECARD)
        write_documents(documents, folder)
        seal(folder, tables.manifest, [path.name for path in folder.iterdir()])

    return publish(results, name, fill, replace=replace)


def add_documents(run: Path, documents: Mapping[str, str | bytes]) -> None:
    """
    Add files to a run and its manifest, all in one step.

    The folder of a frontier or of what-ifs has no manifest.

    Raises
    ------
    StorageError
        If the disk is full or not writable; the run is then unchanged, and a copy with the files
        is kept among the temporary files if there is room.
    """

    def fill(folder: Path) -> None:
        shutil.copytree(run, folder, dirs_exist_ok=True)
        if not (folder / _MANIFEST).exists():  # a frontier or what-ifs
            write_documents(documents, folder)
            return
        unseal(folder)
        write_documents(documents, folder)
        seal(folder, read_manifest(folder / _MANIFEST), documents)

    publish(run.parent, run.name, fill, replace=True)


def write_documents(documents: Mapping[str, str | bytes], folder: Path) -> None:
    """Write files for people into a folder, by file name."""
    for file, content in documents.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (folder / file).write_bytes(data)


def read_run(folder: AnyPath) -> RunTables:
    """
    Return the tables of a run, after verifying the checksum of every Parquet page.

    Raises
    ------
    BadInputError
        If a file is missing, damaged or of another form; the message names it.  If another version
        wrote the run in another format; the message names that version.
    """
    folder = Path(folder)
    _check_format(folder)
    return RunTables(
        manifest=read_file(folder / _MANIFEST, read_manifest),
        plan=read_file(folder / RUN_PLAN, read_parquet, columns.PLAN),
        qualifications=read_file(folder / "qualifications.csv", read_csv, columns.QUALIFICATIONS),
        onboardings=read_file(folder / "onboardings.csv", read_csv, columns.ONBOARDINGS),
        curves=read_file(folder / "curves.parquet", read_parquet, columns.CURVES),
        scenarios=read_file(folder / "scenarios.parquet", read_parquet, columns.SCENARIOS),
        strikes=read_file(folder / "strikes.parquet", read_parquet, columns.STRIKES),
        expected=read_file(folder / "expected.parquet", read_parquet, columns.EXPECTED),
        certificate=_read_certificate(folder / _CERTIFICATE),
        **_read_if_there(folder, "break_even", columns.BREAK_EVEN),
        **_read_if_there(folder, "strategies", columns.STRATEGIES),
    )


def read_scorecard(folder: Path) -> dict[str, Any]:
    """
    Return the scorecard of a run.

    Raises
    ------
    BadInputError
        If the file is missing or damaged.
    """
    scorecard: dict[str, Any] = read_file(folder / _SCORECARD, read_json)
    return scorecard


def _write_tables(tables: RunTables, folder: Path) -> None:
    write_parquet(tables.plan, folder / RUN_PLAN)
    write_csv(tables.plan, folder / "plan.csv")
    write_csv(tables.qualifications, folder / "qualifications.csv")
    write_csv(tables.onboardings, folder / "onboardings.csv")
    write_parquet(tables.curves, folder / "curves.parquet")
    write_parquet(tables.scenarios, folder / "scenarios.parquet")
    write_parquet(tables.strikes, folder / "strikes.parquet")
    write_parquet(tables.expected, folder / "expected.parquet")
    write_csv(tables.break_even, folder / _BREAK_EVEN)
    if len(tables.strategies):
        write_csv(tables.strategies, folder / _STRATEGIES)
    if tables.certificate:
        write_json({"conflicts": list(tables.certificate)}, folder / _CERTIFICATE)


def _check_format(folder: Path) -> None:
    """Reject a folder that is not a run, or a run in another format."""
    path = folder / _MANIFEST
    if not path.is_file():
        rule = "this is not a run folder: it has no manifest.json"
        remedy = "Choose a run from `ballast runs`."
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])
    writer = writer_of_another_format(read_file(path, read_json))
    if writer is not None:
        rule = f"{writer} wrote this run in a format that this version cannot read"
        remedy = "Open it with that version, or solve again."
        raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])


def _read_if_there(
    folder: Path, name: str, types: Mapping[str, pa.DataType]
) -> dict[str, pd.DataFrame]:
    """Return a table by its name; nothing if there is no such file."""
    path = folder / f"{name}.csv"
    return {name: read_file(path, read_csv, types)} if path.exists() else {}


def _read_certificate(path: Path) -> list[Any]:
    """Return the conflicts of a VaR run; none if there is no such file."""
    if not path.exists():
        return []
    conflicts: list[Any] = read_file(path, lambda file: read_json(file)["conflicts"])
    return conflicts


def read_file(path: Path, reader: Callable[..., _Content], *expected: object) -> _Content:
    """Read one file; an error, including pyarrow's, names the file."""
    try:
        return reader(path, *expected)
    except FileNotFoundError as error:
        raise BadInputError([_broken(path, "this file of the run is missing")]) from error
    except (OSError, ValueError, KeyError) as error:
        rule = f"this file of the run is damaged ({_first_line(error)})"
        raise BadInputError([_broken(path, rule)]) from error


def _broken(path: Path, rule: str) -> Problem:
    remedy = "Restore the run folder from a copy, or solve again."
    return Problem(file=f"{path.parent.name}/{path.name}", rule=rule, remedy=remedy)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(wrong_keys(error))
    return (str(error).splitlines() or [type(error).__name__])[0]
