"""The plan to be played: stock rule, suppliers and costs of every SKU."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray, freeze


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plant:
    """
    The plan of N SKUs, in the form that the simulator reads.

    Attributes
    ----------
    horizon_days
        :math:`H` [day]
    sku
        Names, by which the random numbers are keyed.  Shape ``(N,)``.
    demand_mean, demand_std
        Mean and standard deviation of daily demand.  Shape ``(N,)``.  :math:`D, \\sigma` [unit/day]
    demand_mean_error
        Standard error of the mean.  Shape ``(N,)``.  :math:`\\epsilon` [unit/day]
    demand_interval_days
        Mean interval between demands.  Shape ``(N,)``.  :math:`A` [day]
    whole_units
        Whether demand is in whole units.  Shape ``(N,)``.
    lead_time_mean, lead_time_std
        Lead time of the primary.  Shape ``(N,)``.  :math:`L, \\sigma_L` [day]
    reorder_point, order_quantity, reserve_units
        The reorder point excludes the reserve.  Shape ``(N,)``.  :math:`r, Q, R` [unit]
    ring_fenced
        Whether the reserve serves in outages and surges only.  Shape ``(N,)``.
    primary
        Row of the primary supplier.  Shape ``(N,)``.
    alternate
        Rows of the alternates' suppliers, -1 for none.  Shape ``(N, 2)``.
    ramp_days, extra_lead_days, capacity_share
        Ramp-up time, lead time beyond the primary's, and capacity share of the alternates.
        Shape ``(N, 2)``. [day], [day], [-]
    category
        Row of the disruptions' categories, -1 if no hazard acts on it.  Shape ``(N,)``.
    unit_cost
        Shape ``(N,)``.  :math:`c` [currency/unit]
    own_books
        Share of the stock that is own capital.  Shape ``(N,)``. [-]
    order_cost
        The policy's factor included.  Shape ``(N,)``.  :math:`K` [currency/order]
    holding_cost
        Per unit and day, the policy's factor included.  Shape ``(N,)``. [currency/unit/day]
    rotation_cost
        Cost of rotating the reserve, over the horizon.  Shape ``(N,)``. [currency]
    unit_short_cost
        Margin, expediting and goodwill.  Shape ``(N,)``. [currency/unit]
    downtime_cost
        Cost of a day with a backorder.  Shape ``(N,)``. [currency/day]
    """

    horizon_days: int
    sku: TextArray
    demand_mean: FloatArray
    demand_std: FloatArray
    demand_mean_error: FloatArray
    demand_interval_days: FloatArray
    whole_units: BoolArray
    lead_time_mean: FloatArray
    lead_time_std: FloatArray
    reorder_point: FloatArray
    order_quantity: FloatArray
    reserve_units: FloatArray
    ring_fenced: BoolArray
    primary: IntArray
    alternate: IntArray
    ramp_days: FloatArray
    extra_lead_days: FloatArray
    capacity_share: FloatArray
    category: IntArray
    unit_cost: FloatArray
    own_books: FloatArray
    order_cost: FloatArray
    holding_cost: FloatArray
    rotation_cost: FloatArray
    unit_short_cost: FloatArray
    downtime_cost: FloatArray

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
        """Days after which the start no longer matters: a very long lead time."""
        return int(np.ceil(self.lead_time_mean[i] + 4.0 * self.lead_time_std[i])) + 2

    def played(self, i: int) -> bool:
        """Whether SKU i is played: it has demand, and a lot to order."""
        return bool(self.demand_mean[i] > 0.0 and self.order_quantity[i] > 0.0)
