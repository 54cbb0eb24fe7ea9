"""What a range of budgets buys: one point a budget, and what lies between neighbours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import FORECAST, PARTS, PlanFigures

COLUMNS: Final = (
    *("budget", "run", "status", "stopped_by", "objective", "expected_cost", "risk_charge"),
    *("bound", "gap", "capital_used", "capital_price", "capital_price_expected"),
    *("next_price", "hull_price", "hull_price_expected"),
    *(*PARTS, "expected_loss", "var", "cvar", "fill_rate", "turns"),
    *("knee", "own_budget", "hurdle", "hurdle_expected", "plan_of", "nesting_cost", "missing"),
    *FORECAST,
)
"""Of ``frontier.csv``."""
HURDLE: Final = 0.10
"""Hurdle rate where none is stated. [/yr]"""


@dataclass(frozen=True, kw_only=True)
class SolvedPoint(PlanFigures):
    """
    What one budget buys.

    Attributes
    ----------
    next_price
        What each unit up to the next point saves on average, by the two plans; None for the last.
    hull_price, hull_price_expected
        The same along the lower convex hull of the points, by the objective and by the expected
        cost.
    knee
        Whether more money helps markedly less from here on.
    own_budget
        Whether this is the portfolio's own budget.
    hurdle, hurdle_expected
        Whether this is the smallest budget beyond which the next money earns less than the hurdle
        rate, by `hull_price` and by `hull_price_expected`.
    plan_of
        Budget whose plan this is: a smaller one's where none cheaper was found here.
    nesting_cost
        What the plan costs more than one that need not keep what smaller budgets bought; None
        where it need not.
    """

    budget: float
    next_price: float | None = None
    hull_price: float | None = None
    hull_price_expected: float | None = None
    knee: bool = False
    own_budget: bool = False
    hurdle: bool = False
    hurdle_expected: bool = False
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
    own_budget: bool = False
    missing: float | None = None


Point = SolvedPoint | UnsolvedPoint
MARKS: Final = ("knee", "own_budget", "hurdle", "hurdle_expected")
"""Columns that say which points stand out."""
_EMPTY: Final = {**dict.fromkeys(COLUMNS), **dict.fromkeys(MARKS, False)}


def flat_point(point: Point) -> dict[str, Any]:
    """Return all `COLUMNS` of a point, those that it has not being None."""
    return {**_EMPTY, **asdict(point)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TodaysPlan:
    """
    The plan in force at the capital it ties up, on the futures of the points.

    Money in the portfolio's currency, over the horizon where it is a cost.

    Attributes
    ----------
    exceeds
        The limits it breaks, at the portfolio's own budget, joined by ``;``.
    """

    capital: float
    objective: float
    expected_cost: float
    risk_charge: float
    expected_loss: float
    var: float
    cvar: float
    exceeds: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """
    The points by ascending budget.

    Attributes
    ----------
    today
        A point off the curve; None where there is no plan in force, or it cannot be priced.
    hurdle_rate
        What the next money must earn. [/yr]
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
    today: TodaysPlan | None = None
    hurdle_rate: float = HURDLE

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
