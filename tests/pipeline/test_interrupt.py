"""Ctrl-C before there is a plan: a sentence and exit code 4, whatever it interrupts."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optimizer.errors import StoppedError
from tests.pipeline.conftest import ROOT

FRONTIER = ("--set", "solver.gap=1e-2", "--run", "f")
MANY = ("--budgets", "200000:700000:6")
FEW = ("--budgets", "300000:700000:3", "--set", "scenarios.count=60")

CAN_HOLD_BACK = not subprocess.run(
    ["env", "--block-signal=INT", "true"], capture_output=True, check=False
).returncode

START = """
import sys
from optimizer.__main__ import main
print("loading", file=sys.stderr, flush=True)
main()
"""


def _hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def interrupted(
    portfolio: Path,
    after: str,
    seconds: float,
    *words: str,
    command: str = "solve",
    times: int = 1,
) -> tuple[int, str]:
    """Begin; interrupt after a step is told so many times; return exit code and error stream."""
    line = [sys.executable, "-c", START, command, str(portfolio), "--results", "results", *words]
    with subprocess.Popen(
        line,
        cwd=portfolio.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,  # noqa: PLW1509  a shell's background jobs ignore it
    ) as solving:
        assert solving.stderr is not None
        told = ""
        while told.count(after) < times:
            told += solving.stderr.readline()
            assert solving.poll() is None, told
        time.sleep(seconds)
        solving.send_signal(signal.SIGINT)
        _, rest = solving.communicate(timeout=120)
    return solving.returncode, told + rest


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("loading", 0.05), ("loading", 0.2), ("loading", 0.5), ("loading", 1.0), ("futures", 0.0)],
)
def test_an_early_interrupt_is_told(small: Path, after: str, seconds: float) -> None:
    """Proves: while modules load, tables are read or options built, it ends with 4 and a reason."""
    code, told = interrupted(small, after, seconds)
    begun = str(StoppedError("interrupt"))
    assert code == 4
    assert told.splitlines()[-1] in {begun, str(StoppedError("interrupt", before="it began"))}
    assert "Traceback" not in told
    results = small.parent / "results"
    assert not results.exists() or not any(results.iterdir())


def test_an_interrupt_of_the_search_keeps_a_plan_or_says_there_is_none(small: Path) -> None:
    """Proves: once options are built, an interrupt ends whole: exit 0 and a run, or 4 and none."""
    code, told = interrupted(small, "options", 0.1)
    runs = [path for path in (small.parent / "results").iterdir() if path.name[0] != "."]
    assert (code, len(runs)) in {(0, 1), (4, 0)}, told
    assert "Traceback" not in told


@pytest.mark.parametrize("nested", [(), ("--nested",)])
@pytest.mark.parametrize(
    ("after", "times", "seconds"),
    [("  solve ", 2, 0.0), ("  verify ", 1, 0.0), ("  verify ", 1, 0.3)],
)
def test_an_interrupted_frontier_is_written(
    small: Path, after: str, times: int, seconds: float, nested: tuple[str, ...]
) -> None:
    """
    Proves: once a second plan is told, an interrupt ends with 0, whatever it interrupts: each
    budget solved is a whole run, the frontier is written with them and says how many are left out.
    """
    budgets = FEW if after == "  verify " else MANY
    code, told = interrupted(
        small, after, seconds, *FRONTIER, *budgets, *nested, command="frontier", times=times
    )
    assert code == 0, told
    results = small.parent / "results"
    stated = json.loads((results / "f" / "frontier.json").read_text(encoding="utf-8"))
    runs = [point["run"] for point in stated["points"] if point["run"]]
    assert runs
    own = budgets is FEW  # between the others, where the rest of MANY has it among them
    assert len(stated["points"]) + stated["left_out"] == int(budgets[1].split(":")[2]) + own
    assert stated["left_out"] > 0
    assert {path.name for path in results.iterdir() if path.name[0] != "."} == {"f", *runs}
    assert (results / "f" / "report.html").exists()


@pytest.mark.skipif(not CAN_HOLD_BACK, reason="this system's env cannot hold a signal back")
def test_an_interrupt_while_python_starts_is_told(tmp_path: Path) -> None:
    """
    Proves: the command that is installed holds a Ctrl-C back that comes before Ballast is loaded.

    Sensitivity: without, Python ends in "Fatal Python error: init_import_site".
    """
    command = shutil.copy(ROOT / "optimizer" / "ballast.sh", tmp_path / "ballast")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    )
    where = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    ended = subprocess.run(
        [command, "check", "none"],
        env=where,
        capture_output=True,
        check=False,
        text=True,
        preexec_fn=_hear_ctrl_c,
    )
    told = str(StoppedError("interrupt", before="it began"))
    assert (ended.returncode, ended.stderr) == (4, f"{told}\n")
