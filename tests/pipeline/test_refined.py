"""Whole jobs with refined levels: proven, verified, explained, and planned on again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from optimizer.options.fine import LOT_FACTORS
from tests.pipeline.conftest import Command

REFINED = ("--set", "catalogue.refine=true")


@pytest.fixture
def refined(once: Command, small: Path) -> Path:
    """Return the small sample solved to finer levels, in the folder that `ballast` runs in."""
    done = once("solve", str(small), "--run", "fine", *REFINED)
    assert done.code == 0, done.err
    return Path("results/fine")


def test_finer_levels_cost_less_and_are_proven_once_more(
    ballast: Command, solved: Path, refined: Path
) -> None:
    """
    Proves: with finer levels the plan costs less than with those listed, the run says what others
    could still save, and `verify` proves that by a pass of its own.

    What the exact search proves of the options offered, beyond their prices, it does not prove of
    finer ones: the gap stated here is greater than the setting asks.
    """
    coarse, fine = (
        json.loads((run / "manifest.json").read_text(encoding="utf-8")) for run in (solved, refined)
    )
    assert coarse["catalogue_gap"] is None
    assert fine["objective"] < coarse["objective"]
    assert fine["settings"]["catalogue"]["gap"] < fine["catalogue_gap"] < 0.01
    plan = pd.read_parquet(refined / "plan.parquet")
    assert set(plan["lot_factor"]) <= set(LOT_FACTORS)
    assert (plan["lot_factor"] != 1.0).any()
    stated = json.loads(ballast("verify", "fine", "--json").out)
    left = fine["catalogue_gap"] * fine["objective"]
    assert stated["bound"] == pytest.approx(fine["bound"] - left)
    assert stated["proven_bound"] == pytest.approx(stated["bound"], rel=1e-4)
    assert stated["proven_bound"] <= stated["bound"]


def test_a_fine_design_is_explained_and_kept_where_nothing_may_change(
    ballast: Command, small: Path, refined: Path
) -> None:
    """
    Proves: a SKU whose design the policies do not list is explained as one of its choices, and as
    the plan in force it can be kept: no change is allowed, and the plan costs the same.
    """
    plan = pd.read_parquet(refined / "plan.parquet")
    sku = plan.loc[plan["lot_factor"] != 1.0, "sku"].iloc[0]
    told = ballast("explain", "fine", sku, "--json")
    assert told.code == 0, told.err
    assert "×" in json.loads(told.out)["chosen"]["option"]
    shutil.copy(refined / "plan.csv", small / "plan.csv")
    kept = ("--run", "kept", "--set", "limits.changes=0", *REFINED)
    done = ballast("solve", str(small), *kept, "--json")
    assert done.code == 0, done.err
    again = json.loads(done.out)
    assert again["resources"]["changes"]["used"] == 0.0
    columns = ["sku", "policy", "service_level", "reserve_days", "lot_factor", "alternates"]
    now = pd.read_parquet("results/kept/plan.parquet")
    pd.testing.assert_frame_equal(now[columns], plan[columns])


def test_every_budget_is_refined_and_forecast(ballast: Command, small: Path) -> None:
    """
    Proves: each point of a frontier says what finer levels could save and what fresh futures make
    of its cost, in the table, too; its run verifies.
    """
    done = ballast(
        "frontier", str(small), "--budgets", "350k:450k:2", "--run", "f", "--json", *REFINED
    )
    assert done.code == 0, done.err
    points = json.loads(done.out)
    table = pd.read_csv("results/f/frontier.csv")
    for point, row in zip(points, table.itertuples(), strict=True):
        assert 0.0 <= point["catalogue_gap"] <= 5e-3
        assert point["forecast_low"] <= point["forecast"] <= point["forecast_high"]
        assert point["forecast"] == pytest.approx(point["objective"], rel=0.1)
        assert row.forecast == point["forecast"]
    assert ballast("verify", "f-01").code == 0
