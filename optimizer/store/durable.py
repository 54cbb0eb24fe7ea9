"""Making files and folders survive a power failure, and swapping two folders atomically."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


def sync(path: Path) -> None:
    """Return once the file, or the entries of the folder, are on the disk."""
    if sys.platform == "win32":
        if path.is_dir():  # it has no call for that
            return
        descriptor = os.open(path, os.O_RDWR | os.O_BINARY)
    else:
        descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Return once every file of the folder and the folder itself are on the disk."""
    for path in sorted(folder.iterdir()):
        sync(path)
    sync(folder)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a sibling to write; it takes the file's place whole, once it is on the disk."""
    new = path.with_suffix(".new")
    yield new
    sync(new)
    new.replace(path)
    sync(path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; return ``False`` if the system cannot."""
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        paths = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
        return rename is not None and bool(rename(*paths, _RENAME_EXCHANGE) == 0)
    else:  # noqa: RET505  read by the type checker as another system's
        return False
