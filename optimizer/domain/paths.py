"""A path as a caller may give it, and the hash of a file."""

from __future__ import annotations

import hashlib
from os import PathLike
from pathlib import Path
from typing import TypeAlias

AnyPath: TypeAlias = str | PathLike[str]
"""Text, a ``Path``, or what stands for its own folder as a run does."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
