"""`ballast compare`, end to end: planted differences, sums, both worlds, refusals, files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from optimizer.domain.comparison import BY, COMPONENTS, FRAMES, Comparison
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.template import write_template
from optimizer.jobs.about import Request
from optimizer.jobs.compare import compare
from optimizer.jobs.solve import solve
from optimizer.store.run_folder import read_run
from tests.pipeline.conftest import Command

_QUICK = ("scenarios.count=60", "catalogue.refine=false")
_RATE = "hazards.factor.'Typhoon on the coast'=2"
_RUNS: Mapping[str, tuple[str, ...]] = {
    "base": (),
    "dearer": (),
    "rate": (_RATE,),
    "budget": ("budget.capital=30000",),
    "dollars": ("currency=USD",),
    "short": ("horizon.days=180",),
    "tail": ("risk.measure=cvar", _RATE),
    "fewer": (),
}


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a results folder with runs of the template that differ from `base` in one thing."""
    home = tmp_path_factory.mktemp("compare")
    for name, overrides in _RUNS.items():
        write_template(home / name)
        tables = home / name
        if name == "dearer":
            _rewrite(tables / "skus.csv", "BRACKET-01", 'time",mechanical,North,1.80', "1.98")
        if name == "fewer":
            for file in ("skus", "sources", "plan", "stock"):
                _without(tables / f"{file}.csv", "SEAL-KIT")
        portfolio = read_portfolio(tables, [*_QUICK, *overrides])
        solve(portfolio, Request(results=home / "results", name=name))
    return home / "results"


def _rewrite(path: Path, sku: str, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, sku
    kept = old.rpartition(",")[0]
    path.write_text(text.replace(old, f"{kept},{new}"), encoding="utf-8")


def _without(path: Path, sku: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(sku)), encoding="utf-8")


def _compare(results: Path, out: Path, *names: str) -> Comparison:
    request = Request(results=out, name="c", replace=True)
    return compare(*(results / name for name in names), request=request)


def test_a_run_does_not_differ_from_itself(solved: Path, tmp_path: Path) -> None:
    """Proves: of a run and itself every table is empty, and all differences of money are 0."""
    found = _compare(solved, tmp_path, "base", "base")
    empty = {name for name in FRAMES if getattr(found, name).empty}
    assert empty == set(FRAMES) - {"money"}
    assert (found.money["difference"].dropna() == 0.0).all()
    assert found.runs == ("base", "base (2)")
    assert not found.differs("base (2)")
    assert found.notes == ()


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("dearer", ("skus", "BRACKET-01", "unit_cost", "1.8", "1.98", 0.1)),
        ("rate", ("hazards", "Typhoon on the coast", "annual_rate", "0.2", "0.4", 1.0)),
        ("budget", ("settings", "budget.capital", "value", "none", "30,000", float("nan"))),
    ],
)
def test_one_planted_difference_is_all_there_is(
    solved: Path, tmp_path: Path, name: str, planted: tuple[object, ...]
) -> None:
    """Proves: one price, rate or budget changed is told with both values, and nothing else is."""
    found = _compare(solved, tmp_path, "base", name)
    [told] = found.inputs.drop(columns=["run", "change"]).to_records(index=False).tolist()
    assert told[:5] == planted[:5]
    assert told[5] == pytest.approx(planted[5], nan_ok=True)
    [said] = found.changes["said"]
    assert str(planted[4]) in said


@pytest.mark.parametrize("name", ["dearer", "rate", "budget", "tail", "fewer", "short"])
def test_sums_are_exact(solved: Path, tmp_path: Path, name: str) -> None:
    """
    Proves: by SKU, supplier, category, region, hazard and policy the differences add up to that of
    the cost to the last bit, component by component and in any order, and the cost is what the
    manifests state; so do the steps from one plan and world to the other, either way round.
    """
    found = _compare(solved, tmp_path, "base", name)
    by = found.difference(name)
    manifests = {run: read_run(solved / run).manifest for run in ("base", name)}
    years = {run: m.settings.horizon.years if found.a_year else 1.0 for run, m in manifests.items()}
    stated = [manifests[run].objective / years[run] for run in ("base", name)]
    assert by == pytest.approx(stated[1] - stated[0], abs=1e-6 * abs(stated[1]))
    assert by != 0.0
    for kind in BY:
        parts = found.parts[found.parts["by"] == kind].sample(frac=1.0, random_state=1)
        assert sum(parts["difference"]) == by
        for component in COMPONENTS:
            assert sum(parts[component]) == found.difference(name, component)
        assert sum(parts["capital_difference"]) == found.difference(name, "capital")
    cost = found.worlds.set_index(["plan_of", "world_of", "futures_of"])["objective"]
    b = "base"
    for path in (
        [(b, b, b), (b, name, b), (b, name, name), (name, name, name)],
        [(b, b, b), (name, b, b), (name, name, b), (name, name, name)],
    ):
        steps = [cost[after] - cost[before] for before, after in pairwise(path)]
        assert sum(steps) == by


