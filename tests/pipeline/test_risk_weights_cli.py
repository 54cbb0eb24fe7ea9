"""`ballast frontier --risk-weights` from the command line."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.pipeline.conftest import Command

QUICK = ("--set", "solver.gap=1e-2", "--set", "scenarios.count=60")
RANGE = ("--risk-weights", "0.5:1:2", "--run", "w")
GAP = 1e-2


def test_appetite_has_its_price(ballast: Command, once: Command, small: Path) -> None:
    """
    Proves: 0 and the portfolio's own weight are solved too; within the gaps a heavier weight never
    costs less, nor leaves a larger unexpected loss, nor saves expected cost (all three follow from
    the minimum being concave in ω); the objective is cost plus ω times what CVaR exceeds the
    expected loss by; runs verify, and the folder is listed, reported and as the JSON.
    """
    done = once("frontier", str(small), *RANGE, *QUICK, "--json")
    assert done.code == 0, done.err
    points = json.loads(done.out)
    assert [point["risk_weight"] for point in points] == [0.0, 0.15, 0.5, 1.0]
    assert [point["own_weight"] for point in points] == [False, True, False, False]
    for point in points:
        charge = point["risk_weight"] * (point["cvar"] - point["expected_loss"])
        assert point["risk_charge"] == pytest.approx(charge, rel=1e-9, abs=1e-9)
        assert point["capital_used"] <= 400_000.0 * (1.0 + 1e-9)
    for light, heavy in pairwise(points):
        assert heavy["objective"] >= light["objective"] * (1.0 - GAP)
        tails = [point["cvar"] - point["expected_loss"] for point in (light, heavy)]
        room = GAP * heavy["objective"]
        step = heavy["risk_weight"] - light["risk_weight"]
        assert (tails[1] - tails[0]) * step <= room
    assert points[-1]["premium"] == points[-1]["expected_cost"] - points[0]["expected_cost"]
    written = json.loads(Path("results/w/risk_weights.json").read_text(encoding="utf-8"))
    assert written["points"] == points
    assert ballast("verify", "w-03").code == 0
    listed = json.loads(ballast("runs", "--json").out)
    assert (listed[0]["kind"], listed[0]["plans"], len(listed)) == ("risk weights", 4, 5)
    assert ballast("report", "w").code == 0


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ((), "Give one: --budgets"),
        (("--budgets", "1k:9k:3", "--risk-weights", "0:1:3"), "Give one: --budgets"),
        (("--risk-weights", "0:1:3", "--nested"), "Leave it out"),
        (("--risk-weights", "0:1:3", "--hurdle", "5%"), "Leave it out"),
        (("--risk-weights", "0:2:3"), "from 0 to 1"),
        (("--risk-weights", "0:1:3", "--set", "risk.measure=expected"), "cvar or var"),
    ],
)
def test_what_does_not_go_together_is_refused(
    ballast: Command, small: Path, words: tuple[str, ...], remedy: str
) -> None:
    """Proves: what says nothing or two things ends with 2 and the remedy, and writes nothing."""
    refused = ballast("frontier", str(small), *words)
    assert refused.code == 2
    assert remedy in refused.err
    assert not Path("results/w").exists()
