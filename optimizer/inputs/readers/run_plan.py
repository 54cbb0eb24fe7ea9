"""The sheet Plan of a run's report.xlsx, given back as the plan in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from optimizer.inputs.readers.layout import Layout

TITLES: Final = {
    "sku": "SKU",
    "policy": "Policy",
    "service_level": "Cycle service level",
    "reserve_days": "Reserve",
    "lot_days_min": "Forward buy",
    "lot_factor": "Factor on the lot",
    "reorder_point": "Reorder point",
    "order_quantity": "Order quantity",
    "alternates": "Alternates",
}
"""What the report calls the columns of the table plan."""


def is_run_plan(rows: Sequence[Sequence[Any]]) -> bool:
    """Return whether a sheet has the header of a run's Plan."""
    return bool(rows) and set(TITLES.values()) <= {str(cell).strip() for cell in rows[0]}


def run_plan_layout() -> Layout:
    """Return how the sheet is laid out: below its header stand the units."""
    return Layout(names=TITLES, ignore=("*",), decimal="point", below_header=1)
