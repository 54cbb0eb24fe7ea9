"""Disk space: checked before the work, and where a result goes if it runs out."""

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
_PER_RUN: Final = 6_000_000  # bytes: its page, including the scripts for the charts
_PER_SKU: Final = 2_000  # bytes: the plan twice, curves, expected losses, the workbook
_PER_FUTURE: Final = 1_000  # bytes: its strikes
_FREE_SPACE: Final = "Free disk space, or choose another results folder."


def check_room(results: Path, portfolio: Portfolio, runs: int) -> None:
    """
    Raise if the disk has less room than so many runs of a portfolio need, before solving.

    Raises
    ------
    StorageError
        States the room needed, a rough estimate, and the room free.
    """
    each = _PER_RUN + _PER_SKU * len(portfolio.skus) + _PER_FUTURE * portfolio.settings.n_futures
    disk = next(
        folder for folder in (results.absolute(), *results.absolute().parents) if folder.exists()
    )
    free = shutil.disk_usage(disk).free
    if free < runs * each:
        short = f"about {_megabytes(runs * each)} are needed, but only {_megabytes(free)} are free"
        raise StorageError(f"{results}: {short}; nothing was written. {_FREE_SPACE}")


def is_full(error: OSError) -> bool:
    """Return whether the disk or the user's quota is full."""
    return error.errno in _FULL


def refused(path: Path, error: OSError, kept: Path | None = None) -> StorageError:
    """Return the error for a path that cannot be written, and where the result is kept, if so."""
    failure = f"{path}: cannot be written ({error.strerror or error}); nothing was changed there."
    if kept is None:
        return StorageError(f"{failure} Correct the permissions, or: {_FREE_SPACE}")
    remedy = f"free disk space or correct the permissions, then move it to {path}."
    return StorageError(f"{failure} The complete result is in {kept}: {remedy}", kept)


def keep_elsewhere(name: str, fill: Callable[[Path], None]) -> Path | None:
    """Fill and return a folder in the temporary folder, ``None`` if that is full too."""
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
