"""Readers in a process of their own: what they may take, and how it is said that they may not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from optimizer.inputs.readers import limited
from optimizer.inputs.readers.limited import Refusal, read_limited

READER = "obedient_reader"

Answers = Callable[..., list[str | Refusal]]


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What a reader answers that does as it is told, task by task."""
    (tmp_path / f"{READER}.py").write_text(
        "import os, signal\n"
        "def read(out, do):\n"
        "    out.write_bytes(bytes(3))\n"
        "    return str(eval(do, {'os': os, 'signal': signal}))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def read(*tasks: str) -> list[str | Refusal]:
        with read_limited(READER, [{"do": task} for task in tasks]) as answered:
            assert all(path.read_bytes() == bytes(3) for _, path in answered)
            return [answer for answer, _ in answered]

    return read


def test_one_task_that_ends_the_child_costs_no_other(answers: Answers) -> None:
    """Proves: each of four ends is told of its own task, and those between are read."""
    before, memory, after, killed, error = answers(
        "1 + 1", "len(bytes(5 * 2**30))", "2 + 2", "os.kill(os.getpid(), signal.SIGKILL)", "1 / 0"
    )
    assert (before, after) == ("2", "4")
    assert [isinstance(end, Refusal) and end.rule for end in (memory, killed, error)] == [
        *["needs more than 4 GB of memory to read"] * 2,
        "cannot be read (ZeroDivisionError: division by zero)",
    ]


def test_time_is_limited(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a reader that does not end is ended."""
    monkeypatch.setattr(limited, "MOST_SECONDS", 0.5)
    [refusal] = answers("signal.pause()")
    assert isinstance(refusal, Refusal)
    assert "more than 0 s" in refusal.rule


def test_the_child_finds_what_its_parent_finds(answers: Answers) -> None:
    """Proves: it imports from the parent's places, and one thread takes no memory of many."""
    [places] = answers("[os.environ['PYTHONPATH'], os.environ['OMP_NUM_THREADS']]")
    assert isinstance(places, str)
    path, threads = json.loads(places.replace("'", '"'))
    assert (str(Path(limited.__file__).parents[3]) in path.split(os.pathsep), threads) == (
        True,
        "1",
    )
