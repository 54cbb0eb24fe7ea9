"""A run folder reads back as it was written, or says what is wrong with it."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from optimizer.domain.run import RunTables
from optimizer.domain.settings import Settings
from optimizer.errors import BadInputError
from optimizer.store.manifest import read_manifest
from optimizer.store.run_folder import add_documents, read_run, write_run
from tests.support.runs import make_scorecard, make_tables, with_skus, with_stated

HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-2", "@SUM", "\tx", "\rx", 'a"b,c', "00123", "1E10", "NA"]
TABLES = (
    *("plan", "curves", "qualifications", "onboardings", "scenarios", "strikes", "expected"),
    *("break_even", "strategies"),
)


def write(results: Path, tables: RunTables, name: str = "one", **options: Any) -> Path:
    """Write a run with a scorecard and a page."""
    documents = {"report.html": "<p>page</p>"}
    return write_run(
        results, name, tables, scorecard=make_scorecard(), documents=documents, **options
    )


def test_every_table_reads_back_equal(tmp_path: Path) -> None:
    """Proves: nothing is lost or changed by a run folder, and it holds the files of MODEL 6."""
    tables = make_tables()
    folder = write(tmp_path, tables)
    again = read_run(folder)
    for name in TABLES:
        assert_frame_equal(getattr(again, name), getattr(tables, name), check_exact=True)
    assert again.manifest == with_stated(tables, files=again.manifest.files).manifest
    assert {path.name for path in folder.iterdir()} == {
        *("manifest.json", "plan.parquet", "plan.csv", "qualifications.csv", "onboardings.csv"),
        *("curves.parquet", "scenarios.parquet", "strikes.parquet", "expected.parquet"),
        *("scorecard.json", "report.html"),
        "break_even.csv",
        "strategies.csv",
    }


def test_documents_are_added_and_everything_else_stays(tmp_path: Path) -> None:
    """Proves: a run gains or renews a file and loses none."""
    folder = write(tmp_path, make_tables())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    add_documents(folder, {"simulation.json": b"{}", "report.html": "<p>new</p>"})
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    added = {"simulation.json": b"{}", "report.html": b"<p>new</p>"}
    assert after == before | added | {"manifest.json": after["manifest.json"]}
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_tables_without_rows_read_back(tmp_path: Path) -> None:
    """Proves: a plan that qualifies nothing keeps the columns and types of its empty tables."""
    tables = make_tables()
    empty = replace(
        tables, qualifications=tables.qualifications.head(0), onboardings=tables.onboardings.head(0)
    )
    again = read_run(write(tmp_path, empty))
    assert list(again.qualifications.columns) == ["sku", "supplier", "cost"]
    assert again.onboardings["cost"].dtype == "float64"
    assert len(again.onboardings) == 0


def test_csv_numbers_read_back_to_the_same_float(tmp_path: Path) -> None:
    """Proves: plan.csv holds the shortest digits that give the float64 back, 0.1 + 0.2 included."""
    tables = make_tables(n_skus=5)
    numbers = [0.1 + 0.2, 1e-300, math.inf, 1.0 / 3.0, 5e15 + 1.0]
    plan = tables.plan.assign(cover_days=numbers)
    folder = write(tmp_path, replace(tables, plan=plan))
    with (folder / "plan.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["cover_days"]) for row in rows] == numbers
    assert read_run(folder).plan["cover_days"].tolist() == numbers


def test_text_stays_as_given(tmp_path: Path) -> None:
    """Proves: SKUs that look like formulas, numbers or gaps keep their name in both formats."""
    folder = write(tmp_path, with_skus(make_tables(), HOSTILE))
    with (folder / "plan.csv").open(newline="", encoding="utf-8") as file:
        written = [row["sku"] for row in csv.DictReader(file)]
    assert written[: len(HOSTILE)] == HOSTILE
    assert read_run(folder).plan["sku"].tolist()[: len(HOSTILE)] == HOSTILE


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    """Proves: no clock, host or version of pandas leaks into the files."""
    one, two = (write(tmp_path, make_tables(), name) for name in ("one", "two"))
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes(), path.name


@pytest.mark.parametrize("file", ["plan.parquet", "curves.parquet", "strikes.parquet"])
def test_a_flipped_bit_is_found(tmp_path: Path, file: str) -> None:
    """
    Proves: pages carry checksums and they are verified.

    Without verification about two in three flipped bits of plan.parquet change it silently.
    """
    folder = write(tmp_path, make_tables(n_skus=200, n_scenarios=200))
    content = bytearray((folder / file).read_bytes())
    content[40] ^= 0x10
    (folder / file).write_bytes(content)
    with pytest.raises(BadInputError, match=f"{file}.*damaged"):
        read_run(folder)


@pytest.mark.parametrize(
    "file", ["plan.parquet", "qualifications.csv", "onboardings.csv", "expected.parquet"]
)
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    """Proves: a partial copy of a run is refused by name, not by a traceback."""
    folder = write(tmp_path, make_tables())
    (folder / file).unlink()
    with pytest.raises(BadInputError, match=f"^one/{file}: this file of the run is missing"):
        read_run(folder)


def test_a_plan_without_a_column_is_refused(tmp_path: Path) -> None:
    """Proves: a table that reads but is not MODEL 6's is named with what it lacks."""
    tables = make_tables()
    folder = write(tmp_path, replace(tables, plan=tables.plan.drop(columns="lot_days")))
    with pytest.raises(BadInputError, match=r"plan\.parquet.*no column lot_days"):
        read_run(folder)


