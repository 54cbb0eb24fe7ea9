"""
One case at many ascending budgets, each a warm start of the next.

A plan within a budget is within every larger one, and a bound holds for every smaller one; so
neither costs nor bounds rise with the budget, wherever each search stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.errors import BallastError, NoPlanError, StoppedError, VerificationError
from optimizer.maths.marginal_prices import share

_SURELY: Final = 1.0 - 1e-6  # of the least possible budget: below it nothing need be tried
_FINE: Final = 1e-6  # a gap below it takes prices more rounds than they save
_AGREEMENT: Final = 1e-6  # relative, between the arithmetic of two searches
_WHY: Final = "each budget starts from the prices of the last"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SolvedBudget:
    """
    A budget with its plan, or with the amount it is short.

    Attributes
    ----------
    plan_of
        Budget at which the plan was found: this one or a smaller one. [currency]
    missing
        Least increase that makes a plan possible, None if unknown. [currency]
    unnested
        Objective of the unnested plan at this budget, if this plan is nested. [currency]
    """

    budget: float
    outcome: Outcome | None = None
    plan_of: float | None = None
    missing: float | None = None
    unnested: float | None = None


Decide = Callable[[Case, Proof], Outcome]
Each = Callable[[Iterator[SolvedBudget]], Iterator[SolvedBudget]]


def sweep(
    case: Case,
    budgets: Sequence[float],
    decide: Decide,
    stop: Stop,
    each: Each = iter,
) -> list[SolvedBudget]:
    """
    Return what each budget buys; after an interrupt, the budgets done so far.

    Parameters
    ----------
    budgets
        Ascending. [currency]
    decide
        Solves a case, with a proof as a warm start.
    stop
        The stop that `decide` polls; asked again after each budget, because a plan within the gap
        does not show that an interrupt came.
    each
        Processes each budget's plan before the next budget is solved.

    Raises
    ------
    NoPlanError
        If no plan meets the limits at any budget.
    StoppedError
        If the search ended before any plan was found.
    """
    solved: list[SolvedBudget] = []
    refusals: list[BallastError] = []
    try:
        for one in each(_upwards(case, budgets, decide, stop, refusals)):
            solved.append(one)  # noqa: PERF402  those so far stay when it is interrupted
    except StoppedError as stopped:
        refusals.append(stopped)
    if all(one.outcome is None for one in solved):
        raise refusals[-1]
    return _shared(solved, case.portfolio.settings.gap)


def at_budget(case: Case, budget: float) -> Case:
    """Return the case with this much capital. [currency]"""
    return at_limit(case, "capital", budget / case.money_unit)


def at_limit(case: Case, resource: str, most: float) -> Case:
    """Return the case with another limit on a resource, in its units."""
    limit = case.resources.limit.copy()
    limit[case.resources.name.index(resource)] = most
    return replace(case, resources=replace(case.resources, limit=limit))


def _upwards(
    case: Case,
    budgets: Sequence[float],
    decide: Decide,
    stop: Stop,
    refusals: list[BallastError],
) -> Iterator[SolvedBudget]:
    case, why = _by_prices(case)
    proof, least = Proof(), 0.0
    for budget in budgets:
        if budget < least * _SURELY:
            yield SolvedBudget(budget=budget, missing=least - budget)
            continue
        try:
            outcome = decide(at_budget(case, budget), proof)
        except NoPlanError as short:
            refusals.append(short)
            missing = short.missing.get("capital")
            least = 0.0 if missing is None else budget + missing
            yield SolvedBudget(budget=budget, missing=missing)
            continue
        outcome = replace(outcome, method_reason=why or outcome.method_reason)
        yield SolvedBudget(budget=budget, outcome=outcome, plan_of=budget)
        if stop.interrupted:
            return


def _by_prices(case: Case) -> tuple[Case, str | None]:
    """Choose column generation, which shares its prices between budgets, if the choice is free."""
    settings = case.portfolio.settings
    if settings.solver.method != "auto" or settings.charges_var or settings.gap < _FINE:
        return case, None
    by_prices = settings.having(solver={"method": "decompose"})
    return replace(case, portfolio=replace(case.portfolio, settings=by_prices)), _WHY


def _shared(solved: list[SolvedBudget], gap: float) -> list[SolvedBudget]:
    """Give every budget the cheapest plan it can afford and the highest bound that holds for it."""
    rows = [k for k, one in enumerate(solved) if one.outcome]
    outcomes = [one.outcome for one in solved if one.outcome]
    sharing = share(
        np.array([outcome.objective for outcome in outcomes]),
        np.array([outcome.bound for outcome in outcomes]),
    )
    shared = list(solved)
    for k, row in enumerate(rows):
        plan, bound = outcomes[sharing.plan_of[k]], outcomes[sharing.bound_of[k]]
        taken = _with_bound(with_plan(outcomes[k], plan), bound, gap)
        plan_of = solved[rows[sharing.plan_of[k]]].budget
        shared[row] = replace(solved[row], outcome=taken, plan_of=plan_of)
    return shared


def with_plan(outcome: Outcome, other: Outcome) -> Outcome:
    """Return an outcome with the plan of a smaller budget; what was proven stays."""
    if outcome.bound > other.objective + _AGREEMENT * abs(other.objective):
        refuted = f"the bound {outcome.bound!r} of a larger budget"
        raise VerificationError([f"a plan of {other.objective!r} refutes {refuted}"])
    bound = min(outcome.bound, other.objective)
    return replace(
        outcome, plan=other.plan, objective=other.objective, losses=other.losses, bound=bound
    )


def _with_bound(outcome: Outcome, other: Outcome, gap: float) -> Outcome:
    """Return an outcome with the bound of a larger budget, if that was proven in the same way."""
    if other.method != outcome.method or other.bound <= outcome.bound:
        return outcome
    bound = min(other.bound, outcome.objective)
    raised = replace(outcome, bound=bound, certificate=other.certificate)
    return replace(raised, stopped_by="gap") if raised.gap <= gap else raised
