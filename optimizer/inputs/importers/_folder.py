"""A new folder, written completely or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from optimizer.errors import BadInputError, Problem


def refuse_taken(out: Path) -> None:
    """Raise `BadInputError` if the folder would overwrite something."""
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() or out.is_symlink():
        rule, remedy = (
            "exists and is not an empty folder",
            "Choose another folder, or empty this one.",
        )
        raise BadInputError([Problem(file=str(out), rule=rule, remedy=remedy)])


def write_folder(out: Path, files: Mapping[str, str]) -> None:
    """Write UTF-8 files into a temporary sibling and rename it to `out`."""
    refuse_taken(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sibling = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        _fill_and_rename(sibling, out, files)
    except OSError as error:
        rule, remedy = f"cannot be written: {error.strerror}", "Name a folder you may write to."
        raise BadInputError([Problem(file=str(out), rule=rule, remedy=remedy)]) from error


def _fill_and_rename(sibling: Path, out: Path, files: Mapping[str, str]) -> None:
    try:
        for name, text in files.items():
            _write_through(sibling / name, text)
        sibling.chmod(0o755)
        sibling.rename(out)
    except BaseException:
        shutil.rmtree(sibling, ignore_errors=True)
        raise


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
