"""`ballast alternatives`: plans nearly as cheap as a run's, each a run, and what all share."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.pipeline.conftest import Command, alone

DECISION = ["policy", "service_level", "reserve_days", "lot_days_min", "lot_factor", "alternates"]
COUNTS = {
    "other-decisions": "same_decisions",
    "other-suppliers": "alternates_kept",
    "fewer-changes": "changes",
    "fewer-alternates": "alternates",
    "less-concentrated": "regional_loss",
}


@pytest.fixture
def near(ballast: Command, solved: Path, made: Path) -> dict[str, str]:
    """Return what the alternatives of `one` within 5 % print, in words and as JSON; made once."""
    home = made / "alternatives"
    with alone(home.with_suffix(".lock")):
        if not (home / "said.json").exists():
            line = ("alternatives", solved.name, "--within", "5%", "--run")
            asked = {"words": (*line, "near"), "json": (*line, "again", "--json")}
            done = {name: ballast(*words) for name, words in asked.items()}
            assert all(one.code == 0 for one in done.values()), done
            shutil.copytree("results", home / "results")
            said = {name: one.out for name, one in done.items()}
            (home / "said.json").write_text(json.dumps(said), encoding="utf-8")
    shutil.copytree(home / "results", "results", dirs_exist_ok=True)
    said = json.loads((home / "said.json").read_text(encoding="utf-8"))
    return {str(name): str(words) for name, words in said.items()}


def plan_of(run: str) -> pd.DataFrame:
    return pd.read_parquet(Path("results", run, "plan.parquet"))


def manifest_of(run: str) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(
        Path("results", run, "manifest.json").read_text(encoding="utf-8")
    )
    return stated


def recounted(run: str, best: pd.DataFrame, region: str, small: Path) -> dict[str, float]:
    """Return what a run's own tables say of every aspect, by the plainest counting."""
    plan = plan_of(run)
    suppliers = pd.read_csv(small / "suppliers.csv").set_index("supplier")["region"]
    hazards = pd.read_csv(small / "hazards.csv").set_index("hazard")
    expected = pd.read_parquet(Path("results", run, "expected.parquet"))
    kept = alternates = same = 0.0
    for now, then in zip(plan.itertuples(), best.itertuples(), strict=True):
        ours, theirs = ({*one.alternates.split(";")} - {""} for one in (now, then))
        kept += len(ours & theirs) + 0.5 * max(len(theirs) - len(ours), 0)
        alternates += len(ours)
        same += now.policy == then.policy and ours == theirs
    loss = 0.0
    for row in expected.itertuples():
        scope, target = hazards.loc[row.hazard, ["scope", "target"]]
        home = {"region": target, "supplier": suppliers.get(target)}.get(scope)
        loss += row.expected_loss if home == region else 0.0
    return {
        "same_decisions": same,
        "alternates_kept": kept,
        "alternates": alternates,
        "changes": manifest_of(run)["resources"]["changes"]["used"],
        "regional_loss": loss,
    }


def test_alternatives_are_within_different_and_verified(
    ballast: Command, near: dict[str, str], small: Path
) -> None:
    """
    Proves: every plan costs at most 5 % more than the run's, no two are alike, each has less of
    what it was sought for than the run's plan, as its own tables counted afresh say, and each is
    a run that verifies, whose bound is never above the run's.
    """
    said = json.loads(near["json"])
    best, *others = said["plans"]
    assert len(others) >= 2
    assert best["run"] == "one"
    runs = [plan["run"] for plan in said["plans"]]
    for plan in said["plans"]:
        manifest = manifest_of(plan["run"])
        assert plan["objective"] == manifest["objective"] <= best["objective"] * 1.05 * (1 + 1e-12)
        assert manifest["bound"] <= best["bound"]
        again = recounted(plan["run"], plan_of("one"), said["region"], small)
        assert plan["amounts"] == pytest.approx(again, rel=1e-6)
        for aspect in [plan["plan"], *plan["also"]] if plan is not best else []:
            assert plan["amounts"][COUNTS[aspect]] < best["amounts"][COUNTS[aspect]]
    plans = [plan_of(run)[DECISION] for run in runs]
    assert all(not a.equals(b) for i, a in enumerate(plans) for b in plans[:i])
    asked = {aspect for plan in others for aspect in (plan["plan"], *plan["also"])}
    assert asked | set(said["not_found"]) == set(COUNTS)
    assert ballast("verify", "--all").code == 0
    assert all(manifest_of(plan["run"])["parent"] == "again" for plan in others)


