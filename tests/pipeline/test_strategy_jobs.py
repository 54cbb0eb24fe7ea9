"""Today, JIT and JIC beside the plan: whole jobs through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import optimizer
from tests.pipeline.conftest import Command


def strategies(run: str) -> pd.DataFrame:
    """Return strategies.csv of a run, by strategy."""
    return pd.read_csv(f"results/{run}/strategies.csv").set_index("strategy")


def test_at_todays_capital_the_plan_never_costs_more_than_today(
    ballast: Command, once: Command, small: Path
) -> None:
    """
    Proves: at the capital that today draws, the best mix is no dearer.

    The budget is an override with a number, so the run is reread and verified as it stands.
    """
    done = once("solve", str(small), "--run", "one", "--budget", "today")
    assert done.code == 0, done.err
    found = strategies("one")
    assert list(found.index) == ["today", "jit", "jic", "neutral", "best"]
    manifest = json.loads(Path("results/one/manifest.json").read_text(encoding="utf-8"))
    budget = manifest["settings"]["budget"]["capital"]
    assert budget == pytest.approx(found["capital"]["today"], rel=1e-11)
    assert manifest["overrides"][-1] == f"budget.capital={budget!r}"
    assert found["capital"]["best"] <= budget * (1.0 + 1e-9)
    assert found["objective"]["best"] <= found["objective"]["today"] * (1.0 + 1e-4)
    assert found["objective"]["best"] == pytest.approx(manifest["objective"], rel=1e-12)
    assert "At equal capital with today" in done.out
    checked = ballast("verify", "one")
    assert checked.code == 0, checked.err


def test_the_best_mix_keeps_its_lead_at_jits_and_jics_capital(
    ballast: Command, small: Path
) -> None:
    """Proves: at the capital of either pure strategy the best mix costs no more than it."""
    for name in ("jit", "jic"):
        done = ballast("solve", str(small), "--run", name, "--budget", name)
        assert done.code == 0, done.err
        cost = strategies(name)["objective"]
        assert cost["best"] <= cost[name] * (1.0 + 1e-4)
    assert strategies("jit")["alternates"]["jit"] == 0


def test_a_notebook_sets_the_same_budget(once: Command, small: Path) -> None:
    """Proves: `with_budget_of` and `--budget today` state the same override."""
    assert once("solve", str(small), "--run", "one", "--budget", "today").code == 0
    manifest = json.loads(Path("results/one/manifest.json").read_text(encoding="utf-8"))
    portfolio = optimizer.with_budget_of(optimizer.read_portfolio(small), "today")
    assert list(portfolio.overrides) == manifest["overrides"]


def test_a_word_that_is_no_budget_is_refused(ballast: Command, small: Path) -> None:
    """Proves: exit 2 with the words there are, before any work; today needs the plan table."""
    refused = ballast("solve", str(small), "--budget", "yesterday")
    assert refused.code == 2
    assert '--budget = "yesterday": is neither an amount nor one of today, jit, jic' in refused.err
    (small / "plan.csv").unlink()
    without = ballast("solve", str(small), "--budget", "today")
    assert without.code == 2
    assert "needs the plan table" in without.err
    assert not Path("results").exists()


def test_a_plan_table_without_a_price_is_told_whole(ballast: Command, small: Path) -> None:
    """
    Proves: two decisions that cannot be priced: `--budget today` lists both and writes nothing; a
    solve goes on without today and says why.
    """
    plan = pd.read_csv(small / "plan.csv", dtype=str, keep_default_na=False)
    renamed = {plan.loc[0, "sku"]: "<i>hope</i>"}
    plan.loc[2, "alternates"] = "Suzhou Circuits;Keelung Sensors;Formosa Silicon"
    plan.drop(index=0).to_csv(small / "plan.csv", index=False)
    for path in set(small.glob("*.csv")) - {small / "plan.csv"}:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "sku" in table:
            table.assign(sku=table["sku"].replace(renamed)).to_csv(path, index=False)
    refused = ballast("solve", str(small), "--budget", "today")
    assert refused.code == 2
    assert len(refused.err.strip().splitlines()) == 2
    done = ballast("solve", str(small), "--run", "one")
    assert done.code == 0, done.err
    assert "Today is not compared: plan, sku = " in done.out
    assert "There are more such SKUs." in done.out
    page = Path("results/one/report.html").read_text(encoding="utf-8")
    assert "<i>hope</i>" not in page
    assert ballast("verify", "one").code == 0
    before = {path.name: path.read_bytes() for path in Path("results/one").iterdir()}
    assert ballast("report", "one").code == 0
    assert {path.name: path.read_bytes() for path in Path("results/one").iterdir()} == before


@pytest.mark.usefixtures("solved")
def test_a_figure_tampered_with_is_refused(ballast: Command) -> None:
    """Proves: one figure of one strategy changed by a cent gives exit 5 and its place."""
    file = Path("results/one/strategies.csv")
    table = pd.read_csv(file, keep_default_na=False)
    table.loc[table["strategy"] == "jic", "var"] += 0.01
    table.to_csv(file, index=False)
    refused = ballast("verify", "one")
    assert refused.code == 5
    assert "strategies, jic, var" in refused.err


@pytest.mark.usefixtures("solved")
def test_a_run_without_strategies_is_reported_and_not_verified(ballast: Command) -> None:
    """Proves: without strategies.csv the report leaves the section out, and `verify` misses it."""
    Path("results/one/strategies.csv").unlink()
    refused = ballast("verify", "one")
    assert (refused.code, "strategies.csv: is missing" in refused.err) == (5, True)
    assert ballast("report", "one").code == 0
    page = Path("results/one/report.html").read_text(encoding="utf-8")
    assert "Today, just in time, just in case" not in page


def test_policies_renamed_never_crash(ballast: Command, small: Path) -> None:
    """Proves: without jit, stockpile and vmi stand-ins are taken, counted and said."""
    off = [f"policies.{name}.service_levels=[]" for name in ("jit", "stockpile", "vmi")]
    words = [word for key in off for word in ("--set", key)]
    done = ballast("solve", str(small), "--run", "one", "--budget", "jic", *words)
    assert done.code == 0, done.err
    found = strategies("one")
    assert found["stand_ins"]["jit"] == 40 - _idle(small)
    assert found["stand_ins"]["jic"] > 0


def _idle(folder: Path) -> int:
    """Return how many SKUs have no demand."""
    demand = pd.read_csv(folder / "skus.csv")["demand_mean"]
    return int((demand == 0.0).sum())
