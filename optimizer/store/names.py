"""Run names: which are valid, and the next free one of a day."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

from optimizer.domain.run import NAME_RULE, is_name
from optimizer.errors import BadInputError, Problem


def check_name(name: str) -> None:
    """Raise ``BadInputError`` for a name that could escape the results folder or be hidden."""
    if not is_name(name):
        raise BadInputError([bad_name(name)])


def bad_name(name: str) -> Problem:
    """Explain why a run name is invalid."""
    return Problem(
        file="--run",
        value=name,
        rule=f"a run name {NAME_RULE}",
        remedy="Choose another name, for instance 2026-q3.",
    )


def automatic_name(results: Path, today: date) -> str:
    """Return the first of ``2026-11-22-1``, ``2026-11-22-2``, … that is not taken."""
    names = (f"{today.isoformat()}-{number}" for number in count(1))
    return next(
        name
        for name in names
        if not ((results / name).exists() or unfinished(results, name).exists())
    )


def unfinished(results: Path, name: str) -> Path:
    """Return where a sweep of this name notes what it has published, until it is finished."""
    return results / f".{name}.sweep.json"
