"""Ctrl-C before there is a plan: a sentence and exit code 4, whatever it interrupts."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optimizer.errors import STOPPED_EARLY

START = """
import sys
from optimizer.__main__ import main
print("loading", file=sys.stderr, flush=True)
main()
"""


def interrupted(portfolio: Path, after: str, seconds: float) -> tuple[int, str]:
    """Solve; interrupt some seconds after a step is told; return exit code and error stream."""
    words = [sys.executable, "-c", START, "solve", str(portfolio), "--results", "results"]
    with subprocess.Popen(
        words, cwd=portfolio.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as solving:
        assert solving.stderr is not None
        told = ""
        while after not in told:
            told += solving.stderr.readline()
            assert solving.poll() is None, told
        time.sleep(seconds)
        solving.send_signal(signal.SIGINT)
        _, rest = solving.communicate(timeout=120)
    return solving.returncode, told + rest


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("loading", 0.05), ("loading", 0.2), ("loading", 0.5), ("loading", 1.0), ("scenarios", 0.0)],
)
def test_an_early_interrupt_is_told(small: Path, after: str, seconds: float) -> None:
    """Proves: while modules load, tables are read or options built, it ends with 4 and a reason."""
    code, told = interrupted(small, after, seconds)
    assert (code, told.splitlines()[-1]) == (4, STOPPED_EARLY)
    assert "Traceback" not in told
    results = small.parent / "results"
    assert not results.exists() or not any(results.iterdir())


def test_an_interrupt_of_the_search_keeps_a_plan_or_says_there_is_none(small: Path) -> None:
    """Proves: once options are built, an interrupt ends whole: exit 0 and a run, or 4 and none."""
    code, told = interrupted(small, "options", 0.1)
    runs = [path for path in (small.parent / "results").iterdir() if path.name[0] != "."]
    assert (code, len(runs)) in {(0, 1), (4, 0)}, told
    assert "Traceback" not in told
