"""What is said of time limits."""

from __future__ import annotations

import pytest

from benchmarks.limits import main


def test_a_run_that_ends_by_its_gap_keeps_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: a row a size, seed and limit, with the seconds taken, and a sum of those kept."""
    main(["--sizes", "6x6", "--seeds", "1 2", "--limits", "100"])
    told = capsys.readouterr().out
    assert "| 6 × 6 | 1 | 100 | " in told
    assert "| 6 × 6 | 2 | 100 | " in told
    assert told.endswith("2 of 2 kept their limit.\n")
