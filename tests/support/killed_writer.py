"""
Write one run over and over in a child process, kill it at a random moment, look, and repeat.

Usage: killed_writer.py RESULTS KILLS exchange|aside.  Prints how many looks found a run.  A process
of its own, so that forking meets no threads of the test run.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from itertools import count
from pathlib import Path

from optimizer.store import publish
from optimizer.store.publish import check_writable
from optimizer.store.run_folder import read_run, write_run
from tests.support.runs import make_scorecard, make_tables, with_stated


def main(results: Path, kills: int, mode: str) -> None:
    """Kill `kills` writers; every look must find a whole run, or none before the first."""
    if mode == "aside":
        publish.exchange = lambda one, other: False  # type: ignore[assignment]
    rng = random.Random(5)
    found = 0
    longest = 3.0 * seconds_to_write(results)
    for generation in range(kills):
        child = os.fork()
        if child == 0:
            write_forever(results, generation)
        time.sleep(rng.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if mode == "aside":
            check_writable(results)
        found += look(results / "run", found)
    check_writable(results)
    left = [path.name for path in results.iterdir() if path.name != "run"]
    assert not left, left
    sys.stdout.write(f"{found}\n")


def seconds_to_write(results: Path) -> float:
    """Return how long a run takes, begun as every writer begins, on this machine at this moment."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        write_run(results, "run", make_tables(), scorecard={}, documents={})
        os._exit(0)
    os.waitpid(child, 0)
    shutil.rmtree(results / "run")
    return time.monotonic() - began


def write_forever(results: Path, generation: int) -> None:
    """Write runs whose every file names the same seed."""
    tables = make_tables()
    for number in count(1000 * generation):
        tables.plan["capital"] = float(number)
        tables.scenarios["loss"] = float(number)
        write_run(
            results,
            "run",
            with_stated(tables, seed=number),
            scorecard=make_scorecard(),
            documents={"report.html": str(number)},
            replace=True,
        )


def look(run: Path, found: int) -> bool:
    """Return whether there is a run, which must be whole and of one writer."""
    if not run.exists():
        assert not found, "a run that was there is gone"
        return False
    tables = read_run(run)
    seed = tables.manifest.seed
    assert set(tables.plan["capital"]) == {seed} == set(tables.scenarios["loss"])
    assert (run / "report.html").read_text() == str(seed)
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
