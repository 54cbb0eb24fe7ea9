"""Portfolios with the hazards and suppliers a test names, and nothing else that matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Hazards, Portfolio, Skus, Sources, Suppliers
from optimizer.domain.settings import Settings

HAZARD = {
    "kind": "outage",
    "scope": "supplier",
    "target": "",
    "annual_rate": 1.0,
    "duration_mean_days": 30.0,
    "duration_cv": 0.0,
    "hit_probability": 1.0,
    "multiplier": 1.0,
}
TEXT = ("kind", "scope", "target")

MakePortfolio = Callable[..., Portfolio]


@pytest.fixture
def make_portfolio() -> MakePortfolio:
    """Return the maker: hazards by name, suppliers with their region, scenario settings."""
    return _portfolio


def _portfolio(
    hazards: Mapping[str, Mapping[str, Any]],
    suppliers: Mapping[str, str],
    *,
    horizon_days: int = 365,
    **scenarios: Any,
) -> Portfolio:
    return Portfolio(
        source="test",
        settings=Settings(horizon={"days": horizon_days}, scenarios=scenarios),
        skus=_empty(Skus),
        suppliers=_suppliers(suppliers),
        sources=_empty(Sources),
        hazards=_hazards(hazards),
        plan_in_force=None,
        inputs={},
        ledger={},
    )


def _empty(table: Any) -> Any:
    return table(**{name: np.zeros(0) for name in table.__dataclass_fields__})


def _suppliers(suppliers: Mapping[str, str]) -> Suppliers:
    n = len(suppliers)
    return Suppliers(
        supplier=np.array(list(suppliers), dtype=object),
        region=np.array(list(suppliers.values()), dtype=object),
        otif=np.ones(n),
        ttr_days=np.zeros(n),
        onboarded=np.ones(n, dtype=np.bool_),
        onboarding_cost=np.zeros(n),
        offers_vmi=np.zeros(n, dtype=np.bool_),
        financial_risk=np.zeros(n),
    )


def _hazards(hazards: Mapping[str, Mapping[str, Any]]) -> Hazards:
    rows = [HAZARD | row for row in hazards.values()]
    columns = {
        name: np.array([row[name] for row in rows], dtype=object if name in TEXT else np.float64)
        for name in HAZARD
    }
    return Hazards(hazard=np.array(list(hazards), dtype=object), **columns)
