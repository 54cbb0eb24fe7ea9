"""`ballast explain`, end to end: what it says is what the plan's columns say."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.pipeline.conftest import Command


@pytest.fixture
def run(solved: Path) -> pd.DataFrame:
    """Return the plan of the solved small sample by SKU."""
    return pd.read_parquet(solved / "plan.parquet").set_index("sku")


def test_explain_says_what_the_plan_says(ballast: Command, run: pd.DataFrame) -> None:
    """
    Proves: for every tenth SKU runner-up, gap, flips, stock and costs are the plan's columns.

    The flip in the plan is the nearer of the two that explain tells.
    """
    for sku in run.index[::10]:
        told = json.loads(ballast("explain", "one", sku, "--json").out)
        row = run.loc[sku]
        assert told["sku"] == sku
        assert told["reason"] == row["reason"]
        assert told["chosen"]["certain"]["carrying"] == pytest.approx(row["carrying"])
        assert told["formula"]["safety_stock"] == pytest.approx(row["safety_stock"])
        assert told["formula"]["order_quantity"] == pytest.approx(row["order_quantity"])
        assert sum(told["chosen"]["expected_loss"].values()) == pytest.approx(row["expected_loss"])
        assert (told["runner_up"] or {"option": ""})["option"] == row["runner_up"]
        assert told["gap"] == pytest.approx(row["runner_up_gap"])
        assert told["time_to_survive"] == pytest.approx(row["cover_days"])
        for flip, column in (
            ("capital_price", "flip_price"),
            ("stockout_cost", "flip_stockout_cost"),
            ("outage_probability", "flip_outage_probability"),
        ):
            found = told["flips"][flip]
            sides = [v for v in (found["below"], found["above"]) if v is not None]
            if sides:
                assert min(abs(v - row[column]) for v in sides) <= 1e-9 * max(1.0, row[column])
                assert (found["below"] or 0.0) <= found["today"] <= (found["above"] or math.inf)
            else:
                assert math.isnan(row[column])
        priced = told["chosen"]
        parts = sum(sum(priced[name].values()) for name in ("certain", "expected_loss", "scarce"))
        parts += priced["risk_charge"] + priced["onboarding"]
        assert priced["total"] == pytest.approx(parts)


def test_explain_in_words(ballast: Command, run: pd.DataFrame) -> None:
    """Proves: every part is there in words, the worst futures by falling loss."""
    sku = run["tail_contribution"].idxmax()
    said = ballast("explain", "one", sku)
    assert said.code == 0
    for part in (
        "Stock parameters", "reorder point r", "What an outage costs", "as days without stock",
        "What it costs a year [EUR]", "its part of the risk charge", "Runner-up: ",
        "Where the choice flips", "The worst for it of ", "day ", "Time to survive",
    ):  # fmt: skip
        assert part in said.out
    losses = [
        hurt["loss"] for hurt in json.loads(ballast("explain", "one", sku, "--json").out)["worst"]
    ]
    assert losses == sorted(losses, reverse=True)
    assert 0 < len(losses) <= 5


def test_futures_that_hurt_are_those_of_the_run(ballast: Command, run: pd.DataFrame) -> None:
    """
    Proves: in a future told, the SKU loses no more than the whole plan does, its strikes are those
    of strikes.parquet, and its curve is that of curves.parquet.
    """
    scenarios = pd.read_parquet("results/one/scenarios.parquet").set_index("scenario")
    strikes = pd.read_parquet("results/one/strikes.parquet").groupby("scenario")
    curves = pd.read_parquet("results/one/curves.parquet").set_index(["sku", "node"])["loss"]
    for sku in run["tail_contribution"].nlargest(4).index:
        told = json.loads(ballast("explain", "one", sku, "--json").out)
        for outage in told["curve"]:
            assert outage["loss"] == pytest.approx(curves[sku, outage["days"]])
        for hurt in told["worst"]:
            assert hurt["loss"] <= scenarios.loc[hurt["scenario"], "loss"] * (1.0 + 1e-9)
            of_future = strikes.get_group(hurt["scenario"])
            for said in hurt["strikes"]:
                assert any(hazard in said for hazard in of_future["hazard"])


def test_an_unknown_sku_is_refused_with_the_nearest(ballast: Command, run: pd.DataFrame) -> None:
    """Proves: exit 2, the names that may have been meant, no traceback."""
    refused = ballast("explain", "one", run.index[0].lower()[:-1])
    assert refused.code == 2
    assert "the run has no such SKU" in refused.err
    assert "Nearest: " in refused.err
    assert run.index[0] in refused.err


def test_any_name_of_a_sku_will_do(ballast: Command, small: Path) -> None:
    """Proves: a SKU called like an option, a number or markup is explained under its own name."""
    names = ["--json", "1E10", "[bold]x[/]", "=A1+2", "a b, c"]
    old = pd.read_csv(small / "skus.csv", dtype=str, keep_default_na=False)["sku"][:5]
    for path in small.glob("*.csv"):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "sku" in rows:
            rows["sku"] = rows["sku"].replace(dict(zip(old, names, strict=True)))
            rows.to_csv(path, index=False)
    assert ballast("solve", str(small), "--run", "one").code == 0
    for name in names:
        said = ballast("explain", "one", "--", name)
        assert said.code == 0, said.err
        assert said.out.startswith(name)


def test_other_futures_are_refused_with_a_remedy(ballast: Command, run: pd.DataFrame) -> None:
    """Proves: a run whose strikes are not those that its seed draws is not explained by others."""
    path = Path("results/one/strikes.parquet")
    strikes = pd.read_parquet(path)
    strikes.assign(days=strikes["days"] + 1).to_parquet(path)
    refused = ballast("explain", "one", run.index[0])
    assert refused.code == 2
    assert "its futures are not those that this version draws" in refused.err
    assert "Solve again." in refused.err


def test_a_sku_without_demand_is_explained(ballast: Command, small: Path) -> None:
    """Proves: without demand there is no flip in outages and no future that hurts."""
    skus = pd.read_csv(small / "skus.csv", dtype=str, keep_default_na=False)
    skus.loc[0, ["demand_mean", "demand_std"]] = "0"
    skus.to_csv(small / "skus.csv", index=False)
    assert ballast("solve", str(small), "--run", "one").code == 0
    said = ballast("explain", "one", skus["sku"][0])
    assert said.code == 0, said.err
    assert "futures hurts it." in said.out
    assert "It has no demand" in said.out
    told = json.loads(ballast("explain", "one", skus["sku"][0], "--json").out)
    assert told["worst"] == []
    assert told["flips"]["outage_probability"]["above"] is None
    assert np.isclose(told["chosen"]["total"], 0.0)


def test_break_evens_stand_in_the_run(ballast: Command, run: pd.DataFrame) -> None:
    """Proves: every alternate and every reserve of the plan has its row; the report shows them."""
    table = pd.read_csv("results/one/break_even.csv", dtype={"sku": str}, keep_default_na=False)
    of_kind = {kind: set(rows["sku"]) for kind, rows in table.groupby("kind")}
    assert of_kind.get("source", set()) == set(run.index[run["alternates"] != ""])
    assert of_kind.get("reserve", set()) == set(run.index[run["reserve_days"] > 0.0])
    report = Path("results/one/report.html").read_text(encoding="utf-8")
    assert ("Break-even outage rate" in report) == (len(table) > 0)


def test_locks_that_leave_no_plan_are_named(ballast: Command, small: Path) -> None:
    """Proves: a budget that locks exceed is told with the fewest locks to release, in exit 3."""
    skus = pd.read_csv(small / "skus.csv", dtype=str, keep_default_na=False)
    locks = ["stockpile" if n < 3 else "" for n in range(len(skus))]
    skus.assign(lock_policy=locks).to_csv(small / "skus.csv", index=False)
    free = ballast("solve", str(small), "--budget", "1000")
    least = float(free.err.split(" to ")[-1].split(" EUR")[0].replace(",", ""))
    refused = ballast("solve", str(small), "--budget", f"{least - 0.02:.2f}", "--json")
    assert refused.code == 3
    repairs = json.loads(refused.out)["repairs"]
    assert repairs[0].startswith("raise the capital budget by ")
    assert repairs[-1].startswith("release the lock (lock_policy) of ")
    freed = [name for name in skus["sku"][:3] if name in repairs[-1]]
    assert len(freed) == 1
    lock = skus["sku"].map(
        lambda name: "stockpile" if name in set(skus["sku"][:3]) - set(freed) else ""
    )
    skus.assign(lock_policy=lock).to_csv(small / "skus.csv", index=False)
    assert ballast("solve", str(small), "--budget", f"{least - 0.02:.2f}").code == 0


VALVE = {
    "skus": (
        "sku,unit_cost,demand_mean,demand_std,order_cost,downtime_cost\nVALVE,30,10,4,80,1500\n"
    ),
    "suppliers": "supplier,region,ttr_days\nAlfa,East,60\nBeta,West,30\n",
    "sources": (
        "sku,supplier,role,lead_time_mean,lead_time_std,price_premium,qualification_cost,"
        "ramp_days,volume_share\n"
        "VALVE,Alfa,primary,20,4,0,0,0,0\nVALVE,Beta,candidate,25,4,0.02,9000,10,0.1\n"
    ),
    "hazards": (
        "hazard,kind,scope,target,annual_rate,duration_mean_days\n"
        "fire,outage,supplier,Alfa,0.2,60\n"
    ),
}
EXPECTED_ONLY = '[risk]\nmeasure = "expected"\n[scenarios]\ncount = 10\n[solver]\ngap = 0.0\n'
_STEP = 1e-4  # relative, either side of a flip


def write_valve(folder: Path, table: str = "", old: str = "", new: str = "") -> None:
    """Write the one-SKU portfolio, one text of one table replaced."""
    folder.mkdir(exist_ok=True)
    (folder / "portfolio.toml").write_text(
        f"{EXPECTED_ONLY}\n[catalogue]\nrefine = false\n", encoding="utf-8"
    )
    for name, text in VALVE.items():
        changed = text.replace(old, new) if name == table else text
        (folder / f"{name}.csv").write_text(changed, encoding="utf-8")


def test_moving_an_input_past_a_flip_point_changes_the_choice(
    ballast: Command, tmp_path: Path
) -> None:
    """
    Proves: with the tables edited and solved anew, an input a ten-thousandth past its flip point
    gives the option that explain names, a ten-thousandth short of it the same as before; and a
    hazard just below the break-even rate leaves the reserve out.
    """
    folder = tmp_path / "valve"

    def choice(run: str, *change: str) -> dict[str, Any]:
        write_valve(folder, *change)
        assert ballast("solve", str(folder), "--run", run, "--replace").code == 0
        told: dict[str, Any] = json.loads(ballast("explain", run, "VALVE", "--json").out)
        return told

    base = choice("base")
    option, flips = base["chosen"]["option"], base["flips"]
    assert flips["outage_probability"]["today"] == pytest.approx(1.0 - math.exp(-0.2))
    moved = 0
    for name, side in (
        ("outage_probability", "below"),
        ("stockout_cost", "below"),
        ("stockout_cost", "above"),
    ):
        value, outward = flips[name][side], -1.0 if side == "below" else 1.0
        for past in (True, False):
            at = value * (1.0 + (outward if past else -outward) * _STEP)
            change = ("skus", ",1500", f",{at!r}")
            if name == "outage_probability":
                change = ("hazards", ",0.2,", f",{-math.log1p(-at)!r},")
            expected = flips[name][f"becomes_{side}"] if past else option
            assert choice("moved", *change)["chosen"]["option"] == expected
            moved += 1
    assert moved == 6
    [row] = base["break_even"]
    assert row["kind"] == "reserve"
    for factor, has in ((1.0 - _STEP, False), (1.0 + _STEP, True)):
        rate = row["break_even_rate"] * factor
        at_rate = choice("moved", "hazards", ",0.2,", f",{rate!r},")["chosen"]["option"]
        assert ("reserve" in at_rate) is has
