"""The core without scenarios: a multiple-choice knapsack over any table of options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from models.data import ModelData
from optimizer.domain.arrays import IntArray
from optimizer.domain.observer import SILENT
from optimizer.domain.stop import Stop
from optimizer.engine.chance.independent import solve_independent
from optimizer.engine.chance.joint import solve_joint
from optimizer.engine.chance.limit import Chance, named, problems, quantile_limit
from optimizer.engine.chance.repair import enough
from optimizer.engine.exact.whole_model import Effort, InfeasibleError, solve_exact
from optimizer.engine.infeasible.diagnosis import Limit, joint_repair, shortfall, single_repairs
from optimizer.engine.infeasible.feasibility import of_model
from optimizer.engine.knapsack import Choice, Knapsack, solve_program
from optimizer.errors import BadInputError, NoPlanError, Problem, StoppedBy, StoppedError

_MOST_WHOLE = 2_000  # options; beyond, fixing by reduced costs pays for its relaxation
_LARGEST_WHOLE = 1e6  # beyond, the solver's tolerances are too near to 1
_BOUND_ROUNDING = 1e-3  # of 1: what the solver's arithmetic may add to a whole number


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
    stopped_by
        ``gap``, or why the search ended before; ``size``: a cheaper choice is so near to a level
        that its probability, of too many combinations to be counted, could not be told from it.
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
    chance: Chance | Sequence[Chance] = (),
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
    chance
        Quantile limits: the chosen options' losses add up to at most a limit with at least a
        given probability.

    Raises
    ------
    BadInputError
        If a column is missing, a number is not finite, an option occurs twice in its group, or a
        quantile limit does not fit the table; lists everything found.
    NoPlanError
        If no choice meets the limits; says what is missing.
    StoppedError
        If time ran out before a choice was found.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["A", "A"], "option": ["lean", "safe"],
    ...                       "cost": [2.0, 9.0], "capital": [0.0, 5.0]})
    >>> allocate(table, {"capital": 5.0}).choice["A"]
    'lean'
    >>> nine_in_ten = Chance(losses=[[1, 1, 8, 8], [0, 1, 2, 2]], limit=3, level=0.9)
    >>> allocate(table, {"capital": 5.0}, chance=nine_in_ten).choice["A"]
    'safe'
    """
    chances = [chance] if isinstance(chance, Chance) else list(chance)
    _check(options, limits, gap, chances)
    ordered = options.reset_index(drop=True).sort_values(["group", "option"], kind="stable")
    data = _model_data(ordered, limits)
    found = _searched(data, chances, ordered.index.to_numpy(), gap, Stop.within(time_limit))
    if found.option is None and found.stopped_by == "gap":
        raise _no_plan(data, limits, chances, ordered.index.to_numpy())
    if found.option is None:
        raise StoppedError(found.stopped_by)
    chosen = ordered.iloc[found.option]
    objective = float(chosen["cost"].sum())
    bound = min(found.bound, objective)
    return Allocation(
        choice=pd.Series(chosen["option"].to_numpy(), index=chosen["group"].to_numpy()),
        objective=objective,
        bound=bound,
        gap=(objective - bound) / abs(objective) if objective > bound else 0.0,
        status="optimal" if found.stopped_by == "gap" else "feasible",
        stopped_by=found.stopped_by,
    )


def _searched(
    data: ModelData, chances: list[Chance], order: IntArray, gap: float, stop: Stop
) -> Choice:
    """Search by the method that suits the limits and the numbers."""
    knapsack = _knapsack(data)
    if chances:
        search = solve_independent if chances[0].independent else solve_joint
        quantiles = [quantile_limit(chance, order, knapsack.start) for chance in chances]
        return search(knapsack, quantiles, gap, stop)
    if _is_whole(knapsack):
        found = _whole(knapsack, gap, stop)
        if found is not None:
            return found
    return _exact(data, gap, stop)


