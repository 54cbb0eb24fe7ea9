"""Reasons: the capital price at which another option becomes better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.engine.kernel import price_options
from optimizer.engine.pricing_model import pricing_model
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
    model = pricing_model(case)
    names = [case.resources.name[r] for r in model.limited]
    prices = outcome.prices.resource[model.limited] * case.resource_unit[model.limited]
    for sku in np.flatnonzero(np.isfinite(outcome.reasons.flip_price)):
        flipped = prices / case.money_unit
        flipped[names.index("capital")] = outcome.reasons.flip_price[sku]
        cost = price_options(model.table, flipped, outcome.prices.scenario_weight)
        others = np.arange(model.table.start[sku], model.table.start[sku + 1])
        chosen = outcome.plan.option[sku]
        distance = cost[others[others != chosen]] - cost[chosen]
        assert np.abs(distance).min() <= 1e-6 * max(1.0, abs(cost[chosen]))
