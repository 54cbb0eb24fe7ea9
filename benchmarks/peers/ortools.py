"""
OR-Tools by the backend that serves it best: CP-SAT where all is whole, else its SCIP.

CP-SAT takes floats too and scales them itself, but had plans twice too dear after a minute at 100
SKUs, where OR-Tools' SCIP needs seconds.  CP-SAT takes as many workers as there are cores.
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
    whole = model.n_integer == len(model.cost)
    backend, gap_parameter = ("sat", "relative_gap_limit:") if whole else ("scip", "limits/gap =")
    solver = model_builder.Solver(backend)
    solver.set_solver_specific_parameters(f"{gap_parameter} {gap!r}")
    solver.set_time_limit_in_seconds(max(seconds - (time.perf_counter() - began), 0.1))
    answer = solver.solve(built)
    share = bound = None
    if answer in _WITH_PLAN:
        bound = solver.best_objective_bound
        share = solver.values(built.get_variables()).to_numpy()[: model.n_options]
    return judged(
        data,
        share=share,
        bound=bound,
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
