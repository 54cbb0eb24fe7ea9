"""One case → a plan with its proof: picks the method, says which and why, and gives reasons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.plan import Outcome, Prices
from optimizer.engine.bound import Proof, RoundPrices
from optimizer.engine.core import whole
from optimizer.engine.decompose import priced_cost, solve_decomposed
from optimizer.engine.exact import Effort, InfeasibleError, Solved, solve_exact
from optimizer.engine.infeasible import explain
from optimizer.engine.kernel import count_terms
from optimizer.engine.memory import foresee_model
from optimizer.engine.plan_losses import plan_losses
from optimizer.engine.pricing_model import Case, PricingModel, pricing_model
from optimizer.engine.reasons import reasons
from optimizer.errors import BadInputError, Problem

_EXACT_OPTIONS = 20_000  # up to here the whole model is as quick, and its search is complete
_EXACT_VAR_OPTIONS = 100_000


def optimize(case: Case, effort: Effort, proof: Proof) -> Outcome:
    """
    Return the best plan found with its bound, prices, losses and reasons, in currency.

    Parameters
    ----------
    proof
        Empty, or that of the same options at a neighbouring budget, which the decomposition goes
        on from and carries further.

    Raises
    ------
    BadInputError
        If the measure is one the method cannot prove.
    NoPlanError
        If no plan meets the limits, a second opinion agreeing; says what is missing.
    StoppedError
        If the effort ran out before any plan was found.
    """
    model = pricing_model(case)
    method, why = _method(case)
    effort = replace(effort, money=case.money_unit)
    try:
        solved = (
            _exact(model, effort) if method == "exact" else solve_decomposed(model, effort, proof)
        )
    except InfeasibleError as nothing:
        raise explain(case, model) from nothing
    return _outcome(case, model, solved, method=method, why=why)


def _method(case: Case) -> tuple[str, str]:
    """Return the method and, in a planner's words, why."""
    solver, risk = case.portfolio.settings.solver, case.portfolio.settings.risk
    n_options = len(case.options)
    if risk.measure == "var":
        if solver.method == "decompose" or n_options > _EXACT_VAR_OPTIONS:
            raise BadInputError([_var_at_size(n_options)])
        return "exact", "VaR"
    if solver.method != "auto":
        return solver.method, "asked for"
    if n_options <= _EXACT_OPTIONS:
        return "exact", f"{n_options:,} options fit one model"
    return "decompose", f"{n_options:,} options are too many for one model"


def _var_at_size(n_options: int) -> Problem:
    return Problem(
        file="portfolio.toml",
        column="risk.measure",
        value="var",
        rule=f"VaR is proven by the exact method, up to {_EXACT_VAR_OPTIONS:,} options, "
        f"and there are {n_options:,}",
        remedy='Set risk.measure = "cvar", or solver.method = "exact" on a smaller portfolio.',
    )


def _exact(model: PricingModel, effort: Effort) -> Solved:
    foresee_model(count_terms(model.table))
    core = whole(model)
    solved = solve_exact(core.data, effort)
    return replace(solved, option=core.plan(solved.option))


def _outcome(case: Case, model: PricingModel, solved: Solved, *, method: str, why: str) -> Outcome:
    money = case.money_unit
    price_of = np.zeros(len(case.resources.name))
    price_of[model.limited] = solved.resource_price
    capital = case.resources.name.index("capital")
    prices = RoundPrices(resource=solved.resource_price, scenario=solved.scenario_weight)
    return Outcome(
        plan=model.plan(solved.option, len(case.portfolio.suppliers)),
        objective=solved.objective * money,
        bound=solved.bound * money,
        stopped_by=solved.stopped_by,
        method=method,
        method_reason=why,
        prices=_in_currency(case, price_of, solved.scenario_weight),
        losses=plan_losses(model, solved.option).in_currency(money),
        reasons=reasons(
            model.table,
            solved.option,
            priced_cost(model, prices),
            case.resources.option_use[capital],
            float(price_of[capital]),
        ),
    )


def _in_currency(case: Case, price: FloatArray, scenario_weight: FloatArray) -> Prices:
    return Prices(
        resource=price * case.money_unit / case.resource_unit, scenario_weight=scenario_weight
    )