def test_a_truncated_manifest_is_refused(tmp_path: Path) -> None:
    """Proves: half a manifest is damage, and a folder without one is not a run."""
    folder = write(tmp_path, make_tables())
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text[: len(text) // 2])
    with pytest.raises(BadInputError, match=r"manifest\.json.*damaged"):
        read_run(folder)
    with pytest.raises(BadInputError, match="not a run folder"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("written", "told"),
    [({"ballast": "0.1.0"}, "Ballast 0.1.0 wrote this run"), ({"format": 3}, "of unknown version")],
)
def test_a_run_of_another_format_is_refused_by_its_writer(
    tmp_path: Path, written: dict[str, Any], told: str
) -> None:
    """Proves: a run without format 2 is told by the version that wrote it, not as damage."""
    folder = write(tmp_path, make_tables())
    (folder / "manifest.json").write_text(json.dumps(written))
    with pytest.raises(BadInputError, match=f"{told}.*solve again"):
        read_run(folder)


def test_nan_never_reaches_json(tmp_path: Path) -> None:
    """Proves: a manifest with a number no strict JSON reader accepts is not written at all."""
    with pytest.raises(ValueError, match="objective"):
        make_tables(objective=math.nan)
    lost = make_tables().manifest.model_copy(update={"objective": math.nan})
    with pytest.raises(ValueError, match="JSON compliant"):
        write(tmp_path, replace(make_tables(), manifest=lost))
    scorecard = make_scorecard() | {"cost": math.inf}
    with pytest.raises(ValueError, match="JSON compliant"):
        write_run(tmp_path, "one", make_tables(), scorecard=scorecard, documents={})
    assert list(tmp_path.iterdir()) == []


def test_json_is_readable_by_the_letter(tmp_path: Path) -> None:
    """Proves: manifest and scorecard parse with constants forbidden."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    folder = write(tmp_path, make_tables())
    for file in ("manifest.json", "scorecard.json"):
        assert json.loads((folder / file).read_text(), parse_constant=refuse)


def test_the_manifest_is_written_as_it_always_was(tmp_path: Path) -> None:
    """
    Proves: keys in one order, the hashes last; a moment as a text with its offset, as it was given,
    and `auto` resolved.

    Sensitivity: by itself pydantic writes ``Z`` for an offset of none.
    """
    tables = make_tables(created="2026-11-22T08:15:00+00:00", left_out=["strategies"])
    written = json.loads((write(tmp_path, tables) / "manifest.json").read_text())
    assert list(written) == [
        *("run", "command", "created", "overrides", "portfolio", "ballast", "versions"),
        *("seconds", "peak_memory_mb", "parent", "plan_of", "left_out", "set_aside"),
        *("format", "status", "stopped_by"),
        *("objective", "expected_cost", "risk_charge", "bound", "gap"),
        *(
            "catalogue_gap",
            "forecast",
            "components",
            "resources",
            "stock_on_hand",
            "settings",
            "seed",
            "sampling",
            "inputs",
            "method",
        ),
        *("method_reason", "files"),
    ]
    assert list(written["components"]) == [
        *("carrying", "ordering", "purchasing", "routine_stockout", "qualification"),
        *("onboarding", "expected_loss", "var", "cvar"),
    ]
    assert list(written["resources"]["capital"]) == ["used", "limit", "price", "price_expected"]
    assert written["created"] == "2026-11-22T08:15:00+00:00"
    assert (written["left_out"], written["settings"]["scenarios"]["count"]) == (["strategies"], 300)


def test_pandas_needs_no_help_to_read_the_plan(tmp_path: Path) -> None:
    """Proves: plan.parquet is an ordinary table, its text text and its numbers float64."""
    plan = pd.read_parquet(write(tmp_path, make_tables()) / "plan.parquet")
    assert plan["sku"].dtype == "str"
    assert plan["capital"].dtype == "float64"


def test_a_manifest_of_before_says_nothing_of_expected_cost(tmp_path: Path) -> None:
    """Proves: a run whose resources have no `price_expected` is read, the part not known."""
    file = write(tmp_path, make_tables()) / "manifest.json"
    stated = json.loads(file.read_text())
    del stated["resources"]["capital"]["price_expected"]
    file.write_text(json.dumps(stated))
    assert read_manifest(file).resources["capital"].price_expected is None


def test_settings_of_before_have_no_floors_and_no_review(tmp_path: Path) -> None:
    """Proves: a run made before these were settings is read with their defaults, and no others."""
    file = write(tmp_path, make_tables()) / "manifest.json"
    stated = json.loads(file.read_text())
    del stated["settings"]["review"]
    del stated["settings"]["limits"]["service"], stated["settings"]["limits"]["tts_covers_ttr"]
    file.write_text(json.dumps(stated))
    settings = read_manifest(file).settings
    assert (settings.limits.service, settings.limits.tts_covers_ttr) == ((), None)
    assert settings.review == Settings().review
    del stated["settings"]["limits"]["storage"]
    file.write_text(json.dumps(stated))
    with pytest.raises(ValueError, match="storage: is missing"):
        read_manifest(file)
