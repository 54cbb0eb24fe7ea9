"""Entries put into a real database, fetched from it, and asked for in SQL."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pyarrow.parquet as pq
import pytest

from optimizer.domain.plan_state import StateChange
from optimizer.domain.run import RunTables
from optimizer.errors import BadInputError, StorageError
from optimizer.store.catalogue import VIEWS, query
from optimizer.store.change_files import as_csv
from optimizer.store.manifest import read_manifest
from optimizer.store.run_folder import write_run
from optimizer.store.run_index import COLUMNS, runs
from optimizer.store.shared import postgres_entries
from optimizer.store.shared.place import version_of
from optimizer.store.shared.postgres_entries import PostgresPlace
from optimizer.store.shared.postgres_place import open_postgres
from optimizer.store.state_log import add_state, log_of
from tests.support.runs import make_tables, with_skus
from tests.support.shared_database import ask, prepare, role, run

pytestmark = pytest.mark.postgres
HOSTILE = [
    "'); DROP TABLE ballast.plans; --",
    "tab\there",
    "line\nbreak\r\n",
    "\\N",
    "\\.",
    "\n\\.\n",
    "",
    "NULL",
    "NaN",
    '"quoted", and comma',
    "back\\slash %s {}",
    "long" * 10_000,
    "\u202e\u200bتم Ω 𝄞",
]


@pytest.fixture
def ready(database: str) -> str:
    """Return the address of a database that is prepared."""
    return prepare(database)


def written(results: Path, name: str, tables: RunTables | None = None, **files: bytes) -> Path:
    """Write a run with a page, and return its folder."""
    documents = {"report.html": "<p>é", **files}
    tables = make_tables(run=name) if tables is None else tables
    return write_run(results, name, tables, scorecard={}, documents=documents)


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file or of every file of a folder, by name within it."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


def test_entries_come_back_bit_for_bit(
    ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: a folder, one file, an empty file, an empty folder, a folder within a folder, and files
    of many parts come back with the same bytes, and the list has their versions.

    Parts of 1,000 bytes here, so that files end within a part, on its end, and are shorter.
    """
    monkeypatch.setattr(postgres_entries, "_PART", 1_000)
    folder, place = tmp_path / "odd", open_postgres(ready)
    (folder / "sub").mkdir(parents=True)
    sizes = {"a": 0, "b": 1, "c": 999, "d": 1_000, "sub/e": 1_001, "f é": 2_000, "g": 70_003}
    for name, size in sizes.items():
        (folder / name).write_bytes(bytes(number % 251 for number in range(size)))
    (tmp_path / "nothing").mkdir()
    paths = {"odd": folder, ".inputs/ab.csv": folder / "g", "x": folder / "a"}
    paths |= {"one": written(tmp_path, "one"), "nothing": tmp_path / "nothing"}
    versions = {entry: place.put(entry, path, None) for entry, path in paths.items()}
    assert versions == {entry: version_of(path) for entry, path in paths.items()}
    assert open_postgres(ready).entries() == versions
    parts = "SELECT path, count(*) FROM ballast.files WHERE entry = 'odd' GROUP BY path"
    counts = {"a": 1, "b": 1, "c": 1, "d": 1, "sub/e": 2, "f é": 2, "g": 71}
    assert dict(ask(ready, parts)) == counts
    for number, (entry, path) in enumerate(paths.items()):
        into = tmp_path / "elsewhere" / str(number)
        place.fetch(entry, into)
        assert contents(into) == contents(path)
        assert into.is_dir() == path.is_dir()


