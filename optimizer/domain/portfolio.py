"""A portfolio as read and checked: MODEL 1's tables, columnar, in canonical order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from optimizer.domain.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    TextArray,
    freeze,
    require_length,
)
from optimizer.domain.manifest import SetAside
from optimizer.domain.settings import Settings

PRIMARY: Final = 0
QUALIFIED: Final = 1
CANDIDATE: Final = 2
ROLES: Final = ("primary", "qualified", "candidate")
MUST: Final = 1
NEVER: Final = 2
USES: Final = ("may", "must", "never")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skus:
    """
    The SKUs, sorted by `sku`.

    Text columns hold ``""`` where nothing was given; `shelf_life_days` and `max_cover_days` hold
    ``inf``; `launched` and `ends` are days since 1970-01-01, NaN for none.  `demand_model` is
    ``auto``, ``gamma`` or ``discrete`` as asked; `order_multiple` is in units, at least one of the
    SKU's decimals.  All other units and domains are those of the contract's schema.  `primary` is
    the row of the SKU's primary source in `Sources`.  Every column has shape ``(N,)``.
    """

    sku: TextArray
    description: TextArray
    category: TextArray
    site: TextArray
    unit_cost: FloatArray
    demand_mean: FloatArray
    demand_std: FloatArray
    demand_mean_error: FloatArray
    demand_interval_days: FloatArray
    demand_model: TextArray
    demand_class: TextArray
    launched: FloatArray
    ends: FloatArray
    order_cost: FloatArray
    min_order_qty: FloatArray
    order_multiple: FloatArray
    unit_decimals: FloatArray
    min_stock: FloatArray
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
class Tags:
    """
    What suppliers share beyond a region: a port, a lane, a carrier; sorted by (supplier, tag).

    `supplier` is a row of `Suppliers`.  Every column has one row per supplier and tag.
    """

    supplier: IntArray
    tag: TextArray

    def __post_init__(self) -> None:
        require_length(self, len(self.supplier))
        freeze(self)

    def __len__(self) -> int:
        return len(self.supplier)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandHistory:
    """
    What was asked for, sorted by (sku, day): one row per SKU and period with demand.

    `sku` is a row of `Skus`; `day` the first day of the row's period, in days since 1970-01-01;
    `quantity` is above 0, rows of one period added and returns netted. [unit]
    `first_day` and `last_day` are those of the whole table, the last one inclusive.
    """

    sku: IntArray
    day: IntArray
    quantity: FloatArray
    first_day: int
    last_day: int

    def __post_init__(self) -> None:
        require_length(self, len(self.sku))
        freeze(self)

    def __len__(self) -> int:
        return len(self.sku)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """
    Who can supply what, sorted by (sku, role, supplier).

    `sku` and `supplier` are rows of `Skus` and `Suppliers`; `role` is `PRIMARY`, `QUALIFIED` or
    `CANDIDATE`; `use` of an alternate is free (0), `MUST` or `NEVER`; `approved_until` days since
    1970-01-01, NaN for no end.  Every column has one row
    per source.
    """

    sku: IntArray
    supplier: IntArray
    role: IntArray
    use: IntArray
    lead_time_mean: FloatArray
    lead_time_std: FloatArray
    price_premium: FloatArray
    qualification_cost: FloatArray
    ramp_days: FloatArray
    capacity_share: FloatArray
    volume_share: FloatArray
    approved_until: FloatArray

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

    `policy` is ``""`` where none is stated; `alternates` holds the names of its alternate
    suppliers joined by ``;`` in sorted order.  `reorder_point` and `order_quantity` are today's
    numbers as they are, NaN where they follow from the policy; a SKU with neither a policy nor
    numbers has no decision yet. [unit]  `keep` marks decisions that must stay as they are.
    """

    policy: TextArray
    service_level: FloatArray
    reserve_days: FloatArray
    lot_days_min: FloatArray
    lot_factor: FloatArray
    reorder_point: FloatArray
    order_quantity: FloatArray
    alternates: TextArray
    keep: BoolArray

    def __post_init__(self) -> None:
        require_length(self, len(self.policy))
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StockOnHand:
    """
    Today's stock of every SKU, aligned with `Skus`; NaN where it was not counted. [unit]

    Attributes
    ----------
    usable
        On hand less what is blocked.  Shape ``(N,)``.
    on_order
        Ordered and not yet received.  Shape ``(N,)``.
    blocked
        On hand, but not to be used; it ties up capital all the same.  Shape ``(N,)``.
    as_of
        The day of the count, in days since 1970-01-01; None where the table does not say.
    """

    usable: FloatArray
    on_order: FloatArray
    blocked: FloatArray
    as_of: int | None

    def __post_init__(self) -> None:
        require_length(self, len(self.usable))
        freeze(self)

    @property
    def is_counted(self) -> BoolArray:
        """Whether the stock of each SKU is known.  Shape ``(N,)``."""
        return ~np.isnan(self.usable)


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
    history
        None where there is no table `demand`.
    stated_demand
        Which SKUs state a mean demand of their own; None where all do.  Shape ``(N,)``.
    ledger
        Rows read per table, by table name.
    overrides
        Settings stated beside the files, as ``KEY=VALUE``.
    set_aside
        What was left out because it cannot be planned; None where nothing was asked to be.
    elsewhere
        Where a file among the inputs was read that does not stand in `source`, by file name.
    plan_of
        Run whose plan is the plan in force; None where the portfolio states its own.
    stock_on_hand
        None where there is no table `stock`.
    """

    source: str
    settings: Settings
    skus: Skus
    suppliers: Suppliers
    tags: Tags
    sources: Sources
    hazards: Hazards
    plan_in_force: PlanInForce | None
    history: DemandHistory | None
    inputs: dict[str, str]
    ledger: dict[str, int]
    warnings: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    set_aside: SetAside | None = None
    stated_demand: BoolArray | None = None
    elsewhere: Mapping[str, Path] = field(default_factory=dict)
    plan_of: str | None = None
    stock_on_hand: StockOnHand | None = None


Table = TypeVar("Table", Skus, Sources, PlanInForce, DemandHistory, StockOnHand)


def some_skus(portfolio: Portfolio, skus: IntArray) -> Portfolio:
    """
    Return the portfolio of some SKUs alone, their sources with them; suppliers and hazards stay.

    Parameters
    ----------
    skus
        Rows of the SKUs, ascending.
    """
    sources, history = portfolio.sources, portfolio.history
    kept = np.flatnonzero(np.isin(sources.sku, skus))
    row_of_source = np.searchsorted(kept, portfolio.skus.primary[skus])
    own = _rows(sources, kept)
    some = replace(
        portfolio,
        skus=replace(_rows(portfolio.skus, skus), primary=row_of_source),
        sources=replace(own, sku=np.searchsorted(skus, own.sku)),
        plan_in_force=portfolio.plan_in_force and _rows(portfolio.plan_in_force, skus),
        stock_on_hand=portfolio.stock_on_hand and _rows(portfolio.stock_on_hand, skus),
        stated_demand=None if portfolio.stated_demand is None else portfolio.stated_demand[skus],
    )
    if history is None:
        return some
    own_history = _rows(history, np.flatnonzero(np.isin(history.sku, skus)))
    return replace(some, history=replace(own_history, sku=np.searchsorted(skus, own_history.sku)))


def _rows(table: Table, rows: IntArray) -> Table:
    """Return some rows of every column."""
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    arrays: dict[str, Any] = {
        name: column[rows] for name, column in columns.items() if isinstance(column, np.ndarray)
    }
    return replace(table, **arrays)
