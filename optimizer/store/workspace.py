"""
A temporary sibling to write in: ``.tmp-NAME.XXXXXXXX/``, locked while its writer lives.

The lock is the system's (``flock``), so it ends with the process however that ends.  What a dead
writer left behind is removed when the next workspace is opened; a run it had moved aside is first
put back.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX: Final = ".tmp-"
_LOCK: Final = "lock"
ASIDE: Final = "old"
"""Name, within a workspace, of a run that was moved aside to be replaced."""


@contextmanager
def open_workspace(results: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder beside the run to be; remove it and all in it at the end."""
    results.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(results)
    folder, lock = _create_locked(results, name)
    try:
        yield folder
    finally:
        _discard(folder, results / name)
        os.close(lock)


def _create_locked(results: Path, name: str) -> tuple[Path, int]:
    """Create a workspace; begin again where another process took it for a leftover."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{name}.", dir=results))
        lock = _lock(folder)
        if lock is not None and (folder / _LOCK).exists():
            return folder, lock


def _lock(folder: Path) -> int | None:
    """Return the held lock of a workspace, or ``None`` where it is gone or its writer lives."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _remove_leftovers(results: Path) -> None:
    for folder in results.glob(f"{_PREFIX}*"):
        lock = _lock(folder)
        if lock is not None:
            name = folder.name.removeprefix(_PREFIX).split(".")[0]
            _discard(folder, results / name)
            os.close(lock)


def _discard(folder: Path, run: Path) -> None:
    """Remove a workspace, after putting back a run it holds aside and nothing has replaced."""
    if (folder / ASIDE).exists() and not run.exists():
        (folder / ASIDE).rename(run)
    shutil.rmtree(folder, ignore_errors=True)