def test_rows_are_those_of_ballast_sql(ready: str, tmp_path: Path) -> None:
    """Proves: every row and column of every view is the same, null where it is empty there."""
    changes = pd.DataFrame({name: [None, "é"] for name in VIEWS["decisions"].columns})
    numbers = {name: [None, 2.5] for name in changes if _is_number(name)}
    changes = changes.assign(**numbers, rank=[1, 2], sku=["A", "007"], reason=["", "why"])
    folder = written(tmp_path, "one", **{"changes.csv": as_csv(changes)})
    place = open_postgres(ready)
    place.put("one", folder, None)
    for view in ("plans", "losses", "expected", "qualifications", "onboardings"):
        there = query(f"SELECT * FROM {view} ORDER BY ALL", tmp_path)  # noqa: S608
        names = ", ".join(there.columns)
        here = frame(ready, f"SELECT {names} FROM ballast.{view}", there)  # noqa: S608
        pd.testing.assert_frame_equal(here, sort(there), check_dtype=False)
        assert len(here) > 0
    decided = frame(ready, "SELECT * FROM ballast.decisions", changes.assign(run="one"))
    assert decided["sku"].tolist() == ["007", "A"]
    assert decided["reason"].tolist() == ["why", ""]
    assert decided["worth"].iloc[0] == 2.5
    assert decided["worth"].isna().tolist() == [False, True]
    assert decided["list"].iloc[0] == "é"


def _is_number(name: str) -> bool:
    words = ("point", "quantity", "buffer", "change", "saving", "worth")
    return any(name.endswith(word) for word in words)


def frame(database: str, sql: str, like: pd.DataFrame) -> pd.DataFrame:
    """Return what a query finds as a sorted table with the columns of another."""
    with psycopg.connect(database) as connection:
        cursor = connection.execute(sql)  # type: ignore[call-overload]
        names = [column.name for column in cursor.description or ()]
        return sort(pd.DataFrame(cursor.fetchall(), columns=names)[list(like.columns)])


