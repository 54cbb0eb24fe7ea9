"""The values that the formulas gave for one option (MODEL 3)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.stock import economic_order_quantity, lead_time_demand
from optimizer.options.block import Block
from optimizer.rationale.view import View


def formula_values(view: View, built: Block, row: int) -> dict[str, float | str]:
    """
    Return the formulas' values for an option of a SKU, by name.

    Quantities in units, days in days; `units_short` is a cycle's, `carrying_rate` a year's;
    `eoq` is infinite where holding costs nothing, covers are where there is no demand.
    """
    portfolio, costs = view.portfolio, built.costs
    skus, sources, settings = portfolio.skus, portfolio.sources, portfolio.settings
    sku = built.designs.sku[row : row + 1]
    source = skus.primary[sku]
    rate = settings.carrying.rate + skus.obsolescence_rate[sku]
    lead_time = (sources.lead_time_mean[source], sources.lead_time_std[source])
    mean, sd = lead_time_demand(skus.demand_mean[sku], skus.demand_std[sku], *lead_time)
    annual = skus.demand_mean[sku] * DAYS_PER_YEAR
    eoq = economic_order_quantity(skus.order_cost[sku], annual, rate * skus.unit_cost[sku])
    values = {
        "demand_mean": skus.demand_mean[sku][0],
        "demand_std": skus.demand_std[sku][0],
        "lead_time_mean": lead_time[0][0],
        "lead_time_std": lead_time[1][0],
        "lead_time_demand_mean": mean[0],
        "lead_time_demand_sd": sd[0],
        "carrying_rate": rate[0],
        "eoq": eoq[0],
        "order_quantity": costs.order_quantity[row],
        "safety_stock": costs.safety_stock[row],
        "reorder_point": costs.reorder_point[row],
        "reserve_units": costs.reserve_units[row],
        "mean_on_hand": costs.mean_on_hand[row],
        "units_short": (1.0 - costs.fill_rate[row]) * costs.order_quantity[row],
        "fill_rate": costs.fill_rate[row],
        "assured_days": costs.assured_days[row] if annual[0] else np.inf,
        "lot_days": costs.lot_days[row],
        "cover_days": costs.cover_days[row],
        "stockout_cost": view.prices.stockout_cost[sku][0],
    }
    shape = "normal" if sd[0] <= mean[0] / 2.0 else "gamma"
    certain = np.any(sd == 0.0) or np.any(mean == 0.0)
    numbers: dict[str, float | str] = {name: float(value) for name, value in values.items()}
    return numbers | {"lead_time_demand": "certain" if certain else shape}
