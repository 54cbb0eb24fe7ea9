"""Solves a case: picks the method, says which and why, and returns a plan with its proof."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.observer import SILENT
from optimizer.domain.plan import NO_PRICES, Outcome, Prices
from optimizer.domain.stop import Stop
from optimizer.engine.certificate import certificate
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.core_search import CORE_EXTRA_OPTIONS
from optimizer.engine.decompose.decomposition import solve_decomposed
from optimizer.engine.decompose.expected_price import priced_share
from optimizer.engine.decompose.loss_limits import loss_limits
from optimizer.engine.decompose.moves import Judge, objective_of
from optimizer.engine.decompose.option_blocks import RoundPrices
from optimizer.engine.decompose.pricing_model import Case, PricingModel, plan_alone, pricing_model
from optimizer.engine.decompose.shown import Best
from optimizer.engine.exact.whole_model import Effort, InfeasibleError, Solved, solve_exact
from optimizer.engine.guards import guard
from optimizer.engine.infeasible.diagnosis import explain, explain_losses
from optimizer.engine.infeasible.feasibility import least_use_exceeds
from optimizer.engine.limited_losses import BeyondLimitError, solve_within
from optimizer.engine.memory import foresee_model
from optimizer.engine.plan_losses import plan_losses
from optimizer.engine.value_at_risk import solve_tail
from optimizer.errors import StoppedError

_BEYOND_PRICES = "prices cannot prove a smaller gap for whole plans"
_FEW_LOSSES = 60_000  # options × futures: up to here a binary per scenario is no burden
_EXACT_LOSSES = 1_000_000  # up to here the whole model is as quick, and its search is complete
_EXACT_OPTIONS = 20_000  # up to here it can go on where prices prove no more


def optimize(case: Case, effort: Effort, proof: Proof) -> Outcome:
    """
    Return the best plan found with its bound, prices and losses, in currency.

    Parameters
    ----------
    proof
        Empty, or that of the same options at a neighbouring budget: the decomposition's warm
        start, extended in place.

    Raises
    ------
    NoPlanError
        If no plan meets the limits, which a second solver confirms; says what is missing.
    StoppedError
        If the search ended before any plan was found.
    """
    model = pricing_model(case)
    if least_use_exceeds(model):
        raise _no_plan(case, model, effort)
    method, why = _method(case, model)
    effort = replace(effort, money=case.money_unit, observer=Best(effort.observer))
    try:
        if _is_var(case) and method == "decompose":
            return _by_conflicts(case, model, effort, why)
        solve, limits = partial(_solved, case, method), loss_limits(case)
        if limits.bind:
            solved = solve_within(_judge(case, model), limits, solve, effort, proof)
        else:
            solved = solve(len(CORE_EXTRA_OPTIONS), model, effort, proof)
    except InfeasibleError as nothing:
        raise _no_plan(case, model, effort) from nothing
    except BeyondLimitError as beyond:
        raise explain_losses(case, beyond) from None
    return _outcome(case, model, solved, method=method, why=why)


def _solved(  # noqa: PLR0917
    case: Case, method: str, cores: int, model: PricingModel, effort: Effort, proof: Proof
) -> Solved:
    """Solve a model of the case, and check the answer."""
    if method == "exact":
        solved = _exact(case, model, effort)
    else:
        solved = solve_decomposed(model, effort, proof, cores)
    return _guarded(case, model, solved, effort)


def _no_plan(case: Case, model: PricingModel, effort: Effort) -> Exception:
    """Return the error with its repairs; an interrupt ends the search for them at once."""
    explained = effort.stop.unless_asked(partial(explain, case, model))
    return explained or StoppedError(effort.stop.reason)


def outcome_of(case: Case, option: IntArray) -> Outcome:
    """
    Return a given plan as an outcome of the engine, without a proof.

    Parameters
    ----------
    option
        Option of every SKU, within the limits or not.  Shape ``(N,)``.
    """
    model = pricing_model(case)
    objective = objective_of(_judge(case, model), option)
    solved = Solved(
        option=option,
        objective=objective,
        bound=objective,
        stopped_by="gap",
        resource_price=np.zeros(len(model.limit)),
        tail_weight=np.zeros(len(model.probability)),
    )
    return _outcome(case, model, solved, method="exact", why="given")


def with_expected_prices(case: Case, outcome: Outcome, stop: Stop) -> Outcome:
    """
    Return an outcome with how much of each price is expected cost, if it has not got that.

    Where limits on losses bind it is not known: a mixture's tail is not that of any plan.
    """
    if outcome.prices.expected is not None:
        return outcome
    model, prices = pricing_model(case), outcome.prices
    share = np.zeros(len(prices.resource))
    if prices.loss != NO_PRICES:
        expected = _of_prices(prices.resource, np.full_like(share, np.nan))
        return replace(outcome, prices=replace(prices, expected=expected))
    effort = Effort(gap=case.portfolio.settings.gap, stop=stop, log=None, observer=SILENT)
    share[model.limited] = priced_share(model, prices.resource[model.limited], effort)
    return replace(outcome, prices=replace(prices, expected=_of_prices(prices.resource, share)))


def worth(case: Case, plan: IntArray, rows: IntArray) -> FloatArray:
    """
    Return the marginal cost of options with the limits free: certain cost plus weighted losses.

    Parameters
    ----------
    plan
        The plan whose worst scenarios give the tail weights.  Shape ``(N,)``.
    rows
        The options to price.  Shape ``(n,)``.

    Returns
    -------
    FloatArray
        Shape ``(n,)``. [currency]
    """
    model = pricing_model(case)
    loss, mean = model.options.losses(plan).sum(axis=0), model.options.total(plan).mean.sum()
    tail = _judge(case, model).tail(loss, float(mean))
    free = RoundPrices(resource=np.zeros(len(model.limit)), tail=tail)
    return model.options.price_of(rows, free) * case.money_unit


def _judge(case: Case, model: PricingModel) -> Judge:
    tail_level = case.portfolio.settings.risk.level
    return Judge(model=model, tail_level=tail_level, is_var=_is_var(case))


def _guarded(case: Case, model: PricingModel, solved: Solved, effort: Effort) -> Solved:
    return guard(_judge(case, model), solved, effort.gap, effort.stop)


def _by_conflicts(case: Case, model: PricingModel, effort: Effort, why: str) -> Outcome:
    """Prove VaR by conflicts; if they cannot close the gap, solve a small model whole."""
    settings = case.portfolio.settings
    solved, conflicts = solve_tail(model, settings.risk.level, effort)
    goes_on = settings.solver.method == "auto" and len(case.options) <= _EXACT_OPTIONS
    if solved.stopped_by == "prices" and goes_on:
        try:
            exact = _exact(case, model, effort)
        except StoppedError as stopped:
            exact = replace(solved, stopped_by=stopped.reason)
        best = min(exact, solved, key=lambda solution: solution.objective)
        if exact.bound > solved.bound:
            exact = _with_plan(exact, best)
            guarded = _guarded(case, model, exact, effort)
            return _outcome(case, model, guarded, method="exact", why=_BEYOND_PRICES)
        solved = replace(_with_plan(solved, best), stopped_by=exact.stopped_by)
    guarded = _guarded(case, model, solved, effort)
    outcome = _outcome(case, model, guarded, method="decompose", why=why)
    return replace(outcome, certificate=certificate(case, model, conflicts))


def _with_plan(solved: Solved, best: Solved) -> Solved:
    """Return a solution with another plan of the same model; what was proven stays."""
    return replace(solved, option=best.option, objective=best.objective)


def _is_var(case: Case) -> bool:
    return case.portfolio.settings.charges_var


def _method(case: Case, model: PricingModel) -> tuple[str, str]:
    """Return the method and, in a planner's words, the reason."""
    asked, n_options = case.portfolio.settings.solver.method, len(case.options)
    n_futures = len(model.probability) if case.portfolio.settings.reads_tail else 1
    if asked != "auto":
        return asked, "asked for"
    if _is_var(case) and n_options * n_futures > _FEW_LOSSES:
        return "decompose", "VaR is proven by the futures that a plan may ignore"
    size = f"{n_options:,} options on {n_futures:,} futures"
    if n_options * n_futures <= _EXACT_LOSSES and n_options <= _EXACT_OPTIONS:
        return "exact", f"{size} fit one model"
    return "decompose", f"{size} are too many for one model"


