"""What a range of budgets buys: one point a budget, and what lies between neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.manifest import About, Manifest
from optimizer.domain.option import CERTAIN

PARTS: Final = (*CERTAIN, "onboarding")
"""The parts of a plan's cost but losses."""
_OF_PLAN: Final = (
    "status",
    "stopped_by",
    "objective",
    "expected_cost",
    "risk_charge",
    "bound",
    "gap",
)


def figures_of(manifest: Manifest, scorecard: Mapping[str, Any]) -> dict[str, Any]:
    """Return what plans side by side say of themselves, as `Point` names it, from their runs."""
    capital, components = manifest.resources["capital"], manifest.components
    return {
        **{key: getattr(manifest, key) for key in _OF_PLAN},
        **{f"capital_{key}": getattr(capital, key) for key in ("used", "price")},
        **{key: getattr(components, key) for key in (*PARTS, "expected_loss", "var", "cvar")},
        "fill_rate": scorecard["service"]["fill_rate"],
        "turns": scorecard["inventory"]["turns"],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """
    What one budget buys; money in the portfolio's currency, over the horizon where it is a cost.

    Where no plan meets the limits there is no run, and every figure but `missing` is None.

    Attributes
    ----------
    capital_price
        What the next unit of money would save, by the relaxation.
    carrying, …, onboarding
        `PARTS`; with `expected_loss` they add up to `expected_cost`, and `risk_charge` makes it the
        `objective`.
    next_price
        What each unit up to the next point saves on average, by the two plans.
    hull_price
        The same along the lower convex hull of the points.
    knee
        Whether more money helps markedly less from here on.
    plan_of
        Budget whose plan this is: a smaller one's where none cheaper was found here.
    nesting_cost
        What the plan costs more than one that need not keep what smaller budgets bought; None
        where it need not.
    missing
        Least increase of the budget that makes a plan possible.
    """

    budget: float
    run: str | None = None
    status: str | None = None
    stopped_by: str | None = None
    objective: float | None = None
    expected_cost: float | None = None
    risk_charge: float | None = None
    bound: float | None = None
    gap: float | None = None
    capital_used: float | None = None
    capital_price: float | None = None
    next_price: float | None = None
    hull_price: float | None = None
    carrying: float | None = None
    ordering: float | None = None
    purchasing: float | None = None
    routine_stockout: float | None = None
    qualification: float | None = None
    onboarding: float | None = None
    expected_loss: float | None = None
    var: float | None = None
    cvar: float | None = None
    fill_rate: float | None = None
    turns: float | None = None
    knee: bool = False
    plan_of: float | None = None
    nesting_cost: float | None = None
    missing: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """
    The points by ascending budget.

    Attributes
    ----------
    next_money
        What each step between neighbouring points changes, SKU by SKU (`next_money.csv`).
    about
        What all its runs share; the settings have the portfolio's own budget.
    left_out
        How many budgets were not reached before Ctrl-C.
    """

    folder: Path
    currency: str
    points: tuple[Point, ...]
    next_money: pd.DataFrame
    about: About
    left_out: int = 0

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