def _exact(data: ModelData, gap: float, stop: Stop) -> Choice:
    try:
        solved = solve_exact(data, Effort(gap=gap, stop=stop, log=None, observer=SILENT))
    except InfeasibleError:
        return Choice(option=None, bound=np.inf, stopped_by="gap")
    distance = solved.objective - solved.bound
    objective = float(data.cost[solved.option].sum())
    return Choice(option=solved.option, bound=objective - distance, stopped_by=solved.stopped_by)


def _is_whole(knapsack: Knapsack) -> bool:
    """Whether the table is small and of whole numbers, which the solver's own rounding needs."""
    numbers = np.concatenate([knapsack.cost, knapsack.use.ravel()])
    whole = np.all(numbers == np.rint(numbers)) and np.abs(numbers).max() <= _LARGEST_WHOLE
    return bool(whole) and len(knapsack.cost) <= _MOST_WHOLE


def _whole(knapsack: Knapsack, gap: float, stop: Stop) -> Choice | None:
    """Solve unscaled, and round the bound up; None where the choice exceeds a limit."""
    found = solve_program(knapsack, knapsack.program(), gap, stop)
    if found.option is None:
        return found
    if np.any(knapsack.use[:, found.option].sum(axis=1) > knapsack.most_use):
        return None
    bound = float(np.ceil(found.bound - _BOUND_ROUNDING)) if np.isfinite(found.bound) else -np.inf
    return Choice(option=found.option, bound=bound, stopped_by=found.stopped_by)


def _knapsack(data: ModelData) -> Knapsack:
    return Knapsack(
        cost=data.cost, use=data.resource_use, limit=data.resource_limit, start=data.start
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


def _check(
    options: pd.DataFrame, limits: Mapping[str, float], gap: float, chances: list[Chance]
) -> None:
    found = [
        _problem(name, None, "the table must have this column", "Add it.")
        for name in ("group", "option", "cost", *limits)
        if name not in options.columns
    ]
    numbers = [name for name in ("cost", *limits) if name in options.columns]
    for name in numbers:
        values = pd.to_numeric(options[name], errors="coerce").to_numpy(dtype=np.float64)
        found += [
            _problem(name, int(row), "must be a finite number", "Correct it.")
            for row in np.flatnonzero(~np.isfinite(values))[:100]
        ]
    if not found and options.duplicated(["group", "option"]).any():
        row = int(np.flatnonzero(options.duplicated(["group", "option"]))[0])
        found.append(_problem("option", row, "occurs twice in its group", "Remove one."))
    if options.empty:
        found.append(_problem("group", None, "there must be at least one option", "Add rows."))
    found += [
        _problem(name, None, f"the limit must be a finite number, not {limit}", "Correct it.")
        for name, limit in limits.items()
        if not np.isfinite(limit)
    ]
    if not 0.0 <= gap < np.inf:
        found.append(_problem("gap", None, f"must be 0 or more, not {gap}", "Correct it."))
    found += problems(chances, options)
    if found:
        raise BadInputError(found)


def _problem(column: str, row: int | None, rule: str, remedy: str) -> Problem:
    return Problem(file="options", row=row, column=column, rule=rule, remedy=remedy)


def _no_plan(
    data: ModelData, limits: Mapping[str, float], chances: list[Chance], order: IntArray
) -> Exception:
    short = shortfall(of_model(data))
    if short is None and chances:
        return _no_chance(data, chances, order)
    if short is None:
        return RuntimeError("the solver calls a feasible allocation infeasible.")
    rows = [Limit(words=name) for name in limits]
    single = single_repairs(short, rows, data.resource_limit)
    return NoPlanError("no choice meets the limits:", single or [joint_repair(short, rows)])


def _no_chance(data: ModelData, chances: list[Chance], order: IntArray) -> NoPlanError:
    knapsack = _knapsack(data)
    quantiles = [quantile_limit(chance, order, knapsack.start) for chance in chances]
    needed = enough(knapsack, quantiles, independent=chances[0].independent)
    repairs = [
        f"raise {name}.limit from {chance.limit:.6g} to {amount:.6g}, or lower its level "
        f"of {chance.level:g}"
        for (name, chance), amount in zip(named(chances), needed or [], strict=True)
        if amount > chance.limit
    ]
    return NoPlanError("no choice keeps the quantile limits; this would be enough:", repairs)
