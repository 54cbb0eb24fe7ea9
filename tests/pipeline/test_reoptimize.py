"""`ballast reoptimize`: a run's plan in force, few changes, the list, and decisions on it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from optimizer.jobs.recent_changes import changed_within
from tests.pipeline.conftest import Command, alone

DECISION = ["policy", "service_level", "reserve_days", "lot_days_min", "lot_factor", "alternates"]
MORE = ("--set", "budget.capital=450000")


def plan_of(run: str) -> pd.DataFrame:
    return pd.read_csv(f"results/{run}/plan.csv", keep_default_na=False).set_index("sku")


def changes_of(run: str) -> pd.DataFrame:
    return pd.read_csv(f"results/{run}/changes.csv", keep_default_na=False)


def manifest_of(run: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(f"results/{run}/manifest.json").read_text("utf-8"))
    return found


@pytest.fixture
def proposed(ballast: Command, small: Path, solved: Path, made: Path) -> dict[str, Any]:
    """Return what re-optimizing `one` at a larger budget printed; its run is `new`."""
    home = made / "reoptimized"
    with alone(home.with_suffix(".lock")):
        if not (home / "said.json").exists():
            line = ("--from", solved.name, "--run", "new", "--curve", "--json")
            done = ballast("reoptimize", str(small), *line, *MORE)
            assert done.code == 0, done.err
            shutil.copytree("results", home / "results")
            (home / "said.json").write_text(done.out, encoding="utf-8")
    shutil.copytree(home / "results", "results", dirs_exist_ok=True)
    said: dict[str, Any] = json.loads((home / "said.json").read_text("utf-8"))
    return said


def test_the_parts_add_up_to_the_difference_of_the_two_plans(proposed: dict[str, Any]) -> None:
    """
    Proves: the list's parts sum to the difference of both plans, to a millionth of a euro, with
    nothing left over; the end is the plan of the manifest; the changes are the SKUs whose decision
    differs from the run's; the plan in force within its old budget is where the list begins.
    """
    rows, before, after = changes_of("new"), proposed["before"], proposed["after"]
    parts = {"expected_cost": "expected_cost_change", "risk_charge": "risk_charge_change"}
    for total, column in {**parts, "capital": "capital_change"}.items():
        assert rows[column].sum() == pytest.approx(after[total] - before[total], abs=1e-6)
    assert rows["saving"].sum() == pytest.approx(proposed["saving"], abs=1e-6)
    assert rows["cumulative_saving"].iloc[-1] == pytest.approx(proposed["saving"], abs=1e-6)
    manifest = manifest_of("new")
    assert after["objective"] == pytest.approx(manifest["objective"], rel=1e-9)
    assert after["capital"] == pytest.approx(manifest["resources"]["capital"]["used"], rel=1e-9)
    differs = (plan_of("new")[DECISION] != plan_of("one")[DECISION]).any(axis=1)
    assert set(rows["sku"]) == set(differs.index[differs])
    assert manifest["resources"]["changes"]["used"] == len(rows) == len(set(rows["sku"]))
    old = manifest_of("one")["resources"]["capital"]["used"]
    assert before["capital"] == pytest.approx(old, rel=1e-9)
    assert rows["worth"].is_monotonic_decreasing


def test_stability_has_its_price(proposed: dict[str, Any]) -> None:
    """
    Proves: the curve begins with the plan in force, which saves nothing, ends with the plan, and
    never falls: one more change never costs more than the curve says.
    """
    curve = pd.read_csv("results/new/stability.csv")
    assert curve["saving"].iloc[0] == pytest.approx(0.0, abs=1e-6)
    assert curve["stability_price"].iloc[-1] == 0.0
    assert curve["saving"].is_monotonic_increasing
    assert (curve["changes_made"] <= curve["most_changes"]).all()
    assert len(proposed["curve"]) == len(curve)


@pytest.mark.usefixtures("proposed")
def test_no_changes_give_the_old_plan(ballast: Command, small: Path) -> None:
    """
    Proves: with no change allowed every number of the old plan comes back, and the run can be
    verified from the inputs it keeps after the run it came from is gone.
    """
    line = ("--from", "one", "--run", "none", "--max-changes", "0", *MORE)
    done = ballast("reoptimize", str(small), *line)
    assert done.code == 0, done.err
    assert "Nothing changes: the plan of one is still the best one." in done.out
    numbers = [*DECISION, "reorder_point", "order_quantity", "safety_stock", "capital"]
    pd.testing.assert_frame_equal(plan_of("none")[numbers], plan_of("one")[numbers])
    shutil.rmtree("results/one")
    (small / "plan.csv").unlink()
    verified = ballast("verify", "none")
    assert verified.code == 0, verified.err


@pytest.mark.usefixtures("solved")
def test_unlimited_changes_give_the_free_plan(ballast: Command, small: Path) -> None:
    """Proves: without a limit the plan costs what it costs where there is no plan to change."""
    free = (*MORE, "--set", "risk.weight=0")
    assert ballast("solve", str(small), "--run", "free", *free).code == 0
    assert ballast("reoptimize", str(small), "--from", "one", "--run", "all", *free).code == 0
    costs = [manifest_of(run)["objective"] for run in ("free", "all")]
    assert costs[1] == pytest.approx(costs[0], rel=2e-4)


@pytest.mark.usefixtures("proposed")
def test_decisions_come_back_as_locks(ballast: Command, small: Path) -> None:
    """
    Proves: what is rejected or put off in the workbook keeps its old decision, the rest is solved
    again on the proposal's futures, and what the rejections cost is the difference of both plans,
    which is not negative.
    """
    book = openpyxl.load_workbook("results/new/decisions.xlsx")
    sheet = book["decisions"]
    names = {cell.value: cell.column for cell in sheet[1]}
    words = {2: "reject", 3: "later"}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, names["decision"], words.get(row, "accept"))
        sheet.cell(row, names["decided_by"], "Ana")
    sheet.cell(2, names["decision_reason"], "contract until May")
    book.save("back.xlsx")
    refused = list(changes_of("new")["sku"].head(2))
    line = ("--from", "one", "--run", "kept", "--decisions", "back.xlsx", "--json", *MORE)
    done = ballast("reoptimize", str(small), *line)
    assert done.code == 0, done.err
    said = json.loads(done.out)
    new, old = plan_of("kept").loc[refused, DECISION], plan_of("one").loc[refused, DECISION]
    pd.testing.assert_frame_equal(new, old)
    costs = [manifest_of(run)["objective"] for run in ("kept", "new")]
    assert said["not_made_cost"] == pytest.approx(costs[0] - costs[1], abs=1e-3)
    assert said["not_made_cost"] > -1e-4 * costs[1]
    assert [row["sku"] for row in said["not_made"]] == refused
    assert said["not_made"][0]["decision_reason"] == "contract until May"


@pytest.mark.usefixtures("proposed")
def test_what_was_changed_a_short_time_ago_is_left_alone(ballast: Command, small: Path) -> None:
    """
    Proves: what the run changed less than 30 days ago stays, though another budget would change
    it, and is named; a year later (the run dated back) it is free again; a run further back that
    is needed and gone is refused.
    """
    changed, old = list(changes_of("new")["sku"]), plan_of("new")
    line = ("--from", "new", "--set", "budget.capital=400000", "--json")
    free = json.loads(ballast("reoptimize", str(small), *line, "--run", "free").out)
    assert {row["sku"] for row in free["changes"]} & set(changed)
    within = ("--no-change-within", "30")
    done = ballast("reoptimize", str(small), *line, "--run", "held", *within)
    assert done.code == 0, done.err
    pd.testing.assert_frame_equal(
        plan_of("held").loc[changed, DECISION], old.loc[changed, DECISION]
    )
    assert any("were changed a short time ago" in note for note in json.loads(done.out)["notes"])
    shutil.move("results/one", "results/elsewhere")
    assert "is not beside it" in ballast("reoptimize", str(small), *line, *within).out
    shutil.move("results/elsewhere", "results/one")
    path = Path("results/new/manifest.json")
    path.write_text(path.read_text().replace(manifest_of("new")["created"][:4], "2020", 1))
    assert changed_within(Path("results/new"), 30) == set()


@pytest.mark.usefixtures("proposed")
def test_dead_band_cap_and_locks_have_a_price_each(ballast: Command, small: Path) -> None:
    """
    Proves: each costs at least 0, all together at least as much as the dearest; the sentence says
    each by name.
    """
    plan = plan_of("one")[DECISION].reset_index()
    plan["keep"] = [1] * 5 + [0] * (len(plan) - 5)
    plan.to_csv(small / "plan.csv", index=False)
    held = ("stability.min_change_percent=10", "stability.max_change_percent=60")
    words = [part for setting in held for part in ("--set", setting)]
    line = ("--from", "one", "--run", "held", "--curve", *MORE, *words)
    done = ballast("reoptimize", str(small), *line, "--json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    without = {name: point["objective"] for name, point in said["without_stability"].items()}
    assert list(without) == ["min_change_percent", "max_change_percent", "keep", "all"]
    room = 1e-3 * said["after"]["objective"]
    cost = {name: said["after"]["objective"] - free for name, free in without.items()}
    assert min(cost.values()) > -room
    assert cost["all"] >= max(cost.values()) - room
    assert cost["all"] > 0.0
    page = Path("results/held/changes.html").read_text("utf-8")
    assert "Holding still costs at least, at the same limit on changes: the dead band " in page
    assert 'href="changes.html"' in Path("results/held/report.html").read_text("utf-8")


@pytest.mark.usefixtures("solved")
def test_the_rule_of_thumb_has_its_price(ballast: Command, small: Path) -> None:
    """
    Proves: what the rule of thumb costs against a free choice is told, and is about what two runs
    of their own say it is, the proven gaps apart.
    """
    alike = (*MORE, "--set", "risk.weight=0")  # nothing sampled
    rule, line = ("--set", "policy_mode=segment"), ("--from", "one", *alike)
    done = ballast("reoptimize", str(small), *line, *rule, "--run", "rule", "--curve", "--json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert list(said["without_stability"]) == ["policy_mode"]
    free = said["without_stability"]["policy_mode"]["objective"]
    cost = said["after"]["objective"] - free
    assert cost > 0.0
    assert ballast("solve", str(small), "--run", "free", *alike).code == 0
    assert free == pytest.approx(manifest_of("free")["objective"], rel=2e-4)
    page = Path("results/rule/changes.html").read_text("utf-8")
    assert "at the same limit on changes: the rule of thumb " in page


@pytest.mark.usefixtures("proposed")
def test_wrong_decisions_are_told_all_at_once(ballast: Command, small: Path) -> None:
    """
    Proves: a word that is none, a rejection without a reason, a SKU twice, one that is not on the
    list and one that is missing are all named with row and remedy, and nothing is written; so is
    the list of another run.
    """
    rows = changes_of("new").assign(decision="accept")
    gone, twice = rows["sku"].iloc[0], rows["sku"].iloc[1]
    rows.loc[1, "decision"], rows.loc[2, "decision"] = "reject", "maybe"
    rows.loc[0, "sku"] = "NO-SUCH"
    pd.concat([rows, rows.iloc[[1]]]).to_csv("bad.csv", index=False)
    line = ("--from", "one", "--run", "bad", *MORE)
    done = ballast("reoptimize", str(small), *line, "--decisions", "bad.csv")
    assert done.code == 2
    for words in (
        f'lacks 1 of the list\'s {len(rows)} changes ("{gone}")',
        'row 2, sku = "NO-SUCH": is not on the list',
        "row 3, decision_reason",
        'row 4, decision = "maybe": must be one of accept, reject, later',
        f'sku = "{twice}": rows 3 and',
    ):
        assert words in done.err
    changes_of("new").assign(decision="accept", list="new:0123456789abcdef").to_csv(
        "other.csv", index=False
    )
    done = ballast("reoptimize", str(small), *line, "--decisions", "other.csv")
    assert done.code == 2
    assert "is not the list of run new as it stands" in done.err
    assert not Path("results/bad").exists()


def test_new_and_gone_skus_and_lost_sources_are_named(
    ballast: Command, small: Path, solved: Path
) -> None:
    """
    Proves: a SKU renamed since the run is one gone and one new, both named; the new one's first
    decision does not count as a change, so that no change at all is still possible.
    """
    assert solved.is_dir()
    for path in small.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "sku" in table:
            table.replace({"sku": {"EL-001": "EL-001B"}}).to_csv(path, index=False)
    line = ("--from", "one", "--run", "next", "--max-changes", "0", "--json", *MORE)
    done = ballast("reoptimize", str(small), *line)
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert (said["changes"], said["first_decisions"]) == ([], 1)
    assert any("(EL-001): of the run are not in the portfolio" in note for note in said["notes"])
    assert any("(EL-001B): are new" in note for note in said["notes"])


@pytest.mark.usefixtures("solved")
def test_another_portfolios_run_is_refused(ballast: Command, small: Path) -> None:
    """Proves: a run of other SKUs, of another currency or of an older format is never misread."""
    shutil.copytree("results/one", "results/old")
    path = Path("results/old/manifest.json")
    path.write_text(path.read_text("utf-8").replace('"format": 2', '"format": 1'), "utf-8")
    done = ballast("reoptimize", str(small), "--from", "old")
    assert done.code == 2
    assert "format that this version cannot read" in done.err
    settings = small / "portfolio.toml"
    text = settings.read_text("utf-8").replace('"EUR"', '"USD"')
    settings.write_text(text, "utf-8")
    for table in small.glob("*.csv"):
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
        if "sku" in rows:
            rows.assign(sku="X-" + rows["sku"]).to_csv(table, index=False)
    done = ballast("reoptimize", str(small), "--from", "one")
    assert done.code == 2
    assert "counts in EUR, the portfolio in USD" in done.err
    assert "has none of the portfolio's 40 SKUs" in done.err
