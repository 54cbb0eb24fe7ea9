"""By what a change of a file or folder here is seen without reading it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NOT_HERE: Final = ""
"""Signature of what does not exist."""


def signature_of(path: Path) -> str:
    """Return sizes and times of a file, or of a folder's files with their names."""
    if path.is_dir():
        lines = "\n".join(sorted(_of_files(path, "")))
        return hashlib.sha256(lines.encode()).hexdigest()[:32]
    try:
        stat = path.stat()
    except FileNotFoundError:
        return NOT_HERE
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _of_files(folder: Path | str, above: str) -> Iterator[str]:
    with os.scandir(folder) as there:
        for one in there:
            if one.is_dir():
                yield from _of_files(one.path, f"{above}{one.name}/")
            else:
                stat = one.stat()
                yield f"{above}{one.name} {stat.st_size} {stat.st_mtime_ns}"
