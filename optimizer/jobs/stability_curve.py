"""The price of stability: the best plans with fewer changes, and without what holds plans back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from optimizer.domain.change_list import Point
from optimizer.domain.decided import Decided
from optimizer.domain.observer import Observer
from optimizer.domain.plan import Outcome
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
    """The best plans with fewer changes, and the best one without dead band, cap and locks."""

    curve: tuple[Point, ...]
    unbound: Point | None


NOT_ASKED: Final = StabilityPrices((), None)


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
    proof = Proof()
    try:
        for count in sorted({round(share * made) for share in SHARES} - {made}):
            fewer = at_limit(case, "changes", count + listed.first)
            if stop.interrupted:
                return StabilityPrices(falling([*points, plan]), None)
            points += _solved(partial(best, fewer, proof=proof), fewer, count, first)
        unbound = _without_stability(refined, decided)
        free = _solved(partial(best, unbound), unbound, made, first) if unbound else []
    except StoppedError:
        return StabilityPrices(falling([*points, plan]), None)
    return StabilityPrices(falling([*points, plan]), free[0] if free else None)


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


def _without_stability(refined: Refined, decided: Decided) -> Case | None:
    """Return the case with the run's options and limits but nothing held back, if anything is."""
    portfolio = decided.portfolio
    now, settings = portfolio.plan_in_force, portfolio.settings
    if now is None or not (settings.stability.binds or now.keep.any()):
        return None
    nothing_kept = replace(now, keep=np.zeros_like(now.keep))
    free = replace(
        portfolio,
        settings=settings.model_copy(update={"stability": Stability()}),
        plan_in_force=nothing_kept,
    )
    prepared = prepare(free, ahead=refined.prepared.futures)
    return offering(prepared, refined.prepared.choices).case
