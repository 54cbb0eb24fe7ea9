"""The verifier accepts what MODEL 2-5, worked out in plain loops, says of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
import verify_case
from verify_case import build_portfolio, build_run

from optimizer.domain.run import RunTables
from optimizer.engine.verify import losses, verify

RISKS = [
    {"measure": "cvar", "level": 0.8, "weight": 0.4},
    {"measure": "var", "level": 0.9, "weight": 1.0},
    {"measure": "expected", "level": 0.5, "weight": 0.7},
    {"measure": "cvar", "level": 0.0, "weight": 1.0},
]


@pytest.mark.parametrize("risk", RISKS)
def test_an_honest_run_is_accepted(risk: dict[str, object]) -> None:
    """
    Proves: stock, money, losses, tail, resources and objective agree with the plain loops.

    The portfolio has two alternates with ramp and capacity below 1, gamma and normal lead-time
    demand, a surge, price shocks, a SKU without demand, 180 days and uneven probabilities.
    """
    portfolio = build_portfolio({"risk": risk})
    run = build_run(portfolio)
    verified = verify(portfolio, run)
    components = run.manifest["components"]
    assert verified.objective == pytest.approx(run.manifest["objective"], rel=1e-12)
    assert verified.expected_loss == pytest.approx(components["expected_loss"], rel=1e-12)
    assert verified.var == pytest.approx(components["var"], rel=1e-12)
    assert verified.cvar == pytest.approx(components["cvar"], rel=1e-12)
    assert verified.checks > 500
    assert 0.0 < verified.worst_difference < 1e-12


def test_capital_without_the_cash() -> None:
    """Proves: `includes_qualification = false` leaves 35650.38 of stock in the capital used."""
    portfolio = build_portfolio({"budget": {"capital": 35_651.0, "includes_qualification": False}})
    run = build_run(portfolio)
    resources = {k: dict(v) for k, v in run.manifest["resources"].items()}
    resources["capital"]["used"] -= 2500.0 + 1200.0 + 9000.0
    verify(portfolio, _with_resources(run, resources))
    assert resources["capital"]["used"] == pytest.approx(35_650.38, abs=0.01)


def test_without_a_plan_in_force_nothing_changes() -> None:
    """Proves: with no plan in force the resource `changes` may be left out."""
    portfolio = build_portfolio({"limits": {}})
    portfolio = replace(portfolio, plan_in_force=None)
    run = build_run(portfolio)
    resources = {k: v for k, v in run.manifest["resources"].items() if k != "changes"}
    verify(portfolio, _with_resources(run, resources))


def test_the_order_of_rows_does_not_matter() -> None:
    """Proves: the plan's and the scenarios' rows are found by their keys, not their places."""
    portfolio = build_portfolio()
    run = build_run(portfolio)
    reversed_rows = replace(run, plan=run.plan.iloc[::-1], scenarios=run.scenarios.iloc[::-1])
    assert verify(portfolio, reversed_rows) == verify(portfolio, run)


def test_chunks_of_skus_give_the_same_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: looking at one SKU at a time (8 scenarios in 8 cells) changes nothing."""
    portfolio = build_portfolio()
    run = build_run(portfolio)
    monkeypatch.setattr(losses, "CELLS", 8)
    assert verify(portfolio, run).cvar == pytest.approx(run.manifest["components"]["cvar"])


def test_a_run_that_buys_nothing_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: empty tables are no fault; without events every loss, VaR and CVaR are 0."""
    alone = {sku: {**choice, "alternates": ""} for sku, choice in verify_case.CHOICES.items()}
    monkeypatch.setattr(verify_case, "CHOICES", alone)
    monkeypatch.setattr(verify_case, "OUTAGES", [])
    monkeypatch.setattr(verify_case, "SHOCKS", [])
    portfolio = build_portfolio()
    verified = verify(portfolio, build_run(portfolio))
    assert (verified.expected_loss, verified.var, verified.cvar) == (0.0, 0.0, 0.0)


def _with_resources(run: RunTables, resources: dict[str, object]) -> RunTables:
    return replace(run, manifest={**run.manifest, "resources": resources})
