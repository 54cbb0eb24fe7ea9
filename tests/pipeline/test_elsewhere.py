"""What Windows lacks, `resource`, links, `renameat2`, missing here: the same plan, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.pipeline.conftest import ROOT, Command

ELSEWHERE = """
import sys
from pathlib import Path
from optimizer.inputs.readers import limited
from optimizer.jobs import about
from optimizer.store import durable

def refuse(*_, **__):
    raise OSError("A required privilege is not held by the client")

Path.symlink_to = refuse
durable.exchange = lambda one, other: False
sys.modules["resource"] = None
about.peak_memory_mb = lambda: 0.0
from optimizer.cli import main
from optimizer.domain.stop import Stop
main(Stop())
"""


def test_a_plan_without_what_windows_lacks(ballast: Command, tmp_path: Path) -> None:
    """Proves: from workbook to plan, replaced, verified from copied inputs; the same plan.csv."""
    assert ballast("init", "book.xlsx").code == 0
    assert ballast("solve", "book.xlsx", "--run", "here").code == 0
    for words in (
        ("solve", "book.xlsx", "--run", "there"),
        ("solve", "book.xlsx", "--run", "there", "--replace"),
        ("verify", "there"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    plans = [Path(f"results/{run}/plan.csv").read_bytes() for run in ("here", "there")]
    assert plans[0] == plans[1]
    assert not [path.name for path in Path("results").iterdir() if path.name.startswith(".tmp-")]
