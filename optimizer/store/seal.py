"""
The hashes of a run: the manifest holds the SHA-256 of every file, the page the manifest's.

The page contains a hash that depends on its own, so it is hashed with `UNSEALED` in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from optimizer.domain.manifest import Manifest
from optimizer.domain.paths import sha256_of
from optimizer.domain.run import UNSEALED
from optimizer.errors import VerificationError
from optimizer.store.manifest import read_manifest, write_manifest

_MANIFEST: Final = "manifest.json"
_PAGE: Final = "report.html"
_READ_IF_THERE: Final = (
    *("certificate.json", "break_even.csv", "strategies.csv", "validation.json"),
    *("simulation.json", "simulation.parquet", "backtest.json", "backtest.parquet"),
)


def seal(folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Rewrite the manifest with the current hashes of the named files; others are unchanged."""
    files = manifest.files | {name: _digest(folder / name) for name in names}
    sealed = manifest.model_copy(update={"files": dict(sorted(files.items()))})
    write_manifest(sealed, folder / _MANIFEST)
    _exchange(folder / _PAGE, UNSEALED, seal_of(folder))


def unseal(folder: Path) -> None:
    """Remove the manifest's hash from the page, because the manifest will be rewritten."""
    _exchange(folder / _PAGE, seal_of(folder), UNSEALED)


def seal_of(folder: Path) -> str:
    """Return the SHA-256 of a run's manifest, which identifies the whole run."""
    return _digest(folder / _MANIFEST)


def changed_files(folder: Path) -> list[str]:
    """Return the differences from the manifest: files missing, changed or not part of the run."""
    files, of_manifest = read_manifest(folder / _MANIFEST).files, seal_of(folder)
    present = {path.name for path in folder.iterdir()}
    missing = [f"{name}: is missing" for name in files if name not in present]
    changed = [
        f"{name}: has changed since it was written"
        for name, digest in files.items()
        if name in present and _digest(folder / name, of_manifest) != digest
    ]
    foreign = [name for name in _READ_IF_THERE if name in present and name not in files]
    return missing + changed + [f"{name}: is not part of this run" for name in foreign]


@contextmanager
def told_together(differences: Sequence[str]) -> Iterator[None]:
    """Raise ``VerificationError`` with these differences and any raised within the context."""
    try:
        yield
    except VerificationError as refusal:
        raise VerificationError([*differences, *refusal.differences]) from None
    if differences:
        raise VerificationError(differences)


def _digest(path: Path, of_manifest: str = "") -> str:
    """Return the SHA-256 of a file; for the page, without the manifest's hash in it."""
    if path.name == _PAGE and of_manifest:
        page = path.read_bytes().replace(of_manifest.encode(), UNSEALED.encode())
        return hashlib.sha256(page).hexdigest()
    return sha256_of(path)


def _exchange(page: Path, old: str, new: str) -> None:
    if page.exists():
        page.write_bytes(page.read_bytes().replace(old.encode(), new.encode()))
