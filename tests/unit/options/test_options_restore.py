"""A plan read back gives the designs it was written from."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from optimizer.contract.read import read_portfolio
from optimizer.errors import BadInputError
from optimizer.options.costs import cost
from optimizer.options.restore import restore
from optimizer.pipeline import Request, reopen, solve

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
QUICK = ["risk.measure=cvar", "solver.gap=0.05", "max_alternates=2"]


def test_restored_designs_cost_what_the_run_says_and_a_changed_input_is_refused(
    tmp_path: Path,
) -> None:
    """
    Proves: policy, levels and both alternates come back, so every cost of the plan does.

    Sensitivity: without the alternates purchasing would lack their premiums.
    """
    source = tmp_path / "sample"
    shutil.copytree(SAMPLE, source)
    run = solve(read_portfolio(str(source), QUICK), Request(results=tmp_path / "r", name="a"))
    portfolio, tables = reopen(run.folder)
    costs = cost(portfolio, restore(portfolio, tables.plan))
    assert (tables.plan["alternates"] != "").any()
    for name in ("capital", "purchasing", "qualification", "assured_days"):
        np.testing.assert_array_equal(getattr(costs, name), tables.plan[name])

    with (source / "hazards.csv").open("a") as hazards:
        hazards.write("\n")
    with pytest.raises(BadInputError, match=r"hazards\.csv: is not the file"):
        reopen(run.folder)
