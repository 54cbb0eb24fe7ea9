"""Service floors as a resource, and what critical SKUs need to survive, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import ServiceFloor
from optimizer.engine.infeasible.diagnosis import limit_of
from optimizer.maths.service_members import service_members
from optimizer.options.costs import cost
from optimizer.options.resource_use import resources
from optimizer.options.survival import cover_needed
from optimizer.reports.run.limit_words import LimitFacts, label_and_unit, worth
from tests.support.options import design_of
from tests.support.portfolios import make_portfolio

SKUS: list[dict[str, Any]] = [
    {"sku": "A", "category": "metal", "unit_cost": 10.0, "demand_mean": 6.0, "demand_std": 2.0},
    {"sku": "B", "category": "metal", "unit_cost": 4.0, "demand_mean": 5.0, "demand_std": 4.0},
    {"sku": "C", "category": "metal", "unit_cost": 9.0, "demand_mean": 0.0},
    {"sku": "D", "category": "glass", "unit_cost": 1.0, "demand_mean": 2.0, "demand_std": 9.0},
]


def floored(**limits: Any) -> Portfolio:
    """Return four SKUs, three of them metal, of the suppliers Alfa, Alfa, Alfa and Beta."""
    sources = [{"sku": row, "supplier": int(row == 3)} for row in range(4)]
    return make_portfolio(SKUS, sources, limits=limits)


def test_the_row_of_a_floor_by_hand() -> None:
    """
    Proves: a floor's row is what is short of its SKUs' demand, weighed by demand at unit cost.

    A asks for 60 a day and B for 20, C for nothing, D is of glass: A weighs 75 %, B 25 %.  With the
    fill rates β the row is 75 (1 - β_A), 25 (1 - β_B), 0, 0, and its limit 100 (1 - 0.97) = 3.
    Sensitivity: weighed by units A would have 6/11 = 54.5 %.
    """
    portfolio = floored(service=[{"category": "metal", "fill_rate": 0.97}])
    designs = design_of(portfolio, "safety_stock")
    costs = cost(portfolio, designs)
    found = resources(portfolio, designs, costs)
    row = found.name.index("service:category:metal")
    short = 1.0 - costs.fill_rate
    assert (short[:2] > 0.0).all()
    np.testing.assert_allclose(
        found.option_use[row], [75.0 * short[0], 25.0 * short[1], 0.0, 0.0], rtol=1e-12
    )
    assert (found.unit[row], found.limit[row]) == ("%", 3.0)
    assert not found.onboard_use[row].any()


@pytest.mark.parametrize(
    ("floor", "members"),
    [
        ({"category": "metal"}, "ABC"),
        ({"supplier": "Beta"}, "D"),
        ({"segment": "A"}, "AB"),
        ({"segment": "C"}, "CD"),
        ({"segment": "X"}, "A"),
        ({"segment": "A-Y"}, "B"),
        ({"segment": "C-Z"}, "CD"),
    ],
)
def test_whom_a_floor_speaks_of(floor: dict[str, str], members: str) -> None:
    """
    Proves: each selector names its SKUs.

    Spend is 60, 20, 0, 2 a day of 82: before A lies nothing, before B 73 % (< 80 %): both are A;
    before D 98 %: it is C, and C is without value.  Variation is 1/3, 0.8, none, 4.5: X, Y, Z, Z.
    """
    portfolio = floored()
    found = service_members(portfolio, ServiceFloor(fill_rate=0.9, **floor))
    assert "".join(portfolio.skus.sku[found]) == members


@pytest.mark.parametrize(
    ("ramp", "share", "lead_time", "needed"),
    [
        (0.0, 1.0, 20.0, 0.0),
        (10.0, 1.0, 20.0, 10.0),
        (10.0, 0.6, 20.0, 22.0),
        (10.0, 0.6, 35.0, 31.0),
        (60.0, 1.0, 20.0, 40.0),
    ],
)
def test_the_cover_that_survives_by_hand(
    ramp: float, share: float, lead_time: float, needed: float
) -> None:
    """
    Proves: what is needed is the time to recover less what the alternate delivers until then.

    Out for 40 days; an alternate for 60 % from day 10 on leaves 40 - 0.6 (40 - 10) = 22 days; one
    of 35 days lead time, 15 more than the primary's, begins on day 25: 40 - 0.6 * 15 = 31.
    Without an alternate all 40 are needed, of a SKU less severe than the limit none.
    """
    portfolio = make_portfolio(
        [{"sku": "A", "severity": 9.0}, {"sku": "B", "severity": 8.0}],
        [
            {"sku": 0, "supplier": 0},
            {"sku": 0, "supplier": 1, "role": "candidate", "ramp_days": ramp,
             "capacity_share": share, "lead_time_mean": lead_time},
            {"sku": 1, "supplier": 0},
        ],
        suppliers=[{"supplier": "Alfa", "ttr_days": 40.0}, {"supplier": "Beta"}],
        limits={"tts_covers_ttr": 9},
    )  # fmt: skip
    sku, sources = np.array([0, 0, 1]), np.array([[-1, -1], [1, -1], [-1, -1]])
    np.testing.assert_allclose(cover_needed(portfolio, sku, sources), [40.0, needed, 0.0])


def test_a_supplier_that_states_no_time_to_recover_takes_that_of_the_audit() -> None:
    """Proves: nothing stated is 30 days, `audit.ttr_days`, and not 0 days that any stock covers."""
    portfolio = make_portfolio(
        [{"sku": "A", "severity": 9.0}],
        [{"sku": 0, "supplier": 0}],
        limits={"tts_covers_ttr": 1},
    )
    assert cover_needed(portfolio, np.array([0]), np.array([[-1, -1]])).tolist() == [30.0]


def facts(limit: float, price: float, expected: float | None) -> LimitFacts:
    """Return the facts of a floor."""
    return LimitFacts(
        name="service:category:metal", label="Fill rate in category metal", unit="%", one="",
        used=limit, limit=limit, price=price, price_expected=expected,
    )  # fmt: skip


def test_the_price_of_a_floor_in_words() -> None:
    """Proves: a floor is told as a fill rate, its price by what stays below 100 %."""
    assert facts(3.0, 12_300.0, 12_300.0).amount(3.0) == "97.00 %"
    assert worth(facts(3.0, 12_300.0, 12_300.0), "EUR", "a year") == (
        "one more percentage point of fill rate would cost at least 12,300 EUR a year "
        "of expected cost"
    )
    assert worth(facts(0.2, 12_300.0, 13_000.0), "EUR", "a year") == (
        "0.1 percentage points of fill rate more would cost at least 1,230 EUR a year: 1,300 EUR "
        "of expected cost, against 70.0 EUR less of risk charge"
    )
    assert worth(facts(3.0, 0.0, 0.0), "EUR", "a year") == "a lower floor would save nothing"
    assert label_and_unit("service:supplier:Alfa", "EUR")[0] == "demand short from supplier Alfa"


def test_a_floor_that_no_plan_reaches_is_named_with_the_best() -> None:
    """Proves: 3 % may be short and 4.321 % must be: 95.67 % is the most, rounded down."""
    limit = limit_of("service:segment:A", "%")
    assert limit.raised(3.0, 1.321) == (
        "lower the fill rate floor of segment A from 97 % to 95.67 %, "
        "which is the most that the other limits leave"
    )
    assert "which is within reach" in limit.raised(3.0, 1.321, is_proven=False)
