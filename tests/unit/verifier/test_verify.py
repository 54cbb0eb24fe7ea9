"""The verifier accepts what MODEL 2-5, worked out in plain loops, says of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.domain.manifest import ResourceUse
from optimizer.domain.run import RunTables
from optimizer.verifier import campbell, demand_laws, verify
from tests.unit.verifier import verify_case
from tests.unit.verifier.verify_case import build_portfolio, build_run, honest_run

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

    The portfolio has two alternates with ramps, lead times and capacities below 1, a slow
    alternate and a fast one, gamma and whole-unit demand, lumps, estimates with errors, packs,
    shelf life, insured stock, a reserve kept apart, an item ordered on demand, certain demand,
    outages of a region, a supplier and a port, surges beyond the last node, price shocks, 180
    days and uneven probabilities.
    """
    portfolio = build_portfolio({"risk": risk})
    run = build_run(portfolio)
    verified = verify(portfolio, run)
    components = run.manifest.components
    assert verified.objective == pytest.approx(run.manifest.objective, rel=1e-12)
    assert verified.expected_loss == pytest.approx(components.expected_loss, rel=1e-12)
    assert verified.var == pytest.approx(components.var, rel=1e-12)
    assert verified.cvar == pytest.approx(components.cvar, rel=1e-12)
    assert verified.checks > 1500
    assert 0.0 < verified.worst_difference < 1e-11


def test_unexpected_loss_is_never_negative() -> None:
    """
    Proves: VaR below the mean costs nothing, where 0.4 of the difference would be a discount.

    At the level .3 VaR is 0, while the mean is 17,681 (mostly of a surge that strikes once in
    twenty years).
    """
    portfolio = build_portfolio({"risk": {"measure": "var", "level": 0.3, "weight": 0.4}})
    run = build_run(portfolio)
    assert run.manifest.risk_charge == 0.0
    assert verify(portfolio, run).objective == pytest.approx(run.manifest.expected_cost)


def test_capital_without_the_cash() -> None:
    """Proves: `includes_qualification = false` leaves only stock in the capital used."""
    portfolio = build_portfolio({"budget": {"capital": 46_400.0, "includes_qualification": False}})
    run = build_run(portfolio)
    capital = run.manifest.resources["capital"]
    in_stock = capital.used - (2500.0 + 1200.0 + 9000.0)
    resources = {"capital": ResourceUse(used=in_stock, limit=capital.limit, price=capital.price)}
    verify(portfolio, _with_resources(run, run.manifest.resources | resources))
    assert in_stock == pytest.approx(run.plan["capital"].sum())


def test_without_a_plan_in_force_nothing_changes() -> None:
    """Proves: with no plan in force the resource `changes` may be left out."""
    portfolio = build_portfolio({"limits": {}})
    portfolio = replace(portfolio, plan_in_force=None)
    run = build_run(portfolio)
    resources = {k: v for k, v in run.manifest.resources.items() if k != "changes"}
    verify(portfolio, _with_resources(run, resources))


def test_the_order_of_rows_does_not_matter() -> None:
    """Proves: rows are found by their keys, not their places."""
    portfolio, run = build_portfolio(), honest_run()
    tables = ("plan", "curves", "scenarios", "strikes", "expected")
    turned = replace(run, **{name: getattr(run, name).iloc[::-1] for name in tables})
    assert verify(portfolio, turned) == verify(portfolio, run)


def test_small_chunks_give_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: looking at one SKU at a time changes nothing but the rounding of sums."""
    portfolio, run = build_portfolio(), honest_run()
    monkeypatch.setattr(demand_laws, "CELLS", 8)
    monkeypatch.setattr(campbell, "CELLS", 8)
    verified = verify(portfolio, run)
    assert verified.objective == pytest.approx(run.manifest.objective, rel=1e-12)


def test_a_run_that_buys_nothing_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: empty tables are no fault; without hazards every loss, VaR and CVaR are 0."""
    alone = {sku: {**choice, "alternates": ""} for sku, choice in verify_case.CHOICES.items()}
    monkeypatch.setattr(verify_case, "CHOICES", alone)
    monkeypatch.setattr(verify_case, "HAZARDS", [])
    monkeypatch.setattr(verify_case, "STRIKES", [])
    portfolio = build_portfolio()
    verified = verify(portfolio, build_run(portfolio))
    assert (verified.expected_loss, verified.var, verified.cvar) == (0.0, 0.0, 0.0)


def _with_resources(run: RunTables, resources: dict[str, ResourceUse]) -> RunTables:
    return replace(run, manifest=run.manifest.model_copy(update={"resources": resources}))
