"""
The futures of a run: how many, and from which mixture (ALGORITHMS 6).

A loose plan is found on few futures, a pilot tries it on many, and the mixture under which its tail
is known best draws the futures that the plan is then decided on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.money import money_unit
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio, some_skus
from optimizer.domain.scenario import NOMINAL, Mixture
from optimizer.domain.settings import NO_LOSS_LIMITS, Limits, Settings
from optimizer.engine.decide import decide
from optimizer.engine.decompose.pricing_model import Case
from optimizer.errors import NoPlanError, StoppedError
from optimizer.jobs.fresh import number_of, seed_of, with_scenarios
from optimizer.jobs.prepare import Prepared, prepare
from optimizer.metrics.allowed import allowed_policies
from optimizer.options.alternates import alternate_sets
from optimizer.options.choices import offered_choices
from optimizer.scenarios.draw import draw_with_likelihood
from optimizer.scenarios.mixture import allot, defensive
from optimizer.scenarios.shares import Pilot, best_mixture
from optimizer.scenarios.streams import stream
from optimizer.scenarios.threats import threats
from optimizer.strategies.candidate import Candidate

_MOST_LOSSES: Final = 5e10  # options × futures, where the count is auto
_FEWEST: Final = 500
_LOOSE_FUTURES: Final = 500
_LOOSE_GAP: Final = 1e-2
_LOOSE_TIME: Final = 0.1  # of the time limit
_PILOT_FUTURES: Final = 20_000
_PILOT_SKUS: Final = 2_000  # of a larger portfolio so many stand for all


def with_count(portfolio: Portfolio) -> Portfolio:
    """
    Return the portfolio with the number of its futures stated.

    ``auto`` is 300 for VaR and 2,000 for the other measures, less where options times futures would
    exceed 5e10: a million SKUs of some 45 options have 1,100.
    """
    settings = portfolio.settings
    if settings.scenarios.count != "auto":
        return portfolio
    choices = offered_choices(portfolio, allowed_policies(portfolio))
    n_options = choices.count(portfolio, alternate_sets(portfolio))
    fitting = int(_MOST_LOSSES / max(n_options, 1)) // 100 * 100
    count = min(settings.n_futures, max(fitting, _FEWEST))
    return with_scenarios(portfolio, count=count)


def prepare_run(
    portfolio: Portfolio, observer: Observer = SILENT, mixture: Mixture | None = None
) -> Prepared:
    """
    Return the case to decide on the futures of a run.

    Parameters
    ----------
    portfolio
        `with_count`.
    mixture
        That the futures are drawn from; found by a pilot when left out.

    Raises
    ------
    NoPlanError
        If no plan meets the limits.
    BadInputError
        As `prepare` does.
    """
    found = pilot(portfolio, observer) if mixture is None else mixture
    return prepare(portfolio, observer, found)


def pilot(portfolio: Portfolio, observer: Observer = SILENT) -> Mixture:
    """
    Return the mixture under which the tail of a loose plan is known best.

    It is the nominal law alone where the tail neither costs nor is limited, or nothing strikes.
    """
    if not portfolio.settings.reads_tail or not threats(portfolio):
        return NOMINAL
    with step(observer, "pilot") as tell:
        some = _some(portfolio)
        designs = _loose_plan(some, is_part=some is not portfolio)
        mixture = _mixture_for(Candidate.of(some, designs, money_unit(some)), some)
        share, n_hazards = 1.0 - mixture.nominal, len({hazard for hazard, _ in mixture.shares})
        tell(f"{share:.0%} of the futures where one of {n_hazards} hazards strikes, weighing less")
    return mixture


def _mixture_for(plan: Candidate, portfolio: Portfolio) -> Mixture:
    """Return the mixture by which a plan's tail is known best."""
    sized, found = with_scenarios(portfolio, count=_PILOT_FUTURES), threats(portfolio)
    every = defensive(found, _PILOT_FUTURES)
    seed = seed_of(portfolio.settings.scenarios.seed, b"pilot")
    drawn = draw_with_likelihood(sized, seed, "stratified", every)
    tried = plan.on(drawn.futures)
    horizon = portfolio.settings.horizon.days
    return best_mixture(
        Pilot(
            loss=tried.loss,
            probability=tried.probability,
            likelihood=drawn.likelihood,
            components=allot(every, found, horizon, _PILOT_FUTURES).components,
        ),
        portfolio.settings.risk.level,
    )


def _loose_plan(portfolio: Portfolio, *, is_part: bool) -> Designs:
    """
    Return a plan near the best one; the least expected cost of every SKU where there is no time.

    Where a part of the SKUs stands for all it may be that no plan of theirs meets the limits.
    """
    settings = portfolio.settings
    loose = settings.having(
        scenarios={"count": _LOOSE_FUTURES, "seed": number_of(settings.scenarios.seed, b"loose")},
        risk={"measure": "cvar"},
        limits=NO_LOSS_LIMITS,
        solver={"gap": _LOOSE_GAP, "time_limit": settings.solver.time_limit * _LOOSE_TIME},
    )
    case = prepare(replace(portfolio, settings=loose)).case
    try:
        option = decide(case).plan.option
    except StoppedError:
        option = _least_expected(case)
    except NoPlanError:
        if not is_part:
            raise
        option = _least_expected(case)
    return case.options.designs(option)


def _least_expected(case: Case) -> IntArray:
    """Return the option of least expected cost of every SKU, whatever the limits.  ``(N,)``."""
    options = case.options
    sku = np.repeat(np.arange(len(options.start) - 1), np.diff(options.start))
    cheapest_first = np.lexsort((options.cost + options.expected_loss, sku))
    return np.asarray(cheapest_first[options.start[:-1]])


def _some(portfolio: Portfolio) -> Portfolio:
    """Return a part of a large portfolio, drawn by its seed, its limits cut in proportion."""
    n_skus = len(portfolio.skus)
    if n_skus <= _PILOT_SKUS:
        return portfolio
    rng = stream(np.random.SeedSequence(portfolio.settings.scenarios.seed), "pilot")
    skus = np.sort(rng.choice(n_skus, _PILOT_SKUS, replace=False))
    settings = _cut(portfolio.settings, _PILOT_SKUS / n_skus)
    return some_skus(replace(portfolio, settings=settings), skus)


def _cut(settings: Settings, share: float) -> Settings:
    """Return the settings with limits on money and volume in proportion, and no other."""
    budget = settings.budget
    capital = None if budget.capital is None else budget.capital * share
    category = {name: amount * share for name, amount in budget.category.items()}
    quarters = budget.quarters and tuple(amount * share for amount in budget.quarters)
    budgets = {"capital": capital, "category": category, "quarters": quarters}
    storage = settings.limits.storage
    return settings.model_copy(
        update={
            "budget": budget.model_copy(update=budgets),
            "limits": Limits(storage=None if storage is None else storage * share),
        }
    )
