"""Portfolios with today's stock and limits by quarter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain.portfolio import Portfolio, StockOnHand

_BEGINS = 91.25 * np.arange(4)[:, None]


def with_stock(portfolio: Portfolio, rng: np.random.Generator) -> Portfolio:
    """Return the portfolio with up to 200 days of stock of most SKUs, and limits near that."""
    n = len(portfolio.skus)
    demand, cost = portfolio.skus.demand_mean, portfolio.skus.unit_cost
    usable = demand * rng.uniform(0.0, 200.0, n)
    usable[rng.random(n) < 0.2] = np.nan
    unknown = np.isnan(usable)
    stock = StockOnHand(
        usable=usable,
        on_order=np.where(unknown, np.nan, demand * rng.uniform(0.0, 30.0, n)),
        blocked=np.where(unknown, np.nan, demand * rng.choice([0.0, 5.0], n)),
        as_of=None,
    )
    stands = cost @ np.nan_to_num(stock.blocked + np.maximum(usable - demand * _BEGINS, 0.0)).T
    quarters = tuple(stands + float(cost @ demand) * rng.uniform(1.0, 30.0, 4))
    settings = portfolio.settings.having(budget={"quarters": quarters, "capital": None})
    return replace(portfolio, stock_on_hand=stock, settings=settings)
