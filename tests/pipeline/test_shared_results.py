"""Results kept elsewhere: whole jobs by the command line, on two machines that share a bucket."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from optimizer import query, runs, shared_results, verify
from optimizer.errors import BadInputError, StorageError
from optimizer.jobs.about import Request
from optimizer.store.shared.object_place import ObjectPlace
from tests.pipeline.conftest import Command, Done
from tests.support.object_store import BUCKET, ObjectStore, object_store

Machine = Callable[..., Done]
SECRET = "very/secret+word"  # noqa: S105
IN_URL = "AKIDEXAMPLE:very%2Fsecret%2Bword@"


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


@pytest.fixture
def mirrored(on: Machine, solved: Path, tmp_path: Path) -> Callable[[ObjectStore], Path]:
    """Put the run `one` into the mirror of the machine `here`, not sent yet; return its folder."""

    def put(store: ObjectStore) -> Path:
        assert on("here", "runs", "--results", store.url()).code == 0
        folder = mirror_of(tmp_path / "here")
        shutil.copytree(solved.parent, folder, dirs_exist_ok=True)
        return folder

    return put


def mirror_of(cache: Path) -> Path:
    """Return the results folder of a machine's only mirror."""
    (home,) = cache.iterdir()
    return home / "results"


def test_a_run_goes_from_one_machine_to_another_and_back(
    on: Machine, store: ObjectStore, small: Path, tmp_path: Path
) -> None:
    """Proves: what one machine solves another lists, verifies, approves and plans on from."""
    at = ("--results", store.url())
    done = on("one", "solve", str(small), "--run", "demo", *at)
    assert done.code == 0, done.err
    assert "Reading s3://plans/ours: 0 of 0 runs are new; mirrored in " in done.err
    assert done.err.endswith("Kept in s3://plans/ours/demo\n")
    assert {"demo/plan.csv", "demo/manifest.json", "demo/report.html"} < set(store.listed())

    small.rename(small.with_name("elsewhere"))
    listed = on("two", "runs", *at)
    assert "1 of 1 run is new" in listed.err
    assert "demo" in listed.out
    assert on("two", "verify", "demo", *at).code == 0
    assert on("two", "explain", "demo", "EL-001", *at).code == 0
    before = store.listed()
    assert "Kept in" not in on("two", "sql", "SELECT count(*) FROM plans", *at).err
    assert store.listed() == before
    approved = on("two", "approve", "demo", "--by", "Ana Silva", *at)
    assert approved.err.endswith("Kept in s3://plans/ours/demo\n")

    small.with_name("elsewhere").rename(small)
    words = ("reoptimize", str(small), "--from", "demo", "--max-changes", "3", "--run", "next")
    assert on("two", *words, *at).err.endswith("Kept in s3://plans/ours/next\n")

    seen = json.loads(on("one", "runs", *at, "--json").out)
    assert [(one["run"], one["state"]) for one in seen] == [("next", "draft"), ("demo", "approved")]
    for name in ("one", "two"):  # whose mirrors may be at different depths
        told = json.loads((mirror_of(tmp_path / name) / "demo/manifest.json").read_text())
        assert told["portfolio"] == str(small)
    done = on("one", "verify", "--all", *at)
    assert done.out.endswith("All 2 runs verified; every file matches its manifest.\n")
    assert "0 of 2 runs are new" in done.err


def test_what_cannot_be_sent_is_kept_here_and_sent_next_time(
    on: Machine, store: ObjectStore, mirrored: Callable[[ObjectStore], Path]
) -> None:
    """
    Proves: the work of a command that may only read there is complete here, its result printed.

    It ends with 6 and says where; a later command that only reads notes it and ends with 0; the
    first that may write sends it.
    """
    folder = mirrored(store)
    on("here", "runs", "--results", store.url())
    at = ("--results", store.url(user=store.reader()))
    done = on("here", "approve", "one", "--by", "Ana Silva", "--json", *at)
    assert done.code == 6
    assert json.loads(done.out)[0]["by"] == "Ana Silva"
    (last,) = done.err.splitlines()[1:]
    refused, rest = last.split(" cannot be kept ")
    assert refused in {f"s3://plans/ours: one.{file}" for file in ("approved.html", "states.jsonl")}
    assert rest == (
        "(access is denied). Check the credentials and what they allow (docs/shared-results.md). "
        f"Nothing is lost: what was made is complete on this disk in {folder / 'one'}, and the "
        "next command with the same --results sends it."
    )
    listed = on("here", "runs", *at)
    assert listed.code == 0
    assert "Note: s3://plans/ours: one." in listed.err
    store.open_to_all()
    assert "Kept in s3://plans/ours/one" in on("here", "runs", "--results", store.url()).err
    there = on("there", "runs", "--results", store.url(), "--json")
    assert json.loads(there.out)[0]["state"] == "approved"


