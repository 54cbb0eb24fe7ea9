"""The scorecard, against sums done by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.metrics.scorecard import build_scorecard
from tests.support.portfolios import make_portfolio
from tests.support.runs import make_tables

SUPPLIERS = (
    {"supplier": "Alfa", "region": "East", "ttr_days": 40.0, "otif": 0.9},
    {"supplier": "Beta", "region": "West", "ttr_days": 40.0, "otif": 0.0},
    {"supplier": "Gamma", "region": "West", "ttr_days": 0.0, "otif": 0.5},
)


def portfolio() -> Portfolio:
    """Three SKUs of 300, 100 and 100 EUR of demand a day, with two alternates for the first."""
    return make_portfolio(
        [
            {"sku": "a", "unit_cost": 30.0, "demand_mean": 10.0},
            {"sku": "b", "unit_cost": 10.0, "demand_mean": 10.0},
            {"sku": "c", "unit_cost": 10.0, "demand_mean": 10.0},
        ],
        [
            {"sku": 0, "supplier": 0},
            *(
                {
                    "sku": 0,
                    "supplier": s,
                    "role": "candidate",
                    "capacity_share": 0.5,
                    "ramp_days": r,
                }
                for s, r in ((1, 5.0), (2, 20.0))
            ),
            {"sku": 1, "supplier": 0},
            {"sku": 2, "supplier": 2},
        ],
        suppliers=SUPPLIERS,
    )


def tables(alternates: str, cover_days: float) -> RunTables:
    """A plan in another order than the portfolio's."""
    run = make_tables(n_skus=3)
    plan = run.plan.assign(
        sku=["c", "a", "b"],
        mean_on_hand=[10.0, 100.0, 20.0],
        fill_rate=[0.5, 1.0, 0.75],
        service_level=[0.5, 0.9, 0.95],
        alternates=["", alternates, ""],
        cover_days=[cover_days] * 3,
    )
    return replace(run, plan=plan)


def test_means_are_weighted_by_demand_value() -> None:
    """
    Proves: fill rate (3·1 + 1·.75 + 1·.5)/5 = .85; the plain mean would be .75.

    Inventory at cost 30·100 + 10·20 + 10·10 = 3,300 against 500·365 a year: 55.3 turns.
    OTIF of the stated: Alfa .9 × 400, Gamma .5 × 100.  Rows are matched by SKU, not by place.
    """
    card = build_scorecard(portfolio(), tables("", 10.0))
    assert card["service"]["fill_rate"] == pytest.approx(0.85)
    assert card["service"]["cycle_service_level"] == pytest.approx((2.7 + 0.95 + 0.5) / 5.0)
    assert card["inventory"]["mean_inventory_at_cost"] == pytest.approx(3300.0)
    assert card["inventory"]["turns"] == pytest.approx(182_500.0 / 3300.0)
    assert card["inventory"]["days_of_supply"] == pytest.approx(365.0 * 3300.0 / 182_500.0)
    assert card["supplier_otif"] == pytest.approx(0.82)
    assert card["spend_share_by_region"] == pytest.approx({"East": 0.8, "West": 0.2})
    assert card["perfect_order_fulfillment"] is None


def test_losses_are_split_by_category_and_region() -> None:
    """
    Proves: capital and losses go with the SKU, whatever the order of the plan's rows.

    Plan rows c, a, b have capital 1, 20, 300 and tail 5, 7, 11.  Category fans: a, b; rest: c.
    East: a and b, spend 400 of 500.  Sensitivity: by place, fans would have 21 of capital.
    """
    run = tables("", 39.0)
    plan = run.plan.assign(
        capital=[1.0, 20.0, 300.0],
        expected_loss=[0.5, 0.25, 0.125],
        tail_contribution=[5.0, 7.0, 11.0],
    )
    named = portfolio()
    skus = replace(named.skus, category=np.array(["fans", "fans", ""], dtype=object))
    card = build_scorecard(replace(named, skus=skus), replace(run, plan=plan))
    fans = {"skus": 2, "capital": 320.0, "expected_loss": 0.375, "tail_loss": 18.0}
    rest = {"skus": 1, "capital": 1.0, "expected_loss": 0.5, "tail_loss": 5.0}
    assert card["categories"] == {"fans": fans, "": rest}
    assert list(card["categories"]) == ["fans", ""]
    assert card["regions"] == {
        "East": fans | {"spend_share": 0.8, "tail_loss_by_category": {"fans": 18.0}},
        "West": rest | {"spend_share": 0.2, "tail_loss_by_category": {"": 5.0}},
    }
    json.dumps(card, allow_nan=False)


def test_the_largest_exposed_come_first() -> None:
    """Proves: a (300 EUR a day) before b (100); c, whose supplier states no TTR, is not listed."""
    card = build_scorecard(portfolio(), tables("Beta;Gamma", 19.0))
    first, second = card["resilience"]["largest_exposed"]
    assert (first["sku"], first["whole_again_days"], first["spend_a_day"]) == ("a", 20.0, 300.0)
    assert (second["sku"], second["supplier"], second["region"]) == ("b", "Alfa", "East")
    assert (second["cover_days"], second["whole_again_days"]) == (19.0, 40.0)


@pytest.mark.parametrize(
    ("alternates", "cover_days", "exposed"),
    [
        ("", 39.0, 2),  # a and b wait 40 days for Alfa; c's supplier states no TTR
        ("", 40.0, 0),
        ("Beta", 39.0, 2),  # half of the demand is not supply made whole
        ("Beta;Gamma", 20.0, 1),  # whole on day 20 for a; b still waits
        ("Beta;Gamma", 19.0, 2),
    ],
)
def test_exposed_when_cover_ends_before_supply_is_whole(
    alternates: str, cover_days: float, exposed: int
) -> None:
    """Proves: TTS is held against the sooner of recovery and full supply by the alternates."""
    resilience = build_scorecard(portfolio(), tables(alternates, cover_days))["resilience"]
    assert resilience["skus_with_ttr"] == 2
    assert resilience["exposed_skus"] == exposed
