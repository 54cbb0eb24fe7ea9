"""Mirrors of one place: whatever order they write, pull and push in, no writing is lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from optimizer.errors import BadInputError
from optimizer.store.shared.mirror import Mirror
from tests.support.watched_files import Killed, killed_at, place_in, watched_place

MIRRORS = st.integers(0, 2)
ENTRIES = st.sampled_from(["demo", "next", "demo.states.jsonl"])


class Sharing(RuleBasedStateMachine):
    """
    Three machines, one place; every writing adds a number to what its machine has of an entry.

    So whoever replaces a version that it had carries its numbers on, and a number that is nowhere
    any more is a version that somebody lost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        (self.home / "there").mkdir()
        self.mirrors = [self._mirror(number) for number in range(3)]
        self.numbers = count()
        self.written: set[str] = set()
        for mirror in self.mirrors:
            mirror.pull()

    def teardown(self) -> None:
        shutil.rmtree(self.home)

    @rule(number=MIRRORS, entry=ENTRIES)
    def write(self, number: int, entry: str) -> None:
        path = _file(self.mirrors[number].folder, entry)
        path.parent.mkdir(exist_ok=True)
        word = str(next(self.numbers))
        with path.open("a") as file:
            file.write(f"{word}\n")
        self.written.add(word)

    @rule(number=MIRRORS)
    def pull(self, number: int) -> None:
        """Where both sides have changed, do as the message says: move away, and repeat."""
        mirror = self.mirrors[number]
        try:
            mirror.pull()
        except BadInputError as refusal:
            kept = Path(tempfile.mkdtemp(dir=self.home, prefix="kept-"))
            for problem in refusal.problems:
                shutil.move(problem.file, kept)
            mirror.pull()

    @rule(number=MIRRORS)
    def push(self, number: int) -> None:
        self.mirrors[number].push()

    @rule(number=MIRRORS, request=st.integers(0, 40))
    def push_and_die(self, number: int, request: int) -> None:
        dying = self._mirror(number)
        dying.place = watched_place(self.home / "there", killed_at(request))
        try:
            dying.push()
        except Killed:
            return

    @rule(number=MIRRORS)
    def forget(self, number: int) -> None:
        (self.mirrors[number].home / "index.json").unlink(missing_ok=True)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Look at what readers get of the place, at every mirror, and at what was moved away."""
        reader = Mirror(place=place_in(self.home / "there"), home=self.home / "reader")
        assert reader.pull().left_out == []
        homes = [*self.mirrors, reader]
        folders = [of.folder for of in homes] + list(self.home.glob("kept-*"))
        found = {word for folder in folders for word in _words(folder)}
        assert found == self.written

    def _mirror(self, number: int) -> Mirror:
        return Mirror(place=place_in(self.home / "there"), home=self.home / str(number))


def _file(folder: Path, entry: str) -> Path:
    return folder / entry if "." in entry else folder / entry / "manifest.json"


def _words(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield from path.read_text().split()


TestSharing = Sharing.TestCase
TestSharing.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
