"""The schema as data."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from optimizer.domain.portfolio import Hazards, PlanInForce, Skus, Sources, Suppliers, Tags
from optimizer.inputs.admitted import POSITIVE, POSITIVE_SHARE, SERVICE_LEVEL, Admitted
from optimizer.inputs.schema import TABLES

BUILT = {
    "skus": (Skus, {"demand_class", "primary"}),
    "suppliers": (Suppliers, set()),
    "tags": (Tags, set()),
    "sources": (Sources, set()),
    "hazards": (Hazards, set()),
}


@pytest.mark.parametrize("name", BUILT)
def test_schema_and_domain_type_have_the_same_columns(name: str) -> None:
    """Proves: every column declared reaches the domain type, and no field lacks a column."""
    domain_type, derived = BUILT[name]
    declared = {column.name for column in TABLES[name].columns}
    assert declared == {field.name for field in fields(domain_type)} - derived


def test_plan_columns() -> None:
    """Proves: the plan holds what its table gives, but for its key and the two words for a lot."""
    declared = {column.name for column in TABLES["plan"].columns}
    assert declared - {"sku", "max_stock"} == {field.name for field in fields(PlanInForce)}


@pytest.mark.parametrize(
    ("interval", "text", "inside"),
    [
        (POSITIVE, "> 0", [False, False, True, True, True, False]),
        (POSITIVE_SHARE, "in (0, 1]", [False, False, True, True, False, False]),
        (SERVICE_LEVEL, "in [0, 1)", [False, True, True, False, False, False]),
        (Admitted(0.0), ">= 0", [False, True, True, True, True, False]),
    ],
)
def test_interval(interval: Admitted, text: str, inside: list[bool]) -> None:
    """Proves: -1, 0, 0.5, 1, 2 and NaN are in or out of each interval as its text says."""
    assert str(interval) == text
    values = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, np.nan])
    assert interval.contains(values).tolist() == inside
