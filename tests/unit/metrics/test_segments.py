"""ABC, XYZ, supplier risk and the rule of thumb, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.maths.value_class import value_class
from optimizer.maths.variability_class import variability_class
from optimizer.metrics.allowed import allowed_policies
from optimizer.metrics.segment import segment
from optimizer.metrics.supplier_risk import outage_days_per_year
from tests.support.portfolios import make_portfolio


def test_abc_by_cumulative_value() -> None:
    """
    Proves: shares before each of 4, 50, 15, 25, 6 are .96, 0, .75, .5, .90: C A A A B.

    Sensitivity: share after instead of before makes 15 a B; no sort makes 4 an A.
    """
    assert value_class(np.array([4.0, 50.0, 15.0, 25.0, 6.0]), (0.8, 0.95)).tolist() == list(
        "CAAAB"
    )


def test_one_large_sku_is_a() -> None:
    """Proves: a SKU of 99 % of the value is A although it alone passes 80 %; no value is C."""
    assert value_class(np.array([1.0, 99.0, 0.0]), (0.8, 0.95)).tolist() == list("CAC")
    assert value_class(np.zeros(2), (0.8, 0.95)).tolist() == list("CC")


def test_xyz_by_variation() -> None:
    """Proves: cv .5 is X, .51 Y, 1 Y, 1.01 Z; no demand is Z."""
    mean, std = np.array([10.0] * 4 + [0.0]), np.array([5.0, 5.1, 10.0, 10.1, 0.0])
    found = variability_class(mean, std, (0.5, 1.0))
    assert found.tolist() == list("XYYZZ")


HAZARDS: list[dict[str, Any]] = [
    {
        "hazard": "quake",
        "kind": "outage",
        "scope": "region",
        "target": "East",
        "annual_rate": 0.5,
        "duration_mean_days": 20.0,
        "hit_probability": 0.4,
    },
    {
        "hazard": "strike",
        "kind": "outage",
        "scope": "supplier",
        "target": "Alfa",
        "annual_rate": 1.0,
        "duration_mean_days": 5.0,
    },
    {
        "hazard": "boom",
        "kind": "surge",
        "scope": "category",
        "target": "mro",
        "annual_rate": 9.0,
        "duration_mean_days": 300.0,
    },
]
SUPPLIERS = (
    {"supplier": "Alfa", "region": "East"},
    {"supplier": "Beta", "region": "East"},
    {"supplier": "Gamma", "region": "West"},
)


def three_skus(**settings: Any) -> Portfolio:
    """Build SKUs of annual value 90, 8, 2 % from Alfa, Beta and Gamma."""
    demand = (900.0, 80.0, 20.0)
    skus = [{"sku": f"S{i}", "demand_mean": d, "demand_std": d / 4} for i, d in enumerate(demand)]
    sources = [{"sku": i, "supplier": i} for i in range(3)]
    return make_portfolio(skus, sources, suppliers=SUPPLIERS, hazards=HAZARDS, **settings)


def test_risk_index_by_hand() -> None:
    """
    Proves: every strike counts: Alfa .5·.4·20 + 1·5 = 9, Beta 4, Gamma 0.

    Sensitivity: 1 − e^-rate instead of the rate gives 6.308 and 3.148; the surge hits no supplier.
    """
    assert outage_days_per_year(three_skus()) == pytest.approx([9.0, 4.0, 0.0])


def test_an_outage_of_a_tag_reaches_whoever_shares_it() -> None:
    """Proves: a port that Beta and Gamma ship through is out 2·.5·6 = 6 days a year for both."""
    port = {
        "hazard": "port",
        "kind": "outage",
        "scope": "tag",
        "target": "port of A",
        "annual_rate": 2.0,
        "duration_mean_days": 6.0,
        "hit_probability": 0.5,
    }
    portfolio = make_portfolio(
        [{"sku": "S"}],
        [{"sku": 0, "supplier": 0}],
        suppliers=SUPPLIERS,
        hazards=[port],
        tags=[(1, "port of A"), (2, "port of A"), (2, "port of B")],
    )
    assert outage_days_per_year(portfolio) == pytest.approx([0.0, 6.0, 6.0])


def test_segment_reads_value_variation_risk() -> None:
    """Proves: the three words in order; Beta's 4 days are at least 3, so high."""
    assert segment(three_skus()).tolist() == ["A-X-high", "B-X-high", "C-X-low"]


def test_rule_of_thumb() -> None:
    """Proves: in segment mode A-high may only stockpile, C-low only reorder point or VMI."""
    portfolio = three_skus(policy_mode="segment")
    names = np.array(list(portfolio.settings.policies))
    allowed = [set(names[row]) for row in allowed_policies(portfolio)]
    assert allowed == [
        {"stockpile"},
        {"stockpile", "safety_stock", "forward_buy"},
        {"reorder_point", "vmi"},
    ]


def test_free_mode_allows_everything() -> None:
    """Proves: the segments bind nobody in free mode."""
    assert allowed_policies(three_skus()).all()


def test_a_lock_outranks_the_rule() -> None:
    """Proves: a SKU locked to jit in segment A-high is not left without a policy."""
    skus = [{"sku": "S", "lock_policy": "jit"}]
    sources = [{"sku": 0, "supplier": 0}]
    portfolio = make_portfolio(
        skus, sources, suppliers=SUPPLIERS, hazards=HAZARDS, policy_mode="segment"
    )
    assert allowed_policies(portfolio).all()
