"""`allocate`: the multiple-choice knapsack that every portfolio holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.engine.allocate import allocate
from optimizer.errors import BadInputError, NoPlanError

GROUPS = {
    "A": [(0, 100), (10, 60), (25, 20)],
    "B": [(0, 80), (15, 30), (30, 10)],
    "C": [(0, 50), (5, 35), (20, 5)],
}
BUDGETS = (0, 5, 10, 15, 20, 25, 30, 40, 45, 55, 60, 75)
LEAST = (230, 215, 190, 175, 165, 140, 125, 100, 85, 80, 55, 35)


def _golden() -> pd.DataFrame:
    rows = [
        (group, f"{group}{row}", cost, capital)
        for group, options in GROUPS.items()
        for row, (capital, cost) in enumerate(options)
    ]
    return pd.DataFrame(rows, columns=["group", "option", "cost", "capital"])


@pytest.mark.parametrize(("budget", "least"), list(zip(BUDGETS, LEAST, strict=True)))
def test_golden_frontier(budget: int, least: int) -> None:
    """
    Proves: every point of the brute-forced frontier, those inside the convex hull included.

    Sensitivity: the relaxation gives 177.5 at a budget of 15 (halfway from 190 to 165), not 175.
    """
    allocation = allocate(_golden(), {"capital": budget}, gap=0.0)
    assert allocation.objective == pytest.approx(least, abs=1e-9)
    assert allocation.bound == pytest.approx(least, abs=1e-6)
    assert allocation.status == "optimal"


def test_order_of_rows_does_not_matter() -> None:
    """Proves: any order of the table gives the same choice."""
    table = _golden()
    choice = allocate(table, {"capital": 30}, gap=0.0).choice
    shuffled = allocate(table.sample(frac=1.0, random_state=3), {"capital": 30}, gap=0.0).choice
    pd.testing.assert_series_equal(choice, shuffled)


def test_what_is_missing_is_named() -> None:
    """
    Proves: below the least possible budget the refusal says by how much.

    Three groups at 3 each need 9; 8 are allowed; 1 is missing.
    """
    table = _golden().assign(capital=lambda t: t["capital"] + 3)
    with pytest.raises(NoPlanError, match=r"raise capital by 1\.00, from 8\.00 to 9\.00"):
        allocate(table, {"capital": 8})


def test_bad_tables_are_refused_with_every_reason() -> None:
    """Proves: a missing column, a NaN and a limit without a number are all told at once."""
    table = _golden().astype({"cost": float})
    table.loc[2, "cost"] = np.nan
    with pytest.raises(BadInputError) as refusal:
        allocate(table, {"capital": np.inf, "space": 3.0})
    told = [(problem.column, problem.row) for problem in refusal.value.problems]
    assert told == [("space", None), ("cost", 2), ("capital", None)]


def test_an_option_that_stands_twice_is_refused() -> None:
    """Proves: two rows of one name in one group are never merged or guessed at."""
    table = pd.concat([_golden(), _golden().head(1)])
    with pytest.raises(BadInputError, match="occurs twice"):
        allocate(table, {"capital": 10})


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), n_resources=st.integers(1, 5))
def test_gap_0_on_whole_numbers_is_the_optimum(seed: int, n_resources: int) -> None:
    """Proves: asked for gap 0, the answer equals an independent solver's optimum exactly."""
    rng = np.random.default_rng(seed)
    n_groups = int(rng.integers(2, 12))
    names = [f"r{k}" for k in range(n_resources)]
    use = rng.integers(1, 100, (n_groups * 5, n_resources))
    table = pd.DataFrame(use, columns=names).assign(
        group=np.repeat(np.arange(n_groups), 5),
        option=np.tile(np.arange(5), n_groups),
        cost=rng.integers(1, 100, n_groups * 5),
    )
    limits = {name: int(table.groupby("group")[name].mean().sum()) for name in names}
    expected = _second_opinion(table, limits)
    if expected is None:
        with pytest.raises(NoPlanError):
            allocate(table, limits, gap=0.0)
        return
    assert allocate(table, limits, gap=0.0).objective == expected


def _second_opinion(table: pd.DataFrame, limits: dict[str, int]) -> int | None:
    n_options = len(table)
    group = table["group"].to_numpy()
    one = sparse.csr_array((np.ones(n_options), (group, np.arange(n_options))))
    answer = milp(
        table["cost"].to_numpy(dtype=float),
        integrality=np.ones(n_options),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one, 1, 1),
            LinearConstraint(table[list(limits)].to_numpy().T, -np.inf, list(limits.values())),
        ],
        options={"mip_rel_gap": 0.0},
    )
    return None if answer.x is None else round(answer.fun)
