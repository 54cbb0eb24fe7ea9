"""A portfolio at another budget."""

from __future__ import annotations

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
