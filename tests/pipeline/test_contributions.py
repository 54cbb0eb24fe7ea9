"""`ballast contributions`: the tail of a run taken apart, added to its folder."""

from __future__ import annotations

import json
import math
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import optimizer
from optimizer.store.seal import changed_files
from tests.pipeline.conftest import Command


def test_a_runs_tail_taken_apart(ballast: Command, solved: Path) -> None:
    """
    Proves: rows add up to the run's own expected loss, VaR and CVaR to a billionth, by SKU to what
    the plan states; page, workbook and table are part of the run, which still verifies.
    """
    done = ballast("contributions", "one")
    assert done.code == 0, done.err
    rows = pd.read_parquet(solved / "contributions.parquet")
    stated = json.loads((solved / "manifest.json").read_text("utf-8"))["components"]
    for name in ("expected_loss", "var", "cvar"):
        assert math.fsum(rows[name]) == pytest.approx(stated[name], rel=1e-9)
    plan = pd.read_parquet(solved / "plan.parquet").set_index("sku")
    by_sku = rows.groupby("sku")[["expected_loss", "cvar"]].sum().reindex(plan.index).fillna(0.0)
    assert by_sku["cvar"].to_numpy() == pytest.approx(plan["tail_contribution"], abs=1e-6)
    assert by_sku["expected_loss"].to_numpy() == pytest.approx(plan["expected_loss"], abs=1e-6)
    book = openpyxl.load_workbook(solved / "contributions.xlsx")
    assert {"By hazard", "By SKU", "Bad futures"} <= set(book.sheetnames)
    assert "Bad futures, day by day" in (solved / "contributions.html").read_text("utf-8")
    assert changed_files(solved) == []
    assert ballast("verify", "one").code == 0


def test_every_dimension_has_the_whole(ballast: Command, solved: Path) -> None:
    """Proves: --json and Python say the same; each dimension adds up to the total."""
    said = json.loads(ballast("contributions", "one", "--json").out)
    found = optimizer.contributions(solved)
    for name, rows in said["by"].items():
        assert math.fsum(row["cvar"] for row in rows) == pytest.approx(said["total"]["cvar"])
        assert [row[name] for row in rows] == found.by(name)[name].tolist()
    for story in said["worst_futures"]:
        assert math.fsum(story["by_day"]) == pytest.approx(story["loss"])


def test_a_run_of_other_futures_is_refused(ballast: Command, solved: Path) -> None:
    """Proves: losses that are not those of the run's own futures are never taken apart."""
    scenarios = pd.read_parquet(solved / "scenarios.parquet")
    scenarios.assign(probability=scenarios["probability"][::-1].to_numpy() * 1.0).to_parquet(
        solved / "scenarios.parquet"
    )
    strikes = pd.read_parquet(solved / "strikes.parquet")
    strikes.assign(days=strikes["days"] + 1).to_parquet(solved / "strikes.parquet")
    done = ballast("contributions", "one")
    assert done.code == 2
    assert "its futures are not those that this version draws" in done.err
