"""A sweep whose process crashed goes on from what it has published, or says why not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from optimizer.domain.plan import Outcome
from optimizer.engine.decide import decide
from optimizer.inputs.read import read_portfolio
from optimizer.jobs import risk_sweep as risk_sweeping
from optimizer.jobs.about import Request
from optimizer.jobs.risk_sweep import risk_sweep
from tests.pipeline.conftest import ROOT, Command, cut_small

SWEEP = (
    *("--run", "f", "--budgets", "300000:600000:3"),
    *("--set", "solver.gap=1e-2", "--set", "scenarios.count=60", "--set", "solver.method=exact"),
    *("--set", "max_alternates=0"),
)


def crash(there: Path, at: int, *words: str) -> None:
    """Run a command line in a folder, in a process that the engine crashes at its n-th search."""
    script = ROOT / "tests" / "support" / "crashing.py"
    ended = subprocess.run(
        [sys.executable, str(script), "optimizer.jobs.frontier", str(at), *words],
        cwd=there,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGSEGV, ended.stderr


def listing() -> set[str]:
    """Return what there is in the results folder, but the inputs kept."""
    names = {path.name for path in Path("results").iterdir()} - {".inputs"}
    return {name for name in names if not name.startswith(".tmp-")}


def stated(folder: Path) -> dict[str, Any]:
    """Return a frontier as written, without how long it took."""
    written: dict[str, Any] = json.loads((folder / "frontier.json").read_text(encoding="utf-8"))
    return {key: value for key, value in written.items() if key != "about"}


@pytest.fixture(scope="module")
def crashed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where a frontier of four budgets crashed at its third search."""
    there = tmp_path_factory.mktemp("crashed")
    cut_small(there / "small")
    crash(there, 3, "frontier", "small", *SWEEP)
    return there


@pytest.fixture
def crashed(crashed_once: Path, ballast: Command) -> Path:
    """Return the portfolio of a frontier that crashed, what it left in the folder one is in."""
    shutil.copytree(crashed_once, ".", dirs_exist_ok=True)
    return Path("small")


def test_a_crash_costs_one_point(once: Command, ballast: Command, crashed: Path) -> None:
    """
    Proves: a SIGSEGV at the third of four budgets leaves two whole runs; the same command solves
    the other two only, and the frontier is that of a sweep without a crash, to the last digit.

    Sensitivity: written together at the end, no run is left; solved again, the first two runs have
    another time of writing.
    """
    assert listing() == {"f-01", "f-02", ".f.sweep.json"}
    first = [(Path("results") / name / "manifest.json").read_bytes() for name in ("f-01", "f-02")]
    again = ballast("frontier", str(crashed), *SWEEP)
    assert again.code == 0, again.err
    assert "2 of 4 points, published before" in again.err
    assert again.err.count("  solve ") == 2
    assert listing() == {"f-01", "f-02", "f-03", "f-04", "f"}
    assert first == [
        (Path("results") / name / "manifest.json").read_bytes() for name in ("f-01", "f-02")
    ]
    broken = stated(Path("results/f")), Path("results/f/next_money.csv").read_bytes()
    Path("results").rename("broken")
    assert once("frontier", str(crashed), *SWEEP).code == 0
    assert broken == (stated(Path("results/f")), Path("results/f/next_money.csv").read_bytes())


def test_a_sweep_over_weights_goes_on_too(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: a sweep over weights whose third search failed solves only that one when called again,
    and the points are those of a call that did not fail.
    """
    portfolio = read_portfolio(small, [word for word in SWEEP[4:] if word != "--set"])
    calls: list[Any] = []

    def failing(*words: Any, **names: Any) -> Outcome:
        calls.append(words)
        if len(calls) == 3:
            raise MemoryError
        return decide(*words, **names)

    monkeypatch.setattr(risk_sweeping, "decide", failing)
    request = Request(results=tmp_path / "r", name="w")
    with pytest.raises(MemoryError):
        risk_sweep(portfolio, [0.0, 1.0], request)
    again = risk_sweep(portfolio, [0.0, 1.0], request)
    assert len(calls) == 4
    whole = risk_sweep(portfolio, [0.0, 1.0], Request(results=tmp_path / "whole", name="w"))
    assert again.points == whole.points
    assert not [*(tmp_path / "r").glob(".*.json")]


def test_other_terms_do_not_go_on(ballast: Command, crashed: Path) -> None:
    """
    Proves: other budgets, settings, nesting or inputs than those of the unfinished frontier are
    refused with what differs and the command to repeat; without a name there is a new one.
    """
    command = ("frontier", str(crashed), *SWEEP)
    before = listing()
    for more, differs in (
        (("--budgets", "300000:600000:4"), "differs in budgets"),
        (("--set", "risk.weight=0.3"), "differs in settings.risk.weight"),
        (("--nested",), "differs in nested"),
    ):
        refused = ballast(*command, *more)
        assert refused.code == 2
        assert differs in refused.err
        assert "Repeat `ballast frontier" in refused.err
        assert "or choose another name" in refused.err
    skus = crashed / "skus.csv"
    skus.write_text(skus.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "differs in inputs.skus.csv" in ballast(*command).err
    assert listing() == before


def test_a_run_that_is_gone_is_solved_again(ballast: Command, crashed: Path) -> None:
    """Proves: of published runs those up to a missing one count; a changed one is refused."""
    plan = Path("results/f-01/plan.parquet")
    whole = plan.read_bytes()
    plan.write_bytes(whole[:-100])
    assert "f-01/plan.parquet" in ballast("frontier", str(crashed), *SWEEP).err
    plan.write_bytes(whole)
    Path("results/f-02").rename("aside")
    again = ballast("frontier", str(crashed), *SWEEP)
    assert again.code == 0, again.err
    assert again.err.count("  solve ") == 3
