"""Nested funding: ascending budgets, each keeping what the smaller one bought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import BoolArray, IntArray
from optimizer.domain.plan import Outcome, Prices
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import Proof, column_of, price_round
from optimizer.engine.decompose.loss_limits import charged
from optimizer.engine.decompose.pricing_model import Case, pricing_model, with_table
from optimizer.engine.optimize import outcome_of
from optimizer.engine.refine import round_prices
from optimizer.engine.sweep import Decide, SolvedBudget, at_budget, with_plan
from optimizer.errors import StoppedBy, StoppedError

_ARITHMETIC = 1e-12  # relative, between curves that are the same


def nest(
    case: Case, decide: Decide, stop: Stop, alone: Iterable[SolvedBudget]
) -> Iterator[SolvedBudget]:
    """
    Yield plans each of which keeps what the one before it bought.

    Bought are cover, qualified alternates and the suppliers onboarded for them: at a larger budget
    no SKU has fewer alternates, nor loses more to an outage of a year.  Bound and prices remain
    those of the unnested plans, so the gap includes what nesting costs.  An interrupt raises
    ``StoppedError`` after the budgets done so far.

    Parameters
    ----------
    decide
        Solves a case, with a proof as a warm start.
    stop
        The stop that `decide` polls.
    alone
        What each budget buys by itself, ascending.
    """
    before: Outcome | None = None
    least = np.inf
    for one in alone:
        if one.outcome is None:
            yield one
            continue
        budgeted = at_budget(case, one.budget)
        before = _kept(budgeted, one.outcome, before or one.outcome, decide, stop)
        least = min(least, one.outcome.objective, before.objective)
        yield replace(one, outcome=before, unnested=least)


def _kept(case: Case, alone: Outcome, before: Outcome, decide: Decide, stop: Stop) -> Outcome:
    """Return the best plan found that keeps what another plan bought."""
    kept = keeps(case, before.plan.option)
    if kept[alone.plan.option].all():
        return min(alone, with_plan(alone, before), key=lambda plan: plan.objective)
    if stop.interrupted:
        raise StoppedError("interrupt")
    rows = np.flatnonzero(kept)
    fewer = restricted(case, rows, before.plan.onboard)
    solved = decide(fewer, _warm(fewer, alone.prices, np.searchsorted(rows, before.plan.option)))
    nested = outcome_of(case, rows[solved.plan.option])
    best = with_plan(alone, min(nested, before, key=lambda plan: plan.objective))
    closed = best.gap <= case.portfolio.settings.gap
    stopped_by: StoppedBy = "nesting" if solved.stopped_by == "gap" else solved.stopped_by
    return replace(best, stopped_by="gap" if closed else stopped_by)


def _warm(case: Case, prices: Prices, option: IntArray) -> Proof:
    """Return the prices of the unnested plan, and what a smaller budget bought, as columns."""
    model, proof = charged(pricing_model(case), prices.loss), Proof(loss=prices.loss)
    proof.add(price_round(model, round_prices(case, model, prices)))
    proof.columns.append(column_of(model, option))
    return proof


def keeps(case: Case, plan: IntArray) -> BoolArray:
    """
    Return which options keep everything that the plan's option of the same SKU bought.

    Parameters
    ----------
    plan
        Option of every SKU.  Shape ``(N,)``.

    Returns
    -------
    BoolArray
        Shape ``(O,)``; true of the plan's own options.
    """
    options = case.options
    current = plan[options.sku]
    sources, bought = options.sets.sources, options.alternate_set
    of_a_year = options.loss_curves[options.curve, -1]
    kept = of_a_year <= of_a_year[current] * (1.0 + _ARITHMETIC)
    for place in range(sources.shape[1]):
        needed = sources[bought[current], place]
        kept &= (needed < 0) | (sources[bought] == needed[:, None]).any(axis=1)
    return np.asarray(kept)


def restricted(case: Case, rows: IntArray, bought: BoolArray) -> Case:
    """
    Return the case with these options only, and with these suppliers onboarded and paid for.

    Parameters
    ----------
    rows
        The options, ascending, at least one per SKU.
    bought
        Whether each supplier is onboarded.  Shape ``(J,)``.
    """
    options, used, suppliers = case.options, case.resources, case.portfolio.suppliers
    count = np.bincount(options.sku[rows], minlength=len(options.start) - 1)
    names = ("choice", "alternate_set", "curve", "cost", "expected_loss")
    fewer = replace(
        options,
        start=np.concatenate([[0], np.cumsum(count)]),
        **{name: getattr(options, name)[rows] for name in names},
    )
    limit = used.limit - used.onboard_use[:, bought].sum(axis=1)
    resources = replace(used, option_use=used.option_use[:, rows], limit=limit)
    onboarded = replace(suppliers, onboarded=suppliers.onboarded | bought)
    portfolio = replace(case.portfolio, suppliers=onboarded)
    return with_table(replace(case, options=fewer, resources=resources, portfolio=portfolio))
