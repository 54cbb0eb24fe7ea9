"""`scorecard.json`: the balanced scorecard of a plan; ``None`` for what the data do not give."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.manifest import Forecast
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.risk import unexpected_loss
from optimizer.metrics.breakdown import by_category, by_demand, by_region
from optimizer.metrics.build_up import build_up
from optimizer.metrics.capital import capital_over_time
from optimizer.metrics.exposure import exposure
from optimizer.metrics.premium import premium_of
from optimizer.metrics.sources_of_loss import by_hazard, by_supplier
from optimizer.metrics.stock_on_hand import stock_on_hand


def build_scorecard(portfolio: Portfolio, tables: RunTables) -> dict[str, Any]:
    """
    Return the scorecard; money in the portfolio's currency over the horizon, shares in 0–1.

    Fill rate and cycle service are means weighted by demand value, OTIF by the spend with the
    primary suppliers that state one.  Perfect Order Fulfillment needs order lines, which a
    portfolio without an `orders` table does not have.
    """
    plan = tables.plan.set_index("sku").loc[list(portfolio.skus.sku)]
    spend = portfolio.skus.unit_cost * portfolio.skus.demand_mean
    settings, manifest = portfolio.settings, tables.manifest
    parts = manifest.components
    tail = parts.var if settings.risk.measure == "var" else parts.cvar
    return {
        "currency": settings.currency,
        "horizon_days": settings.horizon.days,
        "cost": {
            "total": manifest.objective,
            "expected_cost": manifest.expected_cost,
            "risk_charge": manifest.risk_charge,
            **dict(parts),
        },
        "capital": {
            **dict(manifest.resources["capital"]),
            **capital_over_time(portfolio, plan),
        },
        "stock_on_hand": stock_on_hand(portfolio, plan, tables),
        "inventory": _inventory(portfolio, plan["mean_on_hand"].to_numpy()),
        "service": {
            "fill_rate": _mean(plan["fill_rate"].to_numpy(), spend),
            "cycle_service_level": _mean(plan["service_level"].to_numpy(), spend),
        },
        "risk": {
            "level": settings.risk.level,
            "expected_loss": parts.expected_loss,
            "var": parts.var,
            "cvar": parts.cvar,
            "unexpected_loss": unexpected_loss(tail, parts.expected_loss),
            "loss_by_return_period": _return_periods(manifest.forecast),
            "tail_premium": _premium(tables),
        },
        "resilience": exposure(portfolio, plan, spend),
        "spend_share_by_region": _spend_by_region(portfolio, spend),
        "demand": by_demand(portfolio, plan, spend),
        "categories": by_category(portfolio, plan),
        "regions": by_region(portfolio, plan, spend),
        "hazards": by_hazard(portfolio, tables.expected),
        "suppliers": by_supplier(portfolio, plan, tables.expected, spend),
        "build_up": build_up(portfolio, plan, tables),
        "supplier_otif": _otif(portfolio, spend),
        "perfect_order_fulfillment": None,
    }


def _premium(tables: RunTables) -> dict[str, float | None] | None:
    paid = premium_of(tables)
    return None if paid is None else asdict(paid)


def _return_periods(forecast: Forecast | None) -> list[dict[str, float]]:
    """Return the losses of fresh futures by years, as the manifest states them."""
    return [dict(one) for one in forecast.return_periods] if forecast else []


def _inventory(portfolio: Portfolio, on_hand: FloatArray) -> dict[str, float | None]:
    """Return turns and days of supply: annual cost of goods against mean inventory at cost."""
    skus = portfolio.skus
    goods = float(np.sum(skus.unit_cost * skus.demand_mean) * DAYS_PER_YEAR)
    at_cost = float(np.sum(skus.unit_cost * on_hand))
    return {
        "annual_cost_of_goods": goods,
        "mean_inventory_at_cost": at_cost,
        "turns": goods / at_cost if at_cost else None,
        "days_of_supply": at_cost / goods * DAYS_PER_YEAR if goods else None,
    }


def _spend_by_region(portfolio: Portfolio, spend: FloatArray) -> dict[str, float]:
    """Return each region's share of the spend with primary suppliers, largest first."""
    region = portfolio.suppliers.region[_primary_supplier(portfolio)]
    total = float(spend.sum())
    shares = {
        str(name): float(spend[region == name].sum()) / total if total else 0.0
        for name in np.unique(region)
    }
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def _otif(portfolio: Portfolio, spend: FloatArray) -> float | None:
    otif = portfolio.suppliers.otif[_primary_supplier(portfolio)]
    return _mean(otif[otif > 0.0], spend[otif > 0.0])


def _primary_supplier(portfolio: Portfolio) -> np.ndarray[Any, np.dtype[np.int64]]:
    return portfolio.sources.supplier[portfolio.skus.primary]


def _mean(values: FloatArray, weights: FloatArray) -> float | None:
    total = float(weights.sum())
    return float(np.dot(values, weights)) / total if total else None
