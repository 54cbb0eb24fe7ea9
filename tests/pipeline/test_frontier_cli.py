"""`ballast frontier` from the command line: points, files, and what is refused."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from optimizer.domain.scenario import NODES
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio
from optimizer.jobs.about import Request
from optimizer.jobs.frontier import frontier
from tests.pipeline.conftest import Command

QUICK = ("--set", "solver.gap=1e-2", "--set", "scenarios.count=60")
RANGE = ("--budgets", "1000:700000:4", "--run", "f")


def test_a_frontier_is_runs_and_a_folder(ballast: Command, once: Command, small: Path) -> None:
    """
    Proves: each point is a run that verifies and names its frontier, costs never rise, budgets
    below the least possible are points with what is missing, the portfolio's own budget is a point
    more and marked, today's plan costs more than the plan of less capital, and the folder says so.
    """
    assert once("frontier", str(small), *RANGE, *QUICK).code == 0
    written = json.loads(Path("results/f/frontier.json").read_text(encoding="utf-8"))
    points, today = written["points"], written["today"]
    short, *solved = points
    assert short["objective"] is None
    assert short["run"] is None
    assert 0.0 < short["missing"] < 233_000.0
    costs = [point["objective"] for point in solved]
    assert costs == sorted(costs, reverse=True)
    for point in solved:
        assert point["gap"] <= 1e-2
        assert point["bound"] <= point["objective"]
        assert point["capital_used"] <= point["budget"] * (1.0 + 1e-9)
    assert [point["run"] for point in solved] == ["f-02", "f-03", "f-04", "f-05"]
    assert [point["budget"] for point in points] == [1e3, 234e3, 400e3, 467e3, 700e3]
    assert [point["own_budget"] for point in points] == [False, False, True, False, False]
    best = [point for point in solved if point["budget"] <= today["capital"]][-1]
    assert today["objective"] > best["objective"]
    assert today["objective"] == today["expected_cost"] + today["risk_charge"]
    assert ballast("verify", "f-03").code == 0
    manifest = json.loads(Path("results/f-03/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["parent"], manifest["objective"]) == ("f", solved[1]["objective"])
    assert manifest["settings"]["budget"]["capital"] == solved[1]["budget"]
    parent, *listed = json.loads(ballast("runs", "--json").out)
    assert (parent["run"], parent["kind"], parent["plans"]) == ("f", "frontier", 5)
    assert [(run["run"], run["parent"]) for run in listed] == [
        *(("f-02", "f"), ("f-03", "f"), ("f-04", "f"), ("f-05", "f")),
    ]
    table = pd.read_csv("results/f/next_money.csv")
    step = table[
        (table["budget"] == solved[0]["budget"]) & (table["to_budget"] == solved[1]["budget"])
    ]
    assert step["saving"].sum() == pytest.approx(costs[0] - costs[1], rel=1e-6)


def test_a_nested_frontier_gives_nothing_back(ballast: Command, small: Path) -> None:
    """
    Proves: with --nested no SKU of a larger budget loses more to an outage of a year, or has an
    alternate less; what that costs stands in the points (0 where it is nothing, no 1e-10), and the
    bound is one of all plans, so the runs verify.
    """
    done = ballast(
        "frontier", str(small), "--budgets", "300000:900000:4", "--run", "n", "--nested", "--json",
        *QUICK,
    )  # fmt: skip
    assert done.code == 0
    points = json.loads(done.out)
    written = json.loads(Path("results/n/frontier.json").read_text(encoding="utf-8"))
    assert written["points"] == points
    plans = [pd.read_parquet(f"results/{point['run']}/plan.parquet") for point in points]
    curves = [pd.read_parquet(f"results/{point['run']}/curves.parquet") for point in points]
    for low, high in pairwise(curves):
        of_a_year = low["node"] == NODES[-1]
        assert (high["loss"] <= low["loss"] * (1.0 + 1e-11))[of_a_year].all()
    for low, high in pairwise(plans):
        for had, has in zip(low["alternates"], high["alternates"], strict=True):
            assert set(had.split(";")) - {""} <= set(has.split(";"))
    costs = [point["nesting_cost"] for point in points]
    assert all(cost == 0.0 or cost > 1.0 for cost in costs)
    assert any(costs)
    assert all(ballast("verify", point["run"]).code == 0 for point in points)


def test_the_table_is_in_plain_words(ballast: Command, once: Command, small: Path) -> None:
    """Proves: the terminal shows every budget with units, the knee, and what money buys next."""
    done = once("frontier", str(small), *RANGE, *QUICK)
    assert done.code == 0
    for words in (
        "1,000 EUR",
        "234,000 EUR",
        "700,000 EUR",
        "Next best money",
        "every step up to 700,000 EUR earns at least that",
        "Today's plan ties up",
        "What a cut gives up",
        "VaR",
    ):
        assert words in done.out
    again = ballast("frontier", str(small), *RANGE)
    assert (again.code, "exists already" in again.err) == (2, True)
    assert "--replace" not in again.err


@pytest.mark.parametrize(
    ("budgets", "remedy"),
    [
        ("900:100:5", "Write 100:900:5"),
        ("900:900:5", "the same budget"),
        ("100:900:1", "COUNT must be 2"),
        ("100:900:0", "COUNT must be 2"),
        ("100:900", "LOW:HIGH:COUNT"),
        ("a:b:c", "LOW:HIGH:COUNT"),
        ("nan:900:4", "LOW:HIGH:COUNT"),
        ("-5:900:4", "LOW:HIGH:COUNT"),
        ("100:inf:4", "LOW:HIGH:COUNT"),
        ("100:900:2.5", "LOW:HIGH:COUNT"),
        ("2.1M:900k:5", "Write 900000:2100000:5"),
        ("900k:2,1M:5", "no commas, and a point only before decimals"),
        ("1.500:2.1M:5", "It can be read as 1500 or as 1.5"),
        ("today±9M:5", "Today's plan ties up"),
        ("today±0:3", "LOW must be below HIGH"),
        ("today±100k:1", "COUNT must be 2"),
        ("today+1M:today-1M:5", "Write today±1M:5"),
        ("600k:today:3", "LOW must be below HIGH"),
        ("tomorrow±1M:5", "today±1M:5"),
    ],
)
def test_bad_budgets_are_refused(ballast: Command, small: Path, budgets: str, remedy: str) -> None:
    """Proves: what does not ascend or does not read ends with 2 and says how it reads right."""
    refused = ballast("frontier", str(small), f"--budgets={budgets}")
    assert refused.code == 2
    assert refused.err.startswith("--budgets")
    assert remedy in refused.err
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("rate", "remedy"), [("10", "Write 10%"), ("-1%", "0 or more"), ("x", "10%")]
)
def test_a_bad_hurdle_is_refused(ballast: Command, small: Path, rate: str, remedy: str) -> None:
    """Proves: a rate that lacks its sign, is below 0 or no number ends with 2."""
    refused = ballast("frontier", str(small), "--budgets", "1k:9k:3", f"--hurdle={rate}")
    assert (refused.code, refused.err.startswith("--hurdle")) == (2, True)
    assert remedy in refused.err


def test_budgets_around_today(ballast: Command, small: Path) -> None:
    """
    Proves: the middle of today±50k is what today's plan ties up, which costs more than the plan of
    that budget; without the plan table it is refused.
    """
    done = ballast("frontier", str(small), "--budgets", "today±50k:3", "--run", "t", *QUICK)
    assert done.code == 0, done.err
    written = json.loads(Path("results/t/frontier.json").read_text(encoding="utf-8"))
    today, points = written["today"], written["points"]
    middle = next(point for point in points if point["budget"] == pytest.approx(today["capital"]))
    assert points[-1]["budget"] - points[0]["budget"] == pytest.approx(100_000.0)
    assert middle["objective"] < today["objective"]
    (small / "plan.csv").unlink()
    refused = ballast("frontier", str(small), "--budgets", "today±50k:3", *QUICK)
    assert (refused.code, "needs the plan table" in refused.err) == (2, True)


def test_no_budget_is_enough(ballast: Command, small: Path) -> None:
    """Proves: where every budget is too small it ends with 3 and says by how much."""
    refused = ballast("frontier", str(small), "--budgets", "10:1000:3", *QUICK)
    assert refused.code == 3
    assert "raise the capital budget by" in refused.err


@pytest.mark.parametrize("budgets", [[5.0], [5.0, 5.0], [9.0, 5.0], [1.0, float("nan")]])
def test_python_refuses_the_same(small: Path, tmp_path: Path, budgets: list[float]) -> None:
    """Proves: repeated, reversed or single budgets do not pass in Python either."""
    with pytest.raises(BadInputError):
        frontier(read_portfolio(small), budgets, Request(results=tmp_path / "results"))
