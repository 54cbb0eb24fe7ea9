"""Plans with least of something within a limit on the cost, against every plan there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.arrays import FloatArray
from optimizer.domain.plan import Outcome
from optimizer.domain.stop import Stop
from optimizer.engine.decide import decide
from optimizer.engine.decompose.bound import Proof
from optimizer.engine.decompose.pricing_model import Case
from optimizer.engine.least import Least, least_within
from tests.support.cases import every_plan, objectives, random_case

SAME = 1e-7


def case_of(seed: int, measure: str, *, method: str = "auto") -> Case:
    """Return a random case of six SKUs, its limits wide enough for many plans."""
    case = random_case(seed, measure, n_skus=6)
    resources = replace(case.resources, limit=1.5 * case.resources.limit)
    settings = case.portfolio.settings.having(solver={"method": method})
    return replace(case, resources=resources, portfolio=replace(case.portfolio, settings=settings))


def found_in(case: Case, use: FloatArray, within: float) -> tuple[float, float, Least | None]:
    """Return the best plan's cost, what a plan may cost, and what was found."""
    best = decide(case)
    most = best.objective * (1.0 + within)
    least = least_within(case, use, best, most, lambda at, proof: decide(at, proof=proof), Stop())
    return best.objective, most, least


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
@pytest.mark.parametrize("seed", [1, 2, 4, 6, 7, 8, 9, 10, 16, 18, 19])
def test_less_within_the_limit_and_no_plan_as_cheap_has_less_still(seed: int, measure: str) -> None:
    """
    Proves: what is found keeps the limits, costs what every plan's plain arithmetic says and no
    more than allowed, has less than the best plan, and is the cheapest for some charge: no plan
    that costs as little has less, and none that is the cheapest for a larger charge is within
    the limit.  None is found only where every plan that is best for some
    charge has as much or costs too much.

    Sensitivity: the cost with its charge is above the plain one; a charge of the wrong sign finds
    more, not less.
    """
    case = case_of(seed, measure)
    use = np.random.default_rng(seed).integers(0, 4, len(case.options)).astype(np.float64)
    plans, costs = every_plan(case), objectives(case)
    amounts = use[plans].sum(axis=1)
    cheapest, most, least = found_in(case, use, within=0.15)
    assert cheapest == pytest.approx(costs.min(), rel=SAME)
    hull = [int((costs + charge * amounts).argmin()) for charge in np.geomspace(1e-3, 1e4, 400)]
    if least is None:
        start = amounts[np.isclose(costs, costs.min(), rtol=SAME)].max()
        assert all(costs[k] > most or amounts[k] >= start for k in hull)
        return
    place = int(np.flatnonzero((plans == least.outcome.plan.option).all(axis=1))[0])
    cost, amount = costs[place], amounts[place]
    assert least.outcome.objective == pytest.approx(cost, rel=SAME)
    assert least.amount == amount
    assert cost <= most * (1.0 + SAME)
    assert amount < amounts[costs.argmin()] or np.isclose(costs, costs.min(), rtol=SAME).sum() > 1
    assert amounts[costs < cost * (1.0 - SAME)].min(initial=np.inf) >= amount
    dearer, less = amounts > amount, (amounts < amount) & np.isfinite(costs)
    low = ((cost - costs[dearer]) / (amounts[dearer] - amount)).max(initial=0.0)
    high = ((costs[less] - cost) / (amount - amounts[less])).min(initial=np.inf)
    assert low <= high + SAME * cost
    assert all(costs[k] > most or amounts[k] >= amount for k in hull)


def test_nothing_to_lessen_is_nothing_found() -> None:
    """Proves: a plan that has the least already, or no room to cost more, has no alternative."""
    case = case_of(4, "cvar")
    none = np.zeros(len(case.options))
    assert found_in(case, none, within=0.5)[2] is None
    some = np.ones(len(case.options))
    assert found_in(case, some, within=0.5)[2] is None


def test_a_warm_start_never_brings_old_charges() -> None:
    """
    Proves: a decomposed search, whose columns are carried from charge to charge, states the plain
    cost of the plan: columns costed at an older charge would prove bounds above the plan.
    """
    case = case_of(2, "cvar", method="decompose")
    use = np.random.default_rng(5).integers(0, 4, len(case.options)).astype(np.float64)
    warm: list[int] = []

    def best(at: Case, proof: Proof) -> Outcome:
        warm.append(len(proof.columns))
        outcome = decide(at, proof=proof)
        plain = objectives(at).min()
        assert outcome.bound <= plain * (1.0 + SAME)
        assert outcome.objective == pytest.approx(plain, rel=2e-2)
        return outcome

    start = decide(case)
    least_within(case, use, start, start.objective * 1.05, best, Stop())
    assert max(warm) > 0