def test_the_corners_are_the_runs_own(solved: Path, tmp_path: Path) -> None:
    """
    Proves: each plan in its own world costs what its run states, part by part; a budget moves no
    cost of a plan that is kept, and is exceeded; a rate moves expected loss and risk charge alone;
    a decision alone explains all that a budget changes in the same draw.
    """
    found = _compare(solved, tmp_path, "base", "budget", "rate")
    worlds = found.worlds.set_index(["run", "plan_of", "world_of", "futures_of"])
    for name in ("budget", "rate"):
        for run in ("base", name):
            stated = read_run(solved / run).manifest
            corner = worlds.loc[name, run, run, run]
            assert corner["objective"] == pytest.approx(stated.objective, rel=1e-9)
            assert corner["capital"] == pytest.approx(stated.resources["capital"].used, rel=1e-9)
            for part in ("carrying", "ordering", "purchasing", "expected_loss"):
                assert corner[part] == pytest.approx(getattr(stated.components, part), abs=1e-6)
    own = worlds.loc["budget", "base", "base", "base"]
    kept = worlds.loc["budget", "base", "budget", "base"]
    assert kept["objective"] == pytest.approx(own["objective"], rel=1e-9)
    assert (own["exceeds"], kept["exceeds"]) == ("", "capital")
    struck = worlds.loc["rate", "base", "rate", "base"]
    moved = [name for name in COMPONENTS if abs(struck[name] - own[name]) > 1e-6]
    assert moved == ["expected_loss", "risk_charge"]
    assert struck["expected_loss"] > own["expected_loss"]


def test_a_plan_says_what_it_is_summed_by(solved: Path) -> None:
    """Proves: a run's plan, as Parquet and CSV, has category, region and primary supplier."""
    for plan in (read_run(solved / "base").plan, pd.read_csv(solved / "base" / "plan.csv")):
        of_sku = plan.set_index("sku").loc["SENSOR-12"]
        names = [of_sku[name] for name in ("category", "region", "primary_supplier")]
        assert names == ["electronics", "Coast", "Harbour Electronics"]


def test_stories_hold_every_decision(solved: Path, tmp_path: Path) -> None:
    """
    Proves: every SKU that is decided otherwise is in one story, their money adds up to the same,
    and the cause is what reaches it: the typhoon reaches who buys from the coast, a budget all.
    """
    found = _compare(solved, tmp_path, "base", "budget", "rate")
    for run in ("budget", "rate"):
        decisions = found.decisions[found.decisions["run"] == run]
        stories = found.stories[found.stories["run"] == run]
        assert len(decisions) == stories["skus"].sum() > 0
        assert decisions["difference"].sum() == stories["difference"].sum()
        assert decisions["by_decision"].sum() == stories["by_decision"].sum()
        plans = [read_run(solved / one).plan.set_index("sku") for one in ("base", run)]
        for sku, policy, after in zip(
            decisions["sku"], decisions["policy"], decisions["to_policy"], strict=True
        ):
            assert [plan.loc[sku, "policy"] for plan in plans] == [policy, after]
    typhoon = found.decisions[found.decisions["run"] == "rate"].set_index("sku")
    coast = typhoon["region"] == "Coast"
    assert coast.any()
    assert (typhoon["causes"][coast] != "").all()
    told = found.stories[found.stories["run"] == "rate"]["said"]
    assert told.str.contains("because the rate of hazard Typhoon on the coast doubles").any()


