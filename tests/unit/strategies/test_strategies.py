"""Fixed strategies: what they choose, and that the verifier finds the same figures by itself."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain.portfolio import PlanInForce, Portfolio
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Budget, Limits
from optimizer.engine.decide import decide
from optimizer.errors import BadInputError, VerificationError
from optimizer.jobs.about import Request, about_run
from optimizer.jobs.decided import decided_plan
from optimizer.jobs.prepare import prepare
from optimizer.jobs.record import verified, with_strategies
from optimizer.metrics.allowed import RULE_OF_THUMB
from optimizer.strategies import (
    Strategy,
    check_strategies,
    figures,
    fixed_strategies,
    parse_budget,
    with_budget_of,
)
from optimizer.strategies.fixed import JUST_IN_CASE, WITH_VMI, just_in_case, just_in_time
from tests.support.portfolios import make_portfolio
from tests.support.random_portfolios import random_portfolio

QUAKE = {
    "hazard": "quake",
    "kind": "outage",
    "scope": "supplier",
    "target": "Alfa",
    "annual_rate": 0.5,
    "duration_mean_days": 40.0,
}


def by_name(portfolio: Portfolio) -> dict[str, Strategy]:
    """Return the fixed strategies by their names."""
    return {strategy.name: strategy for strategy in fixed_strategies(portfolio)}


def chosen(portfolio: Portfolio, strategy: Strategy) -> list[tuple[str, float, float, float, int]]:
    """Return policy, service level, reserve, lot and alternate of every SKU."""
    designs, names = strategy.designs, list(portfolio.settings.policies)
    assert designs is not None
    return list(
        zip(
            [names[policy] for policy in designs.policy],
            designs.service_level.tolist(),
            designs.reserve_days.tolist(),
            designs.lot_days_min.tolist(),
            designs.alternates[:, 0].tolist(),
            strict=True,
        )
    )


def segments(**settings: Any) -> Portfolio:
    """
    Build one SKU each of A, B and C at a supplier at risk, Alfa, and at two safe ones.

    Yearly value falls from 100 to 1 within each; Beta offers VMI, Gamma does not.  Every SKU of
    Alfa has a second source, which the last of them lacks.
    """
    value = (("A", 100.0), ("B", 14.0), ("C", 1.0))
    skus = [
        {"sku": f"{letter}{supplier}", "demand_mean": demand, "demand_std": 0.2 * demand}
        for supplier in range(3)
        for letter, demand in value
    ]
    sources = []
    for row in range(9):
        sources.append({"sku": row, "supplier": row // 3})
        if row < 2:
            sources.append({"sku": row, "supplier": 1, "role": "candidate"})
    suppliers = [
        {"supplier": "Alfa", "ttr_days": 50.0},
        {"supplier": "Beta", "offers_vmi": True},
        {"supplier": "Gamma"},
    ]
    return make_portfolio(skus, sources, suppliers=suppliers, hazards=[QUAKE], **settings)


def test_just_in_case_is_the_rule_of_thumb() -> None:
    """
    Proves: each class gets its policy, level, reserve and source, and nobody a stand-in.

    Alfa is out every other year for 40 days: at risk.  Its time to recover is 50 days:
    60 is the least reserve that covers it.  At risk, C buys forward; safe, C has VMI where offered.
    """
    portfolio = segments()
    strategy = just_in_case(portfolio)
    assert chosen(portfolio, strategy) == [
        ("stockpile", 0.999, 60.0, 0.0, 1),
        ("stockpile", 0.999, 60.0, 0.0, 3),
        ("forward_buy", 0.99, 0.0, 60.0, -1),
        ("reorder_point", 0.95, 0.0, 0.0, -1),
        ("reorder_point", 0.95, 0.0, 0.0, -1),
        ("vmi", 0.98, 0.0, 0.0, -1),
        ("reorder_point", 0.95, 0.0, 0.0, -1),
        ("reorder_point", 0.95, 0.0, 0.0, -1),
        ("reorder_point", 0.95, 0.0, 0.0, -1),
    ]
    assert strategy.stand_ins == 0


def test_a_supplier_that_states_no_time_to_recover_is_given_thirty_days() -> None:
    """Proves: no ttr_days means 30 days of reserve, not none."""
    portfolio = segments()
    unstated = replace(portfolio.suppliers, ttr_days=np.zeros(3))
    found = chosen(portfolio, just_in_case(replace(portfolio, suppliers=unstated)))
    assert [row[2] for row in found[:2]] == [30.0, 30.0]


def test_without_alternates_a_second_source_is_missing_and_counted() -> None:
    """Proves: max_alternates = 0 leaves the two SKUs that want one without, and says so."""
    strategy = just_in_case(segments(max_alternates=0))
    assert strategy.designs is not None
    assert (strategy.designs.alternates == -1).all()
    assert strategy.stand_ins == 2


def test_every_policy_just_in_case_is_one_the_rule_allows() -> None:
    """Proves: the table of wishes and the table of the policy mode cannot drift apart."""
    for group, policies in JUST_IN_CASE.items():
        key = "C-low" if group == WITH_VMI else group
        assert set(policies) <= RULE_OF_THUMB[key]


def test_just_in_time_takes_no_alternate_and_heeds_locks() -> None:
    """Proves: the lowest level of jit for all, but for the locked SKU, which is counted."""
    portfolio = segments()
    lock = np.array(["", "vmi", "", "safety_stock", *[""] * 5], dtype=object)
    lock[1] = ""
    locked = replace(portfolio, skus=replace(portfolio.skus, lock_policy=lock))
    strategy = just_in_time(locked)
    found = chosen(locked, strategy)
    assert found[3] == ("safety_stock", 0.95, 0.0, 0.0, -1)
    assert {row for n, row in enumerate(found) if n != 3} == {("jit", 0.5, 0.0, 0.0, -1)}
    assert strategy.stand_ins == 1
    assert chosen(locked, just_in_case(locked))[3][0] == "safety_stock"


def with_today(portfolio: Portfolio, seed: int) -> Portfolio:
    """Add a plan in force with levels, reserves, lots and numbers that no option offers."""
    rng, n = np.random.default_rng(seed), len(portfolio.skus)
    sources, names = portfolio.sources, portfolio.suppliers.supplier
    alternates = np.full(n, "", dtype=object)
    for row in np.flatnonzero(sources.role != 0):
        alternates[sources.sku[row]] = names[sources.supplier[row]]
    states_numbers = rng.random(n) < 0.4
    numbers = np.ceil(portfolio.skus.demand_mean * rng.uniform(0.0, 60.0, n))
    today = PlanInForce(
        policy=rng.choice(np.array(["jit", "safety_stock", "stockpile"], dtype=object), n),
        service_level=rng.uniform(0.3, 0.995, n),
        reserve_days=rng.choice([0.0, 11.0], n),
        lot_days_min=rng.choice([0.0, 17.0], n),
        lot_factor=np.ones(n),
        reorder_point=np.where(states_numbers, numbers, np.nan),
        order_quantity=np.where(states_numbers, numbers + 1.0, np.nan),
        alternates=np.where(rng.random(n) < 0.5, alternates, ""),
        keep=np.zeros(n, dtype=np.bool_),
    )
    only_numbers = np.where(states_numbers, "", today.policy).astype(object)
    return replace(portfolio, plan_in_force=replace(today, policy=only_numbers))


def unlimited(portfolio: Portfolio) -> Portfolio:
    """Take the limits away, so that there is a plan."""
    free = portfolio.settings.model_copy(update={"budget": Budget(), "limits": Limits()})
    return replace(portfolio, settings=free)


def solved(portfolio: Portfolio) -> RunTables:
    """Return the tables of a solved portfolio with its strategies, all of them verified."""
    prepared = prepare(portfolio)
    outcome = decide(prepared.case)
    about = about_run(portfolio, Request(), "test", time.monotonic())
    decided = decided_plan(portfolio, prepared, outcome)
    tables, _ = verified(prepared, decided, about)
    return with_strategies(prepared, decided, tables)


@pytest.mark.parametrize("measure", ["expected", "cvar", "var"])
@pytest.mark.parametrize("seed", range(5))
def test_the_verifier_finds_every_strategy_by_itself(seed: int, measure: str) -> None:
    """
    Proves: today, JIT and JIC of random portfolios cost what the verifier recomputes, and no plan
    within the option table beats the best mix without limits.

    Sensitivity: one unit of money in any figure of any strategy is refused, by its name.
    """
    portfolio = with_today(unlimited(random_portfolio(seed, measure)), seed)
    tables = solved(portfolio)
    found = tables.strategies.set_index("strategy")
    neutral = [] if measure == "expected" else ["neutral"]
    assert list(found.index) == ["today", "jit", "jic", *neutral, "best"]
    cost, gap = found["objective"], portfolio.settings.gap
    assert cost["best"] <= cost[["jit", "jic"]].min() * (1.0 + gap) + 1e-6
    for name in neutral:
        assert found["expected_cost"][name] <= found["expected_cost"]["best"] + 1e-6
    for name, column in (("today", "cvar"), ("jic", "carrying"), ("jit", "turns")):
        wrong = tables.strategies.copy()
        wrong.loc[wrong["strategy"] == name, column] += 1.0
        with pytest.raises(VerificationError, match=f"strategies, {name}, {column}"):
            check_strategies(
                portfolio, replace(tables, strategies=wrong), fixed_strategies(portfolio)
            )


@pytest.mark.parametrize("column", ["objective", "capital", "expected_loss"])
def test_the_plans_own_row_is_held_against_the_run(column: str) -> None:
    """Proves: a best mix that is not the run's plan is refused, whatever the number of SKUs."""
    portfolio = unlimited(random_portfolio(3, "cvar"))
    tables = solved(portfolio)
    wrong = tables.strategies.copy()
    wrong.loc[wrong["strategy"] == "best", column] += 1.0
    with pytest.raises(VerificationError, match=f"strategies, best, {column}"):
        check_strategies(portfolio, replace(tables, strategies=wrong), ())


