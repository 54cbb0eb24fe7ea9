"""
Readers of formats in which a few bytes can expand to gigabytes, run in a separate process.

That process may use `MOST_BYTES` and `MOST_SECONDS`; its results come back as files of JSON and
Arrow.  It imports only the reader, so that it starts quickly.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 4 * 2**30
MOST_SECONDS: Final = 120.0
ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")  # stacks of more count as memory


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was rejected, and what to do about it."""

    rule: str
    remedy: str = "Export it again, or provide the tables as .csv files."


@contextmanager
def read_limited(
    reader: str, tasks: Sequence[Mapping[str, object]]
) -> Iterator[list[tuple[str | Refusal, Path]]]:
    """
    Yield a reader's answer to every task, and the file it may have written.

    Parameters
    ----------
    reader
        A module with ``read(out: Path, **task) -> str``.
    tasks
        Its arguments, as JSON data.

    Yields
    ------
    list of tuple of str or Refusal, and Path
        The files are deleted at the end; memory mapped from them remains valid.
    """
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        answers: list[str | Refusal] = []
        while len(answers) < len(tasks):
            reason = _run(reader, tasks[len(answers) :], len(answers), out)
            while (path := _answer(out, len(answers))).exists():
                answers.append(path.read_text(encoding="utf-8"))
            if len(answers) < len(tasks):
                answers.append(reason)
        yield [(answer, out / str(at)) for at, answer in enumerate(answers)]


def _run(reader: str, tasks: Sequence[Mapping[str, object]], first: int, out: Path) -> Refusal:
    """Read in a child until all is read or one task ends it; return the likely reason."""
    paths = [str(Path(path or ".").resolve()) for path in sys.path]
    threads = dict.fromkeys(ONE_THREAD, "1")
    try:
        ended = subprocess.run(
            [sys.executable, "-S", "-P", "-m", __name__, reader, str(first), str(out)],
            input=json.dumps(tasks).encode(),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **threads},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=MOST_SECONDS,
            process_group=0,  # the parent handles Ctrl-C and ends the child
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Refusal(f"takes more than {MOST_SECONDS:.0f} s to read")
    words = ended.stderr.decode("utf-8", "replace").split("\n")
    last = next((line for line in reversed(words) if line), "")
    if ended.returncode < 0 or "MemoryError" in last:
        return Refusal(f"needs more than {MOST_BYTES / 2**30:.0f} GB of memory to read")
    return Refusal(f"cannot be read ({last[:200]})")


def _answer(out: Path, at: int) -> Path:
    return out / f"{at}.json"


def _serve(reader: str, first: int, out: Path) -> None:
    """Read, in the child."""
    if sys.platform == "linux":  # other systems do not enforce it
        import resource  # noqa: PLC0415  there is none on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = import_module(reader).read
    for at, task in enumerate(json.load(sys.stdin), start=first):
        written = out / "written"
        written.write_text(read(out / str(at), **task), encoding="utf-8")
        written.rename(_answer(out, at))


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
