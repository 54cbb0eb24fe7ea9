"""
Checks that every answer of a solver must pass before it becomes a plan (ALGORITHMS 8).

The objective is recomputed from the option table; moves of SKUs and of suppliers look for a plan
cheaper than the bound allows; and the Lagrangian bound of the shadow prices is compared with the
objective.

Why: solvers of this kind have returned wrong optima and wrong bounds that no recomputed sum showed;
local search and an independent bound did.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import price_round
from optimizer.engine.decompose.moves import Judge, objective_of, within_limits
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.supplier_moves import polish
from optimizer.engine.exact.whole_model import Solved
from optimizer.errors import VerificationError

_AGREEMENT = 1e-6  # relative, between the solver's arithmetic and ours


def guard(judge: Judge, solved: Solved, gap: float, stop: Stop) -> Solved:
    """
    Check a solver's answer, and improve it by moves of SKUs and suppliers if they can.

    Parameters
    ----------
    gap
        Relative gap asked for; an answer that moves bring within it counts as stopped by the gap.
    stop
        The search's; with no time left, one round of moves is still tried.

    Raises
    ------
    VerificationError
        If the plan does not cost what the solver states, or refutes a bound; nothing is repaired.
    """
    _raise_if_any(_plan_problems(judge, solved.option))
    stated = objective_of(judge, solved.option)
    option = polish(judge, solved.option, solved.resource_price, stop)
    objective = objective_of(judge, option)
    _raise_if_any(_claim_problems(judge, solved, stated, objective))
    closed = objective - solved.bound <= gap * abs(objective)
    return replace(
        solved,
        option=option,
        objective=objective,
        bound=min(solved.bound, objective),
        stopped_by="gap" if closed else solved.stopped_by,
    )


def _raise_if_any(problems: list[str]) -> None:
    if problems:
        raise VerificationError(problems)


def _plan_problems(judge: Judge, option: IntArray) -> list[str]:
    """Return what is wrong unless this is one option per SKU within the limits."""
    options = judge.model.options
    if len(option) != options.n_skus:
        return [f"the solver chose {len(option):,} options for {options.n_skus:,} SKUs"]
    is_option = (option >= 0) & (option < options.n_options)
    if not np.all(is_option & (options.sku_of(option) == np.arange(options.n_skus))):
        return ["the solver chose for a SKU an option of another"]
    return [] if within_limits(judge, option) else ["the solver's plan exceeds a limit"]


def _claim_problems(judge: Judge, solved: Solved, stated: float, objective: float) -> list[str]:
    """Return what is wrong with the objective, the bound and the shadow prices stated."""
    room, problems = _AGREEMENT * abs(stated), []
    if not abs(stated - solved.objective) <= room:
        problems.append(f"the solver's plan costs {stated!r}, not {solved.objective!r}")
    if not solved.bound <= objective + room:
        problems.append(f"a plan of {objective!r} refutes the solver's bound {solved.bound!r}")
    if not np.all(solved.resource_price >= 0.0):
        problems.append("a limit has a negative price")
    elif not judge.is_var and not _bound_of_prices(judge, solved) <= objective + room:
        problems.append(f"a plan of {objective!r} refutes the bound that its prices prove")
    return problems


def _bound_of_prices(judge: Judge, solved: Solved) -> float:
    """Return the Lagrangian bound, which for CVaR and expected loss holds by itself."""
    prices = RoundPrices(resource=solved.resource_price, tail=solved.tail_weight)
    return price_round(judge.model, prices).bound
