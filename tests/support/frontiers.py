"""Frontiers to draw and write; their figures are plausible, not solved."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from optimizer.domain.frontier import Frontier, SolvedPoint, TodaysPlan, UnsolvedPoint
from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import PARTS
from optimizer.domain.settings import Budget, Settings
from optimizer.maths.marginal_prices import hull_price, knee, next_price
from optimizer.sensitivity.next_money import COLUMNS

OWN_BUDGET = 3e5


def make_frontier(
    n_points: int = 6, n_changes: int = 4, *, too_small: int = 1, names: tuple[str, ...] = ()
) -> Frontier:
    """
    Build a frontier of budgets 100,000 apart, the first ones without a plan.

    Parameters
    ----------
    n_changes
        Of each step, and one row for the tail.
    names
        Of the first SKUs of every step, as a user may have called them; the first names the
        portfolio, too.
    """
    budget = 1e5 * np.arange(1.0, n_points + 1.0)
    cost = 1e6 / np.arange(1.0, n_points - too_small + 1.0) + 0.1 + 0.2
    solved = _solved(budget[too_small:], cost, too_small)
    unsolved = [
        UnsolvedPoint(budget=float(b), missing=1e5 * too_small - 0.5) for b in budget[:too_small]
    ]
    return Frontier(
        folder=Path("results/2027"),
        currency="EUR",
        points=(*unsolved, *solved),
        next_money=_next_money(solved, n_changes, names),
        about=make_about(names[0] if names else "spring"),
        today=TodaysPlan(
            capital=3.5e5,
            objective=9e5,
            expected_cost=7.5e5,
            risk_charge=1.5e5,
            expected_loss=2e5,
            var=5e5,
            cvar=7e5,
            exceeds="capital",
        ),
    )


def _solved(budget: np.ndarray, cost: np.ndarray, before: int) -> list[SolvedPoint]:
    bend = knee(budget, cost)
    steps, hull = next_price(budget, cost), hull_price(budget, cost)
    last = len(budget) - 1
    return [
        SolvedPoint(
            budget=float(budget[k]),
            run=f"2027-{before + k + 1:02d}",
            status="optimal",
            stopped_by="gap",
            objective=float(cost[k]),
            expected_cost=float(0.85 * cost[k]),
            risk_charge=float(0.15 * cost[k]),
            bound=float(cost[k] * (1.0 - 9.61e-5)),
            gap=9.61e-5,
            capital_used=float(budget[k]) - 7.0,
            capital_price=float(1e6 / budget[k]),
            next_price=None if k == last else float(steps[k]),
            hull_price=None if k == last else float(hull[k]),
            **{part: float(cost[k] / 10.0) for part in PARTS},
            expected_loss=float(cost[k] / 4.0),
            var=float(cost[k] / 2.0),
            cvar=float(cost[k] / 1.5),
            fill_rate=1.0 - 0.3 / (k + 1.0),
            turns=12.0 - k,
            hull_price_expected=None if k == last else float(0.85 * hull[k]),
            knee=k == bend,
            own_budget=float(budget[k]) == OWN_BUDGET,
            hurdle=k == 2,
            hurdle_expected=k == 1,
            plan_of=float(budget[k]),
        )
        for k in range(len(budget))
    ]


def _next_money(solved: list[SolvedPoint], n_changes: int, names: tuple[str, ...]) -> pd.DataFrame:
    steps = [
        _step(here, there, n_changes, names)
        for less, more in pairwise(solved)
        for here, there in ((less, more), (more, less))
    ]
    return pd.concat(steps, ignore_index=True) if steps else pd.DataFrame(columns=list(COLUMNS))


def _step(
    here: SolvedPoint, there: SolvedPoint, n_changes: int, names: tuple[str, ...]
) -> pd.DataFrame:
    """Build rows whose savings sum to the difference of the costs, the tail's being -1."""
    capital = (there.budget - here.budget) / n_changes
    saving = (here.objective - there.objective + 1.0) / n_changes
    skus = [*names, *(f"SKU-{k:03d}" for k in range(len(names), n_changes))][:n_changes]
    text = names[0] if names else "jit 0.5"
    row = {"budget": here.budget, "to_budget": there.budget, "option": text, "to_option": "vmi 0.9"}
    rows = [
        {**row, "rank": k, "kind": "sku", "name": name, "capital": capital, "saving": saving}
        | {"return": saving / capital}
        for k, name in enumerate(skus, start=1)
    ]
    tail = {**row, "rank": n_changes + 1, "kind": "tail", "name": "", "option": "", "to_option": ""}
    shift = {"capital": 0.0, "saving": -1.0, "return": np.nan}
    return pd.DataFrame([*rows, tail | shift])[list(COLUMNS)]


def make_about(portfolio: str, run: str = "2027") -> About:
    """Build what a folder of several runs says of them all together."""
    return About(
        run=run,
        command="ballast frontier data/sample",
        created=datetime(2026, 11, 22, 8, 15, tzinfo=UTC),
        overrides=(),
        portfolio=f"data/{portfolio}" if "/" not in portfolio else portfolio,
        ballast="0.1.0",
        versions={"python": "3.11.7", "highspy": "1.16.0"},
        seconds=12.34,
        peak_memory_mb=412.0,
        parent=None,
        settings=Settings(budget=Budget(capital=OWN_BUDGET)).resolved,
        inputs={f"{portfolio}.csv": "c9ca95" * 10 + "cdef"},
        method="decompose (each budget starts from the prices of the last)",
        skus=12,
    )
