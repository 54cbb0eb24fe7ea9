"""One portfolio's options, resources and scenarios → a plan with its proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.option import OptionTable
from optimizer.domain.plan import Outcome, Prices
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.engine.exact import Effort, InfeasibleError, Solved, solve_exact
from optimizer.engine.formulate import Formulation, formulate, plan_of
from optimizer.engine.infeasible import Shortfall, repairs, shortfall
from optimizer.engine.losses import LossEvents
from optimizer.engine.plan_losses import plan_losses
from optimizer.engine.pricing import price
from optimizer.engine.reasons import reasons
from optimizer.errors import NoPlanError, VerificationError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """
    What is to be decided.

    Attributes
    ----------
    probability
        Of each scenario.  Shape ``(S,)``. [-]
    money_unit
        Currency per unit in which all amounts of the case are counted.
    """

    portfolio: Portfolio
    options: OptionTable
    resources: Resources
    probability: FloatArray
    losses: LossEvents
    money_unit: float

    @property
    def resource_unit(self) -> FloatArray:
        """The resources' own units per unit of the case: `money_unit` where they are money."""
        currency = self.portfolio.settings.currency
        is_money = np.array([unit == currency for unit in self.resources.unit])
        return np.where(is_money, self.money_unit, 1.0)


def optimize(case: Case, effort: Effort) -> Outcome:
    """
    Return the best plan found with its bound, prices, losses and reasons, in currency.

    Raises
    ------
    NoPlanError
        If no plan meets the limits, a second solver agreeing; says what is missing.
    StoppedError
        If the effort ran out before any plan was found.
    """
    formulation = formulate(
        case.portfolio, case.options, case.resources, case.probability, case.losses
    )
    try:
        solved = solve_exact(formulation.data, replace(effort, money=case.money_unit))
    except InfeasibleError as nothing:
        raise _no_plan(case, formulation) from nothing
    return _outcome(case, formulation, solved)


def _outcome(case: Case, formulation: Formulation, solved: Solved) -> Outcome:
    data, money = formulation.data, case.money_unit
    price_of = np.zeros(len(case.resources.name))
    price_of[formulation.limited] = solved.prices.resource
    capital_price = float(price_of[case.resources.name.index("capital")])
    losses = plan_losses(case.losses, solved.option, data.probability, data.tail_level)
    return Outcome(
        plan=plan_of(formulation, solved.option, len(case.portfolio.suppliers)),
        objective=solved.objective * money,
        bound=solved.bound * money,
        stopped_by=solved.stopped_by,
        method="exact",
        prices=Prices(
            resource=price_of * money / case.resource_unit,
            scenario_weight=solved.prices.scenario_weight,
        ),
        losses=losses.in_currency(money),
        reasons=reasons(
            data,
            solved.option,
            price(data, solved.prices),
            case.resources.option_use[case.resources.name.index("capital")],
            capital_price,
        ),
    )


def _no_plan(case: Case, formulation: Formulation) -> Exception:
    short = shortfall(formulation.data)
    if short is None:
        return VerificationError(["the solver calls a feasible portfolio infeasible"])
    limited = formulation.limited.tolist()
    unit = case.resource_unit[formulation.limited]
    sentences = repairs(
        Shortfall(alone=short.alone * unit, together=short.together * unit),
        [case.resources.name[r] for r in limited],
        [case.resources.unit[r] for r in limited],
        formulation.data.resource_limit * unit,
    )
    return NoPlanError("no plan meets the limits:", sentences)
