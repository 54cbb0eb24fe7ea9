"""Other plans than the run's are recomputed from their decisions and the run's own strikes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.run import RunTables
from optimizer.errors import VerificationError
from optimizer.verifier import verify_strategies
from tests.unit.verifier.verify_case import build_portfolio, honest_run

DECIDES = [
    *("sku", "policy", "service_level", "reserve_days", "lot_days_min", "lot_factor"),
    *("alternates", "reorder_point", "order_quantity"),
]


def with_strategies(rows: list[dict[str, Any]]) -> RunTables:
    """Return the honest run with the plan itself and these strategies beside it."""
    return replace(honest_run(), strategies=pd.DataFrame([{"strategy": "best", **best()}, *rows]))


def best() -> dict[str, Any]:
    """Return what the strategies table says of the plan, by plain sums."""
    run, portfolio = honest_run(), build_portfolio()
    spend = portfolio.skus.unit_cost * portfolio.skus.demand_mean
    stock = portfolio.skus.unit_cost * run.plan["mean_on_hand"].to_numpy()
    totals = {
        name: getattr(run.manifest, name) for name in ("expected_cost", "risk_charge", "objective")
    }
    return {
        **dict(run.manifest.components),
        **totals,
        "capital": run.manifest.resources["capital"].used,
        "fill_rate": float(spend @ run.plan["fill_rate"].to_numpy() / spend.sum()),
        "turns": float(365.0 * spend.sum() / stock.sum()),
        "alternates": 4,
        "qualifications": 2,
        "onboardings": 1,
        "stand_ins": 0,
        "exceeds": "",
        "note": "",
    }


def decisions(numbers: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Return the plan's decisions, reorder point and lot stated for some SKUs."""
    chosen = honest_run().plan.assign(reorder_point=np.nan, order_quantity=np.nan)
    for sku, (point, lot) in numbers.items():
        row = chosen["sku"] == sku
        chosen.loc[row, ["reorder_point", "order_quantity"]] = point, lot
    return chosen[DECIDES]


def test_a_strategy_like_the_plan_is_verified() -> None:
    """Proves: by their rules, the plan's own decisions cost what the plan does."""
    run = with_strategies([{"strategy": "today", **best()}])
    without = decisions({})
    verify_strategies(build_portfolio(), run, {"today": without})
    rules_only = without.drop(columns=["reorder_point", "order_quantity"])
    verify_strategies(build_portfolio(), run, {"today": rules_only})


def test_numbers_stated_as_they_are() -> None:
    """Proves: the plan's own reorder points and lots, stated, cost what the plan does."""
    plan = honest_run().plan
    points = zip(plan["reorder_point"], plan["order_quantity"], strict=True)
    stated = dict(zip(plan["sku"], points, strict=True))
    run = with_strategies([{"strategy": "today", **best()}])
    verify_strategies(build_portfolio(), run, {"today": decisions(stated)})


def test_certain_demand_above_todays_reorder_point() -> None:
    """
    Proves: 61.5 asked for in the lead time, r = 10, Q = 82: short 51 of 82 units, .622 of the time.

    With r at its rule's 62 nobody ever waits: 5 a day for 180 days x 2 x 51/82, and 10 a day for
    180 days x 51/82, more; 1.1 orders as many as 2.2 in half a year.  Read half a unit above r,
    51.5 - 0.5.
    """
    portfolio, row = build_portfolio(), best()
    short = 51.0 / 82.0
    rows = honest_run().plan.set_index("sku").loc["K"]
    row["routine_stockout"] += (5.0 * 2.0 + 10.0) * 180.0 * short
    row["ordering"] += 8.0 * 5.0 * 180.0 / 82.0 - rows["ordering"]
    with pytest.raises(VerificationError) as refused:
        verify_strategies(
            portfolio,
            with_strategies([{"strategy": "today", **row}]),
            {"today": decisions({"K": (10.0, 82.0)})},
        )
    told = {text.split(":")[0] for text in refused.value.differences}
    assert "strategies, today, routine_stockout" not in told
    assert "strategies, today, ordering" not in told
    assert "strategies, today, expected_loss" in told  # which is then another


@pytest.mark.parametrize(
    "column",
    [
        *("capital", "carrying", "ordering", "purchasing", "routine_stockout", "qualification"),
        *("onboarding", "expected_loss", "var", "cvar", "expected_cost", "risk_charge"),
        *("objective", "fill_rate", "turns", "alternates", "qualifications", "onboardings"),
    ],
)
def test_every_number_of_a_strategy_is_held(column: str) -> None:
    """Proves: each of them a ten-millionth off is refused and named."""
    row = {"strategy": "today", **best()}
    row[column] *= 1.0 + 1e-7
    with pytest.raises(VerificationError) as refused:
        verify_strategies(build_portfolio(), with_strategies([row]), {"today": decisions({})})
    assert [text.split(":")[0] for text in refused.value.differences] == [
        f"strategies, today, {column}"
    ]


def test_the_plans_own_row_and_what_is_missing() -> None:
    """Proves: the plan's row is held against the manifest, and no strategy may be left out."""
    run = with_strategies([])
    wrong = run.strategies.assign(risk_charge=1.0)
    with pytest.raises(VerificationError, match="strategies, best, risk_charge"):
        verify_strategies(build_portfolio(), replace(run, strategies=wrong), {})
    with pytest.raises(VerificationError, match="strategies, today: found no row"):
        verify_strategies(build_portfolio(), run, {"today": decisions({})})


def test_limits_that_a_strategy_passes() -> None:
    """Proves: a strategy may pass limits and says which; one more or fewer named is refused."""
    portfolio = build_portfolio({"budget": {"capital": 59_000.0}})
    row = {"strategy": "today", **best()}
    with pytest.raises(VerificationError, match=r"exceeds: found \[\], expected \['capital'\]"):
        verify_strategies(portfolio, with_strategies([row]), {"today": decisions({})})
    told = with_strategies([{**row, "exceeds": "capital"}])
    verify_strategies(portfolio, told, {"today": decisions({})})
