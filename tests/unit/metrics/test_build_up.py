"""Build-ups of carrying and being short, against sums done by hand and verified plans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Limits
from optimizer.engine.optimize import outcome_of
from optimizer.jobs.about import Request, about_run
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.prepare import prepare
from optimizer.jobs.record import verified
from optimizer.metrics.build_up import build_up
from optimizer.reports.run.build_up_words import no_double_counting, rate_sentence, short_groups
from optimizer.reports.run.facts import Facts
from tests.support.portfolios import make_portfolio
from tests.support.random_portfolios import random_portfolio
from tests.support.runs import make_tables

COSTS = ("carrying", "routine_stockout", "expected_loss")


def aligned(portfolio: Portfolio, tables: RunTables) -> pd.DataFrame:
    """Return the plan in the order of the SKUs."""
    return tables.plan.set_index("sku").loc[list(portfolio.skus.sku)]


def of_run(portfolio: Portfolio, tables: RunTables) -> dict[str, Any]:
    """Return the build-up of a run."""
    return build_up(portfolio, aligned(portfolio, tables), tables)


def by_hand(**settings: Any) -> tuple[Portfolio, RunTables]:
    """
    Build two SKUs over 73 days, y = .2.

    a: c 10, I 30, R 10, stockpile (factor 1, rotation .02), obsolescence .05.
    b: c 4, I 50, vmi (factor .4).
    """
    exact = {"demand_model": "gamma", "unit_decimals": 4.0, "order_multiple": 1e-4}
    portfolio = make_portfolio(
        [
            {"sku": "a", "category": "fans", "unit_cost": 10.0, "demand_mean": 10.0, **exact}
            | {"unit_margin": 5.0, "expedite_cost": 2.0, "goodwill_cost": 1.0}
            | {"downtime_cost": 20.0, "obsolescence_rate": 0.05}
            | {"order_cost": 0.0, "min_order_qty": 80.0},
            {"sku": "b", "category": "rest", "unit_cost": 4.0, "demand_mean": 5.0, **exact}
            | {"unit_margin": 3.0},
        ],
        [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 0}],
        hazards=[
            {"hazard": "fire", "kind": "outage", "scope": "supplier", "target": "Alfa"}
            | {"annual_rate": 0.5, "duration_mean_days": 30.0},
            {"hazard": "scarcity", "kind": "price", "scope": "category", "target": "fans"}
            | {"annual_rate": 0.5, "duration_mean_days": 10.0, "multiplier": 1.5},
        ],
        horizon={"days": 73},
        **settings,
    )
    run = make_tables(n_skus=2)
    plan = run.plan.assign(
        sku=["a", "b"],
        policy=["stockpile", "vmi"],
        service_level=[0.5, 0.9],
        reserve_days=[1.0, 0.0],
        alternates="",
        mean_on_hand=[30.0, 50.0],
        reserve_units=[10.0, 0.0],
        waiting_share=[0.05, 0.0],
        routine_stockout=[300.0, 60.0],
        expected_loss=[340.5, 30.0],
    )
    expected = pd.DataFrame(
        {
            "sku": ["a", "a", "b"],
            "hazard": ["fire", "scarcity", "fire"],
            "expected_loss": [250.0, 90.5, 30.0],
        }
    )
    return portfolio, replace(run, plan=plan, expected=expected)


def test_carrying_is_what_the_rates_say() -> None:
    """
    Proves: each part is y·h_k·c·I·f, and rotation y·.02·c·R, by hand; b's stock costs .4 of it.

    y·c·I·f: a .2·300 = 60, b .2·200·.4 = 16.  capital .1·76 = 7.6; storage 3.04; obsolescence
    .05·60 = 3; rotation .2·.02·100 = .4.  Sensitivity: without the holding factor capital is 10.
    """
    found = of_run(*by_hand())["carrying"]
    assert found["all"] == pytest.approx(
        {"capital": 7.6, "storage": 3.04, "insurance": 0.76, "tax": 0.76, "shrink": 0.76}
        | {"obsolescence": 3.0, "rotation": 0.4}
    )
    assert found["policies"]["vmi"]["capital"] == pytest.approx(1.6)
    assert found["categories"]["fans"]["rotation"] == pytest.approx(0.4)
    assert list(found["policies"]) == ["stockpile", "vmi"]


def test_the_rate_is_weighted_by_the_value_of_stock() -> None:
    """
    Proves: obsolescence .05·300/500 = .03, in all 17 % + 3 %; by SKU it would be 2.5 %.

    The sentence says the same.
    """
    found = of_run(*by_hand())
    assert found["carrying_rate"]["obsolescence"] == pytest.approx(0.03)
    assert found["carrying_rate"]["all"] == pytest.approx(0.20)
    assert "20 % of its value a year: cost of capital 10 %, storage 4 %" in rate_sentence(found)


def test_being_short_is_split_by_units_and_by_waiting() -> None:
    """
    Proves: downtime is what waiting costs, the rest is shared as margin 5, expedite 2, goodwill 1.

    Routine of a: 20 a day · 73 days · .05 = 73 of 300; 227 for units: 5/8 of it margin.  b's 60 are
    margin.  A fire strikes y · .5 = .1 times for 30 days: with demand of 10 a day, cover for 1 day
    and a lot of 8 days, (29² − 21²)/16 = 25 days short.  .1 · 25 · (10 · 8 + 20) = 250, of which 50
    downtime and 125 margin.  The price shocks' 90.5 are dearer purchases.
    Sensitivity: shares of the daily stockout cost, without regard to waiting, say 187.5 of 300.
    """
    found = of_run(*by_hand())
    assert found["routine_stockout"]["all"] == pytest.approx(
        {"margin": 141.875 + 60.0, "expedite": 56.75, "goodwill": 28.375, "downtime": 73.0}
    )
    losses = found["expected_loss"]["categories"]["fans"]
    assert losses["price_shocks"] == pytest.approx(90.5)
    assert losses == pytest.approx(
        {"margin": 125.0, "expedite": 50.0, "goodwill": 25.0, "downtime": 50.0}
        | {"price_shocks": 90.5},
        rel=1e-4,
    )
    assert found["expected_loss"]["categories"]["rest"]["margin"] == pytest.approx(30.0)
    both = short_groups(found, "categories")
    assert both["fans"]["margin"] == pytest.approx(141.875 + 125.0, rel=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_the_parts_sum_to_the_plan(seed: int) -> None:
    """
    Proves: in all, by policy and by category, the parts of each cost sum to the verified plan's.

    Options are drawn at random; the portfolios have surges, price shocks and alternates.
    """
    portfolio = random_portfolio(31_000 + seed, "cvar")
    prepared = prepare(portfolio)
    starts = prepared.case.options.start
    drawn = np.random.default_rng(seed).random(len(portfolio.skus))
    option = starts[:-1] + (drawn * np.diff(starts)).astype(np.int64)
    unlimited = _without_limits(portfolio)
    about = about_run(unlimited, Request(), "drawn", 0.0)
    decided = decided_plan(unlimited, prepared, outcome_of(prepared.case, option))
    tables, _ = verified(prepared, decided, about)
    found = of_run(unlimited, tables)
    for cost in COSTS:
        total = getattr(tables.manifest.components, cost)
        groups = [found[cost]["policies"].values(), found[cost]["categories"].values()]
        sums = [sum(found[cost]["all"].values())]
        sums += [sum(sum(row.values()) for row in rows) for rows in groups]
        assert sums == pytest.approx([total] * 3, rel=1e-9, abs=1e-9)


def test_dearer_capital_is_in_one_part_only() -> None:
    """
    Proves: the same plan with 15 % instead of 10 % of cost of capital costs half as much more in
    that part and the same in every other: it is counted once.
    """
    cheap, dear = (of_run(*by_hand(carrying={"capital": rate})) for rate in (0.10, 0.15))
    assert dear["carrying"]["all"].pop("capital") == pytest.approx(
        1.5 * cheap["carrying"]["all"].pop("capital")
    )
    for cost in COSTS:
        assert dear[cost]["all"] == cheap[cost]["all"]


def test_nothing_in_stock_has_no_rate() -> None:
    """Proves: without inventory the rates are None and said so; no sum is divided by zero."""
    portfolio, tables = by_hand()
    tables.plan[["mean_on_hand", "reserve_units"]] = 0.0
    found = of_run(portfolio, tables)
    assert set(found["carrying_rate"].values()) == {None}
    assert rate_sentence(found) == "There is no stock to carry."


def test_the_price_of_the_budget_is_no_cost() -> None:
    """Proves: it is said beside the rate, with its unit; without a budget nothing is said of it."""
    portfolio, tables = by_hand()
    found = of_run(portfolio, tables)
    said = " ".join(no_double_counting(found, Facts.of(tables)))
    assert "0.234 EUR a year" in said
    assert "The shadow price of the budget is not a cost" in said
    free = make_tables(resources={})
    assert "price of the budget" not in " ".join(no_double_counting(found, Facts.of(free)))


def _without_limits(portfolio: Portfolio) -> Portfolio:
    settings = portfolio.settings
    budget = settings.budget.model_copy(update={"capital": None, "category": {}})
    free = settings.model_copy(update={"budget": budget, "limits": Limits()})
    return replace(portfolio, settings=free)
