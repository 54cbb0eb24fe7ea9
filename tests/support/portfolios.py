"""Portfolios from rows: a test names what matters, the rest are defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizer.domain.portfolio import (
    PRIMARY,
    ROLES,
    USES,
    Hazards,
    PlanInForce,
    Portfolio,
    Skus,
    Sources,
    Suppliers,
    Tags,
)
from optimizer.domain.settings import Settings

Row = Mapping[str, Any]


NUMBERS = {
    "unit_cost": 10.0,
    "demand_interval_days": 1.0,
    "launched": np.nan,
    "approved_until": np.nan,
    "ends": np.nan,
    "order_multiple": 1.0,
    "lot_factor": 1.0,
    "reorder_point": np.nan,
    "order_quantity": np.nan,
    "demand_mean": 10.0,
    "order_cost": 50.0,
    "unit_margin": 5.0,
    "lead_time_mean": 20.0,
    "shelf_life_days": np.inf,
    "max_cover_days": np.inf,
    "severity": 5.0,
    "detection": 5.0,
    "otif": 1.0,
    "capacity_share": 1.0,
    "hit_probability": 1.0,
    "multiplier": 1.0,
}
FLAGS = {"onboarded": True, "offers_vmi": False, "keep": False}
WORDS = {"demand_model": "auto"}
TEXTS = {
    *(
        "sku",
        "description",
        "category",
        "site",
        "demand_class",
        "demand_model",
        "lock_policy",
        "supplier",
        "region",
    ),
    *("hazard", "kind", "scope", "target", "policy", "alternates"),
}
NO_HAZARDS: tuple[Row, ...] = ()


def make_portfolio(
    skus: Sequence[Row],
    sources: Sequence[Row],
    *,
    suppliers: Sequence[Row] = ({"supplier": "Alfa"}, {"supplier": "Beta"}, {"supplier": "Gamma"}),
    hazards: Sequence[Row] = NO_HAZARDS,
    tags: Sequence[tuple[int, str]] = (),
    plan: Sequence[Row] | None = None,
    **settings: Any,
) -> Portfolio:
    """
    Build a portfolio; sources name `sku` and `supplier` by row, and `role` by its word.

    `tags` are (row of the supplier, tag).  A SKU has whole units unless `unit_decimals` says more;
    then state `order_multiple` too.
    """
    coded = [
        {
            **row,
            "role": ROLES.index(row.get("role", "primary")),
            "use": USES.index(row.get("use", "may")),
        }
        for row in sources
    ]
    primary = np.array([row for row, source in enumerate(coded) if source["role"] == PRIMARY])
    source_table = {
        **_columns(Sources, coded),
        **{key: np.array([r[key] for r in coded]) for key in ("sku", "supplier", "role", "use")},
    }
    return Portfolio(
        source="test",
        settings=Settings.model_validate(settings),
        skus=Skus(**{**_columns(Skus, skus), "primary": primary}),
        suppliers=Suppliers(**_columns(Suppliers, suppliers)),
        tags=Tags(
            supplier=np.array([supplier for supplier, _ in tags], dtype=np.int64),
            tag=np.array([tag for _, tag in tags], dtype=object),
        ),
        sources=Sources(**source_table),
        hazards=Hazards(**_columns(Hazards, hazards)),
        plan_in_force=None if plan is None else PlanInForce(**_columns(PlanInForce, plan)),
        history=None,
        inputs={},
        ledger={},
    )


def _columns(table: type[Any], rows: Sequence[Row]) -> dict[str, Any]:
    return {name: _column(name, rows) for name in table.__dataclass_fields__}


def _column(name: str, rows: Sequence[Row]) -> Any:
    if name in FLAGS:
        return np.array([row.get(name, FLAGS[name]) for row in rows], dtype=np.bool_)
    if name in TEXTS:
        return np.array([row.get(name, WORDS.get(name, "")) for row in rows], dtype=object)
    return np.array([row.get(name, NUMBERS.get(name, 0.0)) for row in rows], dtype=np.float64)
