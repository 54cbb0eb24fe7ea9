"""A folder of what-ifs reads back as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from optimizer.store.what_if_folder import is_what_if, read_what_if, write_what_if
from tests.support.what_ifs import make_what_ifs


def test_what_ifs_read_back_equal(tmp_path: Path) -> None:
    """
    Proves: every row, number and text comes back, also which what-ifs were not reached.

    Sensitivity: a what-if left out that is forgotten, or 0.1 + 0.2 with sixteen digits.
    """
    texts = ("=1+1", "<b>x</b>", "\u202eabc שלום")
    found = replace(make_what_ifs(6, texts=texts), left_out=("late", "later"))
    write_what_if(tmp_path, "autumn", found, {})
    folder = tmp_path / "autumn"
    assert is_what_if(folder)
    assert read_what_if(folder) == replace(found, folder=folder)


def test_other_folders_are_none(tmp_path: Path) -> None:
    """Proves: a folder without what_if.json is not taken for what-ifs."""
    assert not is_what_if(tmp_path)
