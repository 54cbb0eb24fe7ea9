"""A folder appears under its name whole, or not at all."""

from __future__ import annotations

import errno
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from optimizer.errors import BadInputError, StorageError
from optimizer.store import publish as publishing
from optimizer.store.publish import check_all_free, check_free, check_writable, publish
from optimizer.store.workspace import MARK, open_workspace


def filled(text: str) -> Callable[[Path], None]:
    """Return a writer of two files that must always agree."""

    def fill(folder: Path) -> None:
        (folder / "a").write_text(text)
        (folder / "b").write_text(text)

    return fill


def held(run: Path) -> str:
    """Return what both files of a run say."""
    one, other = (run / "a").read_text(), (run / "b").read_text()
    assert one == other
    return one


def test_an_existing_run_is_left_as_it_is(tmp_path: Path) -> None:
    """Proves: without `replace` a name is taken once, and nothing temporary remains."""
    run = publish(tmp_path, "run", filled("old"), replace=False)
    with pytest.raises(BadInputError, match="exists already"):
        publish(tmp_path, "run", filled("new"), replace=False)
    assert held(run) == "old"
    assert list(tmp_path.iterdir()) == [run]


def test_many_names_are_told_by_their_causes(tmp_path: Path) -> None:
    """Proves: every taken name is told; a name that is none is told once, not for each run."""
    for name in ("f-01", "f-02"):
        publish(tmp_path, name, filled("old"), replace=False)
    with pytest.raises(BadInputError) as refused:
        check_all_free(tmp_path, ["f", "f-01", "f-02"])
    assert [problem.value for problem in refused.value.problems] == ["f-01", "f-02"]
    with pytest.raises(BadInputError) as refused:
        check_all_free(tmp_path, ["A B", "A B-01", "A B-02"])
    assert [problem.value for problem in refused.value.problems] == ["A B"]


def test_a_taken_name_is_known_before_the_work(tmp_path: Path) -> None:
    """Proves: what `publish` would refuse at the end is refused at once, and names the option."""
    check_free(tmp_path, "run", replace=False)
    publish(tmp_path, "run", filled("old"), replace=False)
    with pytest.raises(BadInputError, match=r"exists already.*--replace"):
        check_free(tmp_path, "run", replace=False)


@pytest.mark.parametrize("replace", [False, True])
def test_names_that_differ_by_capitals_only_are_refused(tmp_path: Path, replace: bool) -> None:
    """
    Proves: one of two such names is refused before the work and at its end, alone and of many.

    Sensitivity: on a disk that ignores case, `--replace` would take the other run's place.
    """
    run = publish(tmp_path, "Plan.Q1", filled("old"), replace=False)
    attempts: list[Callable[[], object]] = [
        lambda: check_free(tmp_path, "plan.q1", replace=replace),
        lambda: check_all_free(tmp_path, ["f", "plan.q1"]),
        lambda: publish(tmp_path, "plan.q1", filled("new"), replace=replace),
    ]
    for attempt in attempts:
        with pytest.raises(
            BadInputError, match=r'"plan\.q1": differs only in upper and lower case from Plan\.Q1'
        ):
            attempt()
    assert list(tmp_path.iterdir()) == [run]
    publish(tmp_path, "Plan.Q1", filled("new"), replace=True)
    assert held(run) == "new"


@pytest.mark.parametrize("in_one_step", [True, False])
def test_replace_gives_way_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    """Proves: the new run takes the name, with and without a system that swaps in one step."""
    if not in_one_step:
        monkeypatch.setattr(publishing, "exchange", lambda one, other: False)
    run = publish(tmp_path, "run", filled("old"), replace=True)
    publish(tmp_path, "run", filled("new"), replace=True)
    assert held(run) == "new"
    assert list(tmp_path.iterdir()) == [run]


def test_a_failing_writer_leaves_the_old_run(tmp_path: Path) -> None:
    """Proves: whatever goes wrong before the rename, the old run stands and no debris does."""

    def fail(folder: Path) -> None:
        filled("new")(folder)
        raise RuntimeError("half way")

    run = publish(tmp_path, "run", filled("old"), replace=False)
    with pytest.raises(RuntimeError):
        publish(tmp_path, "run", fail, replace=True)
    assert held(run) == "old"
    assert list(tmp_path.iterdir()) == [run]


