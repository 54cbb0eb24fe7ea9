"""Which decisions of a plan in force are so recent that they are to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from optimizer.errors import BadInputError, Problem
from optimizer.store.change_files import CHANGES_FILE, read_list
from optimizer.store.manifest import read_manifest
from optimizer.store.run_folder import read_file


def changed_within(run: Path, days: int) -> set[str]:
    """
    Return the SKUs that a run, or one whose plan it goes back to, changed less than `days` ago.

    Runs before the first one without a list of changes do not count: it was a plan of its own.

    Raises
    ------
    BadInputError
        If a run that must be looked at is not beside this one any more, or is damaged.
    """
    since = datetime.now(UTC) - timedelta(days=days)
    changed: set[str] = set()
    folder = run
    while True:
        manifest = read_file(folder / "manifest.json", read_manifest)
        if manifest.created <= since or not (folder / CHANGES_FILE).is_file():
            return changed
        changed |= set(read_list(folder)["sku"])
        before = folder.resolve().with_name(str(manifest.plan_of))
        if not before.is_dir():
            rule = f"run {manifest.plan_of}, which it was re-optimized from, is not beside it"
            remedy = "Restore that run, or leave out --no-change-within."
            raise BadInputError([Problem(file=str(folder), rule=rule, remedy=remedy)])
        folder = before
