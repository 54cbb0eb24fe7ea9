"""Values of the formulas for one option (MODEL 3)."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.maths.lot_size import economic_order_quantity
from optimizer.options.block import Block
from optimizer.sensitivity.explanation import Outage
from optimizer.sensitivity.view import View

_SHOWN: Final = (7, 14, 30, 60, 90)  # days of an outage
_DISCRETE: Final = 20.0  # mean lead-time demand below which `auto` counts whole units
_CERTAIN: Final = 1e-5  # of the mean: smaller deviations count as 0


def formula_values(view: View, built: Block, row: int) -> dict[str, float | str]:
    """
    Return the values of the formulas for an option of a SKU, by name.

    Quantities in units, durations in days; `units_short` is per cycle, `carrying_rate` per year;
    `eoq` is infinite if holding costs nothing, covers are infinite without demand.
    """
    portfolio, costs = view.portfolio, built.costs
    skus, settings = portfolio.skus, portfolio.settings
    sku = built.designs.sku[row : row + 1]
    rate = settings.carrying.rate + skus.obsolescence_rate[sku]
    annual = skus.demand_mean[sku] * DAYS_PER_YEAR
    eoq = economic_order_quantity(skus.order_cost[sku], annual, rate * skus.unit_cost[sku])
    values = {
        **_demand(portfolio, int(sku[0])),
        "carrying_rate": rate[0],
        "eoq": eoq[0],
        "order_quantity": costs.order_quantity[row],
        "reorder_point": costs.reorder_point[row],
        "reserve_units": costs.reserve_units[row],
        "safety_stock": costs.safety_stock[row],
        "mean_on_hand": costs.mean_on_hand[row],
        "units_short": (1.0 - costs.fill_rate[row]) * costs.order_quantity[row],
        "fill_rate": costs.fill_rate[row],
        "waiting_share": costs.waiting_share[row],
        "lot_days": costs.lot_days[row],
        "cover_days": costs.cover_days[row],
        "stockout_cost": view.prices.stockout_cost[sku][0],
    }
    numbers: dict[str, float | str] = {name: float(value) for name, value in values.items()}
    return numbers | {"law": _law(numbers, skus.demand_model[sku[0]], skus.unit_decimals[sku[0]])}


def outage_costs(view: View, built: Block, row: int) -> tuple[Outage, ...]:
    """Return the losses of outages of several lengths, from an option's loss curve."""
    curve = built.curves[built.curve[row]]
    per_day = float(view.prices.stockout_cost[built.designs.sku[row]])
    losses = curve[np.searchsorted(NODES, _SHOWN)].tolist()
    return tuple(
        Outage(days=days, loss=loss, as_empty_days=loss / per_day if per_day else None)
        for days, loss in zip(_SHOWN, losses, strict=True)
    )


def _demand(portfolio: Portfolio, sku: int) -> dict[str, float]:
    r"""
    Return demand as used, demand over the lead time, and the mean stock taken by a lump.

    .. math:: \operatorname{sd}^2 = L\sigma^2 + D^2\sigma_L^2 + L^2\varepsilon^2, \qquad
              \operatorname{E}V = \sigma^2/(2D), \quad
              \operatorname{Var}V = u\,(5u - 4m)/12
    """
    skus, sources = portfolio.skus, portfolio.sources
    source = skus.primary[sku]
    mean, sd = float(skus.demand_mean[sku]), float(skus.demand_std[sku])
    error, interval = float(skus.demand_mean_error[sku]), float(skus.demand_interval_days[sku])
    lead, lead_sd = float(sources.lead_time_mean[source]), float(sources.lead_time_std[source])
    return {
        "demand_mean": mean,
        "demand_std": sd,
        "demand_mean_error": error,
        "demand_interval_days": interval,
        "lead_time_mean": lead,
        "lead_time_std": lead_sd,
        "lead_time_demand_mean": mean * lead,
        "lead_time_demand_sd": np.sqrt(lead * sd**2 + (mean * lead_sd) ** 2 + (lead * error) ** 2),
        "lump_mean": sd**2 / (2.0 * mean) if mean else 0.0,
    }


def _law(values: dict[str, float | str], asked: str, decimals: float) -> str:
    """Name the law of demand over the lead time, as `MODEL 3` picks it."""
    mean, sd = float(values["lead_time_demand_mean"]), float(values["lead_time_demand_sd"])
    by_size = asked == "auto" and decimals == 0.0 and mean < _DISCRETE
    if asked == "discrete" or by_size:
        return "Poisson" if sd**2 <= mean else "negative binomial"
    return "constant" if sd <= _CERTAIN * mean else "gamma"
