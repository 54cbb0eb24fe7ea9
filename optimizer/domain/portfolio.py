"""A portfolio as read and checked: MODEL 1's tables, columnar, in canonical order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from optimizer.domain.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    TextArray,
    freeze,
    require_length,
)
from optimizer.domain.settings import Settings

PRIMARY: Final = 0
QUALIFIED: Final = 1
CANDIDATE: Final = 2
ROLES: Final = ("primary", "qualified", "candidate")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skus:
    """
    The SKUs, sorted by `sku`.

    Text columns hold ``""`` where nothing was given; `shelf_life_days` and `max_cover_days` hold
    ``inf``.  All other units and domains are those of the contract's schema.  `primary` is the
    row of the SKU's primary source in `Sources`.  Every column has shape ``(N,)``.
    """

    sku: TextArray
    description: TextArray
    category: TextArray
    site: TextArray
    unit_cost: FloatArray
    demand_mean: FloatArray
    demand_std: FloatArray
    demand_class: TextArray
    order_cost: FloatArray
    min_order_qty: FloatArray
    unit_margin: FloatArray
    expedite_cost: FloatArray
    goodwill_cost: FloatArray
    downtime_cost: FloatArray
    obsolescence_rate: FloatArray
    shelf_life_days: FloatArray
    volume: FloatArray
    severity: FloatArray
    detection: FloatArray
    lock_policy: TextArray
    min_cover_days: FloatArray
    max_cover_days: FloatArray
    primary: IntArray

    def __post_init__(self) -> None:
        require_length(self, len(self.sku))
        freeze(self)

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Suppliers:
    """The suppliers, sorted by `supplier`.  Every column has shape ``(J,)``."""

    supplier: TextArray
    region: TextArray
    otif: FloatArray
    ttr_days: FloatArray
    onboarded: BoolArray
    onboarding_cost: FloatArray
    offers_vmi: BoolArray
    financial_risk: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.supplier))
        freeze(self)

    def __len__(self) -> int:
        return len(self.supplier)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """
    Who can supply what, sorted by (sku, role, supplier).

    `sku` and `supplier` are rows of `Skus` and `Suppliers`; `role` is `PRIMARY`, `QUALIFIED` or
    `CANDIDATE`.  Every column has one row per source.
    """

    sku: IntArray
    supplier: IntArray
    role: IntArray
    lead_time_mean: FloatArray
    lead_time_std: FloatArray
    price_premium: FloatArray
    qualification_cost: FloatArray
    ramp_days: FloatArray
    capacity_share: FloatArray
    volume_share: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.sku))
        freeze(self)

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hazards:
    """What can strike, sorted by `hazard`.  Every column has shape ``(M,)``."""

    hazard: TextArray
    kind: TextArray
    scope: TextArray
    target: TextArray
    annual_rate: FloatArray
    duration_mean_days: FloatArray
    duration_cv: FloatArray
    hit_probability: FloatArray
    multiplier: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.hazard))
        freeze(self)

    def __len__(self) -> int:
        return len(self.hazard)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanInForce:
    """
    Today's decision for every SKU, aligned with `Skus`.

    `policy` is ``""`` where a SKU has no decision yet; `alternates` holds the names of its
    alternate suppliers joined by ``;`` in sorted order.
    """

    policy: TextArray
    service_level: FloatArray
    reserve_days: FloatArray
    lot_days_min: FloatArray
    alternates: TextArray

    def __post_init__(self) -> None:
        require_length(self, len(self.policy))
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Portfolio:
    """
    Everything the model reads.

    Attributes
    ----------
    source
        Where it was read from, as the user named it.
    inputs
        SHA-256 of every file read, by file name.
    ledger
        Rows read per table, by table name.
    overrides
        Settings stated beside the files, as ``KEY=VALUE``.
    """

    source: str
    settings: Settings
    skus: Skus
    suppliers: Suppliers
    sources: Sources
    hazards: Hazards
    plan_in_force: PlanInForce | None
    inputs: dict[str, str]
    ledger: dict[str, int]
    warnings: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
