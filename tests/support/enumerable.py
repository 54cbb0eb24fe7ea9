"""Portfolios whose every state can be counted, so that the true objective is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain.portfolio import Portfolio
from tests.support.random_portfolios import random_portfolio


def enumerable_portfolio(seed: int, measure: str) -> Portfolio:
    """Return a random portfolio whose hazards last a fixed time: a few hundred states at most."""
    portfolio = random_portfolio(seed, measure)
    hazards = portfolio.hazards
    lasting = replace(hazards, duration_cv=np.zeros(len(hazards)))
    return with_scenarios(replace(portfolio, hazards=lasting), method="exact")


def with_scenarios(portfolio: Portfolio, **changes: Any) -> Portfolio:
    """Return the portfolio with other settings of its scenarios."""
    scenarios = portfolio.settings.scenarios.model_copy(update=changes)
    settings = portfolio.settings.model_copy(update={"scenarios": scenarios})
    return replace(portfolio, settings=settings)
