"""
The only module that knows HiGHS: its options, status codes and traps.

Presolve's enumeration rule is off: up to 1.15.1 it calls some feasible models of exactly our kind
infeasible.  1.16.0 repairs that; the rule stays off for one more release.  One thread in the whole
process: HiGHS keeps the first thread count it is given, and one thread gives the same plan on any
machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import highspy
import numpy as np
from scipy import sparse

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.stop import Stop

Status = Literal["optimal", "limit", "nodes", "interrupt", "infeasible", "error"]
Progress = Callable[[float | None, float | None], None]

_PRESOLVE_ENUMERATION_OFF = 65536
# mip_feasibility_tolerance stays HiGHS's own: at 1e-7 it proved a plan .011 % too dear.
_OPTIONS: dict[str, Any] = {
    "log_to_console": False,
    "threads": 1,
    "random_seed": 0,
    "presolve_rule_off": _PRESOLVE_ENUMERATION_OFF,
    "small_matrix_value": 1e-12,
    "primal_feasibility_tolerance": 1e-7,
    "mip_abs_gap": 0.0,
}
_STATUS: dict[highspy.HighsModelStatus, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "limit",
    highspy.HighsModelStatus.kSolutionLimit: "nodes",
    highspy.HighsModelStatus.kObjectiveTarget: "optimal",
    highspy.HighsModelStatus.kInterrupt: "interrupt",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearProgram:
    """Minimise ``cost @ x`` with ``row_low <= matrix @ x <= row_high``, ``low <= x <= high``."""

    cost: FloatArray
    matrix: sparse.csr_array
    row_low: FloatArray
    row_high: FloatArray
    low: FloatArray
    high: FloatArray
    integer: BoolArray


class Basis(NamedTuple):
    """Where the simplex method stands: HiGHS's status of every column and every row."""

    column: IntArray
    row: IntArray


AT_LOWER: Final = int(highspy.HighsBasisStatus.kLower)
BASIC: Final = int(highspy.HighsBasisStatus.kBasic)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """
    Why HiGHS stopped (`status`) and what it left behind.

    `values` is ``None`` without a feasible point, `row_duals` ``None`` with integers, `basis`
    ``None`` where it was not asked for; `bound` is HiGHS's claim, ``-inf`` if it has none.
    """

    status: Status
    values: FloatArray | None
    row_duals: FloatArray | None
    bound: float
    basis: Basis | None = None


def solve(
    program: LinearProgram,
    *,
    gap: float,
    stop: Stop,
    seconds: float = np.inf,
    node_limit: int | None = None,
    target: float | None = None,
    cutoff: float = np.inf,
    start: FloatArray | None = None,
    basis: Basis | None = None,
    tell_basis: bool = False,
    presolve: bool = True,
    log: Path | None = None,
    progress: Progress | None = None,
) -> Answer:
    """
    Solve to a relative gap or until stopped, and keep the incumbent.

    Parameters
    ----------
    program
        The model, with money and resources scaled to about 1.
    stop
        Polled throughout.
    seconds
        A time limit shorter than the stop's. [s]
    start
        A feasible starting point.  Shape of ``program.cost``.
    basis
        From which the simplex method starts, where there are no integers.
    tell_basis
        Whether the answer has the basis that it ends with.
    node_limit
        Limit on branch-and-bound nodes; unlike a time limit it gives the same answer under load.
    target
        Stop at an incumbent of at most this objective.
    cutoff
        Stop at a bound of at least this.
    presolve
        Whether the model is simplified first.
    log
        File to which HiGHS appends its log.
    progress
        Called with (incumbent, bound) as they improve; ``None`` for what is not known yet.
    """
    time_limit = min(seconds, stop.seconds_left)
    if time_limit == 0.0:  # HiGHS looks at the clock only once it has presolved
        status: Status = "interrupt" if stop.interrupted else "limit"
        return Answer(status=status, values=start, row_duals=None, bound=-np.inf)
    highs = _solver({"mip_rel_gap": gap, "time_limit": time_limit}, log)
    if not presolve:
        _set(highs, "presolve", "off")
    if node_limit is not None:
        _set(highs, "mip_max_nodes", node_limit)
    if target is not None:
        _set(highs, "objective_target", target)
    _pass(highs, program)
    if start is not None:
        columns = np.arange(len(start), dtype=np.int32)
        highs.setSolution(len(start), columns, start)
    if basis is not None:
        _set_basis(highs, basis)
    if progress is not None:
        _listen(highs, progress)
    if np.isfinite(cutoff):
        _stop_at(highs, cutoff)
    _run(highs, stop)
    answer = _answer(highs, has_integers=bool(program.integer.any()), tell_basis=tell_basis)
    if stop.interrupted:
        return replace(answer, status="interrupt")
    return replace(answer, status="optimal") if answer.bound >= cutoff else answer


