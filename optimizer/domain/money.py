"""
One scale for money: a portfolio in cents, euros or millions must get the same plan.

The unit is a power of ten that brings the median unit cost between 1 and 10, and amounts are
rounded to 12 significant digits, so that 12.5 and 0.0000125 × 10⁶ become the same float64.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio, Skus
from optimizer.domain.settings import Settings

_DIGITS = 12
_SKU_MONEY = (
    "unit_cost",
    "order_cost",
    "unit_margin",
    "expedite_cost",
    "goodwill_cost",
    "downtime_cost",
)


def money_unit(portfolio: Portfolio) -> float:
    """Return the power of ten below the median positive unit cost, 1 without one. [currency]"""
    positive = portfolio.skus.unit_cost[portfolio.skus.unit_cost > 0.0]
    if not positive.size:
        return 1.0
    mantissa_and_exponent = f"{np.median(positive):.{_DIGITS - 1}e}".split("e")
    return float(f"1e{int(mantissa_and_exponent[1])}")


def in_units_of(portfolio: Portfolio, unit: float) -> Portfolio:
    """Return the portfolio with every amount of money counted in a unit. [unit]"""
    suppliers, sources = portfolio.suppliers, portfolio.sources
    return replace(
        portfolio,
        settings=_settings_in_units_of(portfolio.settings, unit),
        skus=_skus_in_units_of(portfolio.skus, unit),
        suppliers=replace(suppliers, onboarding_cost=_counted(suppliers.onboarding_cost, unit)),
        sources=replace(sources, qualification_cost=_counted(sources.qualification_cost, unit)),
    )


def _skus_in_units_of(skus: Skus, unit: float) -> Skus:
    money: dict[str, Any] = {name: _counted(getattr(skus, name), unit) for name in _SKU_MONEY}
    return replace(skus, **money)


def _settings_in_units_of(settings: Settings, unit: float) -> Settings:
    budget = settings.budget
    capital = None if budget.capital is None else _count_one(budget.capital, unit)
    category = {name: _count_one(amount, unit) for name, amount in budget.category.items()}
    quarters = budget.quarters and tuple(_count_one(amount, unit) for amount in budget.quarters)
    losses = {name: _count_one(limit, unit) for name, limit in settings.limits.on_losses.items()}
    budgets = {"capital": capital, "category": category, "quarters": quarters}
    return settings.having(budget=budgets, limits=losses)


def _count_one(amount: float, unit: float) -> float:
    return float(_counted(np.array([amount]), unit)[0])


def _counted(amount: FloatArray, unit: float) -> FloatArray:
    """Divide, and round to the digits a person writes."""
    counted = amount / unit
    size = np.floor(np.log10(np.where(counted > 0.0, counted, 1.0)))
    places = (_DIGITS - 1 - size).astype(np.int64)
    fine, coarse = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return np.asarray(np.rint(counted * fine / coarse) / fine * coarse)
