"""Atomic publishing: a folder appears under its name completely or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from optimizer.domain.run import is_name
from optimizer.errors import BadInputError, Problem, StorageError
from optimizer.store.durable import exchange, sync, sync_folder
from optimizer.store.names import bad_name
from optimizer.store.room import keep_elsewhere, refused
from optimizer.store.workspace import ASIDE, open_workspace

_LOG: Final = logging.getLogger(__name__)
_REPLACE: Final = "Choose another name, or add --replace."


def publish(results: Path, name: str, fill: Callable[[Path], None], *, replace: bool) -> Path:
    """
    Write a run folder under its final name.

    `fill` writes the files into an empty folder beside it; they are flushed to the disk before the
    one rename that makes them visible, and the results folder after it.

    Raises
    ------
    BadInputError
        If the run exists and `replace` is false, or if a name differs only in upper and lower case.
    StorageError
        If the disk is full or not writable: nothing has changed, and the folder is kept among the
        temporary files if there is room.
    """
    run = results / name
    _refuse(_twins(results, [name]))
    try:
        with open_workspace(results, name) as workspace:
            new = workspace / "new"
            new.mkdir()
            fill(new)
            sync_folder(new)
            if replace and run.exists():
                _replace(run, new, workspace / ASIDE)
            else:
                _appear(run, new)
    except OSError as error:
        raise refused(run, error, keep_elsewhere(name, fill)) from error
    try:
        sync(results)
    except OSError as error:
        written = f"{run}: is written, but a power failure may lose it ({error.strerror or error})"
        raise StorageError(f"{written}. Check the disk.", run) from error
    _LOG.debug("wrote %s", run)
    return run


def check_free(results: Path, name: str, *, replace: bool) -> None:
    """Raise ``BadInputError`` if the name is taken, before hours of solving."""
    is_taken = (results / name).exists() and not replace
    _refuse([_exists(results / name, _REPLACE)] if is_taken else _twins(results, [name]))


def check_all_free(results: Path, names: Iterable[str]) -> None:
    """Raise ``BadInputError`` with the first invalid name, or else with all that are taken."""
    names = list(names)
    bad = [bad_name(name) for name in names if not is_name(name)][:1]
    runs = [results / name for name in names]
    taken = [_exists(run, "Choose another name.") for run in runs if run.exists()]
    _refuse(bad or taken or _twins(results, names))


def check_writable(results: Path) -> None:
    """
    Test writing, flushing and renaming where the run will go, before hours of solving.

    Raises
    ------
    StorageError
        If any of it fails; the message names the folder and the remedy.
    """
    try:
        with open_workspace(results, "probe") as workspace:
            (workspace / "probe").write_bytes(b"probe")
            sync_folder(workspace)
            (workspace / "probe").rename(workspace / "probed")
            sync(results)
    except OSError as error:
        raise refused(results, error) from error


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise BadInputError(problems)


def _twins(results: Path, names: Iterable[str]) -> list[Problem]:
    """List names that differ from a run's only in case: on some disks they are the same."""
    there = {path.name.casefold(): path.name for path in results.glob("*")}
    new = (name for name in names if not (results / name).exists())
    twins = ((name, there.get(name.casefold(), name)) for name in new)
    return [
        Problem(
            file="--run",
            value=name,
            rule=f"differs only in upper and lower case from {twin}, which exists already",
            remedy="Spell it the same way, or choose another name.",
        )
        for name, twin in twins
        if twin != name
    ]


def _appear(run: Path, new: Path) -> None:
    """Rename into place; this fails if a folder that is not empty is there."""
    try:
        new.rename(run)
    except OSError as error:
        if not run.exists():
            raise
        raise BadInputError([_exists(run, _REPLACE)]) from error


def _replace(run: Path, new: Path, aside: Path) -> None:
    """Swap old and new in one step if the system can, else move the old run aside first."""
    if not exchange(new, run):
        run.rename(aside)
        new.rename(run)


def _exists(run: Path, remedy: str) -> Problem:
    return Problem(
        file="--run",
        value=run.name,
        rule="a run with this name exists already and was left unchanged",
        remedy=remedy,
    )