class _Silent(highspy.Highs):
    """HiGHS without its banner, which 1.16 prints on creation, before any option can be set."""

    def enableCallbacks(self) -> None:  # noqa: N802  HiGHS's own name
        _set(self, "log_to_console", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _solver(effort: dict[str, Any], log: Path | None) -> highspy.Highs:
    highs = _Silent()  # type: ignore[no-untyped-call]
    for name, value in {**_OPTIONS, **effort}.items():
        _set(highs, name, value)
    if log is not None:
        _set(highs, "log_file", str(log))
    return highs


def _set(highs: highspy.Highs, name: str, value: Any) -> None:
    if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
        raise RuntimeError(f"HiGHS rejects the option {name} = {value!r}.")


def _pass(highs: highspy.Highs, program: LinearProgram) -> None:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.cost), len(program.row_low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, program.low, program.high
    lp.row_lower_, lp.row_upper_ = program.row_low, program.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.matrix.indptr
    lp.a_matrix_.index_ = program.matrix.indices
    lp.a_matrix_.value_ = program.matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[is_integer] for is_integer in program.integer.tolist()]
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS rejects the model.")


def _set_basis(highs: highspy.Highs, basis: Basis) -> None:
    taken = highspy.HighsBasis()
    taken.col_status = [highspy.HighsBasisStatus(status) for status in basis.column.tolist()]
    taken.row_status = [highspy.HighsBasisStatus(status) for status in basis.row.tolist()]
    if highs.setBasis(taken) != highspy.HighsStatus.kOk:
        raise RuntimeError("HiGHS rejects the basis.")


def _basis_of(highs: highspy.Highs) -> Basis:
    basis = highs.getBasis()
    column, row = (
        np.array([int(status) for status in statuses])
        for statuses in (basis.col_status, basis.row_status)
    )
    return Basis(column, row)


def _listen(highs: highspy.Highs, progress: Progress) -> None:
    def report(event: Any) -> None:
        primal, dual = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        progress(*(value if abs(value) < highspy.kHighsInf else None for value in (primal, dual)))

    highs.cbMipLogging += report


def _stop_at(highs: highspy.Highs, cutoff: float) -> None:
    def stop(event: Any) -> None:
        if event.data_out.mip_dual_bound >= cutoff:
            event.interrupt()

    highs.cbMipInterrupt += stop


def _run(highs: highspy.Highs, stop: Stop) -> None:
    """
    Run HiGHS in its own thread and cancel it when an interrupt is requested; the incumbent stays.

    A Ctrl-C that arrives as a short run ends by itself is recorded in `stop` all the same.
    """
    highs.HandleKeyboardInterrupt = True
    highs.startSolve()
    finished = False
    while not finished:
        try:
            finished = highs.wait(0.1)[0]
        except KeyboardInterrupt:
            stop.interrupted = True
        if stop.interrupted:
            highs.cancelSolve()  # type: ignore[no-untyped-call]


def _answer(highs: highspy.Highs, *, has_integers: bool, tell_basis: bool) -> Answer:
    status = _STATUS.get(highs.getModelStatus(), "error")
    info, solution = highs.getInfo(), highs.getSolution()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    solved = not has_integers and status == "optimal"
    bound = info.mip_dual_bound if has_integers else info.objective_function_value
    proven = status == "optimal" or (has_integers and np.isfinite(bound))
    return Answer(
        status=status,
        values=np.array(solution.col_value) if feasible else None,
        row_duals=np.array(solution.row_dual) if solved else None,
        bound=float(bound) if proven else -np.inf,
        basis=_basis_of(highs) if solved and tell_basis else None,
    )