def test_what_all_plans_share_is_told_apart(ballast: Command, near: dict[str, str]) -> None:
    """
    Proves: decisions.csv says of every SKU what each run's plan says, and is sure exactly where
    policy and alternates are the same in all; suppliers' alternates in all plans and in some add
    up to those in any; CSV, page, workbook, `runs`, `report` and a second search say the same.
    """
    words, again = near["words"], json.loads(near["json"])
    home = Path("results/near")
    rows = pd.read_csv(home / "decisions.csv", keep_default_na=False)
    plans = pd.read_csv(home / "alternatives.csv", keep_default_na=False)
    tables = {row.plan: plan_of(row.run) for row in plans.itertuples()}
    for name, table in tables.items():
        assert rows[f"{name}:alternates"].tolist() == table["alternates"].tolist()
        assert rows[f"{name}:policy"].tolist() == table["policy"].tolist()
    kinds = [set(zip(*pair, strict=True)) for pair in _by_sku(tables, ["policy", "alternates"])]
    assert rows["sure"].tolist() == [len(one) == 1 for one in kinds]
    assert rows["same_levels"].tolist() == [
        len(set(zip(*pair, strict=True))) == 1 for pair in _by_sku(tables, [*DECISION])
    ]
    found = json.loads((home / "alternatives.json").read_text(encoding="utf-8"))
    pairs = [
        {(sku, name) for sku, of in zip(t["sku"], t["alternates"], strict=True) if of
         for name in of.split(";")}
        for t in tables.values()
    ]  # fmt: skip
    assert sum(one["in_all"] for one in found["suppliers"]) == len(set.intersection(*pairs))
    everywhere = sum(one["in_all"] + one["in_some"] for one in found["suppliers"])
    assert everywhere == len(set.union(*pairs))
    assert f"{rows['sure'].sum()} of {len(rows)} SKUs keep policy and alternates" in words
    assert "Which decisions are sure" in (home / "report.html").read_text(encoding="utf-8")
    assert {"Plans", "Decisions"} <= set(load_workbook(home / "report.xlsx").sheetnames)
    assert f"{len(plans) - 1} alternatives" in ballast("runs").out
    before = (home / "report.html").read_text(encoding="utf-8")
    assert ballast("report", "near").code == 0
    assert (home / "report.html").read_text(encoding="utf-8") == before
    assert [plan["objective"] for plan in again["plans"]] == plans["objective"].tolist()
    assert again["sure"] == rows["sure"].sum()


def test_they_go_where_they_are_asked_to(ballast: Command, solved: Path, small: Path) -> None:
    """
    Proves: the alternatives of a run in another folder of runs are written to the one that is
    named, and verify there, though the portfolio has changed since the run was made: its inputs
    come along from the run's own folder.
    """
    skus = small / "skus.csv"
    skus.write_text(skus.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    line = ("alternatives", str(Path("results", solved.name)), "--results", "other")
    done = ballast(*line, "--within", "5%", "--run", "near")
    assert done.code == 0, done.err
    written = sorted(path.name for path in Path("other").glob("near*"))
    assert len(written) >= 2
    assert not list(Path("results").glob("near*"))
    assert ballast("verify", f"other/{written[1]}").code == 0


def _by_sku(tables: dict[str, pd.DataFrame], columns: list[str]) -> list[tuple[list[Any], ...]]:
    """Return, by SKU, what each plan says in these columns."""
    stated = [table[columns].to_dict("list") for table in tables.values()]
    n_skus = len(stated[0][columns[0]])
    return [tuple([one[name][row] for one in stated] for name in columns) for row in range(n_skus)]


def test_a_run_of_var_is_refused(ballast: Command, small: Path) -> None:
    """Proves: a run that charges VaR is refused with the remedy, and nothing is written."""
    quick = ("--set", "risk.measure=var", "--set", "risk.level=0.8", "--set", "solver.gap=0.2")
    assert ballast("solve", str(small), "--run", "one", *quick).code == 0
    done = ballast("alternatives", "one", "--run", "near")
    assert done.code == 2
    assert "risk.measure=cvar" in done.err
    assert not Path("results/near").exists()


@pytest.mark.parametrize(
    ("share", "why"),
    [
        ("0", "must be a share above 0, at most 100%"),
        ("-1%", "is not a share of 0 or more"),
        ("200%", "must be a share above 0, at most 100%"),
        ("nan", "is not a share of 0 or more"),
        ("2", "Write 2%"),
    ],
)
@pytest.mark.usefixtures("solved")
def test_no_share_is_refused_with_the_remedy(ballast: Command, share: str, why: str) -> None:
    """Proves: a limit that no plan, or any plan, is within, is refused; nothing is written."""
    done = ballast("alternatives", "one", f"--within={share}", "--run", "near")
    assert done.code == 2
    assert why in done.err
    assert not Path("results/near").exists()


@pytest.mark.usefixtures("solved")
def test_taken_names_and_no_run_are_refused(ballast: Command) -> None:
    """Proves: nothing of another run is overwritten, and a frontier or nothing is no run."""
    shutil.copytree("results/one", "results/near-other-suppliers")
    done = ballast("alternatives", "one", "--run", "near")
    assert done.code == 2
    assert "near-other-suppliers" in done.err
    assert ballast("alternatives", "nothing").code == 2
