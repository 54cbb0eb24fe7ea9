"""`ballast simulate`: a run played, its files, refusals, and a stop."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import optimizer
from optimizer.jobs import simulate as simulation
from optimizer.store.run_folder import read_run
from tests.pipeline.conftest import Command
from tests.support.public_data import HAZARDS, HISTORY, needs_public_data


@pytest.fixture
def run(solved: Path) -> Path:
    """Return a solved run of the small sample."""
    return solved


def test_help_has_an_example(ballast: Command) -> None:
    """Proves: --help ends with 0 and shows how the command is typed."""
    done = ballast("simulate", "--help")
    assert (done.code, "Example: ballast simulate" in done.out) == (0, True)


def test_a_run_is_played_and_told(ballast: Command, run: Path) -> None:
    """
    Proves: sentences with intervals, a table by policy, and two files beside the run's own.

    The promise in all is the run's: value-weighted fill rate, expected loss, cost.
    """
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    done = ballast("simulate", "one", "--replications", "20")
    assert done.code == 0, done.err
    assert "Fill rate " in done.out
    assert " simulated, " in done.out
    assert " promised" in done.out
    document = json.loads((run / "simulation.json").read_text())
    table = pd.read_parquet(run / "simulation.parquet")
    manifest, plan = read_run(run).manifest, read_run(run).plan
    assert (document["replications"], document["seed"], document["skus"]) == (20, 1, len(plan))
    measures = document["measures"]
    assert measures["loss"]["promised"] == pytest.approx(manifest.components.expected_loss)
    assert measures["carrying"]["promised"] == pytest.approx(manifest.components.carrying)
    scorecard = json.loads((run / "scorecard.json").read_text())
    assert measures["fill_rate"]["promised"] == pytest.approx(scorecard["service"]["fill_rate"])
    assert table["sku"].tolist() == plan["sku"].tolist()
    assert table["loss_simulated"].sum() == pytest.approx(measures["loss"]["simulated"])
    assert sum(policy["skus"] for policy in document["policies"]) == len(plan)
    told = {"manifest.json", "report.html", "report.xlsx"}  # of the files that are there
    assert all((run / name).read_bytes() == before[name] for name in before.keys() - told)
    assert ballast("verify", "one").code == 0


def test_the_seed_decides_and_the_notebook_sees_the_same(ballast: Command, run: Path) -> None:
    """Proves: the same seed gives the same file from Python; another seed another one."""
    told = ballast("simulate", "one", "--replications", "20", "--json")
    assert json.loads(told.out) == json.loads((run / "simulation.json").read_text())
    first = (run / "simulation.json").read_bytes(), (run / "simulation.parquet").read_bytes()
    played = optimizer.simulate(run, replications=20, seed=1)
    assert played.document == json.loads(first[0])
    again = (run / "simulation.json").read_bytes(), (run / "simulation.parquet").read_bytes()
    assert again == first
    other = optimizer.simulate(run, replications=20, seed=2)
    assert other.document["measures"]["loss"] != played.document["measures"]["loss"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--replications", "1"), '--replications = "1": '),
        (("--replications", "10001"), '--replications = "10001": '),
        (("--seed=-1",), '--seed = "-1": '),
    ],
)
def test_a_bad_number_is_refused(ballast: Command, words: tuple[str, ...], told: str) -> None:
    """Proves: exit 2, the option by its name and a remedy, before the run is even opened."""
    refused = ballast("simulate", "none", *words)
    assert (refused.code, refused.err.startswith(told)) == (2, True)
    assert "Give " in refused.err


@pytest.mark.usefixtures("solved")
def test_a_run_is_played_from_its_own_inputs(ballast: Command, small: Path) -> None:
    """Proves: tables that have moved on since change nothing; a run that is none is refused."""
    words = ("simulate", "one", "--replications", "4", "--json")
    before = ballast(*words)
    with (small / "hazards.csv").open("a", encoding="utf-8") as hazards:
        hazards.write("\n")
    assert json.loads(ballast(*words).out) == json.loads(before.out)
    assert ballast("simulate", "gone").code == 2


def test_a_stop_writes_nothing(
    ballast: Command, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: Ctrl-C before a SKU is played ends with 4 and a sentence; the run is as it was."""
    played = simulation.play

    def stopped(*words: Any, **names: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return played(*words, **names)

    monkeypatch.setattr(simulation, "play", stopped)
    done = ballast("simulate", "one")
    assert done.code == 4
    last = "stopped before any SKU was simulated; the run is unchanged."
    assert done.err.splitlines()[-1] == last
    assert not (run / "simulation.json").exists()


@needs_public_data
@pytest.mark.slow
def test_the_scms_plan_is_played(ballast: Command) -> None:
    """
    Proves: of real, lumpy demand service, stock and loss are played as promised.

    The fill rate by value is within 1.5 points, stock within 3 %, and the loss by the curves on the
    futures played within its interval, or a quarter, of what the play loses on them.
    """
    words = ("--hazards", str(HAZARDS), "--out", "scms")
    assert ballast("import", "scms", str(HISTORY), *words).code == 0
    assert ballast("solve", "scms", "--run", "real").code == 0
    done = ballast("simulate", "real", "--replications", "500", "--json")
    assert done.code == 0, done.err
    measures = json.loads(done.out)["measures"]
    fill, stock = measures["fill_rate"], measures["stock"]
    assert fill["simulated"] == pytest.approx(fill["promised"], abs=0.015)
    assert stock["simulated"] == pytest.approx(stock["promised"], rel=0.03)
    loss, modelled = measures["loss"], measures["modelled_loss"]
    beyond = measures["loss_beyond_model"]
    assert abs(beyond["simulated"]) <= max(beyond["half_width"], 0.25 * modelled["simulated"])
    assert loss["simulated"] > 0.0
