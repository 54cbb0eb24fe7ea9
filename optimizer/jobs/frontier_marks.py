"""What is told of a frontier's points beside their plans: prices between them, knee, hurdle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.frontier import Point, SolvedPoint
from optimizer.domain.settings import Settings
from optimizer.maths.marginal_prices import below, hull_price, knee, next_price


def with_marks(
    points: Sequence[Point], settings: Settings, hurdle_rate: float
) -> tuple[Point, ...]:
    """
    Return the points with the prices between them, and knee, own budget and hurdle marked.

    Parameters
    ----------
    settings
        Of the portfolio, with its own budget.
    hurdle_rate
        [/yr]
    """
    solved = [point for point in points if isinstance(point, SolvedPoint)]
    budget = np.array([point.budget for point in solved])
    objective = np.array([point.objective for point in solved])
    hull = hull_price(budget, objective)
    expected = hull_price(budget, np.array([point.expected_cost for point in solved]))
    least = hurdle_rate * settings.horizon.years
    bend, stop, stop_expected = knee(budget, objective), below(hull, least), below(expected, least)
    steps = next_price(budget, objective)
    marked = {
        point.budget: replace(
            point,
            next_price=_at(steps, k),
            hull_price=_at(hull, k),
            hull_price_expected=_at(expected, k),
            knee=k == bend,
            hurdle=k == stop,
            hurdle_expected=k == stop_expected,
        )
        for k, point in enumerate(solved)
    }
    own = settings.budget.capital
    return tuple(
        replace(marked.get(point.budget, point), own_budget=point.budget == own) for point in points
    )


def _at(prices: FloatArray, k: int) -> float | None:
    """Return the price from a point on; the last has none."""
    return None if k == len(prices) - 1 else float(prices[k])
