"""From draft to approved to exported, noted beside the sealed run; a SKU over the runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import optimizer
from optimizer.domain.run import UNSEALED
from optimizer.errors import BadInputError
from optimizer.store.seal import changed_files, seal_of
from tests.pipeline.conftest import Command

LOG = Path("results/one.states.jsonl")


def state(results: str = "results") -> list[str]:
    return [str(state) for state in optimizer.runs(results)["state"]]


def test_each_step_has_name_time_and_hash(ballast: Command, solved: Path) -> None:
    """
    Proves: a plan is a draft until approved; steps name who, when and the run's hash; the run's
    own files stay as they were; an export of a draft says so, of an approved plan it does not.
    """
    assert state() == ["draft"]
    draft = ballast("export", "one", "--to", "odoo", "--by", "Bo")
    assert "one is a draft: nobody has approved it" in draft.err
    done = ballast("approve", "one", "--by", " Ana ", "--note", "as discussed", "--json")
    assert done.code == 0, done.err
    first, second = json.loads(done.out)
    assert (first["state"], first["by"], first["target"]) == ("exported", "Bo", "odoo")
    assert (second["state"], second["by"], second["note"]) == ("approved", "Ana", "as discussed")
    assert second["manifest"] == seal_of(solved)
    assert state() == ["approved"]
    exported = ballast("export", "one", "--to", "tryton", "--by", "Ana")
    assert (exported.code, exported.err) == (0, "")
    assert state() == ["exported"]
    assert changed_files(solved) == []
    assert "optimal, exported" in ballast("runs").out


@pytest.mark.usefixtures("solved")
def test_an_approval_can_be_taken_back(ballast: Command) -> None:
    """Proves: after withdrawal the plan is a draft again; a draft cannot be withdrawn."""
    refused = ballast("approve", "one", "--by", "Ana", "--withdraw")
    assert refused.code == 2
    assert "the plan of one is a draft" in refused.err
    assert ballast("approve", "one", "--by", "Ana").code == 0
    done = ballast("approve", "one", "--by", "Bo", "--withdraw", "--note", "wrong prices")
    assert "one was made a draft again by Bo" in done.out
    assert "wrong prices" in done.out
    assert state() == ["draft"]
    assert len(LOG.read_text().splitlines()) == 2


@pytest.mark.usefixtures("solved")
def test_an_approval_is_of_a_plan_not_of_a_name(ballast: Command, small: Path) -> None:
    """Proves: what is added to a run keeps its approval; another plan of that name is a draft."""
    assert ballast("approve", "one", "--by", "Ana").code == 0
    assert ballast("simulate", "one", "--replications", "2").code == 0
    assert state() == ["approved"]
    line = ("--run", "one", "--replace", "--set", "risk.weight=0", "--budget", "450000")
    assert ballast("solve", str(small), *line).code == 0
    assert state() == ["draft"]


def test_what_is_damaged_is_not_approved(ballast: Command, solved: Path) -> None:
    """Proves: a changed file (5), a damaged log (2), a nameless approval (2) are refused."""
    assert ballast("approve", "one", "--by", " ").code == 2
    LOG.write_text('{"state": "approved"}\n')
    damaged = ballast("approve", "one", "--by", "Ana")
    assert damaged.code == 2
    assert "line 1 is damaged" in damaged.err
    assert optimizer.runs()["status"].tolist() == ["damaged"]
    LOG.unlink()
    (solved / "plan.csv").write_text("changed")
    assert ballast("approve", "one", "--by", "Ana").code == 5
    assert not LOG.exists()


def test_the_signed_page_says_what_was_approved(ballast: Command, solved: Path) -> None:
    """
    Proves: it names who, the run's hash, the plan's, every input's and the versions, on a page of
    its own at the end; the run's own page has no such section; withdrawn, the page is gone.
    """
    assert ballast("approve", "one", "--by", "Ana & Bo", "--note", "<b>fine</b>").code == 0
    signed = Path("results/one.approved.html")
    page = signed.read_text("utf-8")
    last = page[page.index('class="last-page"') :]
    manifest = json.loads((solved / "manifest.json").read_text("utf-8"))
    for words in (
        *("Ana &amp; Bo", "&lt;b&gt;fine&lt;/b&gt;", seal_of(solved)),
        *(manifest["files"]["plan.parquet"], *manifest["inputs"].values()),
        *(f"Ballast {manifest['ballast']}", manifest["versions"]["highspy"]),
    ):
        assert words in last
    assert UNSEALED not in page
    assert "Signed off" not in (solved / "report.html").read_text("utf-8")
    assert ballast("approve", "one", "--by", "Ana", "--withdraw").code == 0
    assert not signed.exists()


@pytest.mark.usefixtures("solved")
def test_all_runs_are_verified(ballast: Command) -> None:
    """
    Proves: every run is named with its verdict; one whose plan was changed ends the command with
    5 and its reason, and does not keep the others from being verified; no run at all is refused.
    """
    shutil.copytree("results/one", "results/two")
    fine = ballast("verify", "--all")
    assert fine.code == 0, fine.err
    assert "All 2 runs verified" in fine.out
    plan = Path("results/two/plan.csv")
    plan.write_text(plan.read_text("utf-8") + "x", "utf-8")
    wrong = ballast("verify", "--all")
    assert wrong.code == 5
    assert "one: verified" in wrong.out
    assert "two: rejected" in wrong.out
    assert "two: plan.csv: has changed since it was written" in wrong.err
    said = json.loads(ballast("verify", "--all", "--json").out)
    assert {row["run"]: row["verified"] for row in said} == {"one": True, "two": False}
    assert ballast("verify", "--all", "--results", "nowhere").code == 2
    assert ballast("verify").code == ballast("verify", "one", "--all").code == 2


def test_a_sku_over_the_runs(ballast: Command, small: Path, solved: Path) -> None:
    """
    Proves: every run's decision stands in order of time, what plan.csv says, with the run it came
    from; runs without the SKU are left out, and a SKU of none is refused with the nearest name.
    """
    line = ("--from", "one", "--run", "two", "--set", "budget.capital=450000")
    assert ballast("reoptimize", str(small), *line).code == 0
    first = pd.read_csv(solved / "plan.csv").set_index("sku")
    second = pd.read_csv("results/two/plan.csv").set_index("sku")
    changed = pd.read_csv("results/two/changes.csv")["sku"].iloc[0]
    told = optimizer.history(changed)
    assert told["run"].tolist() == ["one", "two"]
    assert told["plan_of"].fillna("").tolist() == ["", "one"]
    for column in ("reorder_point", "order_quantity", "safety_stock"):
        expected = [plan.loc[changed, column] for plan in (first, second)]
        assert told[column].tolist() == expected
    shown = ballast("history", changed)
    assert shown.code == 0, shown.err
    assert len(shown.out.splitlines()) == 3
    shutil.rmtree("results/one")
    assert optimizer.history(changed)["run"].tolist() == ["two"]
    with pytest.raises(BadInputError, match="no run has such a SKU"):
        optimizer.history("nothing")
    assert ballast("history", changed, "--results", "elsewhere").code == 2