def sort(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in the order of its texts and numbers."""
    keys = [name for name in ("sku", "hazard", "scenario", "supplier") if name in table]
    return table.sort_values(keys, ignore_index=True)


def test_the_list_of_runs_is_that_of_the_folder(ready: str, tmp_path: Path) -> None:
    """
    Proves: `runs` has the rows of `ballast runs`, damaged and foreign ones with their status, and
    the state follows the log, whether the run or its log was put first.

    The portfolio stands as the manifest says it, relative to the results folder.
    """
    place = open_postgres(ready)
    folders = [written(tmp_path, name) for name in ("one", "two", "draft")]
    for name, text in {"bad": "{", "old": '{"run": "old", "ballast": "0.0.1"}'}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(text, encoding="ascii")
        folders.append(tmp_path / name)
    for folder in folders[:2]:
        plan = read_manifest(folder / "manifest.json").files["plan.parquet"]
        add_state(folder, step("approved", "0" * 64))
        add_state(folder, step("exported", plan))
        add_state(folder, step("approved", plan))
    place.put("one.states.jsonl", log_of(folders[0]), None)
    for folder in folders:
        place.put(folder.name, folder, None)
    place.put("two.states.jsonl", log_of(folders[1]), None)
    names = ", ".join(COLUMNS)
    asked = f"SELECT {names} FROM ballast.runs ORDER BY run"  # noqa: S608
    here = pd.DataFrame(ask(ready, asked), columns=list(COLUMNS)).set_index("run")
    there = runs(tmp_path).set_index("run").sort_index()
    whole = ["draft", "one", "two"]
    assert here["portfolio"].dropna().tolist() == ["../data/sample"] * 3
    assert ask(ready, "SELECT overrides FROM ballast.runs ORDER BY run") == [
        *((None,), ("",), (None,), ("",), ("",))
    ]
    assert here["status"].tolist() == there["status"].tolist()
    assert here.loc[whole, "state"].tolist() == ["draft", "approved", "approved"]
    assert here["state"].isna().tolist() == there["state"].isna().tolist()
    left = [name for name in COLUMNS if name not in ("run", "portfolio", "overrides")]
    for name in left:
        mine, theirs = here[name].astype(object), there[name].astype(object)
        pd.testing.assert_series_equal(
            mine.where(mine.notna(), None), theirs.where(theirs.notna(), None), check_index=True
        )
    taken = ask(ready, "SELECT step, state, taken_by, note FROM ballast.states WHERE run = 'one'")
    states = enumerate(("approved", "exported", "approved"), start=1)
    assert sorted(taken) == [(number, state, "Ana", "it's\n") for number, state in states]


def step(state: Any, plan: str) -> StateChange:
    """Return a step of a plan that Ana took."""
    at = pd.Timestamp("2026-11-22T10:00:00+02:00").to_pydatetime()
    return StateChange(state=state, by="Ana", at=at, note="it's\n", manifest="1" * 64, plan=plan)


def test_hostile_names_and_odd_numbers_are_kept_as_they_are(ready: str, tmp_path: Path) -> None:
    """
    Proves: texts come back to the letter, the empty one apart from none, and NaN, infinities, the
    largest and the smallest numbers to the last bit; nothing is run as SQL.
    """
    tables = with_skus(make_tables(n_skus=len(HOSTILE)), HOSTILE)
    odd = [float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308, -0.0, 0.1 + 0.2]
    tables.plan.loc[: len(odd) - 1, "capital"] = odd
    folder = written(tmp_path, "one", tables)
    plan = pq.read_table(folder / "plan.parquet")
    nan = plan.column("carrying").to_pylist()
    nan[0] = float("nan")
    position = plan.column_names.index("carrying")
    plan = plan.set_column(position, "carrying", [nan])
    plan = plan.set_column(plan.column_names.index("reason"), "reason", [[None, *HOSTILE[1:]]])
    pq.write_table(plan, folder / "plan.parquet")
    open_postgres(ready).put("one", folder, None)
    names = plan.column_names
    asked = f"SELECT {', '.join(names)} FROM ballast.plans ORDER BY ctid"  # noqa: S608
    kept = ask(ready, asked)
    stated = list(zip(*plan.to_pydict().values(), strict=True))
    assert [[*map(repr, row)] for row in kept] == [[*map(repr, row)] for row in stated]
    assert [row[0] for row in kept] == HOSTILE
    hazards = ask(ready, "SELECT DISTINCT hazard FROM ballast.expected")
    assert hazards == [(HOSTILE[0],)]
    assert ask(ready, "SELECT portfolio FROM ballast.runs") == [(HOSTILE[0],)]


def test_a_name_that_no_text_can_hold_is_refused(ready: str, tmp_path: Path) -> None:
    """Proves: the character NUL is named with its column before anything is written."""
    folder = written(tmp_path, "one", with_skus(make_tables(), ["A\0B"]))
    place = open_postgres(ready)
    with pytest.raises(BadInputError) as refusal:
        place.put("one", folder, None)
    named = {(problem.file, problem.column) for problem in refusal.value.problems}
    assert {("one", "sku"), ("one", "reason"), ("one", "hazard")} <= named
    assert "A\\u0000B" in str(refusal.value)
    assert place.entries() == {}


def test_a_damaged_file_is_refused(ready: str, tmp_path: Path) -> None:
    """Proves: a run whose plan cannot be read is not shared; the file is named."""
    folder = written(tmp_path, "one")
    (folder / "plan.parquet").write_bytes(b"PAR1 no more PAR1")
    place = open_postgres(ready)
    with pytest.raises(BadInputError, match=r"one/plan\.parquet: this file of the run is damaged"):
        place.put("one", folder, None)
    assert place.entries() == {}


def test_what_is_replaced_while_it_is_fetched_comes_whole(
    ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: whoever began to fetch gets the version that was there then, not some of each."""
    old, new = written(tmp_path / "old", "one"), written(tmp_path / "new", "one", extra=b"x")
    place = open_postgres(ready)
    first = place.put("one", old, None)
    kept, replaced = postgres_entries._kept, []

    def meanwhile(*asked: Any) -> Any:
        there = kept(*asked)
        if not replaced:
            replaced.append(True)
            place.put("one", new, first)
        return there

    monkeypatch.setattr(postgres_entries, "_kept", meanwhile)
    place.fetch("one", tmp_path / "fetched")
    assert contents(tmp_path / "fetched") == contents(old)
    place.fetch("one", tmp_path / "again")
    assert contents(tmp_path / "again") == contents(new)


def test_runs_of_other_versions(ready: str, tmp_path: Path) -> None:
    """
    Proves: an older run, which lacks columns, has null there; one with a column that the schema
    has not is told to be another version's, and nothing of it is kept.
    """
    place, table = open_postgres(ready), {}
    for name in ("older", "newer"):
        folder = written(tmp_path, name)
        table[name] = pq.read_table(folder / "plan.parquet")
    older = table["older"].drop_columns(["category", "waiting_share"])
    pq.write_table(older, tmp_path / "older" / "plan.parquet")
    idea = table["newer"].append_column("new_idea", table["newer"]["capital"])
    pq.write_table(idea, tmp_path / "newer" / "plan.parquet")
    version = place.put("older", tmp_path / "older", None)
    there = "SELECT DISTINCT category, waiting_share, region FROM ballast.plans"
    assert ask(ready, there) == [(None, None, "Hungary")]
    with pytest.raises(StorageError, match="another version wrote the run or the schema") as told:
        place.put("newer", tmp_path / "newer", None)
    assert "new_idea" in str(told.value)
    assert place.entries() == {"older": version}


def test_a_replaced_entry_leaves_nothing_behind(ready: str, tmp_path: Path) -> None:
    """
    Proves: files and rows are those of the new one alone, and who wrote it stands there.

    Twelve SKUs become three; a page more becomes a page less.
    """
    place = open_postgres(ready)
    old = written(tmp_path / "old", "one", **{"extra.html": b"x"})
    first = place.put("one", old, None)
    new = written(tmp_path / "new", "one", make_tables(n_skus=3, run="one"))
    address = role(ready, f"ana_{ready.rpartition('/')[2]}", "ballast_planner")
    second = open_postgres(address).put("one", new, first)
    assert place.entries() == {"one": second}
    place.fetch("one", tmp_path / "fetched")
    assert contents(tmp_path / "fetched") == contents(new)
    assert ask(ready, "SELECT count(*) FROM ballast.plans") == [(3,)]
    assert ask(ready, "SELECT count(*) FROM ballast.runs") == [(1,)]
    by = ask(ready, "SELECT pushed_by, pushed_at > now() - interval '1 h' FROM ballast.entries")
    assert by == [(address.partition("//")[2].partition("@")[0], True)]


def test_another_version_is_never_overwritten(ready: str, tmp_path: Path) -> None:
    """
    Proves: put in place of none, of an older one or of one that was removed is refused and changes
    nothing; the refusal says who and when.  What is there already is left as it is.
    """
    place = open_postgres(ready)
    mine, theirs = (written(tmp_path / who, "one") for who in ("mine", "theirs"))
    (mine / "note").write_text("mine", encoding="ascii")
    there = place.put("one", theirs, None)
    for replaces in (None, "0" * 64):
        with pytest.raises(BadInputError) as refusal:
            place.put("one", mine, replaces)
        said = str(refusal.value)
        assert '= "one": was put there in another version by postgres at 2' in said
        assert said.endswith("Look at that one first; keep yours under another name.")
    assert place.put("one", theirs, None) == there == place.put("one", theirs, "0" * 64)
    place.fetch("one", tmp_path / "fetched")
    assert contents(tmp_path / "fetched") == contents(theirs)
    run(ready, "DELETE FROM ballast.entries")
    with pytest.raises(BadInputError, match="is no longer there"):
        place.put("one", mine, there)
    assert place.entries() == {}


@pytest.mark.parametrize(("second", "is_there"), [("one", False), ("one", True), ("two", False)])
def test_two_at_the_same_time(
    ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str, is_there: bool
) -> None:
    """
    Proves: of two that put the same new entry, or replace the same version, one is kept whole and
    the other is told; of different entries both are kept.

    The first is held in the middle until the second waits for it, or has ended.
    """
    folders = {who: written(tmp_path / who, "one") for who in ("first", "second")}
    (folders["second"] / "note").write_text("second", encoding="ascii")
    older = written(tmp_path / "older", "one", extra=b"") if is_there else None
    replaces = open_postgres(ready).put("one", older, None) if older else None
    in_the_middle, go_on = threading.Event(), threading.Event()
    copy_files = postgres_entries._copy_files

    def held(cursor: Any, entry: str, path: Path) -> None:
        if path == folders["first"]:
            in_the_middle.set()
            assert go_on.wait(60)
        copy_files(cursor, entry, path)

    monkeypatch.setattr(postgres_entries, "_copy_files", held)
    ends: dict[str, object] = {}

    def put(who: str, entry: str) -> None:
        try:
            ends[who] = open_postgres(ready).put(entry, folders[who], replaces)
        except BadInputError as refusal:
            ends[who] = str(refusal)

    one = threading.Thread(target=put, args=("first", "one"))
    other = threading.Thread(target=put, args=("second", second))
    one.start()
    assert in_the_middle.wait(60)
    other.start()
    while other.is_alive() and not _waits_for_a_lock(ready):
        time.sleep(0.01)
    go_on.set()
    one.join(60)
    other.join(60)
    place = open_postgres(ready)
    assert ends["first"] == version_of(folders["first"])
    if second == "one":
        assert "was put there in another version by postgres" in str(ends["second"])
        assert place.entries() == {"one": ends["first"]}
        place.fetch("one", tmp_path / "fetched")
        assert contents(tmp_path / "fetched") == contents(folders["first"])
    else:
        assert place.entries() == {"one": ends["first"], "two": ends["second"]}


def _waits_for_a_lock(database: str) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return ask(database, query) != [(0,)]


def test_an_entry_that_changes_while_it_is_read_is_refused(
    ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a log that grows meanwhile is not kept with a version that it never had."""
    log = tmp_path / "one.states.jsonl"
    log.write_bytes(step("approved", "0" * 64).model_dump_json().encode() + b"\n")
    copy_files = postgres_entries._copy_files

    def grows(cursor: Any, entry: str, path: Path) -> None:
        log.write_bytes(log.read_bytes() * 2)
        copy_files(cursor, entry, path)

    monkeypatch.setattr(postgres_entries, "_copy_files", grows)
    place = PostgresPlace(ready)
    with pytest.raises(StorageError, match="has changed while it was read"):
        place.put(log.name, log, None)
    assert place.entries() == {}


def test_a_hundred_thousand_skus(ready: str, tmp_path: Path) -> None:
    """
    Proves: a run of that size comes back bit for bit, and its sums in SQL are those of its tables.
    """
    tables = make_tables(n_skus=100_000, run="big")
    folder = written(tmp_path, "big", tables)
    place = open_postgres(ready)
    place.put("big", folder, None)
    place.fetch("big", tmp_path / "fetched")
    assert version_of(tmp_path / "fetched") == version_of(folder) == place.entries()["big"]
    sums = "SELECT count(*), sum(capital), sum(expected_loss) FROM ballast.plans"
    ((skus, capital, loss),) = ask(ready, sums)
    assert skus == 100_000
    assert capital == pytest.approx(tables.plan["capital"].sum(), rel=1e-12)
    assert loss == pytest.approx(read_manifest(folder / "manifest.json").components.expected_loss)
    ((by_hazard,),) = ask(ready, "SELECT sum(expected_loss) FROM ballast.expected")
    assert by_hazard == pytest.approx(loss, rel=1e-12)
