"""The folder of an export: its files and what they were made from, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from optimizer.errors import BadInputError, Problem
from optimizer.store.erp.mapping import EXPORT_NOTE
from optimizer.store.manifest import write_json
from optimizer.store.publish import publish
from optimizer.store.run_folder import write_documents


def check_export_folder(folder: Path, *, replace: bool) -> None:
    """
    Raise ``BadInputError`` if the folder is there and may not be replaced.

    With `replace` an earlier export may be; anything else, such as a folder of a user's own, never.
    """
    if not folder.exists():
        return
    if not replace:
        rule = "exists already and was left unchanged"
        remedy = "Choose another folder, or add --replace."
    elif not (folder / EXPORT_NOTE).is_file():
        rule, remedy = "is no export, so it is not replaced", "Choose another folder."
    else:
        return
    raise BadInputError([Problem(file="--out", value=str(folder), rule=rule, remedy=remedy)])


def write_export(
    folder: Path,
    documents: Mapping[str, bytes],
    *,
    about: Mapping[str, object],
    replace: bool,
) -> None:
    """
    Write the files of an export and ``export.json``: `about`, the time, the SHA-256 of each file.

    Raises
    ------
    BadInputError
        If the folder is there and may not be replaced.
    StorageError
        If the disk is full or not writable; the export is kept among the temporary files if there
        is room.
    """
    check_export_folder(folder, replace=replace)

    def fill(new: Path) -> None:
        write_documents(documents, new)
        note = {
            **about,
            "created": datetime.now(UTC).replace(microsecond=0).isoformat(),
            "ballast": version("ballast"),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in documents.items()},
        }
        write_json(note, new / EXPORT_NOTE)

    publish(folder.parent, folder.name, fill, replace=replace)
