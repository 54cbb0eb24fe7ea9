"""The price of stability: the best plans with fewer changes, and without what holds plans back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.change_list import Point
from optimizer.domain.decided import Decided
from optimizer.domain.observer import Observer
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import Stability
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.sweep import at_limit
from optimizer.errors import NoPlanError, StoppedError
from optimizer.jobs.change_list import Listed
from optimizer.jobs.prepare import offering, prepare
from optimizer.jobs.refine import Refined

SHARES: Final = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75)
"""Of the plan's changes: where the curve has its points, besides the plan itself."""


class StabilityPrices(NamedTuple):
    """The best plans with fewer changes, and the best ones without what held the plan back."""

    curve: tuple[Point, ...]
    unbound: Mapping[str, Point]


NOT_ASKED: Final = StabilityPrices((), {})


def price_of_stability(
    refined: Refined, decided: Decided, listed: Listed, observer: Observer, stop: Stop
) -> StabilityPrices:
    """
    Solve again with fewer changes on the run's own options, each a warm start of the next.

    The last point is the plan itself.  A number of changes with which no plan meets the limits has
    no point; after an interrupt there are those so far.
    """
    case, made, first = refined.prepared.case, len(listed.rows), listed.first
    best = partial(decide, observer=observer, stop=stop)
    plan = Point(made, made, decided.outcome.objective, decided.outcome.bound)
    points: list[Point] = []
    unbound: dict[str, Point] = {}
    proof = Proof()
    try:
        for count in sorted({round(share * made) for share in SHARES} - {made}):
            fewer = at_limit(case, "changes", count + listed.first)
            if stop.interrupted:
                break
            points += _solved(partial(best, fewer, proof=proof), fewer, count, first)
        for name, portfolio in _without(decided.portfolio).items():
            if stop.interrupted:
                break
            prepared = prepare(portfolio, ahead=refined.prepared.futures)
            free = offering(prepared, refined.prepared.choices).case
            unbound.update(
                (name, point) for point in _solved(partial(best, free), free, made, first)
            )
    except StoppedError:
        pass
    return StabilityPrices(falling([*points, plan]), unbound)


def falling(points: Sequence[Point]) -> tuple[Point, ...]:
    """
    Return the points, none dearer than one with fewer changes, no bound above one with fewer.

    A plan with fewer changes is within every larger limit, and a bound for more changes holds for
    fewer.
    """
    cheapest = np.minimum.accumulate([point.objective for point in points])
    bounds = np.maximum.accumulate([point.bound for point in points][::-1])[::-1]
    return tuple(
        point._replace(objective=float(cost), bound=min(float(bound), float(cost)))
        for point, cost, bound in zip(points, cheapest, bounds, strict=True)
    )


def _solved(best: Callable[[], Outcome], case: Case, count: int, first: int) -> list[Point]:
    """Return the point of a case, none where no plan meets its limits."""
    try:
        outcome = best()
    except NoPlanError:
        return []
    row = case.resources.name.index("changes")
    made = round(float(case.resources.option_use[row, outcome.plan.option].sum())) - first
    return [Point(count, made, outcome.objective, outcome.bound)]


def _without(portfolio: Portfolio) -> dict[str, Portfolio]:
    """Return the portfolio without each thing that holds plans back, and without all of it."""
    now, settings = portfolio.plan_in_force, portfolio.settings
    if now is None:
        return {}
    held, free = settings.stability, Stability()
    unlocked = replace(now, keep=np.zeros_like(now.keep))
    without = {
        name: replace(portfolio, settings=settings.having(stability={name: getattr(free, name)}))
        for name in Stability.model_fields
        if getattr(held, name) != getattr(free, name)
    }
    if now.keep.any():
        without["keep"] = replace(portfolio, plan_in_force=unlocked)
    chosen_freely = {"policy_mode": "free"}
    if settings.policy_mode != "free":
        freed = settings.model_copy(update=chosen_freely)
        without["policy_mode"] = replace(portfolio, settings=freed)
    if len(without) > 1:
        freed = settings.having(stability=free.model_dump()).model_copy(update=chosen_freely)
        without["all"] = replace(portfolio, settings=freed, plan_in_force=unlocked)
    return without