def test_a_fault_in_the_figures_is_caught_as_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a CVaR that is 1 % too low stops the run before anything is written."""
    true = figures.cvar
    monkeypatch.setattr(figures, "cvar", lambda *given: 0.99 * true(*given))
    with pytest.raises(VerificationError, match="strategies, jit, cvar"):
        solved(unlimited(random_portfolio(3, "cvar")))


def test_a_strategy_that_is_gone_or_a_limit_untold_is_refused() -> None:
    """Proves: a missing row and an exceeded limit that is not said are differences too."""
    portfolio = unlimited(random_portfolio(3, "cvar"))
    tables, fixed = solved(portfolio), fixed_strategies(portfolio)
    gone = tables.strategies[tables.strategies["strategy"] != "jic"]
    with pytest.raises(VerificationError, match="strategies, jic: found no row"):
        check_strategies(portfolio, replace(tables, strategies=gone), fixed)
    tight = portfolio.settings.model_copy(update={"budget": Budget(capital=0.01)})
    with pytest.raises(VerificationError, match="exceeds"):
        check_strategies(replace(portfolio, settings=tight), tables, fixed)


def test_without_a_plan_table_there_is_no_today() -> None:
    """Proves: no plan in force, no row; one that cannot be priced has a row without figures."""
    portfolio = segments()
    assert list(by_name(portfolio)) == ["jit", "jic"]
    with pytest.raises(BadInputError, match="needs the plan table"):
        with_budget_of(portfolio, "today")
    plan = with_today(portfolio, 1).plan_in_force
    assert plan is not None
    policy = np.array(["", "hope", *["jit"] * 7], dtype=object)
    incomplete = replace(portfolio, plan_in_force=replace(plan, policy=policy))
    strategy = by_name(incomplete)["today"]
    assert strategy.designs is None
    assert strategy.note.endswith("There are more such SKUs.")
    with pytest.raises(BadInputError) as refused:
        with_budget_of(incomplete, "today")
    assert len(refused.value.problems) == 2


def test_a_budget_is_an_amount_or_a_word() -> None:
    """Proves: what is neither is refused with the words there are; a strategy's capital is set."""
    assert parse_budget("1e6") == 1e6
    for text in ("Today", "2,100,000", "jitt", ""):
        with pytest.raises(BadInputError, match="today, jit, jic"):
            parse_budget(text)
    portfolio = unlimited(random_portfolio(3, "cvar"))
    capital = solved(portfolio).strategies.set_index("strategy")["capital"]
    for name in ("jit", "jic"):
        at = with_budget_of(portfolio, name)
        assert at.settings.budget.capital == pytest.approx(capital[name], rel=1e-11)
        assert at.overrides == (f"budget.capital={at.settings.budget.capital!r}",)
    with pytest.raises(BadInputError):
        with_budget_of(portfolio, "best")


def test_strategies_are_the_same_twice() -> None:
    """Proves: the same portfolio gives the same table to the bit."""
    portfolio = with_today(unlimited(random_portfolio(5, "cvar")), 5)
    first, second = (solved(portfolio).strategies for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
