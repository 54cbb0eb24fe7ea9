"""A place in object storage: whole or not at all, whoever dies or writes at the same time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from optimizer.errors import BadInputError, BallastError, StorageError
from optimizer.store.shared.object_place import ObjectPlace
from optimizer.store.shared.place import version_of
from tests.support.watched_files import (
    Killed,
    content_of,
    killed_at,
    place_in,
    watched_place,
    write_folder,
)

OLD = {"manifest": "old", "plan": "rows", "only_old": "1"}
NEW = {"manifest": "new", "plan": "rows", "sub__only_new": "22"}
RIVAL = {"manifest": "rival"}


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


def fetched(place: ObjectPlace, tmp_path: Path, entry: str = "demo") -> dict[str, str] | None:
    """Return what a reader gets of an entry; none if there is none."""
    if entry not in place.entries():
        return None
    into = next(tmp_path / f"got-{n}" for n in count() if not (tmp_path / f"got-{n}").exists())
    place.fetch(entry, into)
    return content_of(into)


def files_of(content: dict[str, str]) -> dict[str, str]:
    return {name.replace("__", "/"): text for name, text in content.items()}


def test_what_is_put_is_fetched_whole_and_stands_as_files_for_others(
    there: Path, tmp_path: Path
) -> None:
    """Proves: content and version agree; the files lie below the entry's name; others go."""
    place = place_in(there)
    old, new = write_folder(tmp_path / "old", **OLD), write_folder(tmp_path / "new", **NEW)
    first = place.put("demo", old, None)
    assert place.entries() == {"demo": first} == {"demo": version_of(old)}
    assert content_of(there / "demo") == files_of(OLD)
    second = place.put("demo", new, first)
    assert fetched(place, tmp_path) == content_of(there / "demo") == files_of(NEW)
    assert place.entries() == {"demo": second}
    assert not any((there / ".ballast/new").rglob("*.*"))


def test_a_file_is_an_entry_too_and_may_be_empty(there: Path, tmp_path: Path) -> None:
    """Proves: files are kept as folders are, kept inputs below their folder included."""
    place = place_in(there)
    (tmp_path / "empty").touch()
    (tmp_path / "input").write_text("sku\n")
    names = {"demo.approved.html": "empty", ".inputs/" + "0" * 64 + ".csv": "input"}
    versions = {name: place.put(name, tmp_path / file, None) for name, file in names.items()}
    assert place.entries() == versions
    for name, file in names.items():
        place.fetch(name, tmp_path / "got")
        assert (tmp_path / "got").read_bytes() == (tmp_path / file).read_bytes()
        (tmp_path / "got").unlink()


