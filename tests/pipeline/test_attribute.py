"""`ballast compare --attribute`: planted causes found, exact sums, refusals, Ctrl-C."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

import optimizer
from optimizer.domain.causes import BUDGET, DRAW, GAP, HAZARDS, PRICES, SKUS
from optimizer.domain.comparison import Comparison
from optimizer.domain.stop import Stop
from optimizer.errors import BadInputError
from optimizer.inputs.read import read_portfolio
from optimizer.inputs.template import write_template
from optimizer.jobs import attribution
from optimizer.jobs.about import Request
from optimizer.jobs.solve import solve
from optimizer.store.run_folder import read_run
from tests.pipeline.conftest import Command

_QUICK = ("scenarios.count=60", "catalogue.refine=false", "risk.measure=cvar")
_RATE = "hazards.factor.'Typhoon on the coast'=2"
_BUDGET = "budget.capital=30000"
_RUNS: Mapping[str, tuple[str, ...]] = {
    "base": (),
    "dearer": (),
    "rate": (_RATE,),
    "budget": (_BUDGET,),
    "all": (_RATE, _BUDGET),
    "loose": ("solver.gap=0.2",),
    "fewer": (),
}
_FIGURES = ("expected_cost", "risk_charge", "objective")


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a results folder with runs of the template that differ from `base` as planted."""
    home = tmp_path_factory.mktemp("attribute")
    for name, overrides in _RUNS.items():
        tables = home / name
        write_template(tables)
        if name in ("dearer", "all"):
            _make_dearer(tables / "skus.csv")
        if name == "fewer":
            for file in ("skus", "sources", "plan", "stock"):
                _without(tables / f"{file}.csv", "SEAL-KIT")
        portfolio = read_portfolio(tables, [*_QUICK, *overrides])
        solve(portfolio, Request(results=home / "results", name=name))
    return home / "results"


def _make_dearer(path: Path) -> None:
    old = 'time",mechanical,North,1.80'
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, old.replace("1.80", "1.98")), encoding="utf-8")


def _without(path: Path, sku: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(sku)), encoding="utf-8")


def _attribute(results: Path, out: Path, first: str, other: str) -> Comparison:
    request = Request(results=out, name="c", replace=True)
    return optimizer.attribute(results / first, results / other, request=request)


@pytest.mark.parametrize(
    ("name", "cause", "said"),
    [
        ("dearer", PRICES, "the unit cost of SKU BRACKET-01 rises by 10 %"),
        ("rate", HAZARDS, "the rate of hazard Typhoon on the coast doubles"),
        ("budget", BUDGET, "budget.capital changes from none to 30,000"),
    ],
)
def test_one_planted_cause_is_named_and_it_alone(
    solved: Path, tmp_path: Path, name: str, cause: str, said: str
) -> None:
    """
    Proves: one price, rate or budget changed is the only cause of the world or of what is asked;
    beside it stand the other draw of futures, where there is one, and a solver gap of nothing,
    because the cells of the runs' own worlds are solved as they were.  What it makes of the
    expected cost is all of it: that knows no draw.
    """
    found = _attribute(solved, tmp_path, "base", name)
    causes = found.causes.set_index("cause")
    assert set(causes.index) - {DRAW, GAP} == {cause}
    assert str(causes.loc[cause, "said"]).startswith(said)
    assert causes.loc[cause, "changes"] == "1"
    assert causes.loc[cause, "reading"] == ""
    assert causes.loc[cause, "objective"] != 0.0
    by = found.difference(name)
    assert causes.loc[DRAW, "expected_cost"] == 0.0 if DRAW in causes.index else True
    if DRAW not in causes.index:
        assert causes.loc[cause, "objective"] == pytest.approx(by, rel=1e-6)


def test_a_dearer_price_is_worth_what_is_bought(solved: Path, tmp_path: Path) -> None:
    """
    Proves: with the same decisions and the same draw a price makes what the two runs state, part
    by part; nothing is left to the solver.
    """
    found = _attribute(solved, tmp_path, "base", "dearer")
    stated = [read_run(solved / run).manifest for run in ("base", "dearer")]
    cause = found.causes.set_index("cause").loc[PRICES]
    for figure in _FIGURES:
        by = getattr(stated[1], figure) - getattr(stated[0], figure)
        assert cause[figure] == pytest.approx(by, abs=1e-6)


@pytest.mark.parametrize("name", ["rate", "budget", "all", "loose", "fewer"])
def test_causes_add_up_exactly_both_ways_round(solved: Path, tmp_path: Path, name: str) -> None:
    """
    Proves: in any order the causes add up to the difference to the last bit, figure by figure, and
    expected cost and risk charge to the objective; from the other end all signs are turned.
    """
    found = _attribute(solved, tmp_path, "base", name)
    for figure in _FIGURES:
        for seed in range(3):
            parts = found.causes[figure].sample(frac=1.0, random_state=seed)
            assert sum(parts) == found.difference(name, figure)
    causes = found.causes
    assert (causes["expected_cost"] + causes["risk_charge"] == causes["objective"]).all()
    inside = causes[causes["cause"] != GAP]
    assert (inside["low"] <= inside["objective"] + 1e-6).all()
    assert (inside["objective"] <= inside["high"] + 1e-6).all()
    back = _attribute(solved, tmp_path, name, "base").causes.set_index("cause")
    ahead = causes.set_index("cause")
    assert set(back.index) == set(ahead.index)
    cost = max(read_run(solved / run).manifest.objective for run in ("base", name))
    for figure in _FIGURES:
        turned = -back[figure].reindex(ahead.index)
        assert ahead[figure].to_numpy() == pytest.approx(turned.to_numpy(), abs=2e-4 * cost)


