"""
What every answer of a solver must stand before it is called a plan (ALGORITHMS 6).

The sums are made again from the option table; one-SKU moves look for a plan cheaper than the bound
says there can be; and the bound that prices prove stands beside the solver's.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import price_round
from optimizer.engine.decompose.moves import Judge, improve, objective_of, within_limits
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.exact.whole_model import Solved
from optimizer.errors import VerificationError

_AGREEMENT = 1e-6  # relative, between the solver's arithmetic and ours


def guard(judge: Judge, solved: Solved, gap: float, stop: Stop) -> Solved:
    """
    Return a solver's answer, bettered by one-SKU moves where it can be.

    Parameters
    ----------
    gap
        Relative gap asked for: an answer that reaches it by moves alone was stopped by it.
    stop
        Of the search: without time left, moves are tried once.

    Raises
    ------
    VerificationError
        If the plan is not what the solver says, or a bound is refuted; nothing is repaired.
    """
    _refuse_where(_is_no_plan(judge, solved.option))
    stated = objective_of(judge, solved.option)
    option = improve(judge, solved.option, stop)
    objective = objective_of(judge, option)
    _refuse_where(_is_untrue(judge, solved, stated, objective))
    closed = objective - solved.bound <= gap * abs(objective)
    return replace(
        solved,
        option=option,
        objective=objective,
        bound=min(solved.bound, objective),
        stopped_by="gap" if closed else solved.stopped_by,
    )


def _refuse_where(problems: list[str]) -> None:
    if problems:
        raise VerificationError(problems)


def _is_no_plan(judge: Judge, option: IntArray) -> list[str]:
    """Problems of what should be one option of every SKU, within the limits."""
    options = judge.model.options
    if len(option) != options.n_skus:
        return [f"the solver chose {len(option):,} options for {options.n_skus:,} SKUs"]
    is_option = (option >= 0) & (option < options.n_options)
    if not np.all(is_option & (options.sku_of(option) == np.arange(options.n_skus))):
        return ["the solver chose for a SKU an option of another"]
    return [] if within_limits(judge, option) else ["the solver's plan exceeds a limit"]


def _is_untrue(judge: Judge, solved: Solved, stated: float, objective: float) -> list[str]:
    """Problems of what the solver says its plan costs, and of what it says no plan can beat."""
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
    """Price every option once more: for CVaR and the expected loss a bound of its own."""
    prices = RoundPrices(resource=solved.resource_price, tail=solved.tail_weight)
    return price_round(judge.model, prices).bound
