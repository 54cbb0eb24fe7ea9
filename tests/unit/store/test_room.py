"""Room on the disk: looked at before the work, and a real disk that fills."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from optimizer.errors import StorageError
from optimizer.store.inputs import held_inputs
from tests.support.portfolios import make_portfolio

TESTS = Path(__file__).parents[2]
MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
FILL = """
from pathlib import Path
from tests.support.runs import make_scorecard, make_tables
from optimizer.errors import StorageError
from optimizer.store.run_folder import read_run, write_run

page, results = {"report.html": b"x" * 3_000_000}, Path("results")
try:
    write_run(results, "one", make_tables(), scorecard=make_scorecard(), documents=page)
except StorageError as refusal:
    assert not list(results.iterdir())
    assert refusal.kept.parents[1] == Path("spare").absolute(), refusal
    print(len(read_run(refusal.kept).plan), (refusal.kept / "report.html").stat().st_size)
"""


class Usage(NamedTuple):
    """What `shutil.disk_usage` returns."""

    total: int
    used: int
    free: int


def test_room_is_looked_at_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: a run that would not fit is refused before anything is copied, solved or made.

    Two SKUs and 300 futures: 6 MB, 4 kB and 300 kB; three such runs are 18.9 MB.
    """
    portfolio = make_portfolio(
        [{"sku": "A"}, {"sku": "B"}], [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 0}]
    )
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 7_000_000))
    with held_inputs(tmp_path / "results", portfolio):
        pass
    with (
        pytest.raises(
            StorageError, match=r"18\.9 MB are needed, but only 7\.0 MB are free.*nothing"
        ),
        held_inputs(tmp_path / "results", portfolio, 3),
    ):
        pass
    assert not (tmp_path / "results").exists()


def test_a_disk_that_fills_loses_no_run(tmp_path: Path) -> None:
    """Proves: on a real disk of 2 MB a run of 3 MB leaves nothing, and is whole in TMPDIR."""
    for name in ("results", "spare"):
        (tmp_path / name).mkdir()
    if subprocess.run(
        [*MOUNT, "mount -t tmpfs none results"], cwd=tmp_path, check=False
    ).returncode:
        pytest.skip("this machine mounts nothing for its users")
    paths = os.pathsep.join((str(TESTS), str(TESTS.parent)))
    done = subprocess.run(
        [
            *MOUNT,
            'mount -t tmpfs -o size=2m none results && exec "$@"',
            "-",
            sys.executable,
            "-c",
            FILL,
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths, "TMPDIR": "spare"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["3000000"]), done.stderr
