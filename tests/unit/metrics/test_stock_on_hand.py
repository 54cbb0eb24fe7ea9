"""Today's stock against the plan, and its build-ups in stages, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio, StockOnHand
from optimizer.domain.run import RunTables
from optimizer.metrics.staged_funding import BuildUps, staged
from optimizer.metrics.stock_on_hand import stock_on_hand
from optimizer.options.capital_by_quarter import capital_by_quarter
from tests.support.portfolios import make_portfolio
from tests.support.runs import make_tables

SUPPLIER_S = {"vmi": {"own_books": 0.0}}


def portfolio(policy_today: str = "", **budget: object) -> Portfolio:
    """A: 400 usable, 20 blocked, 100 to come on day 30, 2 a day; B: 20 usable, 1 a day."""
    read = make_portfolio(
        [
            {"sku": "A", "unit_cost": 10.0, "demand_mean": 2.0, "shelf_life_days": 200.0,
             "obsolescence_rate": 0.1},
            {"sku": "B", "unit_cost": 5.0, "demand_mean": 1.0},
        ],
        [{"sku": i, "supplier": 0, "lead_time_mean": 30.0} for i in range(2)],
        plan=[{"policy": policy_today, "service_level": 0.95}] * 2,
        budget=budget,
    )  # fmt: skip
    stock = StockOnHand(
        usable=np.array([400.0, 20.0]),
        on_order=np.array([100.0, 0.0]),
        blocked=np.array([20.0, 0.0]),
        as_of=20635,
    )
    return replace(read, stock_on_hand=stock)


def plan() -> pd.DataFrame:
    """A holds 100 on average and 130 at most, 40 of it a reserve; B 200, 150 of it a reserve."""
    return pd.DataFrame(
        {
            "policy": "stockpile",
            "capital": [1_000.0, 1_000.0],
            "mean_on_hand": [100.0, 200.0],
            "reorder_point": [30.0, 50.0],
            "reserve_units": [40.0, 150.0],
            "order_quantity": [60.0, 60.0],
        },
        index=["A", "B"],
    )


def tables() -> RunTables:
    """A's reserve saves 100 a year, B's 300; no source is bought."""
    run = make_tables(n_skus=2)
    saves = pd.DataFrame(
        {
            "kind": "reserve",
            "sku": ["A", "B"],
            "supplier": "",
            "cost": 1.0,
            "saving": [100.0, 300.0],
        }
    )
    none = run.qualifications.iloc[:0]
    return replace(run, break_even=saves, qualifications=none, onboardings=run.onboardings.iloc[:0])


def test_the_way_to_the_plan_quarter_by_quarter() -> None:
    """
    Proves: A stands at most 400 + 100 - 2·30 = 440 in quarter 1 (when its order arrives), then
    500 - 182.5 = 317.5, 135 and nothing; B is below its plan's 200 throughout. With 20 blocked:
    4,400 + 1,000 + 200; 3,175 + 1,200; 1,350 + 1,200; 1,000 + 1,200.

    Sensitivity: an order counted from today on gives 6,200 in quarter 1, none counted 5,200;
    blocked stock that frees its capital 5,400.
    """
    found = stock_on_hand(portfolio(), plan(), tables())
    assert found is not None
    assert [one["capital"] for one in found["quarters"]] == [5_600.0, 4_375.0, 2_550.0, 2_200.0]
    assert found["plan_capital"] == 2_000.0
    assert found["peak"]["quarter"] == 1
    assert (found["peak"]["above_plan"], found["peak"]["blocked"]) == (3_400.0, 200.0)
    assert found["peak"]["largest"] == ["A"]


def test_what_is_too_much_and_what_is_missing() -> None:
    """
    Proves: A has 500 - (30 + 40 + 60) = 370 beyond what the plan ever holds, for 370/(2·365/12) =
    6.08 months; 2·200 are sold within its shelf life, 100 are not; the excess is gone after 185
    days, so a year's obsolescence is .1·10·(370/2)·185/365; B needs 1,000 - 20·5.
    """
    found = stock_on_hand(portfolio(), plan(), tables())
    assert found is not None
    assert (found["excess"], found["excess_skus"], found["unused"]) == (3_700.0, 1, 0.0)
    assert found["past_shelf_life"] == pytest.approx(1_000.0)
    assert found["obsolescence"] == pytest.approx(0.1 * 10.0 * 185.0 * 185.0 / 365.0)
    assert found["to_spend"] == 900.0
    [row] = found["skus"]
    assert (row["sku"], row["excess_units"]) == ("A", 370.0)
    assert row["excess_months"] == pytest.approx(370.0 / (730.0 / 12.0))
    assert found["as_of"] == "2026-07-01"


def test_a_sku_without_demand_or_without_a_row() -> None:
    """
    Proves: without demand the excess over its least stock is never used up (no months), all of it
    told apart; without a row there is no excess, nothing to spend, and the plan's level counts.
    """
    read = portfolio()
    idle = replace(read, skus=replace(read.skus, demand_mean=np.array([0.0, 1.0])))
    found = stock_on_hand(idle, plan(), tables())
    assert found is not None
    assert found["unused"] == found["excess"] == 10.0 * (500.0 - 100.0)
    assert found["skus"][0]["excess_months"] is None
    nan = np.array([np.nan, 20.0])
    stock = StockOnHand(usable=nan, on_order=nan, blocked=nan, as_of=None)
    found = stock_on_hand(replace(read, stock_on_hand=stock), plan(), tables())
    assert found is not None
    assert (found["counted"], found["uncounted"], found["excess"]) == (1, 1, 0.0)
    assert found["to_spend"] == 900.0
    assert [one["capital"] for one in found["quarters"]] == [2_100.0] * 4
    assert stock_on_hand(replace(read, stock_on_hand=None), plan(), tables()) is None


def test_todays_stock_stays_on_the_books_that_it_is_on() -> None:
    """
    Proves: what stands today counts by the policy in force, also for a design whose stock is the
    supplier's: it does not leave the books by choosing vmi; and where the supplier's stock stands
    today, it is no capital of ours.
    """
    position = list(portfolio().settings.policies).index("vmi")
    vmi = Designs(
        sku=np.array([0]), policy=np.array([position]), service_level=np.array([0.95]),
        reserve_days=np.zeros(1), lot_days_min=np.zeros(1), lot_factor=np.ones(1),
        reorder_point=np.full(1, np.nan), order_quantity=np.full(1, np.nan),
        alternates=np.full((1, 2), -1),
    )  # fmt: skip
    ours = capital_by_quarter(portfolio("safety_stock"), vmi, np.array([100.0]))
    assert ours[:, 0].tolist() == [4_600.0, 3_375.0, 1_550.0, 200.0]
    theirs = capital_by_quarter(portfolio("vmi"), vmi, np.array([100.0]))
    assert theirs[:, 0].tolist() == [0.0] * 4


def test_build_ups_wait_until_todays_stock_makes_room() -> None:
    """
    Proves: within 4,400 a quarter B's reserve (750, .4 saved a EUR) waits for quarter 2, when
    3,625 + 750 fit; A's stands in today's stock until quarter 4, so it is funded at once although
    quarter 1 is over its limit anyway, at 5,600 - 750.
    """
    found = stock_on_hand(portfolio(capital=4_400.0), plan(), tables())
    assert found is not None
    assert [(row["sku"], row["cost"], row["quarter"]) for row in found["build_ups"]] == [
        ("B", 750.0, 2),
        ("A", 400.0, 1),
    ]
    assert [one["staged"] for one in found["quarters"]] == [4_850.0, 4_375.0, 2_550.0, 2_200.0]


def test_sources_wait_for_the_supplier_that_they_need() -> None:
    """Proves: an onboarding and the qualifications at it are one build-up, of 60 + 2·20."""
    run = tables()
    bought = replace(
        run,
        qualifications=pd.DataFrame(
            {"sku": ["A", "B", "B"], "supplier": ["New", "New", "Old"], "cost": [20.0, 20.0, 30.0]}
        ),
        onboardings=pd.DataFrame({"supplier": ["New"], "cost": [60.0], "skus": [2]}),
    )
    found = stock_on_hand(portfolio(), plan(), bought)
    assert found is not None
    items = {(row["kind"], row["supplier"]): row["cost"] for row in found["build_ups"]}
    assert items["supplier", "New"] == 100.0
    assert items["source", "Old"] == 30.0
    assert ("source", "New") not in items
    assert found["one_time_cash"] == 130.0
    assert found["quarters"][3]["capital"] == 2_330.0


AMOUNT = st.floats(0.0, 100.0)
FOUR = st.lists(AMOUNT, min_size=4, max_size=4)


@given(use=st.lists(FOUR, max_size=6), base=FOUR, limits=FOUR)
def test_stages_keep_the_limits_and_never_let_go(
    use: list[list[float]], base: list[float], limits: list[float]
) -> None:
    """
    Proves: no quarter goes over its limit by what is funded; what is put off from a quarter would
    not have fitted there beside what is funded before it; all funded quarters add up.
    """
    n, uses = len(use), np.array(use).reshape(-1, 4)
    text = np.array([""] * n, dtype=object)
    items = BuildUps(kind=text, sku=text, supplier=text, saving=np.ones(n), use=uses)
    funding = staged(items, np.array(base) + uses.sum(axis=0), limits)
    assert funding is not None
    quarter = np.array([row["quarter"] or 9 for row in funding.rows], dtype=np.int64)
    for k in range(4):
        funded = uses[quarter <= k + 1].sum(axis=0)
        held = base[k] + funded[k]
        assert funding.capital[k] == pytest.approx(held, abs=1e-9)
        if funded[k] > 0.0:
            assert held <= limits[k] + 1e-6
        for item in np.flatnonzero(quarter > k + 1):
            beside = quarter[:item] <= k + 1
            before = uses[:item][beside].sum(axis=0) + uses[quarter <= k].sum(axis=0)
            most = np.array(base) + np.maximum(before, funded) + uses[item]
            over = (most > np.array(limits) - 1e-6) & (uses[item] > 0.0)
            assert over[k:].any()
