"""What-ifs to draw and write; their figures are plausible, not solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from optimizer.domain.plan_figures import PARTS
from optimizer.domain.what_if import BASE, SolvedWhatIf, UnsolvedWhatIf, WhatIfResult
from tests.support.frontiers import make_about

NO_PLAN = "no plan meets the limits: raise the capital budget by 99,999.50 EUR"
CLOSED = "capital: 300,000.00 of 200,000.00 EUR"


def make_what_ifs(n_what_ifs: int = 5, *, texts: tuple[str, ...] = ()) -> WhatIfResult:
    """
    Build base, `tight` where base's plan is not open, `poor` without a plan, and others.

    What-if k costs 1,000,000 + 10,000 k, base's plan there 1,000 k more, by another yardstick.

    Parameters
    ----------
    n_what_ifs
        Beside base; from three on all kinds are there.
    texts
        Descriptions, in turn, as a user may have written them; the first is also why there is no
        plan, and names the portfolio.
    """
    kinds = {1: _tight, 2: _poor}
    rows = [kinds.get(k, _other)(k, texts) for k in range(1, n_what_ifs + 1)]
    return WhatIfResult(
        folder=Path("results/autumn"),
        currency="EUR",
        rows=(_base(), *rows),
        n_skus=12,
        robust=7,
        about=make_about(texts[0] if texts else "spring", "autumn"),
    )


def plan(run: str, cost: float) -> dict[str, Any]:
    """Build the figures of a plan, a tenth of the cost for each part, a quarter for losses."""
    return {
        "run": f"autumn-{run}",
        "status": "optimal",
        "stopped_by": "gap",
        "objective": cost,
        "expected_cost": 0.85 * cost,
        "risk_charge": 0.15 * cost,
        "bound": cost * (1.0 - 9.61e-5),
        "gap": 9.61e-5,
        "capital_used": 3e5 - 7.0,
        "capital_limit": 3e5,
        "capital_price": 0.7,
        **dict.fromkeys(PARTS, cost / 10.0),
        "expected_loss": cost / 4.0,  # six tenths beside it
        "var": cost / 2.0,
        "cvar": cost / 1.5,
        "fill_rate": 0.97,
        "turns": 12.0,
    }


def _base() -> SolvedWhatIf:
    return SolvedWhatIf(
        what_if=BASE,
        description="as it is",
        horizon_days=365,
        tail_level=0.95,
        **plan(BASE, 1e6 + 0.1 + 0.2),
    )


def _stated(k: int, texts: tuple[str, ...]) -> dict[str, Any]:
    text = texts[(k - 1) % len(texts)] if texts else f"the world by number {k}"
    return {"description": text, "horizon_days": 365, "tail_level": 0.95}


def _tight(k: int, texts: tuple[str, ...]) -> SolvedWhatIf:
    return SolvedWhatIf(
        what_if="tight",
        changes="budget.capital 200000",
        **_stated(k, texts),
        **plan("tight", 1.2e6),
        cost_difference=2e5,
        decisions_changed=5,
        qualified_more=0,
        qualified_fewer=1,
        base_cost=1e6,
        base_breaks=CLOSED,
    )


def _poor(k: int, texts: tuple[str, ...]) -> UnsolvedWhatIf:
    return UnsolvedWhatIf(
        what_if="poor",
        changes="budget.capital 1000",
        **_stated(k, texts),
        message=texts[0] if texts else NO_PLAN,
        missing={"capital": 99_999.5, "storage": 2.0},
    )


def _other(k: int, texts: tuple[str, ...]) -> SolvedWhatIf:
    cost = 1e6 + 1e4 * k
    return SolvedWhatIf(
        what_if=f"world-{k}",
        changes=f"hazards.rate_factor {k}",
        same_yardstick=False,
        **_stated(k, texts),
        **plan(f"world-{k}", cost),
        cost_difference=1e4 * k - 0.3,
        decisions_changed=k,
        qualified_more=k,
        qualified_fewer=0,
        base_cost=cost + 1e3 * k,
        regret=1e3 * k,
    )
