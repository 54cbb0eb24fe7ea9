"""What is marked on a frontier's points."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.domain.frontier import SolvedPoint
from optimizer.domain.settings import Budget, Horizon, Settings
from optimizer.jobs.frontier_marks import with_marks
from tests.support.frontiers import make_frontier


def _points(objective: list[float], expected: list[float]) -> list[SolvedPoint]:
    """Build points of budgets 0, 100, 200, … with these costs."""
    one = make_frontier(1, too_small=0).solved[0]
    return [
        replace(one, budget=100.0 * k, objective=cost, expected_cost=sure)
        for k, (cost, sure) in enumerate(zip(objective, expected, strict=True))
    ]


@pytest.mark.parametrize(
    ("rate", "days", "stop", "stop_expected"),
    [(0.10, 365, 2, 1), (0.05, 365, None, 2), (0.60, 365, 0, 0), (0.10, 730, 1, 1)],
)
def test_where_the_next_money_earns_less_than_the_hurdle(
    rate: float, days: int, stop: int | None, stop_expected: int | None
) -> None:
    """
    Proves: steps of 100 save 50, 15 and 8 of the cost, and 40, 8 and 4 of the expected cost: .50,
    .15, .08 and .40, .08, .04 a year for each unit. 10 % ends the first after two steps, the second
    after one; over two years the same savings are half as much a year.

    Sensitivity: read at the point and not beyond it, each mark stands one further.
    """
    settings = Settings(budget=Budget(capital=100.0), horizon=Horizon(days=days))
    points = _points([200.0, 150.0, 135.0, 127.0], [150.0, 110.0, 102.0, 98.0])
    marked = with_marks(points, settings, rate)
    solved = [point for point in marked if isinstance(point, SolvedPoint)]
    assert [k for k, point in enumerate(solved) if point.hurdle] == ([] if stop is None else [stop])
    assert [k for k, point in enumerate(solved) if point.hurdle_expected] == [stop_expected]
    assert [point.own_budget for point in solved] == [False, True, False, False]
    assert solved[0].hull_price_expected == pytest.approx(0.40)
