"""A place elsewhere that keeps the entries of a results folder, whatever it is made of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from optimizer.domain.paths import sha256_of

_ODD: Final = re.compile(r"[\x00-\x1f\\:]")


class Place(Protocol):
    """
    Entries by name, as they stand in a results folder, each with the version it has.

    An entry is a folder that a command wrote (``RUN``), a file beside it (``RUN.states.jsonl``,
    ``RUN.approved.html``) or a kept input (``.inputs/SHA256.csv``).  What cannot be reached, read
    or written raises ``StorageError``, which names the place without any password.
    """

    @property
    def name(self) -> str:
        """The address, without a password."""

    def entries(self) -> Mapping[str, str]:
        """Return the version of every entry, see `version_of`."""

    def fetch(self, entry: str, into: Path) -> None:
        """Write an entry to a path that does not exist; whole and unchanged, or an error."""

    def put(self, entry: str, path: Path, replaces: str | None) -> str:
        """
        Keep an entry as it stands at a path, and return its version.

        It appears whole or not at all.

        Raises
        ------
        BadInputError
            If the place has another version than the one that is to be replaced (None: none).
        """


def version_of(path: Path) -> str:
    """Return a SHA-256 of a file, or of a folder's files with their names."""
    if path.is_file():
        return sha256_of(path)
    parts = (f"{sha256_of(file)} {name}\n" for name, file in files_of(path).items())
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def files_of(path: Path) -> dict[str, Path]:
    """Return a folder's files by their names, in order; a file has the name ``""``."""
    if path.is_file():
        return {"": path}
    files = (file for file in path.rglob("*") if file.is_file())
    return dict(sorted((file.relative_to(path).as_posix(), file) for file in files))


def leads_out(name: str) -> bool:
    """Return whether a file's name would lead out of its entry's folder, on any system."""
    parts = name.split("/")
    return not all(part.strip(". ") for part in parts) or _ODD.search(name) is not None
