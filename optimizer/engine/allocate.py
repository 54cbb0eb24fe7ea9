"""The core without scenarios: a multiple-choice knapsack over any table of options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from models.data import ModelData
from optimizer.domain.observer import SILENT
from optimizer.domain.stop import Stop
from optimizer.engine.exact.whole_model import Effort, InfeasibleError, solve_exact
from optimizer.engine.infeasible.diagnosis import Limit, joint_repair, shortfall, single_repairs
from optimizer.engine.infeasible.feasibility import of_model
from optimizer.errors import BadInputError, NoPlanError, Problem, StoppedBy


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation:
    """
    One option for every group.

    Attributes
    ----------
    choice
        Group → label of the chosen option.
    bound
        Proven: no choice within the limits costs less.
    gap
        (objective − bound)/|objective|.
    status
        ``optimal``: within the asked gap; ``feasible``: stopped before it.
    """

    choice: pd.Series
    objective: float
    bound: float
    gap: float
    status: Literal["optimal", "feasible"]
    stopped_by: StoppedBy


def allocate(
    options: pd.DataFrame,
    limits: Mapping[str, float],
    gap: float = 1e-4,
    time_limit: float = 600.0,
) -> Allocation:
    """
    Choose one option per group at the least cost within the limits.

    Parameters
    ----------
    options
        Columns ``group``, ``option``, ``cost`` and one per resource; one row per option.
    limits
        Upper bound of each limited resource, by column name.
    gap
        Relative gap to prove; 0 for the exact optimum.
    time_limit
        Time allowed. [s]

    Raises
    ------
    BadInputError
        If a column is missing, a number is not finite, or an option stands twice in its group.
    NoPlanError
        If no choice meets the limits; says what is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["A", "A"], "option": ["lean", "safe"],
    ...                       "cost": [9.0, 2.0], "capital": [0.0, 5.0]})
    >>> allocate(table, {"capital": 4.0}).choice["A"]
    'lean'
    """
    _check(options, limits, gap)
    ordered = options.sort_values(["group", "option"], kind="stable").reset_index(drop=True)
    data = _model_data(ordered, limits)
    effort = Effort(gap=gap, stop=Stop.within(time_limit), log=None, observer=SILENT)
    try:
        solved = solve_exact(data, effort)
    except InfeasibleError as nothing:
        raise _no_plan(data, limits) from nothing
    chosen = ordered.loc[solved.option]
    objective = float(chosen["cost"].sum())
    distance = solved.objective - solved.bound
    return Allocation(
        choice=pd.Series(chosen["option"].to_numpy(), index=chosen["group"].to_numpy()),
        objective=objective,
        bound=objective - distance,
        gap=distance / abs(objective) if distance else 0.0,
        status="optimal" if solved.stopped_by == "gap" else "feasible",
        stopped_by=solved.stopped_by,
    )


def _model_data(ordered: pd.DataFrame, limits: Mapping[str, float]) -> ModelData:
    n_options = len(ordered)
    first = np.flatnonzero((ordered["group"] != ordered["group"].shift()).to_numpy())
    none, nothing = np.zeros(0), np.zeros(0, dtype=np.int64)
    names = list(limits)
    return ModelData(
        start=np.append(first, n_options),
        cost=ordered["cost"].to_numpy(dtype=np.float64),
        mean_loss=np.zeros(n_options),
        resource_use=ordered[names].to_numpy(dtype=np.float64).T.reshape(len(names), n_options),
        resource_limit=np.array([limits[name] for name in names], dtype=np.float64),
        onboarding_cost=none,
        onboarding_use=np.zeros((len(names), 0)),
        link_option=nothing,
        link_supplier=nothing,
        probability=none,
        event_loss=sparse.csr_array((0, n_options)),
        scenario_events=sparse.csr_array((0, 0)),
        measure="expected",
        tail_level=0.0,
        tail_charge=0.0,
        loss_low=none,
        loss_high=none,
        var_low=0.0,
        var_high=0.0,
        unexpected_high=0.0,
    )


def _check(options: pd.DataFrame, limits: Mapping[str, float], gap: float) -> None:
    problems = [
        _problem(name, None, "the table must have this column", "Add it.")
        for name in ("group", "option", "cost", *limits)
        if name not in options.columns
    ]
    numbers = [name for name in ("cost", *limits) if name in options.columns]
    for name in numbers:
        values = pd.to_numeric(options[name], errors="coerce").to_numpy(dtype=np.float64)
        problems += [
            _problem(name, int(row), "must be a finite number", "Correct it.")
            for row in np.flatnonzero(~np.isfinite(values))[:100]
        ]
    if not problems and options.duplicated(["group", "option"]).any():
        row = int(np.flatnonzero(options.duplicated(["group", "option"]))[0])
        problems.append(_problem("option", row, "occurs twice in its group", "Remove one."))
    if options.empty:
        problems.append(_problem("group", None, "there must be at least one option", "Add rows."))
    problems += [
        _problem(name, None, f"the limit must be a finite number, not {limit}", "Correct it.")
        for name, limit in limits.items()
        if not np.isfinite(limit)
    ]
    if not 0.0 <= gap < np.inf:
        problems.append(_problem("gap", None, f"must be 0 or more, not {gap}", "Correct it."))
    if problems:
        raise BadInputError(problems)


def _problem(column: str, row: int | None, rule: str, remedy: str) -> Problem:
    return Problem(file="options", row=row, column=column, rule=rule, remedy=remedy)


def _no_plan(data: ModelData, limits: Mapping[str, float]) -> Exception:
    short = shortfall(of_model(data))
    if short is None:
        return RuntimeError("the solver calls a feasible allocation infeasible.")
    named = [Limit(words=name) for name in limits]
    single = single_repairs(short, named, data.resource_limit)
    return NoPlanError("no choice meets the limits:", single or [joint_repair(short, named)])
