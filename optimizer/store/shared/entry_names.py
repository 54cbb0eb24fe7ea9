"""What of a results folder is shared, and by which names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from optimizer.domain.run import is_name
from optimizer.store.inputs import KEPT
from optimizer.store.run_index import MARKERS
from optimizer.store.state_log import SIGNED_SUFFIX, STATES_SUFFIX

_INPUT: Final = re.compile(rf"{re.escape(KEPT)}/[0-9a-f]{{64}}(?:\.[a-z0-9_]{{1,16}})?")
_OF_RUN: Final = "manifest.json"
_UNFINISHED: Final = re.compile(r"\.(.+)\.sweep\.json")


def is_entry(name: str) -> bool:
    """Return whether a results folder can have an entry of this name; none leads out of it."""
    if _INPUT.fullmatch(name):
        return True
    unfinished = _UNFINISHED.fullmatch(name)
    return is_name(unfinished[1] if unfinished else _run_beside(name))


def is_input(name: str) -> bool:
    """Return whether it is a kept input."""
    return _INPUT.fullmatch(name) is not None


def is_folder(name: str) -> bool:
    """Return whether it is a folder that a command wrote, by its name."""
    return is_name(name) and _run_beside(name) == name


def ends(name: str) -> bool:
    """Return whether commands remove such a file again; it is shared as an empty one then."""
    return name.endswith(SIGNED_SUFFIX) or _UNFINISHED.fullmatch(name) is not None


def about(name: str) -> str:
    """Return the run that an entry is or belongs to, empty for a kept input."""
    unfinished = _UNFINISHED.fullmatch(name)
    return "" if is_input(name) else unfinished[1] if unfinished else _run_beside(name)


def rank(results: Path, name: str) -> int:
    """Return when an entry is sent: what others refer to goes first."""
    if is_input(name):
        return 0
    if is_folder(name):
        return 1 if (results / name / _OF_RUN).exists() else 2
    return 3


def entries_in(results: Path) -> Iterator[str]:
    """Yield the entries of a results folder."""
    kept = results / KEPT
    inputs = (f"{KEPT}/{path.name}" for path in kept.iterdir()) if kept.is_dir() else ()
    yield from filter(is_input, inputs)
    for path in results.iterdir():
        if is_folder(path.name):
            if any((path / marker).is_file() for marker in MARKERS):
                yield path.name
        elif is_entry(path.name) and path.is_file():
            yield path.name


def _run_beside(name: str) -> str:
    return name.removesuffix(STATES_SUFFIX).removesuffix(SIGNED_SUFFIX)
