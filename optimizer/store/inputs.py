"""
The inputs of all runs of a store, kept by content: ``RESULTS/.inputs/SHA256.csv``.

A run lists its own (its manifest's `inputs`, SHA-256 by file name), so it can be reopened after the
tables have changed or the results folder has been moved.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from optimizer.domain.address import is_address, without_password
from optimizer.domain.paths import AnyPath, sha256_of
from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError, Problem
from optimizer.store.durable import sync, sync_folder
from optimizer.store.room import check_room, is_full, refused
from optimizer.store.shared.cache_folder import is_mirror
from optimizer.store.workspace import open_workspace

KEPT: Final = ".inputs"
"""Folder of the copies; no run can have this name."""
_WORKBOOK: Final = ".xlsx"


@contextmanager
def held_inputs(results: Path, portfolio: Portfolio, runs: int = 1) -> Iterator[Callable[[], None]]:
    """
    Copy the files that a portfolio was read from, and yield the function that keeps the copies.

    Call it before the first run is written; until then the copies are temporary and are removed at
    the end.  A file whose copy exists already is not copied again.

    Parameters
    ----------
    runs
        How many runs will be written: there must be room for them.

    Raises
    ------
    BadInputError
        If a file has changed since it was read, or cannot be read.
    StorageError
        If the disk is not writable or has too little room.
    """
    check_room(results, portfolio, runs)
    missing = {
        file: digest
        for file, digest in portfolio.inputs.items()
        if not _holds(kept_file(results, file, digest), digest)
    }
    if not missing:
        yield lambda: None
        return
    with open_workspace(results, "inputs") as workspace:
        copies = workspace / "copies"
        copies.mkdir()
        _copy(portfolio, missing, copies)
        yield partial(_keep, copies, results)


@contextmanager
def kept_inputs(results: Path, inputs: Mapping[str, str], source: AnyPath) -> Iterator[Path]:
    """
    Yield a portfolio, a folder or a workbook, as it was when these inputs were read.

    Of a database it is a folder with its tables as files.

    Parameters
    ----------
    inputs
        SHA-256 by file name, as in a manifest.
    source
        Where they were read from: if a copy is missing or damaged, the file there is used,
        provided that it is unchanged; a database is not asked again.

    Raises
    ------
    BadInputError
        If a file is unchanged in neither place; every such file is named.
    """
    _check_names(inputs)
    paths = {file: _find(results, source, file, digest) for file, digest in inputs.items()}
    lost = [file for file, path in paths.items() if path is None]
    if lost:
        raise BadInputError([_lost(results, source, file, inputs[file]) for file in lost])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / _name(source)
        folder.mkdir()
        for file, path in paths.items():
            if path is not None:
                _link(folder / file, path.resolve())
        books = [file for file in inputs if Path(file).suffix.lower() == _WORKBOOK]
        yield folder / books[0] if books else folder


def _link(new: Path, path: Path) -> None:
    """Make a file appear at another place too; by a copy where the system allows no link."""
    try:
        new.symlink_to(path)
    except OSError:
        shutil.copyfile(path, new)


def is_database(source: AnyPath) -> bool:
    """Return whether a source is a database, whose tables are no files to compare."""
    path = Path(source)
    return is_address(source) or (path.is_file() and path.suffix.lower() != _WORKBOOK)


def moved_on(inputs: Mapping[str, str], source: AnyPath) -> list[str]:
    """Return the names of the files that have changed or gone since they were read."""
    return [file for file, digest in inputs.items() if not _holds(_original(source, file), digest)]


def kept_file(results: Path, file: str, digest: str) -> Path:
    """Return where the copy of a file is kept."""
    return results / KEPT / (digest + Path(file).suffix.lower())


def stated_source(source: str, results: Path) -> str:
    """
    Return a portfolio's path as written in a manifest.

    Relative to the results folder, so that both can move together; absolute if they share only the
    root, or that folder mirrors one elsewhere.  An address stays, without a password.
    """
    if is_address(source):
        return without_password(source)
    path, home = Path(source).resolve(), results.resolve()
    if is_mirror(home) or os.path.commonpath([path, home]) == path.root:
        return str(path)
    return str(Path(os.path.relpath(path.parent, home)) / path.name)


def source_of(stated: str, results: Path) -> str:
    """Return the path or address that a manifest states, whether or not it still exists."""
    if is_address(stated):
        return stated
    return os.path.normpath(results.resolve() / stated)


def _name(source: AnyPath) -> str:
    """Return the last part of a path; of an address, nothing that it says is a name of a file."""
    return "portfolio" if is_address(source) else Path(source).name or "portfolio"


def _original(source: AnyPath, file: str) -> Path | None:
    """
    Return the path of a portfolio's file: in its folder, or the workbook or next to it.

    The tables of a database are nowhere as files.
    """
    if is_database(source):
        return None
    path = Path(source)
    is_workbook = path.suffix.lower() == _WORKBOOK and not path.is_dir()
    return path.parent / file if is_workbook else path / file


def _holds(path: Path | None, digest: str) -> bool:
    """Return whether the file exists with this content."""
    if path is None:
        return False
    try:
        return sha256_of(path) == digest
    except OSError:
        return False


def _copy(portfolio: Portfolio, missing: Mapping[str, str], copies: Path) -> None:
    """Copy files under the names given by their content."""
    problems = []
    for file, digest in missing.items():
        path = portfolio.elsewhere.get(file) or _original(portfolio.source, file)
        if path is None:
            problems.append(_unasked(portfolio.source, file))
            continue
        copy = copies / kept_file(copies, file, digest).name
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            if is_full(error):
                raise refused(copies, error) from error
            problems.append(_uncopied(path, error))
        else:
            problems += [] if _holds(copy, digest) else [_changed(path)]
    if problems:
        raise BadInputError(problems)
    try:
        sync_folder(copies)  # reserves their room while there is still nothing to lose
    except OSError as error:
        raise refused(copies, error) from error


def _keep(copies: Path, results: Path) -> None:
    """Move all copies to their final place, each in one step."""
    home = results / KEPT
    try:
        home.mkdir(exist_ok=True)
        for copy in sorted(copies.iterdir()):
            copy.replace(home / copy.name)
        sync(home)
        sync(results)
    except OSError as error:
        raise refused(home, error) from error


def _find(results: Path, source: AnyPath, file: str, digest: str) -> Path | None:
    """Return where the unchanged file can be read: the copy, else the original."""
    places = (kept_file(results, file, digest), _original(source, file))
    return next((path for path in places if _holds(path, digest)), None)


def _lost(results: Path, source: AnyPath, file: str, digest: str) -> Problem:
    copy, original = kept_file(results, file, digest), _original(source, file)
    state = "is damaged" if copy.exists() else "is missing"
    if original is None:
        return Problem(
            file=str(copy),
            rule=f"this copy of the run's {file} {state}, and a database keeps no other",
            remedy="Restore it, or solve again.",
        )
    then = "has changed since" if original.exists() else "is gone"
    return Problem(
        file=str(copy),
        rule=f"this copy of the run's {file} {state}, and {original} {then}",
        remedy="Restore either of them, or solve again.",
    )


def _unasked(source: str, file: str) -> Problem:
    rule = f"{file}, which a run has of this database, is not kept in this results folder"
    remedy = "Use the results folder that the run is in, or read the database again, then solve."
    return Problem(file=source, rule=rule, remedy=remedy)


def _changed(path: Path) -> Problem:
    rule, remedy = "has changed since it was read", "Read the portfolio again, then solve."
    return Problem(file=str(path), rule=rule, remedy=remedy)


def _uncopied(path: Path, error: OSError) -> Problem:
    return Problem(
        file=str(path),
        rule=f"cannot be copied to the results folder ({error.strerror or error})",
        remedy="Restore the file, or correct the permissions.",
    )


def _check_names(inputs: Mapping[str, str]) -> None:
    """Reject a manifest that names no files, or a file outside the portfolio's folder."""
    problems = [_odd(file) for file in inputs if Path(file).name != file]
    if problems or not inputs:
        raise BadInputError(problems or [_NONE])


def _odd(file: str) -> Problem:
    return Problem(
        file="manifest.json",
        column="inputs",
        value=file,
        rule="is not the name of a file in a portfolio",
        remedy="Restore the run folder from a copy, or solve again.",
    )


_NONE: Final = Problem(
    file="manifest.json",
    rule="names no input file: this run was made from tables in memory",
    remedy="Solve a portfolio that was read from files.",
)
