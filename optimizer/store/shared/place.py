"""A place elsewhere that keeps the entries of a results folder, whatever it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


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
        return _sha256(path)
    files = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    parts = (f"{_sha256(file)} {name}\n" for name, file in sorted(files.items()))
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
