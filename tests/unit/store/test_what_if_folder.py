"""A comparison's folder reads back as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from optimizer.store.what_if_folder import is_what_if, read_compared, write_compared
from tests.support.what_ifs import make_compared


def test_a_comparison_reads_back_equal(tmp_path: Path) -> None:
    """
    Proves: every row, number and text comes back, also which scenarios were not reached.

    Sensitivity: a scenario left out that is forgotten, or 0.1 + 0.2 with sixteen digits.
    """
    texts = ("=1+1", "<b>x</b>", "\u202eabc שלום")
    found = replace(make_compared(6, texts=texts), left_out=("late", "later"))
    write_compared(tmp_path, "autumn", found)
    folder = tmp_path / "autumn"
    assert is_what_if(folder)
    assert read_compared(folder) == replace(found, folder=folder)


def test_other_folders_are_none(tmp_path: Path) -> None:
    """Proves: a folder without scenarios.json is not taken for a comparison."""
    assert not is_what_if(tmp_path)