def _exact(case: Case, model: PricingModel, effort: Effort) -> Solved:
    foresee_model(model.options.n_terms)
    core = whole(model)
    data = replace(core.data, measure="var") if _is_var(case) else core.data
    solved = solve_exact(data, effort)
    return replace(solved, option=core.plan(solved.option))


def _of_prices(price: FloatArray, share: FloatArray) -> FloatArray:
    """Return the part of each price that is expected cost: none of no price.  ``(R,)``"""
    return np.where(price == 0.0, 0.0, price * share)


def _outcome(case: Case, model: PricingModel, solved: Solved, *, method: str, why: str) -> Outcome:
    money, settings = case.money_unit, case.portfolio.settings
    price_of, share = np.zeros((2, len(case.resources.name)))
    price_of[model.limited] = solved.resource_price
    price_of *= money / case.resource_unit
    if solved.expected_share is not None:
        share[model.limited] = solved.expected_share
    alone = plan_alone(case, model, solved.option)
    objective = objective_of(_judge(case, alone), np.arange(len(solved.option)))
    return Outcome(
        plan=model.plan(solved.option, len(case.portfolio.suppliers)),
        objective=objective * money,
        bound=min(solved.bound, objective) * money,
        stopped_by=solved.stopped_by,
        method=method,
        method_reason=why,
        prices=Prices(
            resource=price_of,
            tail_weight=model.futures.weight(solved.tail_weight),
            loss=solved.loss_price,
            expected=None if solved.expected_share is None else _of_prices(price_of, share),
        ),
        losses=plan_losses(alone, settings.risk.level).in_currency(money),
    )
