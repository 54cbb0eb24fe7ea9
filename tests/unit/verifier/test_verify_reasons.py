"""What stands beside the plan as advice is checked where another road leads to it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.errors import VerificationError
from optimizer.verifier import verify
from tests.unit.verifier.verify_case import HAZARDS, build_portfolio, build_run, hit


def with_time_to_recover() -> Portfolio:
    """Return the hand-made portfolio, all but its first supplier stating a time to recover."""
    portfolio = build_portfolio()
    days = 10.0 * np.arange(len(portfolio.suppliers))
    return replace(portfolio, suppliers=replace(portfolio.suppliers, ttr_days=days))


def explained(portfolio: Portfolio) -> RunTables:
    """Return the hand-made run with the newer columns, each by plain arithmetic."""
    run = build_run(portfolio)
    skus, suppliers, sources = portfolio.skus, portfolio.suppliers, portfolio.sources
    plan = run.plan.set_index("sku", drop=False)
    columns: dict[str, list[float]] = {name: [] for name in ("cost", "chance", "recover")}
    rate: dict[str, float] = {}
    for i, name in enumerate(skus.sku):
        demand = skus.demand_mean[i]
        per_unit = skus.unit_margin[i] + skus.expedite_cost[i] + skus.goodwill_cost[i]
        columns["cost"].append(demand * per_unit + skus.downtime_cost[i] if demand else 0.0)
        primary = str(suppliers.supplier[sources.supplier[skus.primary[i]]])
        rate[name] = sum(h["annual_rate"] * hit(h["hazard"], primary) for h in HAZARDS)
        columns["chance"].append(1.0 - math.exp(-rate[name]))
        days = suppliers.ttr_days[sources.supplier[skus.primary[i]]]
        columns["recover"].append(days if days else math.nan)
    ordered = plan.loc[list(skus.sku)].assign(
        stockout_cost=columns["cost"],
        outage_probability=columns["chance"],
        time_to_recover=columns["recover"],
    )
    bought = [
        *(("source", n, j) for n in skus.sku for j in plan["alternates"][n].split(";") if j),
        *(("supplier", "", j) for j in run.onboardings["supplier"]),
        *(("reserve", n, "") for n in skus.sku if plan["reserve_days"][n] > 0.0),
    ]
    table = pd.DataFrame(bought, columns=["kind", "sku", "supplier"]).assign(
        cost=1.0,
        saving=2.0,
        outage_rate=[rate[n] if n else 0.1 for _, n, _ in bought],
        break_even_rate=0.05,
    )
    charge = portfolio.settings.risk.weight * portfolio.settings.horizon.days / 365.0
    return replace(
        run,
        plan=ordered.reset_index(drop=True),
        scenarios=run.scenarios.assign(weight=charge * run.scenarios["probability"]),
        break_even=table,
    )


def test_a_run_with_reasons_is_verified() -> None:
    """Proves: weights, stockout costs, outage probabilities and rates agree with plain sums."""
    portfolio = with_time_to_recover()
    run = explained(portfolio)
    more = verify(portfolio, run).checks - verify(portfolio, build_run(portfolio)).checks
    assert more >= 3 * len(run.plan) + len(run.scenarios) + len(run.break_even)
    assert {"source", "supplier", "reserve"} <= set(run.break_even["kind"])


def plan_cell(column: str, factor: float) -> Callable[[RunTables], RunTables]:
    """Multiply the largest number of a column of the plan."""

    def fault(run: RunTables) -> RunTables:
        plan = run.plan.copy()
        plan.loc[plan[column].idxmax(), column] *= factor
        return replace(run, plan=plan)

    return fault


def weights(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[RunTables], RunTables]:
    """Change the weights of the scenarios."""
    return lambda run: replace(
        run, scenarios=run.scenarios.assign(weight=change(run.scenarios["weight"].to_numpy()))
    )


def bought(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[RunTables], RunTables]:
    """Change the table of break-evens."""
    return lambda run: replace(run, break_even=change(run.break_even).reset_index(drop=True))


def all_on_one(weight: np.ndarray) -> np.ndarray:
    """Put everything on the second scenario, of probability .05: .2 could carry it."""
    return weight.sum() * np.eye(1, len(weight), 1)[0]


def one_below(weight: np.ndarray) -> np.ndarray:
    """Let one weight be negative."""
    return weight - np.eye(1, len(weight))[0]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (plan_cell("stockout_cost", 1.0 + 1e-6), "plan.stockout_cost"),
        (plan_cell("outage_probability", 0.99), "plan.outage_probability"),
        (plan_cell("time_to_recover", 2.0), "plan.time_to_recover"),
        (weights(lambda w: 1.01 * w), "scenarios.weight, sum"),
        (weights(all_on_one), "scenarios.weight, scenario 1"),
        (weights(one_below), "scenarios.weight, scenario 0"),
        (bought(lambda t: t.iloc[1:]), "in one of plan and break_even only"),
        (bought(lambda t: pd.concat([t, t.head(1)])), "break_even: found a row twice"),
        (bought(lambda t: t.assign(outage_rate=0.7)), "break_even.outage_rate"),
    ],
)
def test_every_fault_is_refused(fault: Callable[[RunTables], RunTables], told: str) -> None:
    """Proves: one wrong number or row among them is found, and named."""
    portfolio = with_time_to_recover()
    with pytest.raises(VerificationError) as refusal:
        verify(portfolio, fault(explained(portfolio)))
    assert told in str(refusal.value)
