"""Ctrl-C once there is something to keep: it is finished, written and told; real signals."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from optimizer.domain.observer import Silent
from optimizer.errors import StoppedError
from optimizer.inputs.read import read_portfolio
from optimizer.jobs import backtest as backtesting
from optimizer.jobs import decided, fresh, trials
from optimizer.jobs.about import Request
from optimizer.jobs.reopen import verify
from optimizer.jobs.solve import solve
from optimizer.reports.run.summary import summarise
from optimizer.store.manifest import read_manifest
from tests.pipeline.conftest import Command

playing = import_module("optimizer.simulator.play_all")
replaying = import_module("optimizer.simulator.replay")
QUICK = ("scenarios.count=60", "solver.gap=1e-2")


def press() -> None:
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def pressing(work: Callable[..., Any], at: int = 1) -> Callable[..., Any]:
    """Return some work in which Ctrl-C is pressed the n-th time it is done."""
    times: list[None] = []

    def pressed(*words: Any, **names: Any) -> Any:
        times.append(None)
        if len(times) == at:
            press()
        return work(*words, **names)

    return pressed


def pressing_after(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return some work after which Ctrl-C is pressed."""

    def pressed(*words: Any, **names: Any) -> Any:
        made = work(*words, **names)
        press()
        return made

    return pressed


class PressesAfter(Silent):
    """An observer that presses Ctrl-C while a step is told."""

    def __init__(self, step: str) -> None:
        self._step = step

    def on_step(self, name: str, detail: str, seconds: float) -> None:
        """Press, if this is the step."""
        if name == self._step:
            press()


@pytest.mark.parametrize(
    ("during", "left_out"),
    [
        ("jobs.solve.decide", ["forecast", "reasons", "strategies"]),
        ("jobs.decided.rationale", ["reasons", "strategies"]),
        ("jobs.record.verify_tables", ["strategies"]),
        ("jobs.record.figures_of_strategies", ["strategies"]),
        ("jobs.solve.write_run", []),
    ],
)
def test_a_plan_once_found_is_written(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, during: str, left_out: list[str]
) -> None:
    """
    Proves: whatever comes after the search is interrupted, the plan is verified and written, the
    manifest and the summary say what is not there, and the run verifies.

    Sensitivity: heard as before, each ends with "before any plan was found" and writes nothing.
    """
    presses = pressing_after if during.endswith("decide") else pressing
    place, work = f"optimizer.{during}".rsplit(".", 1)
    module = import_module(place)
    monkeypatch.setattr(module, work, presses(getattr(module, work)))
    run = solve(read_portfolio(small, QUICK), Request(results=tmp_path / "r", name="one"))
    manifest = read_manifest(run.folder / "manifest.json")
    assert list(manifest.left_out) == left_out
    told = [line for line in summarise(run.tables) if line.startswith("Left out, because it was")]
    assert len(told) == bool(left_out)
    assert (run.folder / "strategies.csv").exists() == ("strategies" not in left_out)
    monkeypatch.undo()
    verify(run.folder)


def test_the_line_of_the_first_plan_may_be_interrupted(small: Path, tmp_path: Path) -> None:
    """Proves: Ctrl-C while the very first plan is told costs no plan; the second ends it truly."""
    portfolio, results = read_portfolio(small, QUICK), tmp_path / "r"
    run = solve(portfolio, Request(results=results, name="one"), PressesAfter("solve"))
    assert (run.folder / "report.html").exists()

    class Insists(PressesAfter):
        def on_step(self, name: str, detail: str, seconds: float) -> None:
            super().on_step(name, detail, seconds)
            if name == "verify":
                press()

    with pytest.raises(StoppedError, match="before two was written in full; every file already"):
        solve(portfolio, Request(results=results, name="two"), Insists("solve"))
    assert not (results / "two").exists()


