"""Inputs are kept by content, once a store, and found again wherever they are."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.errors import BadInputError
from optimizer.store.inputs import (
    KEPT,
    held_inputs,
    is_database,
    kept_file,
    kept_inputs,
    moved_on,
    source_of,
    stated_source,
)
from tests.support.portfolios import make_portfolio

TEXTS = {"skus.csv": "sku\nA\n", "portfolio.toml": 'currency = "EUR"\n'}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_from(source: Path, texts: dict[str, str] = TEXTS) -> Portfolio:
    """Build a portfolio that was read from files of these texts."""
    any_one = make_portfolio([{"sku": "A"}], [{"sku": 0, "supplier": 0}])
    inputs = {file: sha256(text) for file, text in texts.items()}
    return replace(any_one, source=str(source), inputs=inputs)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files of `TEXTS`."""
    made = tmp_path / "mine"
    made.mkdir()
    for file, text in TEXTS.items():
        (made / file).write_text(text)
    return made


def keep_inputs(results: Path, portfolio: Portfolio) -> None:
    """Keep the inputs of a portfolio, as a run that is written does."""
    with held_inputs(results, portfolio) as keep:
        keep()
        keep()


def held(results: Path) -> dict[str, str]:
    """Return what is kept, by name."""
    return {path.name: path.read_text() for path in (results / KEPT).iterdir()}


def laid_out(results: Path, portfolio: Portfolio, source: Path) -> dict[str, str]:
    """Return the files of a portfolio as it is opened again."""
    with kept_inputs(results, portfolio.inputs, source) as folder:
        return {path.name: path.read_text() for path in folder.iterdir()}


def test_copies_are_named_by_content_and_made_once(tmp_path: Path, folder: Path) -> None:
    """
    Proves: the name is the SHA-256, the suffix the file's; a second run adds nothing, a changed
    table one file more, and nothing temporary remains.
    """
    results, portfolio = tmp_path / "results", read_from(folder)
    keep_inputs(results, portfolio)
    names = {f"{sha256(TEXTS['skus.csv'])}.csv", f"{sha256(TEXTS['portfolio.toml'])}.toml"}
    assert set(held(results)) == names
    before = {path: path.stat().st_mtime_ns for path in (results / KEPT).iterdir()}
    keep_inputs(results, portfolio)
    assert {path: path.stat().st_mtime_ns for path in (results / KEPT).iterdir()} == before
    (folder / "skus.csv").write_text("sku\nB\n")
    keep_inputs(results, read_from(folder, {**TEXTS, "skus.csv": "sku\nB\n"}))
    assert len(held(results)) == 3
    assert [path.name for path in results.iterdir()] == [KEPT]


def test_what_is_kept_needs_no_original(tmp_path: Path, folder: Path) -> None:
    """Proves: with all copies there, a run can be made and opened though the folder is gone."""
    results, portfolio = tmp_path / "results", read_from(folder)
    keep_inputs(results, portfolio)
    shutil.rmtree(folder)
    keep_inputs(results, portfolio)
    assert laid_out(results, portfolio, folder) == TEXTS


def test_a_file_that_changed_since_it_was_read_is_refused(tmp_path: Path, folder: Path) -> None:
    """Proves: every file that is not what was read is named before any work, and not kept."""
    (folder / "skus.csv").write_text("sku\nB\n")
    (folder / "portfolio.toml").unlink()
    results = tmp_path / "results"
    with pytest.raises(BadInputError) as refused:
        keep_inputs(results, read_from(folder))
    told = str(refused.value)
    assert "skus.csv: has changed since it was read" in told
    assert "portfolio.toml: cannot be copied to the results folder" in told
    assert not (results / KEPT).exists()


def test_without_a_run_nothing_is_kept(tmp_path: Path, folder: Path) -> None:
    """
    Proves: what is read is safe from the start, also from changes while a plan is searched, and
    nothing remains where there is none.
    """
    results, portfolio = tmp_path / "results", read_from(folder)
    with held_inputs(results, portfolio) as keep:
        assert not (results / KEPT).exists()
        (folder / "skus.csv").write_text("sku\nB\n")
    assert list(results.iterdir()) == []
    (folder / "skus.csv").write_text(TEXTS["skus.csv"])
    with held_inputs(results, portfolio) as keep:
        (folder / "skus.csv").write_text("sku\nB\n")
        keep()
    assert laid_out(results, portfolio, tmp_path / "gone") == TEXTS


def test_a_damaged_copy_is_renewed_by_the_next_run(tmp_path: Path, folder: Path) -> None:
    """Proves: a copy is trusted for its content, not for its name."""
    results, portfolio = tmp_path / "results", read_from(folder)
    keep_inputs(results, portfolio)
    kept_file(results, "skus.csv", portfolio.inputs["skus.csv"]).write_text("sk")
    keep_inputs(results, portfolio)
    assert laid_out(results, portfolio, tmp_path / "gone") == TEXTS


