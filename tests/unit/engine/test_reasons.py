"""Reasons: the capital price at which another option becomes better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.engine.formulate import formulate
from optimizer.engine.pricing import ModelPrices, price
from optimizer.errors import NoPlanError
from optimizer.pipeline import decide, prepare
from tests.support.random_portfolios import random_portfolio


@pytest.mark.parametrize("seed", range(12))
def test_at_the_flip_price_two_options_cost_the_same(seed: int) -> None:
    """
    Proves: with capital at a SKU's flip price, its option and another one cost the same.

    Suppliers are all onboarded, so that nothing but resources and scenarios is priced.
    Sensitivity: leaving the qualification cash out of the capital an option draws on misses it
    wherever the other option qualifies a source.
    """
    portfolio = random_portfolio(seed, "cvar")
    onboarded = np.ones(len(portfolio.suppliers), dtype=np.bool_)
    portfolio = replace(portfolio, suppliers=replace(portfolio.suppliers, onboarded=onboarded))
    case = prepare(portfolio).case
    try:
        outcome = decide(case)
    except NoPlanError:
        return
    formulation = formulate(
        case.portfolio, case.options, case.resources, case.probability, case.losses
    )
    data, names = formulation.data, [case.resources.name[r] for r in formulation.limited]
    prices = outcome.prices.resource[formulation.limited] * case.resource_unit[formulation.limited]
    for sku in np.flatnonzero(np.isfinite(outcome.reasons.flip_price)):
        flipped = prices / case.money_unit
        flipped[names.index("capital")] = outcome.reasons.flip_price[sku]
        weights = outcome.prices.scenario_weight
        cost = price(data, ModelPrices(resource=flipped, link=np.zeros(0), scenario_weight=weights))
        others = np.arange(data.start[sku], data.start[sku + 1])
        chosen = outcome.plan.option[sku]
        distance = cost.cost[others[others != chosen]] - cost.cost[chosen]
        assert np.abs(distance).min() <= 1e-6 * max(1.0, abs(cost.cost[chosen]))
