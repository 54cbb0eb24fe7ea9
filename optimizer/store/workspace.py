"""
A temporary sibling to write in: ``.tmp-NAME.XXXXXXXX/``, marked, and locked while its writer lives.

The lock is the system's, so it ends with the process however that ends.  The leftovers
of a dead writer are removed when the next workspace is opened; a run it had moved aside is restored
first.  A folder without the mark belongs to somebody else and stays; links are never followed.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from optimizer.domain.run import is_name

_PREFIX: Final = ".tmp-"
_NAMED: Final = re.compile(rf"{re.escape(_PREFIX)}(.+)\.[a-z0-9_]{{8}}")
MARK: Final = ".ballast-workspace"
"""The file in a workspace that marks it as one, and is locked."""
ASIDE: Final = "old"
"""Name in a workspace of a run that was moved aside to be replaced."""


@contextmanager
def open_workspace(results: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder beside the future run; remove it and its contents at the end."""
    results.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(results)
    folder, lock = _create_locked(results, name)
    try:
        yield folder
    finally:
        _discard(folder, results / name, lock)


def _create_locked(results: Path, name: str) -> tuple[Path, FileLock]:
    """Create a workspace; try again if another process removed it as a leftover."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{name}.", dir=results))
        with suppress(FileNotFoundError):
            (folder / MARK).touch()
        lock = _lock(folder)
        if lock is not None and (folder / MARK).exists():
            return folder, lock


def _lock(folder: Path) -> FileLock | None:
    """Lock a workspace; ``None`` if it is not one, is gone, or its writer is alive."""
    mark = folder / MARK
    if folder.is_symlink() or mark.is_symlink() or not mark.is_file():
        return None
    lock = FileLock(mark)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    return lock


def _remove_leftovers(results: Path) -> None:
    """Remove the leftovers of dead writers; ignore any that cannot be read or removed."""
    for folder in results.glob(f"{_PREFIX}*"):
        named = _NAMED.fullmatch(folder.name)
        if named is not None and is_name(named[1]):
            with suppress(OSError):
                _remove_leftover(folder, results / named[1])


def _remove_leftover(folder: Path, run: Path) -> None:
    lock = _lock(folder)
    if lock is None:
        folder.rmdir()  # removed only if empty: a writer may die before it marks its folder
        return
    _discard(folder, run, lock)


def _discard(folder: Path, run: Path, lock: FileLock) -> None:
    """Remove a workspace, the mark last, after restoring a run that was not replaced."""
    aside = folder / ASIDE
    if aside.is_dir() and not aside.is_symlink() and not os.path.lexists(run):
        aside.rename(run)
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != MARK:
                path.unlink(missing_ok=True)
    lock.release()  # Windows removes no locked file
    shutil.rmtree(folder, ignore_errors=True)
