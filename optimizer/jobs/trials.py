"""A plan tried on futures it was not made for: fresh ones, replications, and its rival."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.domain.observer import SILENT, Observer, Silent
from optimizer.domain.option import Designs
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NOMINAL, Mixture
from optimizer.domain.settings import NO_LOSS_LIMITS
from optimizer.domain.stop import Stop
from optimizer.domain.validation import SamplingGap
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.forecast import objective_at
from optimizer.errors import StoppedError
from optimizer.jobs.fresh import BATCHES, number_of, with_scenarios
from optimizer.jobs.how_long import tell_rest
from optimizer.jobs.prepare import Prepared, prepare
from optimizer.jobs.refine import Refined, decide_refined
from optimizer.maths.statistics import sampling_gap
from optimizer.scenarios.sampled_mean import mean_future
from optimizer.strategies.candidate import Candidate


class Searching(Silent):
    """An observer of the searches within a longer step: it passes on what they know."""

    def __init__(self, outer: Observer) -> None:
        self._outer = outer

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Pass it on; of its steps the longer one tells."""
        self._outer.on_iteration(objective, bound)


def default_count(count: int) -> int:
    """Return how many fresh futures make batches so large that their tails hardly err."""
    return BATCHES * max(2_000, count, min(10 * count, 10_000))


def mean_value_plan(portfolio: Portfolio, stop: Stop, observer: Observer = SILENT) -> Designs:
    """
    Return the best plan for the mean future, where every measure is that one's loss.

    Limits on losses do not count: the mean future has no tail.

    Raises
    ------
    StoppedError
        If it was stopped before that was found.
    """
    settings = portfolio.settings.having(risk={"measure": "expected"}, limits=NO_LOSS_LIMITS)
    certain = replace(portfolio, settings=settings)
    prepared = prepare(certain, SILENT, mean_future(certain), nothing_else=True)
    refined = _refined(prepared, observer, stop)
    return refined.prepared.case.options.designs(refined.outcome.plan.option)


def gap_of_sampling(
    portfolio: Portfolio,
    plan: Candidate,
    threshold: float,
    *,
    replications: int,
    seed: int,
    stop: Stop,
    mixture: Mixture = NOMINAL,
    observer: Observer = SILENT,
) -> SamplingGap | None:
    """
    Return how much better than the plan another one could be, None with fewer than 2 replications.

    Each replication draws futures of its own and solves on them; its proven bound is, on average,
    no more than the cost of the best plan there is, as far as the risk measure is an expectation
    (CVaR, where the loss is above its mean).  One that is stopped before its end counts for
    nothing; those before it do.

    Parameters
    ----------
    threshold
        Beyond which CVaR averages, from futures that no replication shares. [currency]
    mixture
        That the run's futures were drawn from, and those of the replications are.

    References
    ----------
    .. [1] Mak, W.-K., Morton, D.P. and Wood, R.K. (1999). Monte Carlo bounding techniques for
       determining solution quality in stochastic programs. *Operations Research Letters* 24, 47-56.
    """
    rows = []
    for number in range(replications):
        began = time.monotonic()
        sized = with_scenarios(portfolio, seed=number_of(seed, b"replication", number))
        prepared = stop.unless_asked(partial(prepare, sized, ahead=mixture))
        if prepared is None:
            break
        try:
            refined = _refined(prepared, observer, stop)
        except StoppedError:
            continue
        objective = refined.outcome.objective
        cost = objective_at(plan.on(prepared.futures), portfolio.settings, threshold)
        bound = refined.outcome.bound - (refined.catalogue_gap or 0.0) * abs(objective)
        rows.append((cost, bound, objective))
        gap = f"{cost - bound:,.0f} {portfolio.settings.currency}"
        detail = f"{number + 1} of {replications}: gap {gap}"
        observer.on_step("replicate", detail, time.monotonic() - began)
        if number == 0:
            left = replications - 1
            tell_rest(observer, time.monotonic() - began, left, f"for {left:,} more replications")
    return sampling_gap(*np.array(rows).T) if len(rows) > 1 else None


def _refined(prepared: Prepared, observer: Observer, stop: Stop) -> Refined:
    """Solve; a search whose end somebody asked for is none, whatever it found by then."""

    def best(case: Case, proof: Proof) -> Outcome:
        return decide(case, observer=Searching(observer), proof=proof, stop=stop)

    refined = decide_refined(prepared, best, stop)
    if stop.interrupted:
        raise StoppedError("interrupt")
    return refined
