"""A portfolio at another budget."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from optimizer.domain.portfolio import Portfolio


def with_budget(portfolio: Portfolio, capital: float) -> Portfolio:
    """
    Return the portfolio with this budget, said as an override so that its run can be reread.

    Parameters
    ----------
    capital
        >= 0 [currency]
    """
    return replace(
        portfolio,
        settings=portfolio.settings.having(budget={"capital": capital}),
        overrides=(*portfolio.overrides, f"budget.capital={capital!r}"),
    )


def with_category_budgets(portfolio: Portfolio, capital: Mapping[str, float]) -> Portfolio:
    """Return the portfolio with these budgets of categories, said as overrides. [currency]"""
    budget = portfolio.settings.budget
    said = (f"budget.category.{json.dumps(name)}={limit!r}" for name, limit in capital.items())
    return replace(
        portfolio,
        settings=portfolio.settings.having(budget={"category": {**budget.category, **capital}}),
        overrides=(*portfolio.overrides, *said),
    )


def with_quarters(portfolio: Portfolio, quarters: tuple[float, ...]) -> Portfolio:
    """Return the portfolio with these limits of capital by quarter, said as override. [currency]"""
    return replace(
        portfolio,
        settings=portfolio.settings.having(budget={"quarters": quarters}),
        overrides=(*portfolio.overrides, f"budget.quarters={list(quarters)!r}"),
    )
