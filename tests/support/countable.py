"""Portfolios whose losses are sums of Poisson counts, so that every true figure is known."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from scipy.stats import poisson

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.maths.risk import cvar, unexpected_loss, value_at_risk
from optimizer.strategies.candidate import Candidate
from tests.support.portfolios import make_portfolio

_MOST = 14  # strikes of one hazard within the horizon; more come once in 10^16 horizons
_POLICIES = {
    "reorder_point": {"service_levels": [0.8]},
    "vmi": {"service_levels": []},
    "forward_buy": {"service_levels": []},
    "stockpile": {"service_levels": [0.9], "reserve_days": [7, 14, 30, 60]},
}


def countable_portfolio(measure: str = "cvar", weight: float = 0.5, **scenarios: Any) -> Portfolio:
    """
    Build four SKUs, none with an alternate, and hazards that last a fixed time and never miss.

    Each strike then costs a plan the same, whenever it comes.
    """
    skus = [
        {"sku": "S0", "category": "metal", "demand_mean": 9.0, "demand_std": 4.0},
        {"sku": "S1", "category": "glass", "demand_mean": 5.0, "demand_std": 6.0},
        {"sku": "S2", "category": "metal", "demand_mean": 20.0, "demand_std": 5.0},
        {"sku": "S3", "category": "glass", "demand_mean": 3.0, "downtime_cost": 150.0},
    ]
    fixed = {"duration_cv": 0.0}
    hazards = [
        {"hazard": "fire", "kind": "outage", "scope": "supplier", "target": "Alfa",
         "annual_rate": 0.25, "duration_mean_days": 40.0, **fixed},
        {"hazard": "glut", "kind": "surge", "scope": "category", "target": "metal",
         "annual_rate": 0.5, "duration_mean_days": 30.0, "multiplier": 1.5, **fixed},
        {"hazard": "quake", "kind": "outage", "scope": "region", "target": "East",
         "annual_rate": 0.15, "duration_mean_days": 60.0, **fixed},
    ]  # fmt: skip
    return make_portfolio(
        [{**sku, "unit_margin": 12.0, "unit_cost": 8.0} for sku in skus],
        [{"sku": row, "supplier": row % 3} for row in range(4)],
        suppliers=[
            {"supplier": "Alfa", "region": "West"},
            {"supplier": "Beta", "region": "East"},
            {"supplier": "Gamma", "region": "East"},
        ],
        hazards=hazards,
        policies=_POLICIES,
        risk={"measure": measure, "level": 0.9, "weight": weight},
        scenarios={"count": 200, **scenarios},
        budget={"capital": 12_000.0},
        solver={"gap": 0.0},
    )


def true_figures(portfolio: Portfolio, designs: Designs) -> dict[str, float]:
    """Return objective, expected_loss, var and cvar of a plan, every count of strikes weighed."""
    candidate = Candidate.of(portfolio, designs)
    settings = portfolio.settings
    per_strike = _cost_of_a_strike(portfolio, candidate.chosen.curves)
    rates = portfolio.hazards.annual_rate * settings.horizon.years
    counts = np.array(list(product(range(_MOST + 1), repeat=len(rates))))
    probability = poisson.pmf(counts, rates).prod(axis=1)
    loss, probability = counts @ per_strike, probability / probability.sum()
    expected = float(rates @ per_strike)
    tail = {
        "var": value_at_risk(loss, probability, settings.risk.level),
        "cvar": cvar(loss, probability, settings.risk.level),
    }
    charge = settings.tail_charge * unexpected_loss(
        tail["cvar" if settings.risk.measure == "cvar" else "var"], expected
    )
    certain = float(candidate.chosen.costs.total.sum())
    return {"objective": certain + expected + charge, "expected_loss": expected, **tail}


def _cost_of_a_strike(portfolio: Portfolio, curves: np.ndarray) -> np.ndarray:
    """Return what each hazard's strike costs all SKUs together, read from their curves."""
    skus, suppliers, hazards = portfolio.skus, portfolio.suppliers, portfolio.hazards
    primary = portfolio.sources.supplier[skus.primary]
    where = {
        "supplier": suppliers.supplier[primary],
        "region": suppliers.region[primary],
        "category": skus.category,
    }
    costs = []
    for row in range(len(hazards.hazard)):
        days = hazards.duration_mean_days[row]
        if hazards.kind[row] == "surge":
            days *= hazards.multiplier[row] - 1.0
        hit = np.flatnonzero(where[hazards.scope[row]] == hazards.target[row])
        costs.append(sum(float(np.interp(days, NODES, curves[sku])) for sku in hit))
    return np.array(costs)


def with_scenarios(portfolio: Portfolio, **changes: Any) -> Portfolio:
    """Return the portfolio with other settings of its scenarios."""
    scenarios = portfolio.settings.scenarios.model_copy(update=changes)
    settings = portfolio.settings.model_copy(update={"scenarios": scenarios})
    return replace(portfolio, settings=settings)
