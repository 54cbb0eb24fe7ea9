"""A frontier as it is looked at: from one budget, with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from optimizer.domain.frontier import Frontier, SolvedPoint, UnsolvedPoint
from optimizer.domain.settings import Settings
from optimizer.reports.kit.format import per_horizon


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BudgetStep:
    """From one point to a neighbour; `saved` is negative where it costs. [currency]"""

    here: SolvedPoint
    there: SolvedPoint
    saved: float

    @property
    def each(self) -> float:
        """What each unit of money between the two saves on average."""
        return self.saved / (self.there.budget - self.here.budget)

    @property
    def is_more(self) -> bool:
        """Whether it goes to a larger budget."""
        return self.there.budget > self.here.budget


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrontierView:
    """
    A frontier and what every sentence and chart of it needs.

    Attributes
    ----------
    solved, unsolved
        The points with a plan, and those without.
    here
        The `reference` by the portfolio's own budget.
    ups, downs
        The step from each solved point to the next and to the one before, None at the ends.
    """

    frontier: Frontier
    settings: Settings
    solved: tuple[SolvedPoint, ...]
    unsolved: tuple[UnsolvedPoint, ...]
    here: SolvedPoint
    ups: tuple[BudgetStep | None, ...]
    downs: tuple[BudgetStep | None, ...]

    @classmethod
    def of(cls, frontier: Frontier) -> Self:
        """Look at a frontier from the portfolio's own budget."""
        settings = frontier.about.settings
        solved = frontier.solved
        ups = [_step(less, more) for less, more in pairwise(solved)]
        downs = [_step(more, less) for less, more in pairwise(solved)]
        return cls(
            frontier=frontier,
            settings=settings,
            solved=solved,
            unsolved=frontier.unsolved,
            here=reference(solved, settings.budget.capital),
            ups=(*ups, None),
            downs=(None, *downs),
        )

    @property
    def currency(self) -> str:
        """The portfolio's."""
        return self.frontier.currency

    @property
    def per_horizon(self) -> str:
        """How an amount over the horizon is said."""
        return per_horizon(self.settings.horizon.days)

    @property
    def place(self) -> int:
        """Where `here` stands among the solved."""
        return self.solved.index(self.here)

    @property
    def own(self) -> SolvedPoint | None:
        """The portfolio's own budget, None where it is no point with a plan."""
        return next((point for point in self.solved if point.own_budget), None)

    @property
    def knee(self) -> SolvedPoint | None:
        """The knee, None where the range has none."""
        return next((point for point in self.solved if point.knee), None)

    @property
    def stop(self) -> SolvedPoint | None:
        """The smallest budget beyond which the next money earns less than the hurdle rate."""
        return next((point for point in self.solved if point.hurdle), None)


def reference(solved: Sequence[SolvedPoint], own_budget: float | None) -> SolvedPoint:
    """Return the point nearest to the own budget; the knee where that is not in the range."""
    if own_budget is not None and solved[0].budget <= own_budget <= solved[-1].budget:
        return min(solved, key=lambda point: abs(point.budget - own_budget))
    return next((point for point in solved if point.knee), solved[0])


def _step(here: SolvedPoint, there: SolvedPoint) -> BudgetStep:
    return BudgetStep(here=here, there=there, saved=here.objective - there.objective)
