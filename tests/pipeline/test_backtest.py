"""`ballast backtest`: planned on the first part of the history, replayed on the rest, told."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from optimizer.reports.run.backtest_words import backtest_section
from tests.pipeline.conftest import Command


@pytest.mark.slow
def test_a_portfolio_is_tried_on_its_own_history(ballast: Command, small: Path) -> None:
    """
    Proves: sentences and tables; the run has both files and is verified; the seed decides.

    What came of every SKU is its own demand of the last quarter; the plan in force stands beside.
    """
    words = ("backtest", str(small), "--replications", "4", "--run", "one")
    done = ballast(*words)
    assert done.code == 0, done.err
    for said in ("was promised at once", "first part resampled", "By demand class"):
        assert said in done.out
    run = Path("results/one")
    document = json.loads((run / "backtest.json").read_text())
    table = pd.read_parquet(run / "backtest.parquet")
    assert (document["run"], document["replications"], len(table)) == ("one", 4, 40)
    assert sum(part["skus"] for part in document["classes"]) == 40
    assert sum(part["skus"] for part in document["bands"]) == 40
    assert len(backtest_section(document).tables) == 4
    demand = pd.read_csv(small / "demand.csv", parse_dates=["date"])
    came = demand[demand["date"] >= document["planned_until"]].groupby("sku")["quantity"].sum()
    asked = table.set_index("sku")["asked"] * document["days_held_out"]
    assert asked.loc[came.index].to_numpy() == pytest.approx(came.to_numpy())
    assert ballast("verify", "one").code == 0
    again = ballast(*words, "--replace", "--json")
    assert json.loads(again.out) == document


def test_without_a_history_it_is_refused(ballast: Command, small: Path) -> None:
    """Proves: exit 2, the table by its name, nothing written."""
    (small / "demand.csv").unlink()
    skus = pd.read_csv(small / "skus.csv", dtype=str, keep_default_na=False)
    skus.assign(demand_mean="5", demand_std="2").to_csv(small / "skus.csv", index=False)
    refused = ballast("backtest", str(small), "--hold-out", "2")
    assert refused.code == 2
    assert "demand" in refused.err
    assert "--hold-out" in refused.err
    assert not Path("results").exists()


def test_help_has_an_example(ballast: Command) -> None:
    """Proves: --help ends with 0 and shows how the command is typed."""
    done = ballast("backtest", "--help")
    assert (done.code, "Example: ballast backtest" in done.out) == (0, True)
