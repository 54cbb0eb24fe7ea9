"""What a range of budgets buys: one point a budget, and what lies between neighbours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import PARTS, PlanFigures

COLUMNS: Final = (
    *("budget", "run", "status", "stopped_by", "objective", "expected_cost", "risk_charge"),
    *("bound", "gap", "capital_used", "capital_price", "next_price", "hull_price", *PARTS),
    *("expected_loss", "var", "cvar", "fill_rate", "turns", "knee", "plan_of", "nesting_cost"),
    "missing",
)
"""Of ``frontier.csv``."""


@dataclass(frozen=True, kw_only=True)
class SolvedPoint(PlanFigures):
    """
    What one budget buys.

    Attributes
    ----------
    next_price
        What each unit up to the next point saves on average, by the two plans; None for the last.
    hull_price
        The same along the lower convex hull of the points.
    knee
        Whether more money helps markedly less from here on.
    plan_of
        Budget whose plan this is: a smaller one's where none cheaper was found here.
    nesting_cost
        What the plan costs more than one that need not keep what smaller budgets bought; None
        where it need not.
    """

    budget: float
    next_price: float | None = None
    hull_price: float | None = None
    knee: bool = False
    plan_of: float | None = None
    nesting_cost: float | None = None


@dataclass(frozen=True, kw_only=True)
class UnsolvedPoint:
    """
    A budget at which no plan meets the limits.

    Attributes
    ----------
    missing
        Least increase of the budget that makes a plan possible; None where that is not known.
    """

    budget: float
    missing: float | None = None


Point = SolvedPoint | UnsolvedPoint
_EMPTY: Final = {**dict.fromkeys(COLUMNS), "knee": False}


def flat_point(point: Point) -> dict[str, Any]:
    """Return all `COLUMNS` of a point, those that it has not being None."""
    return {**_EMPTY, **asdict(point)}


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

    @property
    def solved(self) -> tuple[SolvedPoint, ...]:
        """The points with a plan."""
        return tuple(point for point in self.points if isinstance(point, SolvedPoint))

    @property
    def unsolved(self) -> tuple[UnsolvedPoint, ...]:
        """The points without."""
        return tuple(point for point in self.points if isinstance(point, UnsolvedPoint))

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
