"""A mirror of a place: what is new goes both ways, and nothing is lost or taken for another."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from optimizer.errors import BadInputError, StorageError
from optimizer.store.shared.mirror import Mirror
from optimizer.store.shared.object_place import ObjectPlace
from tests.support.watched_files import (
    Killed,
    content_of,
    killed_at,
    place_in,
    watched_place,
    write_folder,
)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


@pytest.fixture
def one(there: Path, tmp_path: Path) -> Mirror:
    return mirror(there, tmp_path / "one")


@pytest.fixture
def two(there: Path, tmp_path: Path) -> Mirror:
    return mirror(there, tmp_path / "two")


def mirror(there: Path, home: Path, place: ObjectPlace | None = None) -> Mirror:
    return Mirror(place=place or place_in(there), home=home)


def write_run(of: Mirror, name: str, text: str) -> None:
    """Write what is a run to the store: a folder with a manifest."""
    folder = write_folder(of.folder / name)
    for file in ("manifest.json", "plan.csv"):
        (folder / file).write_text(f"{file} {text}")


def plan_of(of: Mirror, name: str = "demo") -> str | None:
    path = of.folder / name / "plan.csv"
    return path.read_text().removeprefix("plan.csv ") if path.exists() else None


def synced(of: Mirror) -> list[str]:
    """Pull and push as a command does, and return what was sent."""
    of.pull()
    pushed = of.push()
    assert not pushed.unsent, pushed.why
    return pushed.sent


def test_runs_files_beside_them_and_inputs_go_both_ways(one: Mirror, two: Mirror) -> None:
    """Proves: every kind of entry reaches another mirror as it is; nothing is sent twice."""
    one.pull()
    write_run(one, "demo", "1")
    write_folder(one.folder / "frontier", **{"frontier.json": "{}"})
    kept = write_folder(one.folder / ".inputs", **{"a" * 64 + ".csv": "sku"})
    (one.folder / "demo.states.jsonl").write_text("{}\n")
    (one.folder / "demo.approved.html").write_text("signed")
    (one.folder / ".sweep.sweep.json").write_text("{}")
    write_folder(one.folder / "exports", **{"not-shared.csv": ""})
    write_folder(one.folder / ".tmp-next.12345678", **{"manifest.json": ""})
    sent = one.push().sent
    assert sent[0] == ".inputs/" + "a" * 64 + ".csv"
    assert sent[1:3] == ["demo", "frontier"]
    assert set(sent[3:]) == {"demo.states.jsonl", "demo.approved.html", ".sweep.sweep.json"}
    assert one.push().sent == []
    pulled = two.pull()
    assert (pulled.new, pulled.folders, pulled.left_out) == (2, 2, [])
    assert content_of(two.folder / ".inputs") == content_of(kept)
    assert {path.name for path in two.folder.iterdir()} == {
        *(".inputs", "demo", "frontier"),
        *("demo.states.jsonl", "demo.approved.html", ".sweep.sweep.json"),
    }
    assert two.push().sent == []
    assert two.pull().new == 0


def test_a_change_there_replaces_what_is_unchanged_here(one: Mirror, two: Mirror) -> None:
    """Proves: a mirror follows, also where only the times of its files have changed."""
    one.pull()
    write_run(one, "demo", "1")
    one.push()
    two.pull()
    write_run(two, "demo", "2")
    (two.folder / "demo" / "report.html").write_text("page")
    assert two.push().sent == ["demo"]
    os.utime(one.folder / "demo" / "plan.csv", ns=(1, 1))
    assert one.pull().new == 1
    assert content_of(one.folder / "demo") == content_of(two.folder / "demo")


def test_what_has_changed_on_both_sides_is_refused_and_both_are_kept(
    one: Mirror, two: Mirror, tmp_path: Path
) -> None:
    """Proves: neither side overwrites the other, and the remedy that is told works."""
    one.pull()
    two.pull()
    write_run(one, "demo", "of one")
    write_run(two, "demo", "of two")
    assert one.push().sent == ["demo"]
    pushed = two.push()
    assert pushed.unsent == ["demo"]
    assert "somebody else" in str(pushed.why)
    with pytest.raises(BadInputError, match="changed both here and in there"):
        two.pull()
    assert (plan_of(one), plan_of(two)) == ("of one", "of two")
    (two.folder / "demo").rename(tmp_path / "mine")
    two.pull()
    assert plan_of(two) == "of one"


def test_the_same_content_on_both_sides_is_no_change(one: Mirror, two: Mirror) -> None:
    """Proves: two who wrote the very same agree, also after a mirror has lost what it knew."""
    one.pull()
    two.pull()
    write_run(one, "demo", "1")
    write_run(two, "demo", "1")
    one.push()
    assert two.push().unsent == []
    for damaged in ("", "[1, 2]", '{"demo": 3}', "no json"):
        (two.home / "index.json").write_text(damaged)
        assert two.pull().new == 0
        assert two.push().sent == []


def test_what_a_command_removes_is_removed_everywhere(one: Mirror, two: Mirror) -> None:
    """Proves: a withdrawn approval has its signed page on no machine; a new one comes again."""
    one.pull()
    page = "demo.approved.html"
    (one.folder / page).write_text("signed")
    one.push()
    two.pull()
    (two.folder / page).unlink()
    assert two.push().sent == [page]
    one.pull()
    assert not (one.folder / page).exists()
    assert one.push().sent == []
    (one.folder / page).write_text("signed again")
    assert one.push().sent == [page]
    two.pull()
    assert (two.folder / page).read_text() == "signed again"


def test_a_run_removed_here_comes_again_and_one_removed_there_goes(
    one: Mirror, two: Mirror, there: Path
) -> None:
    """Proves: the mirror is a copy: emptying it removes nothing elsewhere, but the other way."""
    one.pull()
    for name in ("demo", "changed", "kept"):
        write_run(one, name, "1")
    one.push()
    two.pull()
    (two.folder / "demo" / "plan.csv").unlink()
    (two.folder / "demo" / "manifest.json").unlink()
    (two.folder / "demo").rmdir()
    assert two.push().sent == []
    two.pull()
    assert plan_of(two) == "1"
    write_run(two, "changed", "2")
    for name in ("demo", "changed"):
        for mark in (there / ".ballast/entries" / name).iterdir():
            mark.unlink()
    two.pull()
    assert (plan_of(two), plan_of(two, "changed"), plan_of(two, "kept")) == (None, "2", "1")
    assert two.push().sent == ["changed"]


def test_a_place_that_was_emptied_does_not_empty_the_mirrors(one: Mirror, there: Path) -> None:
    """Proves: where all is gone at once, what is here stays, and the remedies work."""
    one.pull()
    write_run(one, "demo", "1")
    one.push()
    shutil.rmtree(there / ".ballast")
    with pytest.raises(StorageError, match=r"nothing is there any more \(entries before: 1\)"):
        one.pull()
    assert plan_of(one) == "1"
    (one.home / "index.json").unlink()
    assert synced(one) == ["demo"]


@pytest.mark.parametrize(
    "odd", ["..", ".hidden", "a b", ".inputs/x.csv", ".inputs/../demo", "con:", ".x.sweep.json.exe"]
)
def test_an_entry_that_could_lead_out_of_the_folder_is_left_out(
    one: Mirror, there: Path, tmp_path: Path, odd: str
) -> None:
    """Proves: a strange name is named and nothing of it is written; the others are taken."""

    class Hostile(ObjectPlace):
        def entries(self) -> dict[str, str]:
            return {**super().entries(), odd: "0" * 64}

        def fetch(self, entry: str, into: Path) -> None:
            assert entry != odd
            super().fetch(entry, into)

    one.pull()
    write_run(one, "demo", "1")
    one.push()
    place = place_in(there)
    hostile = Hostile(place._files, place._home, "there")
    two = mirror(there, tmp_path / "two", hostile)
    pulled = two.pull()
    assert len(pulled.left_out) == 1
    assert repr(odd) in pulled.left_out[0]
    assert [path.name for path in two.folder.iterdir()] == ["demo"]


def test_a_damaged_entry_does_not_keep_the_others_away(
    one: Mirror, two: Mirror, there: Path
) -> None:
    """Proves: what cannot be read whole is named and left out; it comes once it is mended."""
    one.pull()
    write_run(one, "demo", "1")
    write_run(one, "next", "1")
    one.push()
    (there / "demo" / "plan.csv").unlink()
    pulled = two.pull()
    assert [reason.split(":")[0] for reason in pulled.left_out] == ["there/demo"]
    assert (plan_of(two), plan_of(two, "next")) == (None, "1")
    (there / "demo" / "plan.csv").write_text("plan.csv 1")
    assert two.pull().left_out == []
    assert plan_of(two) == "1"


def test_a_place_that_goes_away_meanwhile_is_no_damaged_entry(
    one: Mirror, there: Path, tmp_path: Path
) -> None:
    """Proves: where nothing can be read any more, that is the error, and what came is kept."""
    one.pull()
    for number in range(5):
        write_run(one, f"run-{number}", "1")
    one.push()

    def away(number: int) -> None:
        if number > 12:
            raise ConnectionError("gone")

    with pytest.raises(StorageError, match="cannot be read"):
        mirror(there, tmp_path / "two", watched_place(there, away)).pull()
    two = mirror(there, tmp_path / "two")
    two.pull()
    assert {plan_of(two, f"run-{number}") for number in range(5)} == {"1"}


def test_a_command_killed_while_it_sends_has_sent_whole_entries_only(
    one: Mirror, there: Path, tmp_path: Path
) -> None:
    """Proves: at whichever request it dies, another mirror sees the old run or the new one."""
    one.pull()
    write_run(one, "demo", "0")
    one.push()
    for request in range(3, 60, 4):
        dying = mirror(there, tmp_path / "one", watched_place(there, killed_at(request)))
        before = plan_of(one)
        write_run(one, "demo", str(request))
        try:
            dying.push()
        except Killed:
            two = mirror(there, tmp_path / f"two-{request}")
            assert two.pull().left_out == []
            assert plan_of(two) in {before, str(request)}
            synced(one)
        else:
            break
    else:
        pytest.fail("it never got through")


def test_a_step_taken_while_another_command_reads_is_not_overwritten(
    one: Mirror, two: Mirror, there: Path, tmp_path: Path
) -> None:
    """Proves: a file written here between comparing and replacing stays; it is a conflict then."""
    one.pull()
    states = "demo.states.jsonl"
    (one.folder / states).write_text("first\n")
    one.push()
    two.pull()
    (two.folder / states).write_text("first\nof two\n")
    two.push()

    class Slow(ObjectPlace):
        def fetch(self, entry: str, into: Path) -> None:
            super().fetch(entry, into)
            with (one.folder / states).open("a") as file:
                file.write("of one\n")

    place = place_in(there)
    slow = mirror(there, tmp_path / "one", Slow(place._files, place._home, "there"))
    with pytest.raises(BadInputError, match="changed both"):
        slow.pull()
    assert (one.folder / states).read_text() == "first\nof one\n"


def test_commands_at_once_on_one_mirror_all_send_what_they_wrote(
    one: Mirror, there: Path, tmp_path: Path
) -> None:
    """Proves: each ends with its own run there, whoever fetched or sent in between."""

    def command(number: int) -> None:
        own = mirror(there, tmp_path / "one")
        own.pull()
        write_run(own, f"run-{number}", str(number))
        pushed = own.push()
        assert not pushed.unsent, pushed.why

    with ThreadPoolExecutor(4) as commands:
        list(commands.map(command, range(12)))
    one.pull()
    assert one.push().sent == []
    assert len(place_in(there).entries()) == 12
