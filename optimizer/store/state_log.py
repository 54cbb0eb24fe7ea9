"""
The states of a run's plan: ``RUN.states.jsonl`` beside the run's folder, one step a line.

The run itself is sealed and does not change.  A line is written at once and never rewritten, so two
who approve in the same second both stand there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from pydantic import ValidationError

from optimizer.domain.plan_state import StateChange
from optimizer.errors import BadInputError, Problem
from optimizer.store.durable import replacing, sync
from optimizer.store.room import refused

STATES_SUFFIX: Final = ".states.jsonl"
SIGNED_SUFFIX: Final = ".approved.html"
IN_SQL: Final = {"by": "taken_by", "at": "taken_at"}
"""Names that are words of SQL, and what they are called there."""


def signed_of(run: Path) -> Path:
    """Return where the signed page of a run's approved plan is."""
    folder = run.resolve()
    return folder.with_name(folder.name + SIGNED_SUFFIX)


def write_signed(run: Path, page: str | None) -> None:
    """
    Write the signed page of an approved plan, or remove it.

    Raises
    ------
    StorageError
        If the disk is full or not writable.
    """
    path = signed_of(run)
    try:
        if page is None:
            path.unlink(missing_ok=True)
            return
        with replacing(path) as new:
            new.write_text(page, encoding="utf-8")
    except OSError as error:
        raise refused(path, error) from error


def log_of(run: Path) -> Path:
    """Return where a run's states are noted."""
    folder = run.resolve()
    return folder.with_name(folder.name + STATES_SUFFIX)


def add_state(run: Path, change: StateChange) -> None:
    """
    Note one more step of a run's plan.

    Raises
    ------
    StorageError
        If the disk is full or not writable.
    """
    path = log_of(run)
    try:
        with path.open("ab") as file:
            file.write(change.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync(path.parent)
    except OSError as error:
        raise refused(path, error) from error


def states_of(run: Path, plan: str) -> list[StateChange]:
    """
    Return the steps of a run's plan, oldest first; steps of a plan that it replaced are not its.

    Parameters
    ----------
    plan
        SHA-256 of the run's ``plan.parquet``.

    Raises
    ------
    BadInputError
        If the log is damaged.
    """
    return [change for change in steps_in(log_of(run)) if change.plan == plan]


def states_of_all(results: Path, names: Sequence[str]) -> pd.DataFrame:
    """Return every step noted for some runs, whatever has become of their plans since."""
    steps = [
        {"run": name, **{IN_SQL.get(key, key): value for key, value in change}}
        for name in names
        for change in steps_in(log_of(results / name))
    ]
    names_of = (IN_SQL.get(key, key) for key in StateChange.model_fields)
    return pd.DataFrame(steps, columns=["run", *names_of])


def steps_in(path: Path) -> list[StateChange]:
    """
    Return every step noted in a log, oldest first; none if there is no such file.

    Raises
    ------
    BadInputError
        If the log is damaged.
    """
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines()
    return [_read(path, number, line) for number, line in enumerate(lines, start=1)]


def _read(path: Path, number: int, line: bytes) -> StateChange:
    try:
        return StateChange.model_validate_json(line)
    except ValidationError as error:
        rule = f"line {number} is damaged: {error.errors()[0]['msg']}"
        remedy = "Restore the file, or remove the line and take its step again."
        raise BadInputError([Problem(file=str(path), rule=rule, remedy=remedy)]) from None
