"""Exchanges of two SKUs, against every exchange there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from optimizer.domain.arrays import IntArray
from optimizer.domain.stop import Stop
from optimizer.engine.decompose.bound import free_prices, near_bound, price_round
from optimizer.engine.decompose.exchange import exchange
from optimizer.engine.decompose.moves import Judge, fit, improve, objective_of, within_limits
from optimizer.engine.decompose.pricing_model import pricing_model
from tests.support.cases import least_objective, random_case

_SAME = 1e-6


def _exchanged(seed: int) -> tuple[Judge, float, IntArray, IntArray]:
    """Return the judge, the least objective, a plan no move improves, and it after exchanges."""
    case = random_case(seed, "cvar", n_skus=6)
    model, least = pricing_model(case), least_objective(case)
    judge = Judge(model=model, tail_level=0.0, is_var=False)
    best = price_round(model, free_prices(model))
    start = improve(judge, fit(judge, best.column.option), Stop())
    return judge, least, start, exchange(judge, best, start, least, Stop())


@pytest.mark.parametrize("seed", range(12))
def test_after_exchanges_no_two_skus_make_the_plan_cheaper(seed: int) -> None:
    """
    Proves: limits, onboardings and the tail count in an exchange as they do in the objective.

    Options are those that a better plan can contain, suppliers those already onboarded.
    """
    judge, least, start, found = _exchanged(seed)
    if not (np.isfinite(least) and within_limits(judge, start)):
        pytest.skip("no plan to begin with")
    model, options, objective = judge.model, judge.model.options, objective_of(judge, found)
    assert within_limits(judge, found)
    assert objective <= objective_of(judge, start) * (1.0 + _SAME)
    best = price_round(model, free_prices(model))
    rows = near_bound(model, best, least - best.bound).rows
    opened = model.opened_by(start)
    for pair in combinations(rows.tolist(), 2):
        other = found.copy()
        other[options.sku_of(np.array(pair))] = pair
        if np.all(model.opened_by(other) <= opened) and within_limits(judge, other):
            assert objective_of(judge, other) >= objective * (1.0 - _SAME)


def test_two_skus_can_do_what_one_cannot() -> None:
    """Proves: among plans that no move of one SKU improves, exchanges improve one at least."""
    better = 0
    for seed in range(40):
        judge, least, start, found = _exchanged(seed)
        if np.isfinite(least) and within_limits(judge, start):
            better += objective_of(judge, found) < objective_of(judge, start) * (1.0 - 1e-4)
    assert better
