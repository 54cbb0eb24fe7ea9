"""Plans looked at one by one, against all plans and against the judge of the decomposition."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from models.data import ModelData
from optimizer.engine.decompose.core import whole
from optimizer.engine.decompose.pricing_model import pricing_model
from optimizer.engine.exact import enumerate as by_one
from optimizer.engine.exact.lagrangian import ModelPrices, PricedModel, price
from optimizer.engine.optimize import outcome_of
from tests.support.cases import least_objective, random_case

SEEDS = range(12)


def _unpriced(data: ModelData) -> PricedModel:
    """Return the bound with nothing charged for limits, suppliers and the tail."""
    free = ModelPrices(
        resource=np.zeros(len(data.resource_limit)),
        link=np.zeros(len(data.link_option)),
        tail=np.zeros(len(data.probability)),
    )
    return price(data, free)


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_is_better_than_the_best_one_found(
    seed: int, measure: Literal["expected", "cvar", "var"]
) -> None:
    """
    Proves: of all plans within the room the cheapest is returned, onboardings and limits counted.

    Sensitivity: without the limits, or with a tail that is not the plan's own, another one is.
    """
    case = random_case(seed, measure)
    core = whole(pricing_model(case))
    data = replace(core.data, measure=measure)
    best, all_seen = by_one.enumerate_plans(data, _unpriced(data), np.inf, np.inf)
    least = least_objective(case)
    assert all_seen
    assert (best is None) == np.isinf(least)
    if best is not None:
        assert outcome_of(case, core.plan(best)).objective == pytest.approx(least, rel=1e-9)


def test_more_plans_than_can_be_looked_at_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where plans are many, nothing is claimed of them."""
    monkeypatch.setattr(by_one, "_MOST_LOSSES", 0)
    data = whole(pricing_model(random_case(1, "cvar"))).data
    assert by_one.enumerate_plans(data, _unpriced(data), np.inf, np.inf) == (None, False)
