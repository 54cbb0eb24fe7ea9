"""Results kept elsewhere: whole jobs by the command line, on two machines that share a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pipeline.conftest import Command, Done
from tests.support.object_store import ObjectStore, object_store

Machine = Callable[..., Done]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store(monkeypatch) as running:
        yield running


@pytest.fixture
def on(ballast: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Run a command line as on a machine of this name: with a cache of its own."""

    def run(machine: str, *words: str) -> Done:
        monkeypatch.setenv("BALLAST_CACHE", str(tmp_path / machine))
        return ballast(*words)

    return run


def test_a_run_goes_from_one_machine_to_another_and_back(
    on: Machine, store: ObjectStore, small: Path
) -> None:
    at = ("--results", store.url())
    done = on("one", "solve", str(small), "--run", "demo", *at)
    print(done)
    for words in (
        ["runs"],
        ["verify", "demo"],
        ["report", "demo"],
        ["approve", "demo", "--by", "Ana Silva"],
        ["reoptimize", str(small), "--from", "demo", "--max-changes", "3", "--run", "next"],
    ):
        print(words, on("two", *words, *at))
    print(on("one", "runs", *at))
    print(on("one", "verify", "--all", *at))
    print(store.keys())
    assert 0
