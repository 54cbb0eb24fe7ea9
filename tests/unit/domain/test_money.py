"""Money counted in units near 1."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.money import in_units_of, money_unit
from optimizer.domain.portfolio import Portfolio
from tests.support.random_portfolios import random_portfolio


def _times(portfolio: Portfolio, factor: float) -> Portfolio:
    """Every amount of money times a factor, as somebody's spreadsheet would do it."""
    skus, budget = portfolio.skus, portfolio.settings.budget
    money = ("unit_cost", "order_cost", "unit_margin", "expedite_cost", "goodwill_cost")
    capital = None if budget.capital is None else budget.capital * factor
    category = {name: amount * factor for name, amount in budget.category.items()}
    counted = budget.model_copy(update={"capital": capital, "category": category})
    return replace(
        portfolio,
        skus=replace(
            skus,
            downtime_cost=skus.downtime_cost * factor,
            **{name: getattr(skus, name) * factor for name in money},
        ),
        suppliers=replace(
            portfolio.suppliers, onboarding_cost=portfolio.suppliers.onboarding_cost * factor
        ),
        sources=replace(
            portfolio.sources, qualification_cost=portfolio.sources.qualification_cost * factor
        ),
        settings=portfolio.settings.model_copy(update={"budget": counted}),
    )


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), exponent=st.integers(-6, 6))
def test_any_power_of_ten_gives_the_same_numbers(seed: int, exponent: int) -> None:
    """Proves: amounts × 10^k come out bit for bit as the amounts themselves do."""
    portfolio = random_portfolio(seed, "cvar")
    scaled = _times(portfolio, 10.0**exponent)
    one, other = (in_units_of(p, money_unit(p)) for p in (portfolio, scaled))
    for part in ("skus", "suppliers", "sources"):
        for field in fields(getattr(one, part)):
            np.testing.assert_array_equal(
                getattr(getattr(one, part), field.name), getattr(getattr(other, part), field.name)
            )
    assert one.settings == other.settings


def test_the_unit_brings_the_median_near_one() -> None:
    """Proves: median 250 → unit 100; without any positive cost the unit is 1."""
    portfolio = random_portfolio(1, "cvar", max_skus=1)
    skus = replace(portfolio.skus, unit_cost=np.array([250.0]))
    assert money_unit(replace(portfolio, skus=skus)) == pytest.approx(100.0)
    free = replace(portfolio.skus, unit_cost=np.array([0.0]))
    assert money_unit(replace(portfolio, skus=free)) == 1.0
