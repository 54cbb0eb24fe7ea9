"""A run is opened again from the inputs it was made from, whatever has become of them since."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.pipeline.conftest import Command

QUICK = ("--set", "scenarios.count=50", "--set", "risk.measure=cvar", "--set", "solver.gap=0.02")


def change_a_price(folder: Path) -> None:
    """Let the tables move on: every unit cost is another, so no cost of an old plan is right."""
    skus = pd.read_csv(folder / "skus.csv", dtype=str, keep_default_na=False)
    skus["unit_cost"] = (pd.to_numeric(skus["unit_cost"]) * 3.0).astype(str)
    skus.to_csv(folder / "skus.csv", index=False)


def test_a_run_is_verified_on_its_own_inputs_when_the_tables_have_moved_on(
    ballast: Command, once: Command, small: Path
) -> None:
    """
    Proves: with other prices in the tables `verify` passes and says that the portfolio has moved
    on; a run made now is of the new ones.

    Sensitivity: read from the tables as they are, every cost would be off threefold.
    """
    assert once("solve", str(small), "--run", "one", *QUICK).code == 0
    before = ballast("verify", "one")
    assert before.code == 0, before.err
    assert "have changed or gone" not in before.err
    change_a_price(small)
    after = ballast("verify", "one")
    assert after.code == 0, after.err
    assert "skus.csv has changed or gone since this run" in after.err
    assert after.out == before.out
    sku = pd.read_parquet("results/one/plan.parquet")["sku"].iloc[0]
    assert ballast("explain", "one", sku).code == 0
    assert ballast("solve", str(small), "--run", "two", "--budget", "2000000", *QUICK).code == 0
    costs = [json.loads(Path(f"results/{run}/manifest.json").read_text()) for run in ("one", "two")]
    assert costs[1]["components"]["carrying"] > costs[0]["components"]["carrying"]
    assert ballast("verify", "two").code == 0


@pytest.mark.parametrize("moved", ["results alone", "both together"])
def test_a_run_is_verified_wherever_its_results_folder_is(
    ballast: Command, once: Command, small: Path, moved: str
) -> None:
    """Proves: the results folder moved, with or without the portfolio beside it, verifies."""
    assert once("solve", str(small), "--run", "one", *QUICK).code == 0
    stated = json.loads(Path("results/one/manifest.json").read_text())["portfolio"]
    assert stated == "../small"
    Path("elsewhere").mkdir()
    shutil.move("results", "elsewhere/results")
    if moved == "both together":
        shutil.move(str(small), "elsewhere/small")
    else:
        shutil.rmtree(small)
    done = ballast("verify", "one", "--results", "elsewhere/results")
    assert done.code == 0, done.err
    assert ("have changed or gone" in done.err) == (moved == "results alone")


def test_a_damaged_copy_is_found_and_the_original_stands_in(
    ballast: Command, once: Command, small: Path
) -> None:
    """
    Proves: a changed byte in a copy never reaches a run: the original serves while it is the same,
    then the run is refused with both places and the remedy.
    """
    assert once("solve", str(small), "--run", "one", *QUICK).code == 0
    inputs = json.loads(Path("results/one/manifest.json").read_text())["inputs"]
    copy = Path("results/.inputs", f"{inputs['skus.csv']}.csv")
    copy.write_bytes(copy.read_bytes().replace(b"1", b"2", 1))
    assert ballast("verify", "one").code == 0
    change_a_price(small)
    refused = ballast("verify", "one")
    assert refused.code == 2
    assert copy.name in refused.err
    assert "small/skus.csv has changed since" in refused.err
    assert "solve again" in refused.err


def test_all_runs_of_a_store_share_their_copies(
    ballast: Command, once: Command, small: Path
) -> None:
    """Proves: runs, points of a frontier and what-ifs add no copy, and none is in the list."""
    assert once("solve", str(small), "--run", "one", *QUICK).code == 0
    kept = sorted(path.name for path in Path("results/.inputs").iterdir())
    inputs = json.loads(Path("results/one/manifest.json").read_text())["inputs"]
    assert len(kept) == len(set(inputs.values()))
    budgets = ("--budgets", "300000:500000:2", "--run", "range")
    assert ballast("frontier", str(small), *budgets, *QUICK).code == 0
    Path("worlds.csv").write_text("name,risk.weight\ncareful,0.4\n")
    words = ("worlds.csv", "--run", "worlds")
    assert ballast("what-if", str(small), *words, *QUICK).code == 0
    assert sorted(path.name for path in Path("results/.inputs").iterdir()) == kept
    listed = {run["run"] for run in json.loads(ballast("runs", "--json").out)}
    assert listed == {
        *("one", "range", "range-01", "range-02", "range-03"),
        *("worlds", "worlds-base", "worlds-careful"),
    }
    change_a_price(small)
    for run in ("range-02", "worlds-careful"):
        assert ballast("verify", run).code == 0


def test_a_workbook_is_kept_too(ballast: Command, small: Path) -> None:
    """Proves: a portfolio in a workbook with its settings beside it is opened again without it."""
    Path("books").mkdir()
    book = Path("books/mine.xlsx")
    with pd.ExcelWriter(book) as sheets:
        for path in sorted(small.glob("*.csv")):
            table = pd.read_csv(path)
            table.to_excel(sheets, sheet_name=path.stem, index=False)
    shutil.copy(small / "portfolio.toml", "books/portfolio.toml")
    assert ballast("solve", str(book), "--run", "one", *QUICK).code == 0
    shutil.rmtree("books")
    done = ballast("verify", "one")
    assert done.code == 0, done.err
    assert "mine.xlsx, portfolio.toml have changed or gone" in done.err
