"""Whole jobs through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.pipeline.conftest import Command

RUN_FILES = {
    "manifest.json",
    "plan.parquet",
    "plan.csv",
    "qualifications.csv",
    "onboardings.csv",
    "curves.parquet",
    "scenarios.parquet",
    "strikes.parquet",
    "expected.parquet",
    "scorecard.json",
    "report.html",
    "report.xlsx",
    "solver.log",
    "break_even.csv",
    "strategies.csv",
}


def test_a_run_is_whole_verified_and_listed(ballast: Command, small: Path) -> None:
    """Proves: solve → verify → runs, with every file of the contract and a proof within the gap."""
    solved = ballast("solve", str(small), "--run", "first", "--json")
    assert solved.code == 0, solved.err
    manifest = json.loads(solved.out)
    assert {path.name for path in Path("results/first").iterdir()} == RUN_FILES
    assert manifest["status"] == "optimal"
    assert 0.0 <= manifest["gap"] <= 1e-4
    assert manifest["bound"] <= manifest["objective"]
    capital = manifest["resources"]["capital"]
    assert 0.95 * capital["limit"] <= capital["used"] <= capital["limit"]
    assert capital["price"] > 0.0
    checked = ballast("verify", "first", "--json")
    assert checked.code == 0, checked.err
    assert json.loads(checked.out)["objective"] == pytest.approx(manifest["objective"], rel=1e-9)
    listed = json.loads(ballast("runs", "--json").out)
    assert [run["run"] for run in listed] == ["first"]


def test_the_summary_says_what_a_planner_asks(once: Command, small: Path) -> None:
    """Proves: cost, proof, capital, tail, decisions, what binds and where the report is."""
    said = " ".join(once("solve", str(small), "--run", "one").out.split())
    for words in (
        "The plan costs",
        "Proven ",
        "of the 400,000 EUR budget",
        "CVaR",
        "Held back by",
        "Report:",
    ):
        assert words in said


def test_the_same_job_twice_gives_the_same_bytes(
    ballast: Command, small: Path, solved: Path
) -> None:
    """Proves: plan, curves, futures and strikes are equal byte for byte on a second run."""
    assert ballast("solve", str(small), "--run", "two").code == 0
    for file in sorted(RUN_FILES - {"manifest.json", "solver.log", "report.html", "report.xlsx"}):
        assert (solved / file).read_bytes() == Path("results/two", file).read_bytes()


@pytest.mark.usefixtures("solved")
def test_the_order_of_rows_does_not_matter(ballast: Command, small: Path) -> None:
    """Proves: every table shuffled, the plan is the same byte for byte."""
    for file in small.glob("*.csv"):
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        table.sample(frac=1.0, random_state=5).to_csv(file, index=False)
    assert ballast("solve", str(small), "--run", "two").code == 0
    assert Path("results/one/plan.csv").read_bytes() == Path("results/two/plan.csv").read_bytes()


MONEY = {
    "skus": (
        "unit_cost",
        "order_cost",
        "unit_margin",
        "expedite_cost",
        "goodwill_cost",
        "downtime_cost",
    ),
    "suppliers": ("onboarding_cost",),
    "sources": ("qualification_cost",),
}
DECISIONS = [
    "sku",
    "policy",
    "service_level",
    "reserve_days",
    "lot_days_min",
    "lot_factor",
    "alternates",
]


@pytest.mark.parametrize("exponent", [-6, 6])
def test_the_unit_of_money_does_not_matter(
    ballast: Command, small: Path, solved: Path, exponent: int
) -> None:
    """Proves: with all money × 10^k the decisions are the same and the cost is × 10^k."""
    cost = json.loads((solved / "manifest.json").read_text(encoding="utf-8"))["objective"]
    factor = 10.0**exponent
    for name, columns in MONEY.items():
        table = pd.read_csv(small / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in columns:
            amount = pd.to_numeric(table[column]) * factor
            table[column] = ["" if np.isnan(value) else repr(value) for value in amount]
        table.to_csv(small / f"{name}.csv", index=False)
    budget = repr(400_000 * factor)
    scaled = ballast("solve", str(small), "--run", "two", "--budget", budget, "--json")
    assert scaled.code == 0, scaled.err
    assert json.loads(scaled.out)["objective"] == pytest.approx(cost * factor, rel=1e-9)
    plans = [pd.read_parquet(f"results/{name}/plan.parquet") for name in ("one", "two")]
    pd.testing.assert_frame_equal(plans[0][DECISIONS], plans[1][DECISIONS])


def test_a_budget_below_the_least_possible_says_what_is_missing(
    ballast: Command, small: Path
) -> None:
    """Proves: exit 3 names the missing amount, that amount is enough, a cent less is not."""
    refused = ballast("solve", str(small), "--budget", "1000")
    assert refused.code == 3
    assert not any(Path("results").iterdir())
    least = refused.err.split(" to ")[-1].split(" EUR")[0].replace(",", "")
    assert ballast("solve", str(small), "--budget", least).code == 0
    below = f"{float(least) - 0.02:.2f}"
    assert ballast("solve", str(small), "--budget", below).code == 3


def test_limits_that_clash_are_told_together(ballast: Command, small: Path) -> None:
    """Proves: where no single limit is to blame, the repair names each of them."""
    words = ("--budget", "1000", "--set", "limits.storage=0.001")
    refused = ballast("solve", str(small), *words)
    assert refused.code == 3
    assert "together" in refused.err
    assert "capital" in refused.err
    assert "storage" in refused.err


def test_bad_input_is_told_whole_and_leaves_nothing_behind(ballast: Command, small: Path) -> None:
    """Proves: exit 2, every problem with file, row and column, and no results folder."""
    skus = pd.read_csv(small / "skus.csv", dtype=str, keep_default_na=False)
    skus.loc[2, "unit_cost"] = "-4"
    skus.loc[5, "demand_mean"] = "nan"
    skus.to_csv(small / "skus.csv", index=False)
    sources = pd.read_csv(small / "sources.csv", dtype=str, keep_default_na=False)
    sources.loc[0, "supplier"] = "Nobody & Sons"
    sources.to_csv(small / "sources.csv", index=False)
    refused = ballast("solve", str(small))
    assert refused.code == 2
    for place in ("skus.csv, row 4, unit_cost", "skus.csv, row 7, demand_mean", "Nobody & Sons"):
        assert place in refused.err
    assert "Traceback" not in refused.err
    assert not Path("results").exists()


@pytest.mark.usefixtures("solved")
def test_a_run_that_was_tampered_with_is_refused(ballast: Command) -> None:
    """Proves: one wrong number in the plan gives exit 5 and its place."""
    plan = pd.read_parquet("results/one/plan.parquet")
    plan.loc[3, "carrying"] += 1.0
    plan.to_parquet("results/one/plan.parquet")
    refused = ballast("verify", "one")
    assert refused.code == 5
    assert str(plan.loc[3, "sku"]) in refused.err


@pytest.mark.usefixtures("solved")
def test_an_existing_run_is_kept_unless_told(ballast: Command, small: Path) -> None:
    """Proves: a second run of a name is refused with the first one whole; --replace replaces it."""
    before = Path("results/one/plan.csv").read_bytes()
    again = ballast("solve", str(small), "--run", "one", "--budget", "500000")
    assert again.code == 2
    assert again.err.startswith("--run = "), "refused before any step of the work"
    assert Path("results/one/plan.csv").read_bytes() == before
    words = ("--run", "one", "--budget", "500000", "--replace")
    assert ballast("solve", str(small), *words).code == 0
    assert Path("results/one/plan.csv").read_bytes() != before


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
def test_every_measure_is_solved_and_reported(ballast: Command, small: Path, measure: str) -> None:
    """Proves: whatever is optimised, expected loss, VaR and CVaR are all reported."""
    words = ("--set", f"risk.measure={measure}", "--set", "scenarios.count=50")
    done = ballast("solve", str(small), "--json", "--set", "risk.level=0.9", *words)
    assert done.code == 0, done.err
    parts = json.loads(done.out)["components"]
    assert parts["expected_loss"] > 0.0
    assert 0.0 <= parts["var"] <= parts["cvar"] + 1e-9


def test_a_new_user_gets_from_init_to_a_plan(ballast: Command) -> None:
    """Proves: the template that `init` writes is checked and solved as it stands."""
    assert ballast("init", "mine").code == 0
    assert ballast("check", "mine").code == 0
    done = ballast("solve", "mine", "--json")
    assert done.code == 0, done.err


@pytest.mark.usefixtures("solved")
def test_a_plan_csv_is_a_plan_in_force(ballast: Command, small: Path) -> None:
    """Proves: a run's plan.csv, dropped in as plan.csv, makes re-solving change nothing."""
    (small / "plan.csv").write_bytes(Path("results/one/plan.csv").read_bytes())
    again = ballast("solve", str(small), "--json", "--set", "limits.changes=0")
    assert again.code == 0, again.err
    assert json.loads(again.out)["resources"]["changes"]["used"] == 0.0


def test_text_stays_text_to_the_last_file(ballast: Command, small: Path) -> None:
    """Proves: a SKU 00123, 1E10, NA or =1+1 is what it was, in the plan and in the report."""
    odd = ["00123", "1E10", "NA", "=1+1"]
    known = pd.read_csv(small / "skus.csv", dtype=str)["sku"]
    rename = dict(zip(known[:4], odd, strict=True))
    for path in small.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "sku" in table:
            table.assign(sku=table["sku"].replace(rename)).to_csv(path, index=False)
    done = ballast("solve", str(small), "--run", "one")
    assert done.code == 0, done.err
    plan = pd.read_parquet("results/one/plan.parquet")
    assert set(odd) <= set(plan["sku"])
    csv = pd.read_csv("results/one/plan.csv", dtype=str, keep_default_na=False)
    np.testing.assert_array_equal(csv["sku"].to_numpy(), plan["sku"].to_numpy())
