"""Sweeps over weights of risk to draw and write; their figures are plausible, not solved."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.plan_figures import PARTS
from optimizer.domain.risk_sweep import RiskPoint, RiskSweep, against_none
from tests.support.frontiers import make_about


def make_risk_sweep(n_points: int = 4, portfolio: str = "spring") -> RiskSweep:
    """Build a sweep of weights 0, 0.15, 0.3, …: each has 100 less CVaR for ever more cost."""
    points = [_point(k) for k in range(n_points)]
    return RiskSweep(
        folder=Path("results/2027"),
        currency="EUR",
        points=against_none(points, years=1.0, own=0.15),
        about=make_about(portfolio),
    )


def _point(k: int) -> RiskPoint:
    expected, cvar, weight = 1_000.0 + 5.0 * k * k, 900.0 - 100.0 * k, 0.15 * k
    charge = weight * (cvar - 200.0)
    return RiskPoint(
        run=f"2027-{k + 1:02d}",
        status="optimal",
        stopped_by="gap",
        objective=expected + charge,
        expected_cost=expected,
        risk_charge=charge,
        bound=(expected + charge) * 0.999,
        gap=0.001,
        capital_used=400.0,
        capital_price=0.2,
        **dict.fromkeys(PARTS, (expected - 200.0) / len(PARTS)),
        expected_loss=200.0,
        var=cvar - 300.0,
        cvar=cvar,
        fill_rate=0.97,
        turns=8.0,
        risk_weight=weight,
        weight_of=weight,
    )