@pytest.mark.parametrize("replaces", [None, "of somebody else"])
@pytest.mark.parametrize("days", [1, -1])
def test_only_what_was_read_is_replaced(
    there: Path, tmp_path: Path, replaces: str | None, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: another version there, new or old, is refused; the very same is no second write."""
    monkeypatch.setattr("optimizer.store.shared.object_place._ABANDONED", timedelta(days=days))
    place = place_in(there)
    old, new = write_folder(tmp_path / "old", **OLD), write_folder(tmp_path / "new", **NEW)
    first = place.put("demo", old, None)
    with pytest.raises(BadInputError, match="somebody else"):
        place.put("demo", new, replaces)
    assert place.put("demo", old, replaces) == first
    assert fetched(place, tmp_path) == files_of(OLD)


@pytest.mark.parametrize("before", [None, OLD])
def test_a_writer_killed_at_any_request_leaves_the_old_or_the_new(
    there: Path, tmp_path: Path, before: dict[str, str] | None
) -> None:
    """
    Proves: whichever request is the last, a reader gets one whole version; to repeat mends all.

    A put that wrote into the entry's own folder first would be seen half there.
    """
    new = write_folder(tmp_path / "new", **NEW)
    seen = []
    for request in count():
        home = there / str(request)
        home.mkdir()
        place, first = place_in(home), None
        if before is not None:
            first = place.put("demo", write_folder(tmp_path / "old", **before), None)
        try:
            watched_place(home, killed_at(request)).put("demo", new, first)
        except Killed:
            got = fetched(place, tmp_path)
            assert got in ([before and files_of(before), files_of(NEW)]), request
            seen.append(got == files_of(NEW))
            place.put("demo", new, first)
            assert fetched(place, tmp_path) == files_of(NEW)
        else:
            break
    assert False in seen
    assert True in seen


class Writer:
    """Somebody who puts a folder in place of a version; what was kept, as it was told."""

    def __init__(self, replaces: str | None) -> None:
        self.replaces = replaces
        self.is_asked = False
        self.kept: list[dict[str, str]] = []

    def put(self, place: ObjectPlace, path: Path) -> None:
        self.is_asked = True
        try:
            place.put("demo", path, self.replaces)
        except BallastError:
            return
        self.kept.append(content_of(path))

    def at(self, request: int, place: ObjectPlace, path: Path) -> Callable[[int], None]:
        """Put it before a request of somebody else."""

        def on_request(number: int) -> None:
            if number == request:
                self.put(place, path)

        return on_request


@pytest.mark.parametrize("before", [None, OLD])
def test_of_two_writers_at_once_at_most_one_is_told_that_it_kept_its_own(
    there: Path, tmp_path: Path, before: dict[str, str] | None
) -> None:
    """Proves: whenever another one writes in between, what a writer was told is what is there."""
    new, rival = write_folder(tmp_path / "new", **NEW), write_folder(tmp_path / "rival", **RIVAL)
    outcomes = set()
    for request in count():
        home = there / str(request)
        home.mkdir()
        place, first = place_in(home), None
        if before is not None:
            first = place.put("demo", write_folder(tmp_path / "old", **before), None)
        one = Writer(first)
        other = Writer(first)
        asked = other.at(request, place, rival)
        one.put(watched_place(home, asked), new)
        if not other.is_asked:
            break
        kept = one.kept + other.kept
        assert len(kept) <= 1, request
        assert fetched(place, tmp_path) == (kept[0] if kept else before and files_of(before)), (
            request
        )
        assert not kept or content_of(home / "demo") == kept[0], request
        outcomes.add(str(kept))
    assert len(outcomes) >= 2


def test_a_mark_of_a_dead_writer_is_in_nobodys_way_for_long(
    there: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a writer who died before the old version was replaced holds up others for a while."""
    new, rival = write_folder(tmp_path / "new", **NEW), write_folder(tmp_path / "rival", **RIVAL)
    place = place_in(there)
    first = place.put("demo", write_folder(tmp_path / "old", **OLD), None)
    for request in count():
        watched = watched_place(there, killed_at(request))
        with pytest.raises(Killed):
            watched.put("demo", new, first)
        if len(list((there / ".ballast/entries/demo").iterdir())) == 2:
            break
    assert fetched(place, tmp_path) == files_of(OLD)
    with pytest.raises(BadInputError, match="somebody else"):
        place.put("demo", rival, first)
    monkeypatch.setattr("optimizer.store.shared.object_place._ABANDONED", timedelta(days=-365))
    place.put("demo", rival, first)
    assert fetched(place, tmp_path) == RIVAL


@pytest.mark.parametrize("spoil", ["removed", "changed", "added", "all removed"])
def test_what_is_not_as_it_was_put_is_not_taken(there: Path, tmp_path: Path, spoil: str) -> None:
    """Proves: an entry that lost, gained or changed a file is refused, and nothing of it stays."""
    place = place_in(there)
    place.put("demo", write_folder(tmp_path / "old", **OLD), None)
    home = there / "demo"
    for file in home.iterdir() if spoil == "all removed" else [home / "plan"]:
        file.unlink()
    if spoil == "changed":
        (home / "plan").write_text("row5")
    if spoil == "added":
        (home / "plan").write_text("rows")
        (home / "stranger").write_text("x")
    with pytest.raises(StorageError, match="is being changed there, is damaged or was removed"):
        place.fetch("demo", tmp_path / "got")
    assert not (tmp_path / "got").exists()
