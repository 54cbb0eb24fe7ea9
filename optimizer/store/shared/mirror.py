"""
A results folder on this disk that mirrors a place elsewhere.

Commands read and write the folder as any other.  Before, `Mirror.pull` brings what is new there;
after, `Mirror.push` sends what is new here.  ``index.json`` beside the folder says of every entry
which version it had at the last of either, and by which sizes and times of its files a change
here is seen.  Those are a short way only: where they differ, the content decides.

An approved page or a sweep's note that a command removes is sent as an empty file, and an empty
one is not kept here.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from filelock import FileLock

from optimizer.errors import BadInputError, BallastError, Problem, StorageError
from optimizer.store.durable import exchange
from optimizer.store.room import refused
from optimizer.store.shared.cache_folder import FOLDER, LOCK
from optimizer.store.shared.entry_names import ends, entries_in, is_entry, is_folder, rank
from optimizer.store.shared.in_threads import in_threads
from optimizer.store.shared.place import Place, version_of
from optimizer.store.shared.signature import NOT_HERE, signature_of

_THREADS: Final = 12
_INDEX: Final = "index.json"


class Known(NamedTuple):
    """What an entry was when it was last the same here and there."""

    version: str
    signature: str


class Pulled(NamedTuple):
    """What `Mirror.pull` found: runs and other folders new here, all of them, what is left out."""

    new: int
    folders: int
    left_out: list[str]


class Pushed(NamedTuple):
    """The entries that `Mirror.push` has sent, those it has not, and the first reason why not."""

    sent: list[str]
    unsent: list[str]
    why: BallastError | None


@dataclass(slots=True, kw_only=True, eq=False)
class Mirror:
    """
    The mirror of a place.

    Attributes
    ----------
    home
        Folder of the mirror: the results folder, its index and its lock.
    waiting
        Entries that were still to be sent when the place was last read.
    """

    place: Place
    home: Path
    waiting: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.home / FOLDER

    @property
    def was_read(self) -> bool:
        """Whether the folder has ever had what there was."""
        return (self.home / _INDEX).is_file()

    def pull(self, found: Callable[[int, int], None] = lambda _new, _all: None) -> Pulled:
        """
        Bring what is new there.

        Parameters
        ----------
        found
            Hears, before they are brought, how many folders are new here, and how many there are.

        Raises
        ------
        BadInputError
            If an entry has changed both here and there.
        StorageError
            If the place or this disk cannot be read or written, or all is gone there at once.
        """
        with self._locked():
            there = self.place.entries()
            odd = [name for name in there if not is_entry(name)]
            there = {name: version for name, version in there.items() if is_entry(name)}
            index = self._index()
            if index and not there:
                raise self._emptied(len(index))
            was = dict(index)
            here = self._signatures(index)
            try:
                wanted = self._wanted(there, index, here)
                counts = sum(map(is_folder, wanted)), sum(map(is_folder, there))
                found(*counts)
                failed = self._fetch_all(wanted, index, here)
                self._drop([name for name in index if name not in there], index, here)
            finally:
                self._note(index)
            if index != was:
                here = self._signatures(index)
            self.waiting = set(_changed(index, here))
        named = [f"{self.place.name}: {name!r} is no name of a run" for name in odd]
        return Pulled(*counts, named + failed)

    def push(self) -> Pushed:
        """Send what is new here, what others refer to first; what fails is left to be sent."""
        sent: list[str] = []
        why: list[BallastError] = []
        with self._locked():
            index = self._index()
            here = self._signatures(index)
            order = partial(rank, self.folder)
            changed = sorted(sorted(_changed(index, here)), key=order)
            for _, group in groupby(changed, key=order):
                sends = partial(self._send, index, here)
                names = list(group)
                for name, outcome in zip(names, in_threads(sends, names, _THREADS), strict=True):
                    if isinstance(outcome, Known):
                        sent += [name] if outcome.version != _version(index.get(name)) else []
                        index[name] = outcome
                    else:
                        why.append(outcome)
                self._note(index)
                if why:
                    break
            unsent = _changed(index, here)
        return Pushed(sent, unsent, why[0] if why else None)

    def _wanted(
        self, there: Mapping[str, str], index: dict[str, Known], here: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the entries to be brought; those that are the same already are indexed."""
        wanted, torn = {}, []
        for name, version in there.items():
            known = index.get(name)
            if _version(known) == version and (here[name] != NOT_HERE or ends(name)):
                continue
            was = here.get(name, NOT_HERE)
            if was == NOT_HERE or self._is_as_it_was(name, known, was):
                wanted[name] = version
            elif version_of(self.folder / name) == version:
                index[name] = Known(version, was)
            else:
                torn.append(name)
        if torn:
            raise BadInputError([self._torn(name) for name in torn])
        return wanted

    def _fetch_all(
        self, wanted: Mapping[str, str], index: dict[str, Known], here: Mapping[str, str]
    ) -> list[str]:
        """Bring entries, and return why some could not be while the place can be read."""
        failed = []
        with self._room() as room:

            def fetch(name: str) -> tuple[str, Known | StorageError]:
                try:
                    return name, self._fetch(name, room, here.get(name, NOT_HERE))
                except StorageError as error:
                    return name, error

            for name, found in in_threads(fetch, wanted, _THREADS):
                if isinstance(found, Known):
                    index[name] = found
                else:
                    failed.append(str(found))
        if failed:
            self.place.entries()
        return failed

    def _fetch(self, name: str, room: Path, was: str) -> Known:
        """Bring one entry, in one step where the system can."""
        new = Path(tempfile.mkdtemp(dir=room)) / "entry"
        self.place.fetch(name, new)
        version = version_of(new)
        if ends(name) and new.is_file() and new.stat().st_size == 0:
            self._take_away(name, room, was)
            return Known(version, NOT_HERE)
        signature = signature_of(new)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        old = self._take_away(name, room, was, new)
        if old is None:
            new.rename(path)
        return Known(version, signature)

    def _take_away(self, name: str, room: Path, was: str, new: Path | None = None) -> Path | None:
        """Move an entry out, a new one in its place; put it back if it has changed meanwhile."""
        path = self.folder / name
        if not path.exists():
            return None
        old = new if new is not None and exchange(new, path) else None
        if old is None:
            old = Path(tempfile.mkdtemp(dir=room)) / "old"
            path.rename(old)
            if new is not None:
                new.rename(path)
        if signature_of(old) != was:
            if not exchange(old, path):
                if path.exists():
                    path.rename(Path(tempfile.mkdtemp(dir=room)) / "new")
                old.rename(path)
            raise BadInputError([self._torn(name)])
        return old

    def _drop(self, gone: list[str], index: dict[str, Known], here: Mapping[str, str]) -> None:
        """Remove what is gone there and as it was here; what has changed here is new again."""
        with self._room() as room:
            for name in gone:
                if here[name] != NOT_HERE and self._is_as_it_was(name, index[name], here[name]):
                    self._take_away(name, room, here[name])
                del index[name]

    def _send(
        self, index: Mapping[str, Known], here: Mapping[str, str], name: str
    ) -> Known | BallastError:
        """Send one entry, and return what is known of it then, or why it is not there."""
        known, signature = index.get(name), here[name]
        try:
            if signature == NOT_HERE:
                with self._room() as room:
                    nothing = room / "removed"
                    nothing.touch()
                    return Known(self.place.put(name, nothing, _version(known)), signature)
            if known is not None and self._is_as_it_was(name, known, signature):
                return Known(known.version, signature)
            version = self.place.put(name, self.folder / name, _version(known))
            return Known(version, signature)
        except BallastError as refusal:
            return refusal

    def _is_as_it_was(self, name: str, known: Known | None, signature: str) -> bool:
        """Return whether an entry that is here has the content it had."""
        return known is not None and (
            known.signature == signature or version_of(self.folder / name) == known.version
        )

    def _emptied(self, entries: int) -> StorageError:
        rule = f"nothing is there any more (entries before: {entries:,})"
        remedy = f"If that is meant, delete {self.home}; to send all again, {_INDEX} in it."
        return StorageError(f"{self.place.name}: {rule}; nothing was removed here. {remedy}")

    def _torn(self, name: str) -> Problem:
        return Problem(
            file=str(self.folder / name),
            rule=f"has changed both here and in {self.place.name}",
            remedy="Move it to another folder to keep it, and repeat: then that one is taken.",
        )

    def _signatures(self, index: Mapping[str, Known]) -> dict[str, str]:
        """Return the sizes and times of every entry that is or was here."""
        names = dict.fromkeys([*index, *entries_in(self.folder)])
        return {name: signature_of(self.folder / name) for name in names}

    def _index(self) -> dict[str, Known]:
        """Return what was noted; nothing if that is damaged: then all content is compared."""
        try:
            written = json.loads((self.home / _INDEX).read_text(encoding="utf-8"))
            return {str(name): Known(*map(str, known)) for name, known in written.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def _note(self, index: Mapping[str, Known]) -> None:
        new = self.home / f"{_INDEX}.new"
        new.write_text(json.dumps(index), encoding="utf-8")
        new.replace(self.home / _INDEX)

    @contextmanager
    def _room(self) -> Iterator[Path]:
        """Yield an empty folder on the mirror's own disk."""
        with tempfile.TemporaryDirectory(
            dir=self.home, prefix=".new-", ignore_cleanup_errors=True
        ) as room:
            yield Path(room)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Be the only one who compares both sides; whoever solves or reads is not kept waiting."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.home / LOCK):
                for left in self.home.glob(".new-*"):
                    shutil.rmtree(left, ignore_errors=True)
                yield
        except OSError as error:
            raise refused(self.home, error) from error


def _version(known: Known | None) -> str | None:
    return None if known is None else known.version


def _changed(index: Mapping[str, Known], here: Mapping[str, str]) -> list[str]:
    """Return what is new or other here; a folder missing here is brought again, not removed."""
    was = {name: known.signature for name, known in index.items()}
    return [
        name
        for name, signature in here.items()
        if signature != was.get(name, NOT_HERE) and (signature != NOT_HERE or ends(name))
    ]
