"""Whole jobs with limits on losses: kept, proven, verified, priced, or refused with the least."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.pipeline.conftest import Command

COARSE = ("--set", "solver.gap=0.01")


def manifest(run: Path) -> dict[str, object]:
    """Return what a run states."""
    stated: dict[str, object] = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return stated


def test_a_board_that_bears_less_pays_for_it(ballast: Command, small: Path, solved: Path) -> None:
    """
    Proves: a CVaR limit below the free plan's is kept, costs more, has a price, and the run is
    verified; its refined plan costs no more, and what finer levels could save is proven by a pass
    of `verify`'s own; the page says what fresh futures say of the limit.
    """
    free = manifest(solved)
    limit = round(0.9 * free["components"]["cvar"])  # type: ignore[index]
    asked = ("--set", f"limits.cvar={limit}", *COARSE)
    done = ballast("solve", str(small), "--run", "bears", *asked)
    assert done.code == 0, done.err
    assert "of CVaR a year is kept on the plan's own futures" in re.sub(r"\s+", " ", done.out)
    bears = manifest(Path("results/bears"))
    used = bears["resources"]["cvar"]  # type: ignore[index]
    assert used["used"] <= limit == used["limit"]
    assert used["price"] > 0.0
    assert bears["objective"] > free["objective"]  # type: ignore[operator]
    assert ballast("verify", "bears").code == 0
    done = ballast("solve", str(small), "--run", "fine", *asked, "--set", "catalogue.refine=true")
    assert done.code == 0, done.err
    fine = manifest(Path("results/fine"))
    assert fine["objective"] <= bears["objective"]  # type: ignore[operator]
    stated = json.loads(ballast("verify", "fine", "--json").out)
    assert stated["bound"] <= fine["objective"]


def test_limits_that_no_plan_keeps_are_named_with_the_least(ballast: Command, small: Path) -> None:
    """Proves: both are told at once, nothing is written, and the least named is enough."""
    done = ballast(
        "solve", str(small), "--set", "limits.cvar=1", "--set", "limits.expected_loss=1", *COARSE
    )
    assert done.code == 3
    least = dict(re.findall(r"raise limits\.(\w+) by .* to ([\d,.]+) EUR a year", done.err))
    assert set(least) == {"expected_loss", "cvar"}
    assert not Path("results").exists() or not list(Path("results").glob("*/manifest.json"))
    enough = float(least["cvar"].replace(",", "")) * 1.001
    done = ballast("solve", str(small), "--set", f"limits.cvar={enough}", *COARSE)
    assert done.code == 0, done.err


@pytest.mark.parametrize("name", ["cvar", "expected_loss"])
def test_beside_var_a_limit_on_losses_is_refused(ballast: Command, small: Path, name: str) -> None:
    """Proves: the setting is named, with the remedy."""
    done = ballast("solve", str(small), "--set", "risk.measure=var", "--set", f"limits.{name}=1e6")
    assert done.code == 2
    assert f"limits.{name}" in done.err
    assert "Set risk.measure to cvar or expected" in done.err


def test_a_frontier_keeps_the_limit_at_every_budget(
    ballast: Command, small: Path, solved: Path
) -> None:
    """Proves: the plan of every budget loses no more, and more capital never costs more."""
    free = manifest(solved)
    most = round(0.95 * free["components"]["expected_loss"])  # type: ignore[index]
    own = free["settings"]["budget"]["capital"]  # type: ignore[index]
    done = ballast(
        *("frontier", str(small), "--budgets", f"{own}:{1.5 * own}:3", "--run", "curve"),
        *("--set", f"limits.expected_loss={most}", *COARSE),
    )
    assert done.code == 0, done.err
    runs = [manifest(stated.parent) for stated in Path("results").glob("curve-*/manifest.json")]
    runs.sort(key=lambda run: run["settings"]["budget"]["capital"])  # type: ignore[index]
    assert len(runs) >= 3
    for run in runs:
        assert run["components"]["expected_loss"] <= most * (1.0 + 1e-9)  # type: ignore[index]
    costs = [run["objective"] for run in runs]
    assert costs == sorted(costs, reverse=True)  # type: ignore[type-var]
