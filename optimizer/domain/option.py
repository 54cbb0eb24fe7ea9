"""Options: one candidate buffer for one SKU, designed and costed (MODEL 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from optimizer.domain.arrays import (
    Float32Array,
    FloatArray,
    Int32Array,
    IntArray,
    freeze,
    require_length,
)

CERTAIN: Final = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
"""The terms of an option's cost that are certain to be paid."""


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
        Cycle service level, 0 where the policy has none.  Shape ``(O,)``. [-]
    reserve_days
        Reserve.  Shape ``(O,)``. [days of demand]
    lot_days_min
        The forward-buying choice, 0 otherwise.  Shape ``(O,)``. [days of demand]
    lot_factor
        On the lot of the policy's rule, before its bounds.  Shape ``(O,)``. [-]
    reorder_point, order_quantity
        Stated as they are, NaN where they follow from the policy.  Shape ``(O,)``. [unit]
    alternates
        Rows of `Sources` of the alternates, ascending, -1 for none.  Shape ``(O, 2)``.
    """

    sku: IntArray
    policy: IntArray
    service_level: FloatArray
    reserve_days: FloatArray
    lot_days_min: FloatArray
    lot_factor: FloatArray
    reorder_point: FloatArray
    order_quantity: FloatArray
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

    Stock in units, days in days, money in the portfolio's currency.  `reorder_point` leaves the
    reserve out, `safety_stock` and `mean_on_hand` hold it.  `waiting_share` is the share of time
    somebody waits in routine.  `qualification` is the horizon's share; `qualification_cash` and
    `qualifications` (how many candidates it qualifies) are one-time.  `change` is 1 where the
    design differs from the plan in force, else 0.
    """

    order_quantity: FloatArray
    reorder_point: FloatArray
    safety_stock: FloatArray
    reserve_units: FloatArray
    mean_on_hand: FloatArray
    lot_days: FloatArray
    cover_days: FloatArray
    fill_rate: FloatArray
    waiting_share: FloatArray
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
        return np.asarray(sum(getattr(self, name) for name in CERTAIN))

    def take(self, rows: IntArray) -> Self:
        """Return the costs of these rows, in this order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """
    What can be chosen for any SKU before its alternates.

    The columns are those of `Designs`; every column has shape ``(B,)``.
    """

    policy: IntArray
    service_level: FloatArray
    reserve_days: FloatArray
    lot_days_min: FloatArray
    lot_factor: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.policy))
        freeze(self)

    def __len__(self) -> int:
        return len(self.policy)

    def followed_by(self, other: Catalogue) -> Catalogue:
        """Return the rows of both."""
        pairs = ((f.name, getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Catalogue(**{name: np.concatenate([ours, others]) for name, ours, others in pairs})

    def designs(self, sku: IntArray, choice: IntArray | Int32Array, sources: IntArray) -> Designs:
        """Return these rows of the catalogue for these SKUs, with these alternates ``(O, 2)``."""
        by_rule = np.full(len(sku), np.nan)
        return Designs(
            sku=sku,
            policy=self.policy[choice],
            service_level=self.service_level[choice],
            reserve_days=self.reserve_days[choice],
            lot_days_min=self.lot_days_min[choice],
            lot_factor=self.lot_factor[choice],
            reorder_point=by_rule,
            order_quantity=by_rule,
            alternates=sources,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AlternateSets:
    """
    Sets of alternates, sorted by (SKU, first source, second source); the empty set comes first.

    Attributes
    ----------
    sku
        Row of the SKU.  Shape ``(A,)``.
    sources
        Rows of `Sources`, ascending, -1 for none.  Shape ``(A, 2)``.
    start
        The sets of SKU i are rows ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    """

    sku: IntArray
    sources: IntArray
    start: IntArray

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.sku) or self.start[-1] != len(self.sku):
            raise ValueError("sku, sources and start must speak of the same sets.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OptionTable:
    """
    The options of every SKU, as little of each as pricing needs; `designs` gives the rest.

    Attributes
    ----------
    start
        Options of SKU i are rows ``start[i]:start[i + 1]``.  Shape ``(N + 1,)``.
    choice
        Row of `catalogue`.  Shape ``(O,)``.
    alternate_set
        Row of `sets`.  Shape ``(O,)``.
    curve
        Row of `loss_curves`.  Shape ``(O,)``.
    cost
        Certain to be paid, `Costs.total`.  Shape ``(O,)``. [currency]
    expected_loss
        Exact, by `MeanWeights`; price shocks included.  Shape ``(O,)``. [currency]
    loss_curves
        Distinct curves at `NODES`; alternates do not change one.  In single precision rounded
        down, so that what it proves is a bound.  Shape ``(C, 17)``. [currency]
    lot_days
        How long the lot lasts of the options with this curve, from which their price curve
        follows.  Shape ``(C,)``.  :math:`q` [day]
    profile_of_set
        Row of `Profiles` for each set of alternates.  Shape ``(A,)``.
    price_profile
        Row of `Profiles` of each SKU's price shocks, -1 for none.  Shape ``(N,)``.
    stockout_cost_per_day
        Slope of every curve beyond its last node.  Shape ``(N,)``.  :math:`\\kappa_i`
        [currency/day]
    spend_per_day
        Demand at unit cost.  Shape ``(N,)``.  :math:`c_i D_i` [currency/day]
    """

    start: IntArray
    choice: Int32Array
    alternate_set: Int32Array
    curve: Int32Array
    cost: FloatArray
    expected_loss: FloatArray
    loss_curves: FloatArray | Float32Array
    lot_days: FloatArray
    catalogue: Catalogue
    sets: AlternateSets
    profile_of_set: IntArray
    price_profile: IntArray
    stockout_cost_per_day: FloatArray
    spend_per_day: FloatArray

    def __post_init__(self) -> None:
        columns = (self.choice, self.alternate_set, self.curve, self.cost, self.expected_loss)
        if any(len(column) != self.start[-1] for column in columns):
            raise ValueError(f"every column must have {self.start[-1]} rows, as start says.")
        if len(self.lot_days) != len(self.loss_curves):
            raise ValueError(f"lot_days must have {len(self.loss_curves)} rows, one per curve.")
        if len(self.profile_of_set) != len(self.sets):
            raise ValueError(f"profile_of_set must have {len(self.sets)} rows, one per set.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.choice)

    @property
    def sku(self) -> IntArray:
        """Row of every option's SKU.  Shape ``(O,)``."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def profile(self, rows: IntArray) -> IntArray:
        """Return the supplies of these options, rows of `Profiles`."""
        return self.profile_of_set[self.alternate_set[rows]]

    def designs(self, rows: IntArray) -> Designs:
        """Return the designs of these options, in this order."""
        chosen = self.alternate_set[rows]
        return self.catalogue.designs(
            self.sets.sku[chosen], self.choice[rows], self.sets.sources[chosen]
        )
