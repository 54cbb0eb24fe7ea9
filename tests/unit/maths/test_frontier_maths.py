"""What a sequence of budgets says: prices, knee, and what one budget may take from another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optimizer.engine.allocate import allocate
from optimizer.maths.marginal_prices import hull_price, knee, next_price, share

GROUPS = {
    "A": [(0, 100), (10, 60), (25, 20)],
    "B": [(0, 80), (15, 30), (30, 10)],
    "C": [(0, 50), (5, 35), (20, 5)],
}
BUDGET = np.array([0.0, 5, 10, 15, 20, 25, 30, 40, 45, 55, 60, 75])
LEAST = np.array([230.0, 215, 190, 175, 165, 140, 125, 100, 85, 80, 55, 35])
ON_HULL = {0.0, 10, 25, 30, 45, 60, 75}


def test_golden_knapsack_frontier() -> None:
    """
    Proves: solved budget by budget and shared, the frontier is the brute-forced one, exactly.

    Sensitivity: the relaxation is 177.5 at 15, not 175.
    """
    rows = [
        (group, row, cost, capital)
        for group, options in GROUPS.items()
        for row, (capital, cost) in enumerate(options)
    ]
    table = pd.DataFrame(rows, columns=["group", "option", "cost", "capital"])
    found = [allocate(table, {"capital": budget}, gap=0.0) for budget in BUDGET.tolist()]
    objective = np.array([one.objective for one in found])
    bound = np.array([one.bound for one in found])
    shared = share(objective, bound)
    np.testing.assert_allclose(objective[shared.plan_of], LEAST, rtol=1e-12)
    np.testing.assert_allclose(bound[shared.bound_of], LEAST, rtol=1e-9)


def test_both_prices_of_the_golden_frontier() -> None:
    """
    Proves: the difference to the next plan, and the hull's slope, are two numbers at most budgets.

    From 0 to 5 a plan saves 15/5 = 3 a unit; the hull runs from (0, 230) to (10, 190): 4.
    From 55 to 60 it saves 25/5 = 5; the hull from (45, 85) to (60, 55): 2.
    """
    differences = [3, 5, 3, 2, 5, 3, 2.5, 3, 0.5, 5, 4 / 3]
    np.testing.assert_allclose(next_price(BUDGET, LEAST)[:-1], differences)
    hull = [4, 4, 10 / 3, 10 / 3, 10 / 3, 3, 8 / 3, 8 / 3, 2, 2, 4 / 3]
    np.testing.assert_allclose(hull_price(BUDGET, LEAST)[:-1], hull)
    vertices = {0.0, 75.0} | set(BUDGET[1:-1][np.diff(hull) < -1e-9].tolist())
    assert vertices == ON_HULL


@pytest.mark.parametrize("seed", range(20))
def test_shared_plans_and_bounds_never_rise(seed: int) -> None:
    """
    Proves: whatever the searches found, costs and bounds fall with the budget, bounds below costs.

    The true least costs fall; a search leaves a plan above and a bound below each.
    """
    rng = np.random.default_rng(seed)
    least = np.sort(rng.uniform(1.0, 9.0, 12))[::-1]
    objective, bound = least + rng.exponential(1.0, 12), least - rng.exponential(1.0, 12)
    found = share(objective, bound)
    cost, proven = objective[found.plan_of], bound[found.bound_of]
    assert np.all(np.diff(cost) <= 0.0)
    assert np.all(np.diff(proven) <= 0.0)
    assert np.all(found.plan_of <= np.arange(12))
    assert np.all(found.bound_of >= np.arange(12))
    assert np.all((proven <= least) & (least <= cost))


def test_the_knee_is_farthest_from_the_chord() -> None:
    """
    Proves: of savings 0, .6, .9, 1 at equal distances the second is the knee.

    Above the chord: .6 - 1/3 = .267, .9 - 2/3 = .233.  Sensitivity: the largest drop in slope in
    money, unnormalised, is at the third with costs 100, 94, 40, 30.
    """
    budget = np.array([1.0, 2.0, 3.0, 4.0])
    assert knee(budget, np.array([100.0, 40.0, 10.0, 0.0])) == 1
    assert knee(budget, np.array([100.0, 94.0, 40.0, 30.0])) == 2
    assert knee(budget, np.array([4.0, 3.0, 2.0, 1.0])) is None
    assert knee(budget, np.array([1.0, 1.0, 1.0, 1.0])) is None
    assert knee(budget[:2], np.array([2.0, 1.0])) is None