def test_what_cannot_be_compared_is_refused(solved: Path, tmp_path: Path) -> None:
    """
    Proves: one run alone, another currency, a frontier as a whole, a run changed since it was
    written and a folder that is no run are refused, all of them at once, with the reason.
    """
    with pytest.raises(BadInputError, match="two runs or more"):
        _compare(solved, tmp_path, "base")
    with pytest.raises(BadInputError, match="counts in USD, base in EUR"):
        _compare(solved, tmp_path, "base", "dollars")
    shutil.copytree(solved, tmp_path / "copy")
    broken = tmp_path / "copy" / "rate" / "onboardings.csv"
    broken.write_text(broken.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refusal:
        _compare(tmp_path / "copy", tmp_path, "base", "rate", "nothing")
    rules = [problem.rule for problem in refusal.value.problems]
    (tmp_path / "several").mkdir()
    (tmp_path / "several" / "frontier.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInputError, match="holds several runs"):
        compare(solved / "base", tmp_path / "several", request=Request(results=tmp_path))
    assert rules[0] == "onboardings.csv: has changed since it was written"
    assert "not a run folder" in rules[1]


def test_horizons_and_skus_may_differ(solved: Path, tmp_path: Path) -> None:
    """
    Proves: with other horizons money is a year's and no tail is compared; a SKU that only one run
    has is named, and all it costs is a difference under its own name.
    """
    short = _compare(solved, tmp_path, "base", "short")
    assert short.a_year
    assert not set(short.money["figure"]) & {"var", "cvar"}
    assert "base 365 days, short 180 days" in short.notes[-1]
    fewer = _compare(solved, tmp_path, "base", "fewer")
    assert "1 SKU (SEAL-KIT): only in base" in " ".join(fewer.notes)
    plan = read_run(solved / "base").plan.set_index("sku")
    gone = fewer.parts[(fewer.parts["by"] == "sku") & (fewer.parts["name"] == "SEAL-KIT")]
    assert gone["carrying"].item() == pytest.approx(-plan.loc["SEAL-KIT", "carrying"], rel=1e-9)
    assert ("skus", "SEAL-KIT", "") in set(
        zip(fewer.inputs["table"], fewer.inputs["row"], fewer.inputs["column"], strict=True)
    )


def test_a_run_whose_inputs_are_gone(solved: Path, tmp_path: Path) -> None:
    """
    Proves: without its inputs a run is compared by what it holds: settings, decisions and money,
    whose sums are as before.  Files that differ are named, and then no cause is; a factor on a
    rate, which no table shows any more, is told as the setting it is.
    """
    shutil.copytree(solved, tmp_path / "moved" / "results")
    shutil.rmtree(tmp_path / "moved" / "results" / ".inputs")
    for name in ("dearer", "rate", "fewer"):
        whole = _compare(solved, tmp_path, "base", name)
        found = _compare(tmp_path / "moved" / "results", tmp_path, "base", name)
        assert found.worlds.empty
        assert found.difference(name) == pytest.approx(whole.difference(name), rel=1e-9)
        assert found.decisions["sku"].tolist() == whole.decisions["sku"].tolist()
        assert "inputs of base cannot be read" in found.notes[0]
        files = [note for note in found.notes if "differ, but cannot be read" in note]
        assert len(files) == (name != "rate")
        assert not (name != "rate" and found.stories["said"].str.contains("because").any())
        told = found.inputs["row"].tolist()
        assert told == (["hazards.factor.Typhoon on the coast"] if name == "rate" else [])


def test_the_command_writes_what_it_prints(ballast: Command, solved: Path, tmp_path: Path) -> None:
    """
    Proves: JSON, Parquet and workbook hold the same tables; every table names its run; `report`
    makes page and workbook again byte by byte; the name once taken is refused; `runs` lists it.
    """
    shutil.copytree(solved, tmp_path / "results")
    done = ballast("compare", "base", "rate", "budget", "--run", "three", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    folder = Path("results/three")
    for name in FRAMES:
        table = pd.read_parquet(folder / f"{name}.parquet")
        assert set(table["run"]) <= {"rate", "budget"}
        assert len(told[name]) == len(table)
    assert told["runs"] == ["base", "rate", "budget"]
    made = {name: (folder / name).read_bytes() for name in ("report.html", "report.xlsx")}
    assert ballast("report", "three").code == 0
    assert made == {name: (folder / name).read_bytes() for name in made}
    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)
    assert {"Side by side", "Both worlds", "Stories", "Inputs", "Decisions"} <= set(book.sheetnames)
    assert book["Differences"].max_row == len(told["parts"]) + 2
    assert ballast("compare", "base", "rate", "--run", "three").code == 2
    assert "comparison of 3 runs" in ballast("runs").out
    printed = ballast("compare", "base", "rate", "--run", "two")
    assert "rate costs " in printed.out
    assert "Report: results/two/report.html" in printed.out
