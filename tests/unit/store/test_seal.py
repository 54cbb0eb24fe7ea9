"""The manifest holds the hash of every file, and the page that of the manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from optimizer.domain.run import UNSEALED
from optimizer.errors import VerificationError
from optimizer.store.run_folder import add_documents, read_run, write_run
from optimizer.store.seal import changed_files, seal_of, told_together
from tests.support.runs import make_scorecard, make_tables

PAGE = f"<p>{UNSEALED}</p>"
FILES = (
    *("plan.csv", "plan.parquet", "curves.parquet", "scenarios.parquet", "strikes.parquet"),
    *("expected.parquet", "qualifications.csv", "onboardings.csv", "break_even.csv"),
    *("strategies.csv", "scorecard.json", "report.html", "report.xlsx"),
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with a page, a workbook, and a simulation that was added later."""
    documents: dict[str, str | bytes] = {"report.html": PAGE, "report.xlsx": b"book"}
    tables, scorecard = make_tables(), make_scorecard()
    folder = write_run(tmp_path, "one", tables, scorecard=scorecard, documents=documents)
    add_documents(folder, {"simulation.json": b"{}"})
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_file_is_in_the_manifest_by_its_hash(run: Path) -> None:
    """Proves: what `sha256sum` says of every file stands in the manifest, later ones included."""
    files = read_run(run).manifest["files"]
    assert set(files) == {*FILES, "simulation.json"}
    assert set(files) == {path.name for path in run.iterdir()} - {"manifest.json"}
    assert all(sha256(run / name) == files[name] for name in set(files) - {"report.html"})
    assert hashlib.sha256(PAGE.encode()).hexdigest() == files["report.html"]
    assert changed_files(run) == []


def test_the_page_tells_the_hash_of_the_manifest(run: Path) -> None:
    """Proves: it is the manifest's as it stands, also after files were added or written again."""
    assert (run / "report.html").read_text() == f"<p>{sha256(run / 'manifest.json')}</p>"
    before = seal_of(run)
    add_documents(run, {"report.html": f"<b>{UNSEALED}</b>", "validation.json": "{}"})
    assert (run / "report.html").read_text() == f"<b>{sha256(run / 'manifest.json')}</b>"
    assert before != seal_of(run) == sha256(run / "manifest.json")
    assert changed_files(run) == []


@pytest.mark.parametrize("file", [*FILES, "simulation.json"])
def test_a_changed_or_deleted_file_is_found(run: Path, file: str) -> None:
    """Proves: one byte more is told of any file, and that it is gone."""
    with (run / file).open("ab") as stream:
        stream.write(b" ")
    assert changed_files(run) == [f"{file}: has changed since it was written"]
    (run / file).unlink()
    assert changed_files(run) == [f"{file}: is missing"]


def test_a_file_that_is_read_and_not_recorded_is_found(run: Path) -> None:
    """Proves: a validation that nobody made is told; a note that nobody reads may lie there."""
    (run / "validation.json").write_text("{}")
    (run / "note.txt").write_text("mine")
    assert changed_files(run) == ["validation.json: is not part of this run"]


def test_what_is_added_blesses_nothing_else(run: Path) -> None:
    """Proves: a file that was changed stays changed when another one is added."""
    (run / "plan.csv").write_text("sku\n")
    (run / "report.html").write_text("<p>cheaper</p>")
    add_documents(run, {"validation.json": "{}"})
    assert changed_files(run) == [
        "plan.csv: has changed since it was written",
        "report.html: has changed since it was written",
    ]


def test_another_manifest_has_another_hash(run: Path) -> None:
    """Proves: who changes the manifest too changes what was printed, and what the page tells."""
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"objective": 1.0}))
    assert changed_files(run) == ["report.html: has changed since it was written"]


def test_files_and_numbers_are_told_together() -> None:
    """Proves: differences of both kinds come in one refusal, and those of files alone refuse."""
    with (
        pytest.raises(VerificationError) as refused,
        told_together(["plan.csv: is missing"]),
    ):
        raise VerificationError(["objective: found 1, expected 2"])
    assert refused.value.differences == ("plan.csv: is missing", "objective: found 1, expected 2")
    with pytest.raises(VerificationError, match="is missing"), told_together(["x: is missing"]):
        pass
