"""What-ifs as they are looked at: from the portfolio as it is, each what-if against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from optimizer.domain.settings import Settings
from optimizer.domain.what_if import WhatIfResult, WhatIfRow
from optimizer.reports.kit.format import per_horizon, percent

MOST_DRAWN: Final = 25
"""What-ifs of a chart."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIfView:
    """
    What-ifs and what every sentence and chart of them needs.

    Attributes
    ----------
    settings
        Those of the portfolio as it is.
    solved, unsolved
        The what-ifs with a plan, base among them, and those without.
    drawn
        The solved ones that charts show: base, and those where base's plan serves worst.
    kept, closed
        The solved ones in which base's plan may be kept, and in which it is infeasible.
    """

    found: WhatIfResult
    settings: Settings
    solved: tuple[WhatIfRow, ...]
    unsolved: tuple[WhatIfRow, ...]
    drawn: tuple[WhatIfRow, ...]
    kept: tuple[WhatIfRow, ...]
    closed: tuple[WhatIfRow, ...]

    @classmethod
    def of(cls, found: WhatIfResult) -> Self:
        """Look at what-ifs."""
        solved = tuple(row for row in found.rows if row.objective is not None)
        return cls(
            found=found,
            settings=Settings.model_validate(found.about["settings"]),
            solved=solved,
            unsolved=tuple(row for row in found.rows if row.objective is None),
            drawn=_drawn(solved, found.rows[0]),
            kept=tuple(row for row in solved if row.regret is not None),
            closed=tuple(row for row in solved if row.base_breaks),
        )

    @property
    def base(self) -> WhatIfRow:
        """The portfolio as it is."""
        return self.found.rows[0]

    @property
    def currency(self) -> str:
        """The portfolio's."""
        return self.found.currency

    @property
    def per_horizon(self) -> str:
        """How an amount over the horizon is said; what-ifs may have horizons of their own."""
        horizons = {row.horizon_days for row in self.solved}
        if len(horizons) > 1:
            return "over its horizon"
        return per_horizon(min(horizons))

    @property
    def tail(self) -> str:
        """At what level VaR and CVaR are; what-ifs may have levels of their own."""
        levels = {row.tail_level for row in self.solved}
        return "at its own level" if len(levels) > 1 else percent(min(levels))


def at_most(row: WhatIfRow) -> float | None:
    """
    Return what keeping base's plan can cost at most more than the best plan there may be.

    None where that plan is infeasible.  [currency]
    """
    if row.regret is None or row.base_cost is None or row.bound is None:
        return None
    return row.base_cost - row.bound


def _drawn(solved: Sequence[WhatIfRow], base: WhatIfRow) -> tuple[WhatIfRow, ...]:
    """Return the what-ifs to draw, in their order; of many base, and the worst for its plan."""
    worst = sorted(solved, key=lambda row: (row is base, _harm(row)), reverse=True)
    chosen = {row.what_if for row in worst[:MOST_DRAWN]}
    return tuple(row for row in solved if row.what_if in chosen)


def _harm(row: WhatIfRow) -> float:
    """Return how badly base's plan serves: endlessly where it is infeasible."""
    if row.base_breaks:
        return float("inf")
    return 0.0 if row.regret is None else row.regret
