"""
One measurement in a process of its own: ``python -m benchmarks.cell JOB FOLDER GB NUMBERS...``.

The last line it writes is what it found, as JSON.  Memory is limited to so many GB.  Only what the
job needs is imported: it would count as its memory, and OR-Tools and highspy, which both bring a
HiGHS, cannot be loaded together.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.memory import peak_kb
from benchmarks.scratch import DATA, take


def main(job: str, folder: str, memory_gb: str, *numbers: str) -> None:
    """Do one job, and write what was found."""
    size = int(float(memory_gb) * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    try:
        found = _done(job, Path(folder), numbers)
    except MemoryError:
        found = {"status": "memory"}
    found.setdefault("peak_kb", peak_kb())
    sys.stdout.write("\n" + json.dumps(found) + "\n")


def _done(job: str, folder: Path, numbers: tuple[str, ...]) -> dict[str, Any]:
    if job in ("make", "read", "formulated"):
        instance = import_module("benchmarks.instance")
        done: dict[str, Any] = getattr(instance, job)(folder, *map(int, numbers))
        return done
    gap, seconds = float(numbers[0]), float(numbers[1])
    if job.startswith("ballast_"):
        ballast = import_module("benchmarks.ballast")
        method, judge = job.removeprefix("ballast_"), numbers[2] == "judge"
        solved: dict[str, Any] = ballast.solve(folder, method, gap, seconds, judge=judge)
        return solved
    peer = import_module(f"benchmarks.peers.{job}")
    return asdict(peer.solve(take(folder / DATA), gap, seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
