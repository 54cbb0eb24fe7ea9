"""A plan of a portfolio as the day-by-day play reads it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, TextArray
from optimizer.domain.option import Costs, Designs
from optimizer.domain.portfolio import CANDIDATE, Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.options.catalogue import policy_column
from optimizer.simulator import Plant


class Held(NamedTuple):
    """Reorder point, order quantity and reserve of every SKU.  Shape ``(N,)`` each. [unit]"""

    reorder_point: FloatArray
    order_quantity: FloatArray
    reserve_units: FloatArray


def held_by(plan: pd.DataFrame | Costs) -> Held:
    """Return what a plan holds, as a run tells it or as it was costed."""
    columns = (getattr(plan, name) for name in Held._fields)
    return Held(*(np.array(column, dtype=np.float64) for column in columns))


def curves_of(tables: RunTables, name: str) -> FloatArray:
    """Return a run's own curves, ``loss`` or ``price``, in the plan's order.  ``(N, 17)``"""
    wide = tables.curves.pivot(index="sku", columns="node", values=name)
    return np.ascontiguousarray(wide.loc[tables.plan["sku"]].to_numpy(np.float64))


def assemble(portfolio: Portfolio, designs: Designs, held: Held, categories: TextArray) -> Plant:
    """
    Return the plan as the play reads it.

    Parameters
    ----------
    categories
        That surges and price shocks act on; the plant's categories are rows of it.
    """
    skus, sources, settings = portfolio.skus, portfolio.sources, portfolio.settings
    primary, chosen = skus.primary, designs.alternates
    ramp = np.where(sources.role == CANDIDATE, sources.ramp_days, 0.0)
    lead_time = sources.lead_time_mean
    rate = settings.carrying.rate + skus.obsolescence_rate
    of_policy = {
        name: policy_column(settings, name)[designs.policy]
        for name in (
            "holding_factor",
            "rotation",
            "order_cost_factor",
            "own_books",
            "ring_fenced",
        )
    }
    rotation = of_policy["rotation"] * skus.unit_cost * held.reserve_units
    return Plant(
        horizon_days=settings.horizon.days,
        sku=skus.sku,
        demand_mean=skus.demand_mean,
        demand_std=skus.demand_std,
        demand_mean_error=skus.demand_mean_error,
        demand_interval_days=skus.demand_interval_days,
        whole_units=skus.unit_decimals == 0.0,
        lead_time_mean=lead_time[primary],
        lead_time_std=sources.lead_time_std[primary],
        **held._asdict(),
        ring_fenced=of_policy["ring_fenced"].astype(np.bool_),
        primary=sources.supplier[primary],
        alternate=np.where(chosen >= 0, sources.supplier[chosen], -1),
        ramp_days=ramp[chosen],
        extra_lead_days=lead_time[chosen] - lead_time[primary][:, None],
        capacity_share=sources.capacity_share[chosen],
        category=np.asarray(
            pd.Index(categories, dtype=object).get_indexer(pd.Index(skus.category, dtype=object)),
            dtype=np.int64,
        ),
        unit_cost=skus.unit_cost,
        own_books=of_policy["own_books"],
        order_cost=skus.order_cost * of_policy["order_cost_factor"],
        holding_cost=rate * skus.unit_cost * of_policy["holding_factor"] / DAYS_PER_YEAR,
        rotation_cost=settings.horizon.years * rotation,
        unit_short_cost=skus.unit_margin + skus.expedite_cost + skus.goodwill_cost,
        downtime_cost=skus.downtime_cost,
    )