def test_a_command_tells_what_is_left_out(
    ballast: Command, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: exit 0, a note at once, and the sentence in the summary and on the page."""
    monkeypatch.setattr(decided, "rationale", pressing(decided.rationale))
    words = [word for one in QUICK for word in ("--set", one)]
    done = ballast("solve", str(small), "--run", "one", *words)
    assert done.code == 0, done.err
    assert "Stopping: finishing the results so far." in done.err
    left_out = "Left out, because it was stopped: the reasons, runners-up and break-even rates"
    assert left_out in done.out
    assert left_out in Path("results/one/report.html").read_text(encoding="utf-8")
    assert ballast("report", "one").code == 0


def test_a_frontier_whose_reasons_are_interrupted_is_written(
    ballast: Command, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: Ctrl-C in the reasons of the second of four budgets: it is a verified run without them,
    the first has them, the others are told as not reached, and nothing is left to go on with.
    """
    monkeypatch.setattr(decided, "rationale", pressing(decided.rationale, at=2))
    words = [word for one in QUICK for word in ("--set", one)]
    budgets = ("--budgets", "300000:700000:3", "--run", "f")
    done = ballast("frontier", str(small), *budgets, *words)
    assert done.code == 0, done.err
    written = json.loads(Path("results/f/frontier.json").read_text(encoding="utf-8"))
    runs = [Path("results", point["run"]) for point in written["points"]]
    assert [read_manifest(run / "manifest.json").left_out for run in runs] == [(), ("reasons",)]
    assert written["left_out"] == 2
    assert not Path("results/.f.sweep.json").exists()


def test_replications_that_are_done_are_told(
    ballast: Command, solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: Ctrl-C in the third replication, whose search is within its gap, keeps the two before.

    Sensitivity: by `stopped_by` it is not heard, and all four are made; by the exception the two
    are thrown away.
    """
    searches = pressing(trials.decide, at=4)  # the first is for the mean future
    monkeypatch.setattr(trials, "decide", lambda *w, **n: _after(searches, *w, **n))
    done = ballast("validate", "one", "--replications", "4", "--scenarios", "2000")
    assert done.code == 0, done.err
    assert "left out are replications: 2." in done.out
    found = json.loads((solved / "validation.json").read_text(encoding="utf-8"))
    assert len(found["sampling_gap"]["gaps"]) == 2
    assert found["left_out"] == {"batches": 0, "replications": 2}


def _after(work: Callable[..., Any], *words: Any, **names: Any) -> Any:
    """Do some work as if it had begun before: what is found then is kept."""
    names["stop"].begin_search(60.0)
    return work(*words, **names)


def test_batches_that_are_done_are_told(
    ballast: Command, solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: Ctrl-C while futures are tried keeps the batches so far; one is no interval: 4."""
    batches = fresh.draw
    for at, code in ((5, 0), (1, 4)):
        (solved / "validation.json").unlink(missing_ok=True)
        monkeypatch.setattr(fresh, "draw", pressing(batches, at=at))
        done = ballast("validate", "one", "--replications", "0", "--scenarios", "2000")
        assert done.code == code, done.err
        assert (solved / "validation.json").exists() == (code == 0)
    assert done.err.splitlines()[-1] == (
        "stopped before 2 batches of fresh futures were done; the run is unchanged."
    )


def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)


def test_skus_that_are_played_are_told(
    ballast: Command, solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: Ctrl-C in the second task of 32 SKUs keeps the first, told with promises of its own;
    the same figures as undisturbed; the report has it.
    """
    words = ("simulate", "one", "--replications", "4", "--json")
    assert ballast(*words).code == 0
    whole = json.loads((solved / "simulation.json").read_text())
    _one_at_a_time(monkeypatch)
    monkeypatch.setattr(playing, "replicate", pressing(playing.replicate, at=34))
    done = ballast(*words[:-1])
    assert done.code == 0, done.err
    assert "Stopped: the first 32 of 40 SKUs were played." in done.out
    part = json.loads((solved / "simulation.json").read_text())
    assert (part["skus"], part["left_out"], whole["left_out"]) == (32, 8, 0)
    assert part["tail"]["promised"] is None
    assert part["measures"]["stock"]["promised"] < whole["measures"]["stock"]["promised"]
    assert ballast("report", "one").code == 0


def test_skus_that_are_replayed_are_told(
    ballast: Command, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: Ctrl-C in the replay keeps what is replayed; before it, the run, and says so: 4."""
    _one_at_a_time(monkeypatch)
    words = ["backtest", str(small), "--replications", "2", "--set", "scenarios.count=60"]
    words += ["--set", "solver.gap=1e-2"]
    replayed = replaying.laid_out
    for at, code in ((33, 0), (1, 4)):
        monkeypatch.setattr(replaying, "laid_out", pressing(replayed, at=at))
        done = ballast(*words, "--run", f"at{at}")
        assert done.code == code, done.err
        assert Path("results", f"at{at}", "manifest.json").exists()
        assert Path("results", f"at{at}", "backtest.json").exists() == (code == 0)
        assert ("Stopped: the first 32 of 40 SKUs were replayed." in done.out) == (code == 0)
    assert done.err.splitlines()[-1] == (
        "stopped before any SKU was replayed; the run results/at1 is written."
    )


def test_plans_to_replay_that_are_cut_short_are_none(
    ballast: Command, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: Ctrl-C in the search on the first part ends it before anything is written."""
    searches = pressing(backtesting.decide)
    monkeypatch.setattr(backtesting, "decide", lambda *w, **n: _after(searches, *w, **n))
    done = ballast("backtest", str(small), "--set", "scenarios.count=60")
    assert done.code == 4
    last = "stopped before there were plans to replay; nothing was written."
    assert done.err.splitlines()[-1] == last
    assert not Path("results").exists()