def test_a_disk_that_is_full_is_reported(tmp_path: Path) -> None:
    """Proves: a write that the system cuts short ends in a message with the path, and no run."""

    def fill(folder: Path) -> None:
        (folder / "a").write_bytes(b"x" * 100_000)

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(StorageError, match="cannot be written") as caught:
            publish(tmp_path, "run", fill, replace=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(tmp_path / "run") in str(caught.value)
    assert (caught.value.kept, caught.value.exit_code) == (None, 6)
    assert list(tmp_path.iterdir()) == []


def test_what_a_full_disk_refuses_is_kept_among_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a result is whole in the folder that TMPDIR names, and the message says where."""
    results, spare = tmp_path / "results", tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spare))

    def fill(folder: Path) -> None:
        if results in folder.parents:
            raise OSError(errno.ENOSPC, "No space left on device")
        filled("x")(folder)

    with pytest.raises(StorageError, match=r"No space left.*move it to") as caught:
        publish(results, "run", fill, replace=False)
    kept = caught.value.kept
    assert kept is not None
    assert spare in kept.parents
    assert (kept.name, held(kept)) == ("run", "x")
    assert f"complete result is in {kept}" in str(caught.value)
    assert list(results.iterdir()) == []


def test_a_run_that_is_written_is_not_said_to_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: where only the last flush fails, the message names the run that stands."""

    def refuse(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(publishing, "sync", refuse)
    with pytest.raises(StorageError, match="is written, but") as caught:
        publish(tmp_path, "run", filled("x"), replace=False)
    assert caught.value.kept == tmp_path / "run"
    assert held(tmp_path / "run") == "x"


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_the_probe_names_the_folder_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Proves: `check_writable` really flushes and renames; a refusal of either is found."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(StorageError, match=r"No space left.*another results folder") as caught:
        check_writable(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_the_probe_refuses_a_file_in_the_way(tmp_path: Path) -> None:
    """Proves: a results path that is a file is refused; a missing folder is made."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        check_writable(tmp_path / "file")
    check_writable(tmp_path / "new" / "results")
    assert list((tmp_path / "new" / "results").iterdir()) == []


def test_one_of_many_writers_wins(tmp_path: Path) -> None:
    """Proves: of eight that publish one name at once exactly one does, and the rest are told."""

    def attempt(number: int) -> bool:
        try:
            publish(tmp_path, "run", filled(str(number)), replace=False)
        except BadInputError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(8)))
    assert held(tmp_path / "run") == str(won.index(True))
    assert sum(won) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def left_behind(results: Path, name: str = ".tmp-run.abcd_123") -> Path:
    """Return what a killed writer left of a workspace."""
    dead = results / name
    (dead / "new").mkdir(parents=True)
    (dead / MARK).touch()
    return dead


@contextmanager
def as_nobody() -> Iterator[None]:
    """Do without the rights of root, where the tests have them."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("name", ["run", "2027.Q1"])
def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path, name: str) -> None:
    """Proves: a start removes what a killed writer left, and not what one is writing now."""
    dead = left_behind(tmp_path, f".tmp-{name}.abcd_123")
    unmarked = tmp_path / ".tmp-run.abcd_124"
    unmarked.mkdir()
    with open_workspace(tmp_path, "other") as alive:
        assert not dead.exists()
        assert not unmarked.exists()
        check_writable(tmp_path)
        assert alive.exists()


@pytest.mark.parametrize("name", [".tmp-notes", ".tmp-run.abcd_123", ".tmp-run.2026.old"])
def test_what_others_made_stays(tmp_path: Path, name: str) -> None:
    """Proves: a folder of such a name that does not bear the mark is not a workspace."""
    kept = tmp_path / name / "old" / "thesis.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    check_writable(tmp_path)
    assert kept.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("linked", ["workspace", "mark", "run aside"])
def test_links_are_never_followed(tmp_path: Path, linked: str) -> None:
    """Proves: nothing that a link points to is moved or removed, be it the folder or within it."""
    results, foreign = tmp_path / "results", tmp_path / "foreign"
    results.mkdir()
    link = results / ".tmp-run.abcd_123"
    if linked == "workspace":
        left_behind(tmp_path, "foreign")
        (foreign / "old").mkdir()
        link.symlink_to(foreign)
    else:
        foreign.mkdir()
        left_behind(results, link.name)
    if linked == "mark":
        (link / MARK).unlink()
        (foreign / MARK).touch()
        (link / MARK).symlink_to(foreign / MARK)
    if linked == "run aside":
        (link / "old").symlink_to(foreign)
    (foreign / "thesis.txt").write_text("mine")
    before = sorted(foreign.rglob("*"))
    check_writable(results)
    assert sorted(foreign.rglob("*")) == before
    assert not os.path.lexists(results / "run")


def test_a_workspace_that_cannot_be_opened_blocks_nobody() -> None:
    """Proves: a colleague's workspace, which is closed to others, does not stop a run."""
    with tempfile.TemporaryDirectory() as home:
        results = Path(home)
        results.chmod(0o777)
        dead = left_behind(results)
        dead.chmod(0o000 if os.geteuid() else 0o700)
        with as_nobody():
            publish(results, "two", filled("x"), replace=False)
        assert held(results / "two") == "x"
        dead.chmod(0o700)
        assert (dead / MARK).exists()


def test_a_run_moved_aside_by_the_dead_is_put_back(tmp_path: Path) -> None:
    """Proves: a writer killed between moving the old run aside and the new one in loses neither."""
    aside = left_behind(tmp_path) / "old"
    aside.mkdir()
    filled("old")(aside)
    check_writable(tmp_path)
    assert held(tmp_path / "run") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_files_are_on_the_disk_before_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: flush every file, then their folder, then rename, then flush the results folder.

    A power loss then finds the old state or the new one; a rename first could find empty files.
    """
    log: list[str] = []
    fsync, rename = os.fsync, os.rename

    def logged_fsync(descriptor: int) -> None:
        log.append(f"flush {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        fsync(descriptor)

    def logged_rename(source: Path, target: Path) -> None:
        log.append(f"rename to {Path(target).name}")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(os, "rename", logged_rename)
    publish(tmp_path, "run", filled("x"), replace=False)
    assert log == ["flush a", "flush b", "flush new", "rename to run", f"flush {tmp_path.name}"]
