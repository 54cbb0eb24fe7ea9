"""
OR-Tools by its own solver, CP-SAT, which takes the floats of a MIP and scales them itself.

Its other MIP backends are SCIP and HiGHS, which have rows of their own.  CP-SAT takes as many
workers as there are cores, its default.
"""

from __future__ import annotations

import time

from ortools.linear_solver.python import model_builder

from benchmarks.peers.result import Result, Status, judged
from benchmarks.peers.whole_model import WholeModel, dense_model
from models.data import ModelData

_STATUS: dict[model_builder.SolveStatus, Status] = {
    model_builder.SolveStatus.OPTIMAL: "optimal",
    model_builder.SolveStatus.FEASIBLE: "limit",
    model_builder.SolveStatus.NOT_SOLVED: "limit",
}
_WITH_PLAN = (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE)


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Build and solve the model to a relative gap, for so many seconds at most in all."""
    began = time.perf_counter()
    model = dense_model(data)
    built = _built(model)
    solver = model_builder.Solver("sat")
    solver.set_solver_specific_parameters(f"relative_gap_limit: {gap!r}")
    solver.set_time_limit_in_seconds(max(seconds - (time.perf_counter() - began), 0.1))
    answer = solver.solve(built)
    share = None
    if answer in _WITH_PLAN:
        share = solver.values(built.get_variables()).to_numpy()[: model.n_options]
    return judged(
        data,
        share=share,
        bound=solver.best_objective_bound,
        status=_STATUS.get(answer, "error"),
        began=began,
    )


def _built(model: WholeModel) -> model_builder.Model:
    built = model_builder.Model()
    built.helper.fill_model_from_sparse_data(
        model.low, model.high, model.cost, model.row_low, model.row_high, model.matrix
    )
    for column in range(model.n_integer):
        built.helper.set_var_integrality(column, True)
    return built
