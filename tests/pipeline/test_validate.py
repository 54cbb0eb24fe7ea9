"""`ballast validate`: a whole job, refusals, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.pricing_model import Case
from optimizer.jobs import trials
from tests.pipeline.conftest import Command
from tests.pipeline.test_interrupt import START

QUICK = ("--replications", "2", "--scenarios", "2000")


@pytest.mark.usefixtures("solved")
def test_a_run_is_validated(ballast: Command) -> None:
    """
    Proves: the words, `--json` and validation.json agree, twice the same; the run stays whole.

    The in-sample figures are the manifest's own; every interval holds its estimate, and that of
    the expected loss has no width; the gap of every replication is at least 0, for the bound and
    not the incumbent stands for the optimum.
    """
    told = ballast("validate", "one", *QUICK)
    assert told.code == 0, told.err
    for words in (
        "in sample",
        "95 % confidence",
        "± ",
        "2 replications",
        "conservative",
        "Ask for about",
    ):
        assert words in told.out
    assert "2 of 2" in told.err
    written = json.loads(Path("results/one/validation.json").read_text(encoding="utf-8"))
    assert json.loads(ballast("validate", "one", *QUICK, "--json").out) == written
    manifest = json.loads(Path("results/one/manifest.json").read_text(encoding="utf-8"))
    measures = written["measures"]
    assert measures["objective"]["in_sample"] == manifest["objective"]
    assert measures["cvar"]["in_sample"] == manifest["components"]["cvar"]
    for name in ("objective", "var", "cvar"):
        fresh = measures[name]["fresh"]
        assert fresh["low"] < fresh["estimate"] < fresh["high"]
    exact = measures["expected_loss"]
    assert exact["fresh"]["low"] == exact["fresh"]["high"] == exact["fresh"]["estimate"]
    assert exact["fresh"]["estimate"] == pytest.approx(exact["in_sample"], rel=1e-9)
    gap = written["sampling_gap"]
    assert min(gap["gaps"]) >= 0.0
    assert gap["upper"] > gap["mean"] >= gap["solver"] >= 0.0
    assert written["fresh"] == {"scenarios": 2000, "batches": 20, "seed": 1}
    assert ballast("verify", "one").code == 0


def test_without_hazards_there_is_nothing_to_lose(ballast: Command, small: Path) -> None:
    """Proves: losses of 0 in every future drawn give intervals of no width, and no division."""
    header = (small / "hazards.csv").read_text(encoding="utf-8").splitlines()[0]
    (small / "hazards.csv").write_text(f"{header}\n", encoding="utf-8")
    assert ballast("solve", str(small), "--run", "one").code == 0
    told = ballast("validate", "one", *QUICK, "--json")
    assert told.code == 0, told.err
    written = json.loads(told.out)
    assert written["measures"]["cvar"]["fresh"] == {"estimate": 0.0, "low": 0.0, "high": 0.0}
    assert written["need"]["for_gap"] == 100


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--replications", "1"), '--replications = "1": must be at least 2'),
        (("--replications=-3",), '--replications = "-3": '),
        (("--scenarios", "1999"), '--scenarios = "1999": must be between 2,000 and'),
        (("--scenarios", "0"), '--scenarios = "0": '),
        (("--seed=-1",), '--seed = "-1": '),
        ((), "results/nothing: this is not a run folder"),
    ],
)
def test_what_gives_no_interval_is_refused(
    ballast: Command, words: tuple[str, ...], told: str
) -> None:
    """Proves: bad arguments and no run end with 2, the option's name and a remedy."""
    refused = ballast("validate", "nothing", *words)
    assert refused.code == 2
    assert refused.err.startswith(told)
    assert "Use " in refused.err or "Choose a run" in refused.err


@pytest.mark.usefixtures("solved")
def test_a_run_is_tried_on_the_hazards_it_was_made_for(ballast: Command, small: Path) -> None:
    """Proves: with every rate in the tables tenfold since, a validation says the same."""
    words = ("validate", "one", "--replications", "0", "--scenarios", "2000", "--json")
    before = ballast(*words)
    assert before.code == 0, before.err
    hazards = pd.read_csv(small / "hazards.csv")
    hazards["annual_rate"] *= 10.0
    hazards.to_csv(small / "hazards.csv", index=False)
    assert ballast(*words).out == before.out


def test_an_interrupt_leaves_the_run_as_it_was(
    ballast: Command, solved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: Ctrl-C in the first search ends with 4 and a sentence, and nothing is written."""
    decide = trials.decide

    def interrupted(case: Case, *, stop: Stop, **rest: Any) -> Outcome:
        stop.begin_search(60.0)
        os.kill(os.getpid(), signal.SIGINT)
        return decide(case, stop=stop, **rest)

    before = {path.name for path in solved.iterdir()}
    monkeypatch.setattr(trials, "decide", interrupted)
    stopped = ballast("validate", "one", *QUICK)
    assert stopped.code == 4
    last = "stopped before 2 batches of fresh futures were done; the run is unchanged."
    assert stopped.err.splitlines()[-1] == last
    assert {path.name for path in solved.iterdir()} == before


@pytest.mark.slow
def test_a_signal_keeps_the_replications_so_far(ballast: Command, solved: Path) -> None:
    """Proves: SIGTERM during the replications of a process ends with 0, those done written."""
    words = [sys.executable, "-c", START, "validate", "one", "--replications", "500"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as job:
        assert job.stderr is not None
        told = ""
        while "3 of 500" not in told:
            told += job.stderr.readline()
            assert job.poll() is None, told
        job.send_signal(signal.SIGTERM)
        said, rest = job.communicate(timeout=120)
    assert job.returncode == 0
    assert "Traceback" not in told + rest
    assert "left out are replications: 49" in said
    assert len(json.loads((solved / "validation.json").read_text())["sampling_gap"]["gaps"]) >= 3
