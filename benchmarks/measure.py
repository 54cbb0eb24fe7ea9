"""Run one job in a fresh process, for so long at most, and take its time and peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from statistics import median
from typing import IO, Any, Final

KB_PER_MB: Final = 1024.0
SHORT_SECONDS, SHORT_RUNS = 10.0, 3  # what takes less is run so often, and its median taken


def measured(
    job: str, folder: Path, memory_gb: float, *numbers: object, kill_after: float
) -> dict[str, Any]:
    """
    Return what a job found: its own words, ``peak_mb``, and a ``status`` in any case.

    Parameters
    ----------
    kill_after
        Seconds after which it is killed; its status is ``killed`` then.
    """
    words = [job, str(folder), str(memory_gb), *map(str, numbers)]
    errors: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.cell", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None  # noqa: S101  both were asked for
        assert process.stderr is not None  # noqa: S101
        clock = threading.Timer(kill_after, process.kill)
        reader = threading.Thread(target=_read, args=[process.stderr, errors])
        clock.start()
        reader.start()
        said = process.stdout.read()
        reader.join()
        _, exit_status, usage = os.wait4(process.pid, 0)
        in_time = clock.is_alive()
        clock.cancel()
        process.returncode = os.waitstatus_to_exitcode(exit_status)
    found = _found(said, errors[0], process.returncode, in_time=in_time)
    peak_kb = found.pop("peak_kb", usage.ru_maxrss)
    return {**found, "peak_mb": peak_kb / KB_PER_MB}


def _read(stream: IO[str], into: list[str]) -> None:
    into.append(stream.read())


def _found(said: str, errors: str, exit_code: int, *, in_time: bool) -> dict[str, Any]:
    if exit_code == 0:
        return dict(json.loads(said.splitlines()[-1]))
    if not in_time:
        return {"status": "killed"}
    last = errors.strip().splitlines()[-1:] or [f"exit code {exit_code}"]
    return {"status": "memory" if "MemoryError" in last[0] else "error", "error": last[0]}


def typical(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the last run with the medians of its seconds and its memory."""
    spread = {
        name: median(run[name] for run in runs)
        for name in ("seconds", "prepare_seconds", "pass_seconds", "peak_mb")
        if all(run.get(name) is not None for run in runs)
    }
    return {**runs[-1], **spread, "runs": len(runs)}
