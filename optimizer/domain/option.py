"""Options: one candidate buffer for one SKU, designed and costed (MODEL 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from optimizer.domain.arrays import FloatArray, IntArray, freeze, require_length
from optimizer.domain.scenario import OutageProfiles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Designs:
    """
    What is chosen, before it is costed, sorted by SKU.

    Attributes
    ----------
    sku
        Row of the SKU.  Shape ``(O,)``.
    policy
        Position of the policy in ``settings.policies``.  Shape ``(O,)``.
    service_level
        Cycle service level.  Shape ``(O,)``. [-]
    reserve_days
        Reserve.  Shape ``(O,)``. [days of demand]
    lot_days_min
        The forward-buying choice, 0 otherwise.  Shape ``(O,)``. [days of demand]
    alternates
        Rows of `Sources` of the alternates, ascending, -1 for none.  Shape ``(O, 2)``.
    """

    sku: IntArray
    policy: IntArray
    service_level: FloatArray
    reserve_days: FloatArray
    lot_days_min: FloatArray
    alternates: IntArray

    def __post_init__(self) -> None:
        require_length(self, len(self.sku))
        freeze(self)

    def __len__(self) -> int:
        return len(self.sku)

    def take(self, rows: IntArray) -> Self:
        """Return the designs of these rows, in this order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Costs:
    """
    What every design holds and costs over the horizon (MODEL 3).  Every column ``(O,)``.

    Stock in units, days in days, money in the portfolio's currency.  `qualification` is the
    horizon's share; `qualification_cash` and `qualifications` (how many candidates it qualifies)
    are one-time.  `change` is 1 where the design differs from the plan in force, else 0.
    """

    order_quantity: FloatArray
    reorder_point: FloatArray
    safety_stock: FloatArray
    reserve_units: FloatArray
    mean_on_hand: FloatArray
    assured_days: FloatArray
    lot_days: FloatArray
    cover_days: FloatArray
    fill_rate: FloatArray
    capital: FloatArray
    storage: FloatArray
    carrying: FloatArray
    ordering: FloatArray
    purchasing: FloatArray
    routine_stockout: FloatArray
    qualification: FloatArray
    qualification_cash: FloatArray
    qualifications: FloatArray
    change: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.capital))
        freeze(self)

    @property
    def total(self) -> FloatArray:
        """Cost certain to be paid: every term of the objective but losses and onboarding."""
        return (
            self.carrying
            + self.ordering
            + self.purchasing
            + self.routine_stockout
            + self.qualification
        )

    def take(self, rows: IntArray) -> Self:
        """Return the costs of these rows, in this order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OptionTable:
    """
    Every option of every SKU.

    Attributes
    ----------
    start
        Options of SKU i are rows ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    designs, costs
        One row per option.
    profile
        Row of `profiles` that gives the option's lost days.  Shape ``(O,)``.
    stockout_cost_per_day
        Daily stockout cost.  Shape ``(N,)``.  :math:`\\kappa_i` [currency/day]
    spend_per_day
        Demand at unit cost.  Shape ``(N,)``.  :math:`c_i D_i` [currency/day]
    """

    start: IntArray
    designs: Designs
    costs: Costs
    profile: IntArray
    profiles: OutageProfiles
    stockout_cost_per_day: FloatArray
    spend_per_day: FloatArray

    def __post_init__(self) -> None:
        if self.start[-1] != len(self.designs) or len(self.profile) != len(self.designs):
            raise ValueError("start, designs and profile must speak of the same options.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.designs)