def test_a_place_that_is_away_is_told_in_a_line_with_the_way_round_it(
    on: Machine, store: ObjectStore, mirrored: Callable[[ObjectStore], Path]
) -> None:
    """Proves: nothing is guessed from the mirror; the folder that the message names can be read."""
    folder = mirrored(store)
    away = store.url().replace(store.host, "127.0.0.1:9")
    done = on("away", "runs", "--results", away)
    assert done.code == 6
    assert done.err == (
        "s3://plans/ours: cannot be read (it cannot be reached). Check the network and the "
        "address, then repeat.\n"
    )
    on("here", "runs", "--results", store.url())
    store.client.delete_objects(
        Bucket=BUCKET,
        Delete={"Objects": [{"Key": f"ours/{key}"} for key in store.listed()]},
    )
    reader = store.reader()
    done = on("here", "runs", "--results", store.url(user=reader.replace(":", ":wrong")))
    assert done.code == 6
    assert done.err == (
        "s3://plans/ours: cannot be read (access is denied). Check the credentials and what they "
        "allow (docs/shared-results.md). Without it, with what is here of it: "
        f"--results {folder}\n"
    )
    assert on("here", "verify", "one", "--results", str(folder)).code == 0


@pytest.mark.parametrize(
    ("url", "code", "message"),
    [
        ("s3://absent/ours?{options}", 6, "s3://absent/ours: cannot be read (there is no such"),
        ("s3:///ours", 2, '--results = "s3:///ours": names no bucket. Write SCHEME://BUCKET'),
        ("ftp://k:very%2Fsecret%2Bword@h/x", 2, '--results = "ftp://k@h/x": no such kind of place'),
        ("s3://k:very/secret+word@plans/x", 2, '--results = "s3://plans/x": is no URL that can'),
        ("s3://plans/x?secret_key=very/secret+word", 2, '--results = "s3://plans/x?secret_key=…"'),
        ("file://other/results", 2, "names a file of another host, or no absolute path. Write"),
        ("hdfs://k:very%2Fsecret%2Bword@localhost:9/x", 6, "hdfs://k@localhost:9/x: cannot be"),
    ],
)
def test_an_address_that_is_wrong_is_told_without_its_password(
    on: Machine, store: ObjectStore, url: str, code: int, message: str
) -> None:
    """Proves: one line that names the address and what to do; what is secret in it is not shown."""
    done = on("here", "runs", "--results", url.replace("{options}", store.url().split("?")[1]))
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert len(done.err.splitlines()) == 1
    assert not any(word in done.err for word in (SECRET, "secret+word", "very%2F"))


def test_a_password_in_the_address_is_recorded_nowhere(
    on: Machine, store: ObjectStore, small: Path, tmp_path: Path
) -> None:
    """Proves: it stands in no file of the run, the mirror or the bucket, and in no message."""
    at = ("--results", store.url(user=IN_URL))
    done = on("here", "solve", str(small), "--run", "demo", *at)
    assert done.code == 0, done.err
    manifest = json.loads((mirror_of(tmp_path / "here") / "demo/manifest.json").read_text())
    assert f" --results '{store.url()}'" in manifest["command"]
    files = [path.read_bytes() for path in (tmp_path / "here").rglob("*") if path.is_file()]
    texts = [*files, done.out.encode(), done.err.encode()]
    texts += [str(path).encode() for path in (tmp_path / "here").rglob("*")]
    for secret in (SECRET, "very%2Fsecret", "AKIDEXAMPLE"):
        assert not any(secret.encode() in text for text in texts)


def test_what_others_left_there_is_named_and_written_nowhere(
    on: Machine, store: ObjectStore, mirrored: Callable[[ObjectStore], Path], tmp_path: Path
) -> None:
    """Proves: hostile names and damaged entries are notes; nothing lands outside the mirror."""
    mirrored(store)
    on("here", "runs", "--results", store.url())
    mark = "ours/.ballast/entries"
    for key in (
        *(f"{mark}/../../x/{'0' * 64}", f"{mark}/.ssh/{'0' * 64}"),
        *(f"{mark}/evil/{'0' * 64}", "ours/evil/../../../x", "ours/evil/manifest.json"),
    ):
        store.write(key, b"evil")
    done = on("there", "runs", "--results", store.url())
    assert done.code == 0, done.err
    notes = [line for line in done.err.splitlines() if line.startswith("Note: left out: ")]
    assert len(notes) == 3
    assert "one" in done.out
    names = {path.name for path in mirror_of(tmp_path / "there").iterdir()}
    assert names == {".inputs", "one"}
    assert not [path for path in tmp_path.rglob("*") if path.name in {"x", "evil", ".ssh"}]


