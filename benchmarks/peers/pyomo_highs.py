"""Pyomo + HiGHS as a user would write it: every scenario's loss a sum over the options."""

from __future__ import annotations

import time

import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.base import TerminationCondition
from pyomo.contrib.appsi.solvers import Highs

from benchmarks.peers.result import Result, judged
from models.data import FloatArray, ModelData
from models.objective import tail_charge


def solve(data: ModelData, gap: float, seconds: float) -> Result:
    """Build and solve the model to a relative gap, for so many seconds at most in all."""
    began = time.perf_counter()
    m = _model(data)
    solver = Highs()
    solver.config.load_solution = False
    solver.config.mip_gap = gap
    solver.config.time_limit = max(seconds - (time.perf_counter() - began), 0.1)
    answer = solver.solve(m)
    optimal = answer.termination_condition == TerminationCondition.optimal
    share = None
    if answer.best_feasible_objective is not None:
        answer.solution_loader.load_vars()
        share = np.array([m.x[o].value or 0.0 for o in range(len(data.cost))])
    return judged(
        data,
        share=share,
        bound=answer.best_objective_bound,
        status="optimal" if optimal else "limit",
        began=began,
    )


def _model(data: ModelData) -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    options, suppliers = range(len(data.cost)), range(len(data.onboarding_cost))
    m.x = pyo.Var(options, domain=pyo.Binary)
    m.z = pyo.Var(suppliers, domain=pyo.Binary)

    def one(m: pyo.ConcreteModel, i: int) -> pyo.Expression:
        return sum(m.x[o] for o in range(data.start[i], data.start[i + 1])) == 1

    def link(m: pyo.ConcreteModel, k: int) -> pyo.Expression:
        return m.x[int(data.link_option[k])] <= m.z[int(data.link_supplier[k])]

    def limit(m: pyo.ConcreteModel, r: int) -> pyo.Expression:
        used = _sum(data.resource_use[r], m.x) + _sum(data.onboarding_use[r], m.z)
        return used <= float(data.resource_limit[r])

    m.one = pyo.Constraint(range(data.n_skus), rule=one)
    m.link = pyo.Constraint(range(len(data.link_option)), rule=link)
    m.limit = pyo.Constraint(range(len(data.resource_limit)), rule=limit)
    mean = _sum(data.mean_loss, m.x)
    cost = _sum(data.cost, m.x) + _sum(data.onboarding_cost, m.z) + mean
    if charge := tail_charge(data):
        m.unexpected = pyo.Var(domain=pyo.NonNegativeReals)
        m.beyond_mean = pyo.Constraint(expr=m.unexpected >= _tail(m, data) - mean)
        cost += charge * m.unexpected
    m.objective = pyo.Objective(expr=cost)
    return m


def _tail(m: pyo.ConcreteModel, data: ModelData) -> pyo.Expression:
    """Add the scenarios' losses, and return their CVaR."""
    scenarios = range(len(data.probability))
    losses = (data.scenario_events @ data.event_loss).tocsr()
    m.loss = pyo.Var(scenarios, domain=pyo.NonNegativeReals)
    m.v = pyo.Var()
    m.u = pyo.Var(scenarios, domain=pyo.NonNegativeReals)

    def loss(m: pyo.ConcreteModel, s: int) -> pyo.Expression:
        row = losses[[s]].tocoo()
        terms = zip(row.data.tolist(), row.col.tolist(), strict=True)
        return m.loss[s] == sum(value * m.x[o] for value, o in terms)

    def beyond(m: pyo.ConcreteModel, s: int) -> pyo.Expression:
        return m.u[s] >= m.loss[s] - m.v

    m.losses = pyo.Constraint(scenarios, rule=loss)
    m.beyond = pyo.Constraint(scenarios, rule=beyond)
    return m.v + _sum(data.probability, m.u) / (1.0 - data.tail_level)


def _sum(weights: FloatArray, variables: pyo.Var) -> pyo.Expression:
    return sum(weight * variables[k] for k, weight in enumerate(weights.tolist()))
