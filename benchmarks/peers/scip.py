"""SCIP through PySCIPOpt: the whole model row by row, SCIP's own defaults."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pyscipopt
from pyscipopt.scip import Expr, ExprCons, Term

from benchmarks.peers.result import Result, judged
from benchmarks.peers.whole_model import WholeModel, dense_model
from models.data import ModelData


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Build and solve the model to a relative gap, for so many seconds at most in all."""
    began = time.perf_counter()
    model = dense_model(data)
    scip, variables = _built(model)
    scip.setParam("limits/gap", gap)
    scip.setParam("limits/time", max(seconds - (time.perf_counter() - began), 0.1))
    scip.optimize()
    share = None
    if scip.getNSols():
        best = scip.getBestSol()
        options = variables[: model.n_options]
        share = np.array([scip.getSolVal(best, variable) for variable in options])
    closed = scip.getStatus() in ("optimal", "gaplimit")
    return judged(
        data,
        share=share,
        bound=_bound(scip),
        status="optimal" if closed else "limit",
        began=began,
    )


def _built(model: WholeModel) -> tuple[pyscipopt.Model, list[pyscipopt.Variable]]:
    scip = pyscipopt.Model()
    scip.hideOutput()
    columns = zip(model.low.tolist(), model.high.tolist(), model.cost.tolist(), strict=True)
    variables = [
        scip.addVar(lb=low, ub=high, obj=cost, vtype="I" if at < model.n_integer else "C")
        for at, (low, high, cost) in enumerate(columns)
    ]
    terms = [Term(variable) for variable in variables]
    index, value = model.matrix.indices.tolist(), model.matrix.data.tolist()
    sides = zip(model.row_low.tolist(), model.row_high.tolist(), strict=True)
    for (begin, end), (low, high) in zip(
        pairwise(model.matrix.indptr.tolist()), sides, strict=True
    ):
        row = Expr({terms[index[k]]: value[k] for k in range(begin, end)})
        scip.addCons(ExprCons(row, None if np.isinf(low) else low, high))
    return scip, variables


def _bound(scip: pyscipopt.Model) -> float | None:
    bound = scip.getDualbound()
    return None if abs(bound) >= scip.infinity() else float(bound)
