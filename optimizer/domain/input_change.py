"""A change of a portfolio's inputs, as a what-if states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Table = Literal["skus", "sources", "suppliers"]
Scope = Literal["all", "sku", "category", "supplier"]

CHANGEABLE: Final[dict[str, Table]] = {
    "demand": "skus",
    "unit_cost": "skus",
    "order_cost": "skus",
    "unit_margin": "skus",
    "expedite_cost": "skus",
    "goodwill_cost": "skus",
    "downtime_cost": "skus",
    "lead_time": "sources",
    "price_premium": "sources",
    "qualification_cost": "sources",
    "onboarding_cost": "suppliers",
}
"""What can be changed, and the table it stands in."""
COLUMNS: Final = {
    "demand": ("demand_mean", "demand_std", "demand_mean_error"),
    "lead_time": ("lead_time_mean", "lead_time_std"),
}
"""Columns that change in proportion to the first; the others are a column of their own name."""
INPUTS: Final = "inputs"
"""Where the keys of changes begin."""
SUPPLIER_LOST: Final = "supplier_lost"
NO_SOURCE: Final = "no_source"
DROP: Final = "drop"
"""What can become of SKUs that a lost supplier leaves without a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChange:
    """
    Another value of an input, or a factor on it.

    Attributes
    ----------
    key
        Dotted, as in ``KEY=VALUE``.
    what
        One of `CHANGEABLE`.
    scope, name
        Where it applies: to the SKU of this name, those of a category, those whose primary is a
        supplier (in `sources` that supplier's own rows), or to all, which have no name.
    """

    key: str
    what: str
    is_factor: bool
    scope: Scope
    name: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLost:
    """
    A supplier that supplies nothing any more.

    Attributes
    ----------
    drops
        Whether SKUs without another source are dropped, as if nobody asked for them any more;
        otherwise they are refused.
    """

    key: str
    name: str
    drops: bool = False


Change = InputChange | SupplierLost
