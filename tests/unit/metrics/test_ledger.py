"""Ledgers: sums that are exact in any order, on plans costed for random portfolios."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.comparison import COMPONENTS
from optimizer.domain.portfolio import Portfolio
from optimizer.jobs.other_world import World, cost_there
from optimizer.jobs.prepare import prepare
from optimizer.metrics.ledger import (
    Booked,
    differences,
    grouped,
    in_steps,
    ledger,
    step_of,
    total,
)
from optimizer.store.words import alternate_names
from tests.support.random_portfolios import random_portfolio


def _random_plan(portfolio: Portfolio, rng: np.random.Generator) -> Booked:
    """Return what an arbitrary plan of a portfolio costs."""
    prepared = prepare(portfolio)
    start = prepared.case.options.start
    option = start[:-1] + rng.integers(0, np.diff(start))
    designs = prepared.case.options.designs(option)
    plan = pd.DataFrame(
        {
            "sku": portfolio.skus.sku,
            "policy": np.array(list(portfolio.settings.policies))[designs.policy],
            "service_level": designs.service_level,
            "reserve_days": designs.reserve_days,
            "lot_days_min": designs.lot_days_min,
            "lot_factor": designs.lot_factor,
            "alternates": alternate_names(portfolio, designs),
        }
    )
    tables: Any = SimpleNamespace(plan=plan, manifest=SimpleNamespace(run="random"))
    return cost_there(World("random", portfolio, tables, prepared.futures), tables).booked


@pytest.mark.parametrize("seed", range(100))
def test_differences_of_random_pairs_add_up_exactly(seed: int) -> None:
    """
    Proves: for two plans of a random portfolio the differences by any label, in any order, add up
    to the difference of the costs to the last bit, and the costs are what they were.

    Sensitivity: without steps most pairs are off by a rounding.
    """
    rng = np.random.default_rng(seed)
    portfolio = random_portfolio(seed, ("cvar", "var", "expected")[seed % 3])
    raw = [ledger(_random_plan(portfolio, rng)) for _ in range(2)]
    step = step_of(raw)
    old, new = (in_steps(book, step) for book in raw)
    assert total(old) == pytest.approx(total(raw[0]), rel=1e-9, abs=1e-9)
    diff = differences(old, new)
    by = total(new) - total(old)
    for label in (
        diff["sku"],
        diff["hazard"],
        pd.Series(rng.integers(0, 3, len(diff)).astype(str)),
    ):
        parts = grouped(diff, label).sample(frac=1.0, random_state=seed)
        assert sum(parts["difference"]) == by
        for component in COMPONENTS:
            assert sum(parts[component]) == total(new, component) - total(old, component)


def test_steps_make_sums_exact_where_they_were_not() -> None:
    """
    Proves: ten amounts of a tenth and one that takes them back add up to 0, which floats miss.

    Sensitivity: 0.1 added ten times is 0.9999999999999999.
    """
    keys = {"supplier": "", "hazard": "", "component": "carrying"}
    before = pd.DataFrame([{"sku": f"S{k}", **keys, "amount": 0.1} for k in range(10)])
    after = before.assign(amount=0.0)
    assert sum(before["amount"]) != 1.0
    step = step_of([before, after])
    diff = differences(in_steps(before, step), in_steps(after, step))
    assert sum(diff["difference"]) == -10.0 * (round(0.1 / step) * step)


def test_the_charge_on_cvar_is_shared_and_that_on_var_is_not() -> None:
    """
    Proves: with CVaR 40, expected losses 3 and 7 and tails 10 and 30, ω = .2 over a year charges
    .2·7 = 1.4 and .2·23 = 4.6; with VaR 25 it charges .2·15 = 3 to all together.

    Sensitivity: shared by expected loss it would be 1.8 and 4.2.
    """
    portfolio = random_portfolio(1, "cvar")
    zero = dict.fromkeys(
        ("carrying", "ordering", "purchasing", "routine_stockout", "qualification", "capital"), 0.0
    )
    plan = pd.DataFrame([{"sku": "a", **zero}, {"sku": "b", **zero}])
    plan["tail_contribution"] = [10.0, 30.0]
    none = pd.DataFrame({"sku": [], "supplier": [], "cost": []}).astype({"cost": float})
    for measure, expected in (("cvar", {"a": 1.4, "b": 4.6}), ("var", {"": 3.0})):
        settings = portfolio.settings.having(risk={"measure": measure, "weight": 0.2})
        booked = Booked(
            plan=plan,
            expected=pd.DataFrame({"sku": ["a", "b"], "hazard": "h", "expected_loss": [3.0, 7.0]}),
            qualifications=none,
            onboardings=none,
            settings=settings,
            var=25.0,
            cvar=40.0,
        )
        book = ledger(booked)
        risk = book[book["component"] == "risk_charge"].set_index("sku")["amount"]
        assert risk.to_dict() == pytest.approx(expected)
        assert total(book) == pytest.approx(10.0 + math.fsum(expected.values()))
