"""Build-ups of carrying and being short, against sums done by hand and the verifier's formulas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.portfolios import make_portfolio
from support.random_portfolios import random_portfolio
from support.runs import make_tables

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Limits
from optimizer.engine.optimize import outcome_of
from optimizer.pipeline import Request, about_run, verified
from optimizer.prepare import prepare
from optimizer.report.build_up import build_up
from optimizer.report.build_up_words import no_double_counting, rate_sentence, short_groups
from optimizer.report.facts import Facts
from tests.unit.engine.verify_case import build_portfolio, build_run

COSTS = ("carrying", "routine_stockout", "expected_loss")


def aligned(portfolio: Portfolio, tables: RunTables) -> pd.DataFrame:
    """Return the plan in the order of the SKUs."""
    return tables.plan.set_index("sku").loc[list(portfolio.skus.sku)]


def of_run(portfolio: Portfolio, tables: RunTables) -> dict[str, Any]:
    """Return the build-up of a run."""
    return build_up(portfolio, aligned(portfolio, tables), tables)


def by_hand() -> tuple[Portfolio, RunTables]:
    """
    Build two SKUs over 73 days, y = .2.

    a: c 10, I 30, R 10, stockpile (factor 1, rotation .02), obsolescence .05.
    b: c 4, I 50, vmi (factor .4).
    """
    portfolio = make_portfolio(
        [
            {"sku": "a", "category": "fans", "unit_cost": 10.0, "demand_mean": 10.0}
            | {"unit_margin": 5.0, "expedite_cost": 2.0, "goodwill_cost": 1.0}
            | {"downtime_cost": 20.0, "obsolescence_rate": 0.05},
            {"sku": "b", "category": "rest", "unit_cost": 4.0, "demand_mean": 5.0}
            | {"unit_margin": 3.0},
        ],
        [{"sku": 0, "supplier": 0}, {"sku": 1, "supplier": 0}],
        horizon={"days": 73},
    )
    run = make_tables(n_skus=2)
    plan = run.plan.assign(
        sku=["a", "b"],
        policy=["stockpile", "vmi"],
        mean_on_hand=[30.0, 50.0],
        reserve_units=[10.0, 0.0],
        assured_days=[2.0, 1.0],
        lot_days=[4.0, 8.0],
        routine_stockout=[300.0, 60.0],
        expected_loss=[500.0, 30.0],
    )
    shocks = pd.DataFrame(
        {
            "scenario": [1, 1, 2],
            "category": ["fans", "fans", "fans"],
            "kind": ["price", "surge", "price"],
            "multiplier": [1.5, 3.0, 1.2],
            "days": [10, 10, 3],
        }
    )
    scenarios = pd.DataFrame(
        {"scenario": [0, 1, 2], "probability": [0.5, 0.3, 0.2], "loss": [0.0, 1.0, 2.0]}
    )
    return portfolio, RunTables(
        manifest=run.manifest,
        plan=plan,
        qualifications=run.qualifications,
        onboardings=run.onboardings,
        scenarios=scenarios,
        outages=run.outages,
        shocks=shocks,
    )


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
    assert "20 % of its value a year: capital 10 %, storage 4 %" in rate_sentence(found)


def test_being_short_is_split_as_its_daily_cost_is() -> None:
    """
    Proves: routine stockouts and losses are shared as κ is: a 50 + 20 + 10 + 20 of 100 a day.

    a: 300 → margin 150, expedite 60, goodwill 30, downtime 60; b's 60 are margin.
    Price shocks of fans: c·D = 100.  1.5 for 10 days: 8 days uncovered, (64 − 16)/8 = 6 short;
    1.2 for 3 days: 1/8 short.  100·(.3·.5·6 + .2·.2·.125) = 90.5.  The rest of 500, 409.5, is κ's.
    Sensitivity: with the surge among them 100·.3·2·6 = 360 more would be dearer purchases.
    """
    found = of_run(*by_hand())
    assert found["routine_stockout"]["all"] == pytest.approx(
        {"margin": 210.0, "expedite": 60.0, "goodwill": 30.0, "downtime": 60.0}
    )
    losses = found["expected_loss"]["categories"]["fans"]
    assert losses["price_shocks"] == pytest.approx(90.5)
    assert losses["margin"] == pytest.approx(0.5 * 409.5)
    assert losses["downtime"] == pytest.approx(0.2 * 409.5)
    assert found["expected_loss"]["categories"]["rest"]["margin"] == pytest.approx(30.0)
    both = short_groups(found, "categories")
    assert both["fans"]["margin"] == pytest.approx(150.0 + 204.75)


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
    tables, _ = verified(unlimited, prepared, outcome_of(prepared.case, option), about)
    found = of_run(unlimited, tables)
    for cost in COSTS:
        total = tables.manifest["components"][cost]
        groups = [found[cost]["policies"].values(), found[cost]["categories"].values()]
        sums = [sum(found[cost]["all"].values())]
        sums += [sum(sum(row.values()) for row in rows) for rows in groups]
        assert sums == pytest.approx([total] * 3, rel=1e-9, abs=1e-9)


def test_price_shocks_are_what_is_left_without_stockout_costs() -> None:
    """
    Proves: the loss of the same plan with no cost of being short, in plain loops day by day, is
    the part that price shocks have; the part of a SKU without demand is 0.
    """
    portfolio = build_portfolio()
    free = {
        name: {"unit_margin": 0.0, "expedite_cost": 0.0, "goodwill_cost": 0.0, "downtime_cost": 0.0}
        for name in portfolio.skus.sku
    }
    left = build_run(build_portfolio(skus=free)).plan["expected_loss"].sum()
    found = of_run(portfolio, build_run(portfolio))["expected_loss"]["all"]
    assert left > 1_000.0
    assert found["price_shocks"] == pytest.approx(left, rel=1e-12)


def test_dearer_capital_is_in_one_part_only() -> None:
    """
    Proves: the same plan with 15 % instead of 10 % of cost of capital costs half as much more in
    that part and the same in every other: it is counted once.
    """
    plan = build_run(build_portfolio())
    cheap, dear = (
        of_run(build_portfolio({"carrying": {"capital": rate}}), plan) for rate in (0.10, 0.15)
    )
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
    assert "The price of the budget is no cost" in said
    free = make_tables(resources={})
    assert "price of the budget" not in " ".join(no_double_counting(found, Facts.of(free)))


def _without_limits(portfolio: Portfolio) -> Portfolio:
    settings = portfolio.settings
    budget = settings.budget.model_copy(update={"capital": None, "category": {}})
    free = settings.model_copy(update={"budget": budget, "limits": Limits()})
    return replace(portfolio, settings=free)
