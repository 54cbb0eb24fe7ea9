"""What is played: the stock rule of every SKU, who supplies it, and what days short cost."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray, freeze


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plant:
    """
    The plan of N SKUs as the play reads it.

    Attributes
    ----------
    horizon_days
        :math:`H` [day]
    sku
        Names; the random numbers of a SKU are keyed by its own.  Shape ``(N,)``.
    demand_mean, demand_std
        Of one day.  Shape ``(N,)``.  :math:`D, \\sigma` [unit/day]
    lead_time_mean, lead_time_std
        Of the primary.  Shape ``(N,)``.  :math:`L, \\sigma_L` [day]
    reorder_point, order_quantity, reserve_units
        Shape ``(N,)``.  :math:`r, Q, R` [unit]
    primary
        Row of the primary supplier.  Shape ``(N,)``.
    alternate
        Rows of the alternates' suppliers, -1 for none.  Shape ``(N, 2)``.
    ramp_days, capacity_share
        Of the alternates.  Shape ``(N, 2)``. [day], [-]
    category
        Row of the disruptions' categories, -1 where nothing acts on it.  Shape ``(N,)``.
    unit_cost
        Shape ``(N,)``.  :math:`c` [currency/unit]
    order_cost
        Policy's factor included.  Shape ``(N,)``.  :math:`K` [currency/order]
    holding_cost
        Of a unit for a day, policy's factor included.  Shape ``(N,)``. [currency/unit/day]
    rotation_cost
        Of the whole reserve over the horizon.  Shape ``(N,)``. [currency]
    stockout_cost_per_day
        Shape ``(N,)``.  :math:`\\kappa` [currency/day]
    """

    horizon_days: int
    sku: TextArray
    demand_mean: FloatArray
    demand_std: FloatArray
    lead_time_mean: FloatArray
    lead_time_std: FloatArray
    reorder_point: FloatArray
    order_quantity: FloatArray
    reserve_units: FloatArray
    primary: IntArray
    alternate: IntArray
    ramp_days: FloatArray
    capacity_share: FloatArray
    category: IntArray
    unit_cost: FloatArray
    order_cost: FloatArray
    holding_cost: FloatArray
    rotation_cost: FloatArray
    stockout_cost_per_day: FloatArray

    def __post_init__(self) -> None:
        n_skus = len(self.sku)
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        wrong = [
            name
            for name, column in columns.items()
            if isinstance(column, np.ndarray) and len(column) != n_skus
        ]
        if wrong:
            raise ValueError(f"every column must have {n_skus} rows; not so: {', '.join(wrong)}.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.sku)

    def settling_days(self, i: int) -> int:
        """Days after which nothing of the start is left: the longest lead time that counts."""
        return int(np.ceil(self.lead_time_mean[i] + 4.0 * self.lead_time_std[i])) + 1
