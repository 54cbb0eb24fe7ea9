"""The driver of HiGHS: its traps, its limits, its answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pytest
from scipy import sparse

from optimizer.domain.stop import Stop
from optimizer.engine.highs import LinearProgram, solve

CANARIES = Path(__file__).parents[2] / "data" / "solver"
ONE_SOLVE = """
import numpy as np
from scipy import sparse
from optimizer.domain.stop import Stop
from optimizer.engine.highs import LinearProgram, solve

one = np.ones(1)
matrix = sparse.csr_array(np.ones((1, 1)))
bounds = {"row_low": one, "row_high": one, "low": 0 * one, "high": one, "integer": one > 0}
answer = solve(LinearProgram(cost=one, matrix=matrix, **bounds), gap=0.0, stop=Stop.within(10.0))
assert answer.status == "optimal"
"""


def _knapsack(n_groups: int, n_limits: int, seed: int) -> LinearProgram:
    """A multiple-choice knapsack, ten options a group."""
    rng = np.random.default_rng(seed)
    n_options = 10 * n_groups
    one = np.kron(np.eye(n_groups), np.ones(10))
    use = rng.integers(1, 100, (n_limits, n_options)).astype(float)
    none = np.full(n_limits, -np.inf)
    return LinearProgram(
        cost=-rng.integers(1, 100, n_options).astype(float),
        matrix=sparse.csr_array(np.vstack([one, use])),
        row_low=np.concatenate([np.ones(n_groups), none]),
        row_high=np.concatenate([np.ones(n_groups), use.sum(axis=1) / 10 * 0.8]),
        low=np.zeros(n_options),
        high=np.ones(n_options),
        integer=np.ones(n_options, dtype=np.bool_),
    )


def _read(path: Path) -> LinearProgram:
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    reader.readModel(str(path))
    lp = reader.getLp()
    start, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    return LinearProgram(
        cost=np.array(lp.col_cost_),
        matrix=sparse.csc_array(
            (np.array(value), np.array(index), np.array(start)), shape=(lp.num_row_, lp.num_col_)
        ).tocsr(),
        row_low=np.array(lp.row_lower_),
        row_high=np.array(lp.row_upper_),
        low=np.array(lp.col_lower_),
        high=np.array(lp.col_upper_),
        integer=np.array([kind == highspy.HighsVarType.kInteger for kind in lp.integrality_]),
    )


@pytest.mark.parametrize(
    ("name", "least"),
    [("highs_false_infeasible", 83.69177104748), ("highs_false_solve_error", 12.97977138628)],
)
def test_models_that_presolve_got_wrong_are_solved(name: str, least: float) -> None:
    """
    Proves: both canaries get a feasible plan that costs the least of all their enumerated plans.

    Sensitivity: with the defaults of HiGHS 1.15.1 the first is infeasible, the second an error.
    """
    program = _read(CANARIES / f"{name}.lp")
    answer = solve(program, gap=0.0, stop=Stop.within(60.0))
    assert answer.status == "optimal"
    assert answer.values is not None
    rows = program.matrix @ answer.values
    assert np.all(rows >= program.row_low - 1e-6)
    assert np.all(rows <= program.row_high + 1e-6)
    assert program.cost @ answer.values == pytest.approx(least, rel=1e-9)
    assert answer.bound == pytest.approx(least, rel=1e-6)


def test_every_search_keeps_the_enumeration_rule_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: what runs has bit 16 of the rules off; since 1.16.0 no canary would tell."""
    rules: list[int] = []
    start = highspy.Highs.startSolve

    def look(highs: highspy.Highs) -> object:
        rules.append(highs.getOptionValue("presolve_rule_off")[1])
        return start(highs)

    monkeypatch.setattr(highspy.Highs, "startSolve", look)
    solve(_knapsack(3, 1, seed=5), gap=0.0, stop=Stop.within(10.0))
    assert rules == [2**16]


def test_highs_prints_nothing() -> None:
    """
    Proves: a process that solves writes not a byte by itself, so that ``--json`` stays JSON.

    Sensitivity: a plain `highspy.Highs` of 1.16 prints two lines, in the process's first solver.
    """
    said = subprocess.run(
        [sys.executable, "-c", ONE_SOLVE], capture_output=True, check=True, text=True
    )
    assert (said.stdout, said.stderr) == ("", "")


def test_a_node_limit_gives_the_same_point_twice() -> None:
    """Proves: a search cut by nodes, unlike one cut by time, is repeatable, and says so."""
    program = _knapsack(60, 5, seed=1)
    first, second = (
        solve(program, gap=0.0, stop=Stop.within(60.0), node_limit=5) for _ in range(2)
    )
    assert first.status == "nodes"
    assert first.values is not None
    assert second.values is not None
    np.testing.assert_array_equal(first.values, second.values)
    assert program.cost @ first.values > first.bound


def test_ctrl_c_keeps_the_point_found() -> None:
    """Proves: an interrupt ends the search at once, its incumbent and bound kept."""
    program = _knapsack(150, 12, seed=2)
    interrupts = iter([lambda: os.kill(os.getpid(), signal.SIGINT)])

    def interrupt_once(objective: float | None, _bound: float | None) -> None:
        if objective is not None:
            next(interrupts, lambda: None)()

    answer = solve(program, gap=0.0, stop=Stop.within(60.0), progress=interrupt_once)
    assert answer.status == "interrupt"
    assert answer.values is not None
    assert answer.bound <= program.cost @ answer.values


def test_ctrl_c_is_not_lost_where_the_search_ends_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Proves: an interrupt that comes as the solver finishes is told, and the point is kept."""
    wait, interrupts = highspy.Highs.wait, iter([KeyboardInterrupt])

    def wait_then_interrupt(highs: highspy.Highs, timeout: float = -1.0) -> object:
        ended = wait(highs, 30.0)
        for interrupt in interrupts:
            raise interrupt
        return ended

    monkeypatch.setattr(highspy.Highs, "wait", wait_then_interrupt)
    answer = solve(_knapsack(3, 1, seed=2), gap=0.0, stop=Stop.within(60.0))
    assert answer.status == "interrupt"
    assert answer.values is not None


def test_a_start_is_never_lost() -> None:
    """Proves: with no node to spend, the answer is at least as good as the start it was given."""
    program = _knapsack(40, 3, seed=3)
    start = solve(program, gap=0.0, stop=Stop.within(60.0)).values
    assert start is not None
    again = solve(program, gap=0.0, stop=Stop.within(60.0), node_limit=0, start=start)
    assert again.values is not None
    assert program.cost @ again.values <= program.cost @ start + 1e-6


def test_an_infeasible_relaxation_is_called_so() -> None:
    """Proves: no point, no duals and no bound come back from an empty model."""
    program = _knapsack(3, 1, seed=4)
    nothing = replace(program, row_high=np.append(np.ones(3), 0.0), integer=np.zeros(30, bool))
    answer = solve(nothing, gap=0.0, stop=Stop.within(10.0))
    assert (answer.status, answer.values, answer.row_duals) == ("infeasible", None, None)
    assert answer.bound == -np.inf
