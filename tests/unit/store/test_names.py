"""Run names cannot leave the results folder, and automatic ones do not collide."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from optimizer.errors import BadInputError
from optimizer.store.names import automatic_name, check_name

REFUSED = [
    *("../../etc", "a\0b", "-rf", "", "a" * 65, "a/b", ".tmp-a", "a\n", "é", "_a"),
    *("a.", "..", "a..b", ".a", "a b", "Ä", "\uff21"),
]


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_names_are_refused(name: str) -> None:
    """Proves: no traversal, no option, no hidden file, no newline passes as a run name."""
    with pytest.raises(BadInputError, match="run name"):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["a", "2026-11-22-1", "q3_final", "a" * 64, "A", "2027.Q1", "Board-v1.2"]
)
def test_plain_names_are_accepted(name: str) -> None:
    """Proves: the rule refuses nothing a person would choose within it."""
    check_name(name)


def test_automatic_names_count_up(tmp_path: Path) -> None:
    """Proves: the first free number of the day is taken, and it is a valid name."""
    today = date(2026, 11, 22)
    assert automatic_name(tmp_path, today) == "2026-11-22-1"
    (tmp_path / "2026-11-22-1").mkdir()
    (tmp_path / "2026-11-22-2").mkdir()
    assert automatic_name(tmp_path, today) == "2026-11-22-3"
    check_name(automatic_name(tmp_path, today))
