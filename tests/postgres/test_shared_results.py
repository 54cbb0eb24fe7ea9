"""Runs kept in a database: whole jobs by the command line, of two people on two machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pipeline.conftest import cut_small
from tests.support.shared_database import ask, prepare, role

pytestmark = pytest.mark.postgres


def test_planners_and_a_reader_share_runs(database: str, tmp_path: Path) -> None:
    """
    Proves: what one planner solves into the database another lists, verifies and approves; a reader
    may ask but not approve, and is told so; the approval stands in the database's own tables.
    """
    prepare(database)
    ana, ben = (role(database, name, "ballast_planner") for name in ("ana", "ben"))
    eva = role(database, "eva", "ballast_reader")
    small = cut_small(tmp_path / "small")

    def on(machine: str, *words: str) -> subprocess.CompletedProcess[str]:
        cache = {**os.environ, "BALLAST_CACHE": str(tmp_path / machine)}
        command = [sys.executable, "-m", "optimizer", *words]
        return subprocess.run(command, env=cache, capture_output=True, text=True, check=False)

    done = on("one", "solve", str(small), "--run", "q3", "--results", ana)
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith(f"Kept in {ana}/q3\n")
    assert on("two", "verify", "q3", "--results", ben).returncode == 0
    refused = on("four", "approve", "q3", "--by", "Eva", "--results", eva)
    assert refused.returncode == 6
    assert "Traceback" not in refused.stderr
    approved = on("two", "approve", "q3", "--by", "Ben", "--results", ben)
    assert approved.returncode == 0, approved.stderr

    (seen,) = json.loads(on("three", "runs", "--results", eva, "--json").stdout)
    assert (seen["run"], seen["state"]) == ("q3", "approved")
    (row,) = ask(database, "SELECT state, objective FROM ballast.runs WHERE run = 'q3'")
    assert row == ("approved", pytest.approx(seen["objective"], rel=1e-12))
