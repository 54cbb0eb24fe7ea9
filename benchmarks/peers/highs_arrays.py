"""HiGHS by arrays: the whole model straight to ``passModel``, HiGHS's own defaults."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np

from benchmarks.peers.result import Result, Status, judged
from benchmarks.peers.whole_model import WholeModel, dense_model
from models.data import ModelData

_FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Solve the whole model to a relative gap, for so many seconds at most."""
    return solve_model(data, dense_model, gap, seconds)


def solve_model(
    data: ModelData, written: Callable[[ModelData], WholeModel], gap: float, seconds: float
) -> Result:
    """Solve the model as `written`."""
    began = time.perf_counter()
    model = written(data)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("time_limit", max(seconds - (time.perf_counter() - began), 0.1))
    highs.passModel(_lp(model))
    left_root = _watch_root(highs)
    highs.run()
    ended = time.perf_counter() - began
    info = highs.getInfo()
    optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    status: Status = "optimal" if optimal else "limit"
    found = info.primal_solution_status == _FEASIBLE
    share = np.array(highs.getSolution().col_value)[: model.n_options] if found else None
    root = left_root[0] - began if left_root else None
    return judged(
        data,
        share=share,
        bound=info.mip_dual_bound,
        status=status,
        began=began,
        root_seconds=ended if root is None and optimal else root,
    )


def _lp(model: WholeModel) -> Any:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.row_low)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.low, model.high
    lp.row_lower_, lp.row_upper_ = model.row_low, model.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr
    lp.a_matrix_.index_ = model.matrix.indices
    lp.a_matrix_.value_ = model.matrix.data
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    n_real = len(model.cost) - model.n_integer
    lp.integrality_ = [whole] * model.n_integer + [real] * n_real
    return lp


def _watch_root(highs: Any) -> list[float]:
    """Return a list that holds, once the first node is done, when that was."""
    when: list[float] = []

    def look(event: Any) -> None:
        if not when and event.data_out.mip_node_count >= 1:
            when.append(time.perf_counter())

    highs.cbMipLogging += look
    highs.cbMipInterrupt += look
    return when
