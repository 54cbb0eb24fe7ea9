"""`kill -9` at any moment leaves a whole run or none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]


@pytest.mark.parametrize("mode", ["exchange", "aside"])
def test_no_kill_leaves_half_a_run(tmp_path: Path, mode: str) -> None:
    """
    Proves: 30 writers killed at random moments leave no half, mixed or lost run, and no debris.

    A plain write into the final folder fails this within a few kills.
    """
    done = subprocess.run(
        [sys.executable, TESTS / "support" / "killed_writer.py", tmp_path / "results", "30", mode],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS.parent)))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 10
