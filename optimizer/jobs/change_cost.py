r"""
What a change costs to carry out, charged while a plan is sought.

With a charge :math:`\tau` a change, a plan of k changes that minimizes cost + τ · changes costs
least of all plans with at most k changes, and a bound on the sum less τk bounds each of them.  So
the run states the plan as the best one with that limit, τ as the price of a change, and its cost
without the charge.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.sweep import at_limit
from optimizer.errors import BadInputError, Problem
from optimizer.jobs.refine import Decide, Refined

_CHANGES: Final = "changes"


class Settled(NamedTuple):
    """A plan found with a charge on changes, and the portfolio with the limit it is best for."""

    portfolio: Portfolio
    refined: Refined


def check_charge(portfolio: Portfolio, change_cost: float) -> None:
    """
    Refuse a charge that is no amount, or that the proof knows nothing of.

    Raises
    ------
    BadInputError
        If it is negative or not finite, or conflicts prove the bound (VaR): they have no price of
        a change.
    """
    problems = []
    if not 0.0 <= change_cost < float("inf"):
        rule, remedy = "must be an amount >= 0", "Give what a change costs: --change-cost 500."
        problems.append(
            Problem(file="--change-cost", value=str(change_cost), rule=rule, remedy=remedy)
        )
    if change_cost and portfolio.settings.charges_var:
        rule = "has no meaning with risk.measure = var, whose proof knows no price of a change"
        remedy = "Use --max-changes, or --set risk.measure=cvar."
        problems.append(Problem(file="--change-cost", rule=rule, remedy=remedy))
    if problems:
        raise BadInputError(problems)


def charging(decide: Decide, change_cost: float) -> Decide:
    """Return how a case is decided where every change costs so much beside. [currency]"""

    def charged(case: Case, proof: Proof) -> Outcome:
        use = case.resources.option_use[case.resources.name.index(_CHANGES)]
        dearer = case.options.cost + use * (change_cost / case.money_unit)
        priced = replace(case, options=replace(case.options, cost=dearer), table=None)
        return _without_charge(case, decide(priced, proof), change_cost)

    return charged


def _without_charge(case: Case, outcome: Outcome, change_cost: float) -> Outcome:
    charge = change_cost * _made(case, outcome)
    price = outcome.prices.resource.copy()
    price[case.resources.name.index(_CHANGES)] += change_cost
    return replace(
        outcome,
        objective=outcome.objective - charge,
        bound=outcome.bound - charge,
        prices=replace(outcome.prices, resource=price, expected=None),
    )


def _made(case: Case, outcome: Outcome) -> float:
    row = case.resources.name.index(_CHANGES)
    return float(case.resources.option_use[row, outcome.plan.option].sum())


def settled(portfolio: Portfolio, refined: Refined) -> Settled:
    """Return a plan found with a charge as the best one with as many changes as it makes."""
    prepared = refined.prepared
    case, most = prepared.case, round(_made(prepared.case, refined.outcome))
    counted = replace(case.portfolio, settings=case.portfolio.settings.having(limits=_at(most)))
    limited = replace(at_limit(case, _CHANGES, most), portfolio=counted, table=None)
    stated = replace(
        portfolio,
        settings=portfolio.settings.having(limits=_at(most)),
        overrides=(*portfolio.overrides, f"limits.changes={most}"),
    )
    return Settled(stated, replace(refined, prepared=replace(prepared, case=limited)))


def _at(most: int) -> dict[str, int]:
    return {_CHANGES: most}