def test_stopped_before_a_plan_leaves_nothing_there(
    on: Machine, store: ObjectStore, small: Path
) -> None:
    """Proves: exit code and words are those of any results folder."""
    words = ("solve", str(small), "--set", "solver.time_limit=0.001")
    done = on("here", *words, "--results", store.url())
    assert done.code == 4
    assert done.err.endswith("nothing was written. Raise solver.time_limit.\n")
    assert [key for key in store.listed() if not key.startswith(".")] == []


def test_ctrl_c_while_it_is_sent_leaves_it_to_the_next_command(
    on: Machine,
    store: ObjectStore,
    mirrored: Callable[[ObjectStore], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: a command that is done hears Ctrl-C again while it sends, and ends with 4."""
    mirrored(store)
    with monkeypatch.context() as patch:
        patch.setattr(ObjectPlace, "put", lambda *_: os.kill(os.getpid(), signal.SIGINT))
        done = on("here", "report", "one", "--results", store.url())
    assert done.code == 4
    assert done.err.endswith(
        "stopped before it finished; every file already written is complete.\n"
    )
    assert [key for key in store.listed() if not key.startswith(".")] == []
    done = on("here", "runs", "--results", store.url())
    assert done.err.endswith("Kept in s3://plans/ours/one\n")


def test_a_file_url_is_its_folder(on: Machine, solved: Path, tmp_path: Path) -> None:
    """Proves: file:///… is read and written directly, percent signs decoded, without a mirror."""
    shared = tmp_path / "on share"
    solved.parent.rename(shared)
    at = ("--results", shared.as_uri())
    assert "%20" in at[1]
    done = on("here", "approve", "one", "--by", "Ana Silva", *at)
    assert (done.code, done.err) == (0, "")
    assert (shared / "one.approved.html").exists()
    assert not (tmp_path / "here").exists()


def test_in_python_within_a_with(
    store: ObjectStore, solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: functions read and write the folder; at its end the work is on other machines."""
    monkeypatch.setenv("BALLAST_CACHE", str(tmp_path / "here"))
    with shared_results(store.url()) as results:
        assert runs(results).empty
        shutil.copytree(solved.parent, results, dirs_exist_ok=True)
    monkeypatch.setenv("BALLAST_CACHE", str(tmp_path / "there"))
    with shared_results(store.url()) as results:
        assert query("SELECT count(*) AS n FROM plans", results)["n"].tolist() == [40]
        assert verify(results / "one").checks > 30_000
    with shared_results(tmp_path) as results:
        assert results == tmp_path


def test_two_who_write_the_same_run_at_once_are_told_and_keep_both(
    store: ObjectStore, solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: who comes second has his own on his disk, and the way that he is told works."""

    def machine(name: str) -> None:
        monkeypatch.setenv("BALLAST_CACHE", str(tmp_path / name))

    def both() -> None:
        machine("here")
        with shared_results(store.url()) as mine:
            shutil.copytree(solved.parent, mine, dirs_exist_ok=True)
            machine("there")
            with shared_results(store.url()) as theirs:
                shutil.copytree(solved.parent, theirs, dirs_exist_ok=True)
                (theirs / "one" / "solver.log").write_text("of theirs")

    with pytest.raises(StorageError, match="somebody else has written this there") as told:
        both()
    mine = mirror_of(tmp_path / "here")
    assert told.value.kept == mine / "one"
    assert str(told.value).endswith(
        f"complete on this disk in {mine / 'one'}. Move it to another folder to keep it; the next "
        "command takes the one there."
    )
    machine("here")
    with (
        pytest.raises(BadInputError, match="changed both here and in"),
        shared_results(store.url()),
    ):
        pytest.fail("nothing begins")
    (mine / "one").rename(tmp_path / "own")
    with shared_results(store.url()) as results:
        assert (results / "one" / "solver.log").read_text() == "of theirs"


def test_a_url_where_only_a_folder_can_be_is_refused() -> None:
    """Proves: no function makes a folder called ``s3:`` of it."""
    for use in (runs, lambda url: Request(results=url), lambda url: query("SELECT 1", url)):
        with pytest.raises(BadInputError, match="with shared_results"):
            use("s3://plans/ours")