@pytest.mark.parametrize("harm", ["damaged", "missing"])
def test_the_original_stands_in_for_a_copy(tmp_path: Path, folder: Path, harm: str) -> None:
    """
    Proves: without its copy the original serves while it is the same, and is refused when not,
    naming copy, original, and what to do.
    """
    results, portfolio = tmp_path / "results", read_from(folder)
    keep_inputs(results, portfolio)
    copy = kept_file(results, "skus.csv", portfolio.inputs["skus.csv"])
    if harm == "damaged":
        copy.write_text("sku\nC\n")
    else:
        copy.unlink()
    assert laid_out(results, portfolio, folder) == TEXTS
    (folder / "skus.csv").write_text("sku\nB\n")
    with pytest.raises(BadInputError) as refused:
        laid_out(results, portfolio, folder)
    [problem] = refused.value.problems
    assert problem.file == str(copy)
    assert f"skus.csv is {harm}" in problem.rule
    assert f"{folder / 'skus.csv'} has changed since" in problem.rule
    shutil.rmtree(folder)
    with pytest.raises(BadInputError, match=r"skus\.csv is gone"):
        laid_out(results, portfolio, folder)


def test_a_workbook_is_laid_out_with_its_settings_beside_it(tmp_path: Path) -> None:
    """Proves: the path yielded is the workbook's, under its own name, portfolio.toml beside it."""
    texts = {"book.xlsx": "cells", "portfolio.toml": "max_alternates = 0\n"}
    for file, text in texts.items():
        (tmp_path / file).write_text(text)
    results, portfolio = tmp_path / "results", read_from(tmp_path / "book.xlsx", texts)
    keep_inputs(results, portfolio)
    (tmp_path / "book.xlsx").unlink()
    with kept_inputs(results, portfolio.inputs, tmp_path / "book.xlsx") as path:
        assert path.name == "book.xlsx"
        assert path.read_text() == "cells"
        assert (path.parent / "portfolio.toml").read_text() == texts["portfolio.toml"]
    assert moved_on(portfolio.inputs, tmp_path / "book.xlsx") == ["book.xlsx"]


def test_names_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    """Proves: a manifest cannot have a link made outside the folder that a run is opened in."""
    with (
        pytest.raises(BadInputError, match="not the name of a file"),
        kept_inputs(tmp_path, {"../../x.csv": "0" * 64}, tmp_path),
    ):
        pass
    with pytest.raises(BadInputError, match="in memory"), kept_inputs(tmp_path, {}, tmp_path):
        pass


def test_the_path_is_relative_where_both_can_move_together(tmp_path: Path) -> None:
    """
    Proves: beside the results, above them, and in a tree of its own; the name is always the last
    part, also of the folder that the results are in, which a plain relative path would call "..".
    """
    home, results = tmp_path / "home", tmp_path / "home" / "results"
    results.mkdir(parents=True)
    assert stated_source(str(home / "data" / "mine"), results) == "../data/mine"
    assert stated_source(str(home), results) == "../../home"
    assert stated_source("/elsewhere/mine", results) == "/elsewhere/mine"
    for stated in ("../data/mine", "../../home", "/elsewhere/mine"):
        assert stated_source(str(source_of(stated, results)), results) == stated


ADDRESS = "postgresql://ann:secret@host/shop?schema=erp"
SHOWN = "postgresql://ann@host/shop?schema=erp"


def test_an_address_is_stated_whole_but_for_its_password(tmp_path: Path) -> None:
    """Proves: no slash is lost, no folder is put before it, and no password is written."""
    assert stated_source(ADDRESS, tmp_path) == SHOWN
    assert source_of(SHOWN, tmp_path) == SHOWN
    assert stated_source(source_of(SHOWN, tmp_path), tmp_path / "other") == SHOWN


@pytest.mark.parametrize("where", ["address", "file"])
def test_the_tables_of_a_database_are_kept_and_never_looked_for_there(
    folder: Path, tmp_path: Path, where: str
) -> None:
    """
    Proves: copies are made of the files that the tables were written to; a copy that is lost is
    told, since a database has no such file, and a results folder without them says what to do.
    """
    file = tmp_path / "shop.db"
    file.write_bytes(b"SQLite format 3\0")
    source = SHOWN if where == "address" else str(file)
    elsewhere = {name: folder / name for name in TEXTS}
    portfolio = replace(read_from(folder), source=source, elsewhere=elsewhere)
    results = tmp_path / "results"
    results.mkdir()
    keep_inputs(results, portfolio)
    assert sorted(held(results).values()) == sorted(TEXTS.values())
    assert is_database(source)
    with kept_inputs(results, portfolio.inputs, source) as kept:
        assert {path.name: path.read_text() for path in kept.iterdir()} == TEXTS
    kept_file(results, "skus.csv", portfolio.inputs["skus.csv"]).unlink()
    lost = "skus.csv is missing, and a database keeps no other. Restore it, or solve again."
    with (
        pytest.raises(BadInputError, match=lost),
        kept_inputs(results, portfolio.inputs, source),
    ):
        pass
    with (
        pytest.raises(BadInputError, match="is not kept in this results folder"),
        held_inputs(results, replace(portfolio, elsewhere={})),
    ):
        pass
