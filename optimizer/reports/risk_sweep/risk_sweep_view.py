"""A sweep over weights of risk as it is looked at: from the portfolio's own weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from optimizer.domain.risk_sweep import RiskPoint, RiskSweep
from optimizer.domain.settings import Settings
from optimizer.reports.kit.format import per_horizon, percent


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskSweepView:
    """
    A sweep and what every sentence and chart of it needs.

    Attributes
    ----------
    none, here
        The point that charges nothing for risk, and the one of the portfolio's own weight, or the
        last where that was not reached.
    """

    sweep: RiskSweep
    settings: Settings
    points: tuple[RiskPoint, ...]
    none: RiskPoint
    here: RiskPoint

    @classmethod
    def of(cls, sweep: RiskSweep) -> Self:
        """Look at a sweep."""
        points = sweep.points
        own = next((point for point in points if point.own_weight), points[-1])
        return cls(
            sweep=sweep,
            settings=sweep.about.settings,
            points=points,
            none=points[0],
            here=own,
        )

    @property
    def currency(self) -> str:
        """The portfolio's."""
        return self.sweep.currency

    @property
    def per_horizon(self) -> str:
        """How an amount over the horizon is said."""
        return per_horizon(self.settings.horizon.days)

    @property
    def tail(self) -> str:
        """The level of VaR and CVaR."""
        return percent(self.settings.risk.level)