def test_three_planted_causes_are_named(solved: Path, tmp_path: Path) -> None:
    """Proves: a price, a rate and a budget together are three causes, none of them a guess."""
    causes = _attribute(solved, tmp_path, "base", "all").causes
    assert set(causes["cause"]) - {DRAW, GAP} == {PRICES, HAZARDS, BUDGET}
    assert causes["cause"].iloc[-1] == GAP
    assert causes["rank"].tolist() == list(range(1, len(causes) + 1))


def test_a_loose_gap_is_no_cause(solved: Path, tmp_path: Path) -> None:
    """
    Proves: a run that was only sought less hard differs by the solver gap and the draw that its
    pilot chose, by no cause of the world or of what is asked.
    """
    found = _attribute(solved, tmp_path, "base", "loose")
    assert set(found.causes["cause"]) <= {DRAW, GAP}


def test_a_sku_that_only_one_has_is_a_cause(solved: Path, tmp_path: Path) -> None:
    """Proves: a SKU that is gone is the cause, with its name."""
    causes = _attribute(solved, tmp_path, "base", "fewer").causes.set_index("cause")
    assert set(causes.index) - {DRAW, GAP} == {SKUS}
    assert "SEAL-KIT" in causes.loc[SKUS, "said"]
    assert causes.loc[SKUS, "objective"] < 0.0


def test_more_groups_than_eight_are_sampled(
    solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: beyond the most groups that are worked out exactly a sample of orders is told as such,
    with ranges that hold the exact values, and adds up exactly too.
    """
    exact = _attribute(solved, tmp_path, "base", "all").causes.set_index("cause")
    monkeypatch.setattr(attribution, "_MOST_EXACT", 1)
    found = _attribute(solved, tmp_path, "base", "all")
    assert "random orders" in found.notes[-1]
    assert found.causes["objective"].sum() == found.difference("all")
    sampled = found.causes.set_index("cause").drop(index=GAP)
    assert (sampled["low"] - 1e-3 <= exact["objective"].reindex(sampled.index)).all()
    assert (exact["objective"].reindex(sampled.index) <= sampled["high"] + 1e-3).all()


def test_what_cannot_be_attributed_is_refused(solved: Path, tmp_path: Path) -> None:
    """Proves: three runs, and a run whose inputs are gone, are refused, with the remedy."""
    request = Request(results=tmp_path, name="c")
    runs = [solved / name for name in ("base", "rate", "budget")]
    with pytest.raises(BadInputError, match="exactly two runs; found 3"):
        optimizer.compare(*runs, request=request, attribute=True)
    shutil.copytree(solved, tmp_path / "moved" / "results")
    shutil.rmtree(tmp_path / "moved" / "results" / ".inputs")
    with pytest.raises(BadInputError, match="Compare it without --attribute"):
        _attribute(tmp_path / "moved" / "results", tmp_path, "base", "dearer")


def test_a_world_without_a_plan_is_said(
    solved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: where a world between the runs has no plan the comparison stands, and names it."""

    def nothing(game: object, mask: int) -> None:
        raise attribution.NoCellError(f"world {mask}: capital is short")

    monkeypatch.setattr(attribution._Game, "solve", nothing)
    found = _attribute(solved, tmp_path, "base", "rate")
    assert found.causes.empty
    assert "there is no plan for world 0: capital is short" in found.notes[-1]
    assert found.difference("rate") != 0.0


def test_stopped_it_is_a_comparison_all_the_same(solved: Path, tmp_path: Path) -> None:
    """Proves: asked for the end, the comparison is written without causes, and says so."""
    request = Request(results=tmp_path, name="c")
    found = optimizer.attribute(
        solved / "base", solved / "rate", request=request, stop=Stop(interrupted=True)
    )
    assert found.causes.empty
    assert "the attribution was stopped" in found.notes[-1]
    assert (tmp_path / "c" / "report.html").is_file()


def test_the_command_tells_causes(ballast: Command, solved: Path, tmp_path: Path) -> None:
    """
    Proves: JSON and Parquet hold the causes, page and workbook show them and are made again byte by
    byte, the terminal says them in a sentence; three runs are refused.
    """
    shutil.copytree(solved, tmp_path / "results")
    done = ballast("compare", "base", "rate", "--attribute", "--run", "why", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)["causes"]
    table = pd.read_parquet("results/why/causes.parquet")
    assert [one["cause"] for one in told] == table["cause"].tolist()
    assert pd.read_csv("results/why/causes.csv")["cause"].tolist() == table["cause"].tolist()
    assert "hazards" in table["cause"].tolist()
    folder = Path("results/why")
    made = {name: (folder / name).read_bytes() for name in ("report.html", "report.xlsx")}
    assert b"Why: causes" in made["report.html"]
    assert ballast("report", "why").code == 0
    assert made == {name: (folder / name).read_bytes() for name in made}
    printed = ballast("compare", "base", "rate", "--attribute", "--run", "again")
    assert "more a year, hazards make " in printed.out
    assert ballast("compare", "base", "rate", "all", "--attribute", "--run", "x").code == 2
