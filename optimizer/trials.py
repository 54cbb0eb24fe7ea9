"""A plan tried on scenarios it was not made for: fresh ones, replications, and its rival."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np

from optimizer import pipeline
from optimizer.domain.money import in_units_of, money_unit
from optimizer.domain.observer import SILENT, Observer, Silent
from optimizer.domain.option import Designs
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.domain.validation import SamplingGap
from optimizer.engine.evaluate import Evaluation, evaluate
from optimizer.engine.forecast import objective_at
from optimizer.engine.pricing_model import Case
from optimizer.maths.statistics import sampling_gap
from optimizer.options.chosen import Chosen, chosen_options
from optimizer.prepare import draw_scenarios, prepare
from optimizer.scenarios.build import build as build_scenarios
from optimizer.scenarios.lost_days import lost_days
from optimizer.scenarios.mean import mean_scenario

BATCHES: Final = 20


class Candidate(NamedTuple):
    """A plan to be tried on any scenarios; its portfolio counts in units of money."""

    portfolio: Portfolio
    money_unit: float
    chosen: Chosen

    @classmethod
    def of(cls, portfolio: Portfolio, designs: Designs) -> Candidate:
        """Cost the designs, one row per SKU."""
        unit = money_unit(portfolio)
        counted = in_units_of(portfolio, unit)
        return cls(counted, unit, chosen_options(counted, designs))

    def on(self, scenarios: ScenarioSet) -> Evaluation:
        """Return what the plan costs on these scenarios."""
        return evaluate(self.case(scenarios))

    def case(self, scenarios: ScenarioSet) -> Case:
        """Return the case in which the plan is the only choice."""
        return Case(
            portfolio=self.portfolio,
            options=self.chosen.options,
            resources=self.chosen.resources,
            scenarios=scenarios,
            lost=lost_days(scenarios, self.chosen.profiles),
            money_unit=self.money_unit,
        )


class Searching(Silent):
    """An observer of the searches within a longer step: it passes on what they know."""

    def __init__(self, outer: Observer) -> None:
        self._outer = outer

    def on_iteration(self, objective: float | None, bound: float | None) -> None:
        """Pass it on; of its steps the longer one tells."""
        self._outer.on_iteration(objective, bound)


def default_scenarios(count: int) -> int:
    """Return how many fresh scenarios make batches so large that their tails hardly err."""
    return BATCHES * max(2_000, count, min(10 * count, 10_000))


def fresh_scenarios(portfolio: Portfolio, total: int, seed: int) -> Iterator[ScenarioSet]:
    """Yield independent batches of scenarios; only one where it holds every state."""
    sized = _with_scenarios(portfolio, count=-(-total // BATCHES))
    for batch in range(BATCHES):
        drawn = build_scenarios(sized, _seed(seed, b"fresh", batch))
        yield drawn
        if drawn.method == "exact":
            return


def mean_value_plan(portfolio: Portfolio, observer: Observer = SILENT) -> Designs:
    """Return the best plan for the mean of the run's scenarios, where every measure is the loss."""
    risk = portfolio.settings.risk.model_copy(update={"measure": "expected"})
    settings = portfolio.settings.model_copy(update={"risk": risk})
    mean = mean_scenario(draw_scenarios(portfolio))
    case = prepare(replace(portfolio, settings=settings), SILENT, mean).case
    return case.options.designs(_decide(case, observer).plan.option)


def gap_of_sampling(
    portfolio: Portfolio,
    plan: Candidate,
    threshold: float,
    *,
    replications: int,
    seed: int,
    observer: Observer = SILENT,
) -> SamplingGap:
    """
    Return how much better than the plan another one could be.

    Parameters
    ----------
    threshold
        Beyond which CVaR averages, from scenarios that no replication shares. [currency]
    """
    rows = []
    for number in range(replications):
        began = time.monotonic()
        own = int(_seed(seed, b"replication", number).generate_state(1, np.uint64)[0] >> 1)
        prepared = prepare(_with_scenarios(portfolio, seed=own))
        outcome = _decide(prepared.case, observer)
        cost = objective_at(plan.on(prepared.scenarios), portfolio.settings.risk, threshold)
        rows.append((cost, outcome.bound, outcome.objective))
        gap = f"{cost - outcome.bound:,.0f} {portfolio.settings.currency}"
        detail = f"{number + 1} of {replications}: gap {gap}"
        observer.on_step("replicate", detail, time.monotonic() - began)
    return sampling_gap(*np.array(rows).T)


def _decide(case: Case, observer: Observer) -> Outcome:
    """Solve; a search that was interrupted is no replication."""
    outcome = pipeline.decide(case, observer=Searching(observer))
    if outcome.stopped_by == "interrupt":
        raise KeyboardInterrupt
    return outcome


def _with_scenarios(portfolio: Portfolio, **changes: Any) -> Portfolio:
    settings = portfolio.settings
    scenarios = settings.scenarios.model_copy(update=changes)
    return replace(portfolio, settings=settings.model_copy(update={"scenarios": scenarios}))


def _seed(seed: int, purpose: bytes, number: int) -> np.random.SeedSequence:
    """Return a seed of its own for every purpose and number; no run draws from any of them."""
    return np.random.SeedSequence(seed, spawn_key=(*purpose, number))
