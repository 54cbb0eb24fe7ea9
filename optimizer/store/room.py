"""Room on the disk: looked at before the work, and where a result goes when there is none."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from optimizer.domain.portfolio import Portfolio
from optimizer.errors import StorageError
from optimizer.store.durable import sync_folder

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PER_RUN: Final = 6_000_000  # bytes: its page, which carries the charts' program
_PER_SKU: Final = 2_000  # bytes: the plan twice, curves, expected losses, the workbook
_PER_FUTURE: Final = 1_000  # bytes: its strikes
_FREE_SPACE: Final = "Free disk space, or choose another results folder."


def check_room(results: Path, portfolio: Portfolio, runs: int) -> None:
    """
    Raise where the disk has less room than some runs of a portfolio need, before hours of solving.

    Raises
    ------
    StorageError
        With what is needed, by a rough estimate, and what is free.
    """
    each = _PER_RUN + _PER_SKU * len(portfolio.skus) + _PER_FUTURE * portfolio.settings.n_futures
    disk = next(
        folder for folder in (results.absolute(), *results.absolute().parents) if folder.exists()
    )
    free = shutil.disk_usage(disk).free
    if free < runs * each:
        told = f"{results}: some {_megabytes(runs * each)} are needed, {_megabytes(free)} are free"
        raise StorageError(f"{told}; nothing was written. {_FREE_SPACE}")


def is_full(error: OSError) -> bool:
    """Return whether a disk, or a quota of it, has no room left."""
    return error.errno in _FULL


def refused(path: Path, error: OSError, kept: Path | None = None) -> StorageError:
    """Return that a disk refuses to hold a path, and where that is kept, if anywhere."""
    told = f"{path}: cannot be written ({error.strerror or error}); nothing was changed there."
    if kept is None:
        return StorageError(f"{told} Correct the permissions, or: {_FREE_SPACE}")
    then = f"It is whole in {kept}: make room, or correct the permissions, and move it to {path}."
    return StorageError(f"{told} {then}", kept)


def keep_elsewhere(name: str, fill: Callable[[Path], None]) -> Path | None:
    """Return a folder of this name in the folder for temporary files, ``None`` if that is full."""
    home = None
    try:
        home = Path(tempfile.mkdtemp(prefix="ballast-"))
        kept = home / name
        kept.mkdir()
        fill(kept)
        sync_folder(kept)
    except OSError:
        if home is not None:
            shutil.rmtree(home, ignore_errors=True)
        return None
    return kept


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB"
