"""
What binds the files of a run: the manifest holds the SHA-256 of each, the page the manifest's.

The page tells a hash that depends on its own, so it is hashed with `UNSEALED` in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from optimizer.domain.run import UNSEALED
from optimizer.errors import VerificationError
from optimizer.store.manifest import read_json, write_manifest

_MANIFEST: Final = "manifest.json"
_PAGE: Final = "report.html"
_READ_IF_THERE: Final = (
    *("certificate.json", "break_even.csv", "strategies.csv", "validation.json"),
    *("simulation.json", "simulation.parquet", "backtest.json", "backtest.parquet"),
)


def seal(folder: Path, manifest: Mapping[str, Any], names: Iterable[str]) -> None:
    """Write a manifest that holds what it held of the files, and the named ones as they are now."""
    files = manifest.get("files", {}) | {name: _digest(folder / name) for name in names}
    write_manifest({**manifest, "files": dict(sorted(files.items()))}, folder / _MANIFEST)
    _exchange(folder / _PAGE, UNSEALED, seal_of(folder))


def unseal(folder: Path) -> None:
    """Take the manifest's hash out of the page: another manifest is going to be written."""
    _exchange(folder / _PAGE, seal_of(folder), UNSEALED)


def seal_of(folder: Path) -> str:
    """Return the SHA-256 of a run's manifest, which stands for the whole run."""
    return _digest(folder / _MANIFEST)


def changed_files(folder: Path) -> list[str]:
    """Return what is not as the manifest says: files changed, missing, or put there since."""
    files, of_manifest = read_json(folder / _MANIFEST)["files"], seal_of(folder)
    found = {path.name for path in folder.iterdir()}
    missing = [f"{name}: is missing" for name in files if name not in found]
    changed = [
        f"{name}: is not as it was written"
        for name, digest in files.items()
        if name in found and _digest(folder / name, of_manifest) != digest
    ]
    strange = [name for name in _READ_IF_THERE if name in found and name not in files]
    return missing + changed + [f"{name}: was put there by somebody else" for name in strange]


@contextmanager
def told_together(differences: Sequence[str]) -> Iterator[None]:
    """Raise ``VerificationError`` with these differences, and those that are raised within."""
    try:
        yield
    except VerificationError as refusal:
        raise VerificationError([*differences, *refusal.differences]) from None
    if differences:
        raise VerificationError(differences)


def _digest(path: Path, of_manifest: str = "") -> str:
    """Return the SHA-256 of a file; of the page as it was before it told the manifest's."""
    if path.name == _PAGE and of_manifest:
        page = path.read_bytes().replace(of_manifest.encode(), UNSEALED.encode())
        return hashlib.sha256(page).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _exchange(page: Path, old: str, new: str) -> None:
    if page.exists():
        page.write_bytes(page.read_bytes().replace(old.encode(), new.encode()))
