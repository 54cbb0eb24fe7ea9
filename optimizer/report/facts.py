"""What a run says, picked out of its manifest once for the summary and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR, Settings
from optimizer.report.limits import Limit, read_limits

ROUNDING: Final = 1e-9
"""A relative gap that is no more than the rounding of sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    The figures every sentence is made of.  Money in `currency` over the horizon.

    Attributes
    ----------
    undisturbed_cost
        Every part of the objective but the losses of the scenarios.
    weighed_loss
        The rest: expected loss and tail, weighed as the settings say.
    one_time_cash
        What qualifications and onboardings cost once.
    """

    currency: str
    horizon_days: int
    settings: Settings
    status: str
    stopped_by: str
    method: str
    objective: float
    bound: float
    gap: float
    undisturbed_cost: float
    weighed_loss: float
    expected_loss: float
    var: float
    cvar: float
    limits: tuple[Limit, ...]
    one_time_cash: float

    @classmethod
    def of(cls, tables: RunTables) -> Self:
        """Pick the facts out of a run."""
        manifest = tables.manifest
        settings = Settings.model_validate(manifest["settings"])
        parts = dict(manifest["components"])
        tail = {key: parts.pop(key) for key in ("expected_loss", "var", "cvar")}
        undisturbed_cost = sum(parts.values())
        return cls(
            currency=settings.currency,
            horizon_days=settings.horizon.days,
            settings=settings,
            **{
                key: manifest[key]
                for key in ("status", "stopped_by", "method", "objective", "bound", "gap")
            },
            undisturbed_cost=undisturbed_cost,
            weighed_loss=manifest["objective"] - undisturbed_cost,
            **tail,
            limits=read_limits(manifest["resources"], settings.currency),
            one_time_cash=float(tables.qualifications["cost"].sum())
            + float(tables.onboardings["cost"].sum()),
        )

    @property
    def is_exact(self) -> bool:
        """Whether the gap is no more than the rounding of sums."""
        return self.gap <= ROUNDING

    @property
    def prices_by_cvar(self) -> bool:
        """Whether limits are priced by another measure than the one the plan is judged by."""
        risk = self.settings.risk
        return self.method == "exact" and risk.measure == "var" and risk.tail_weight > 0.0

    @property
    def per_horizon(self) -> str:
        """How an amount over the horizon is said."""
        return per_horizon(self.horizon_days)

    @property
    def within_horizon(self) -> str:
        """When something happens at all."""
        return self.per_horizon if self.horizon_days != DAYS_PER_YEAR else "within a year"

    @property
    def horizons(self) -> str:
        """How many horizons are said."""
        return "years" if self.horizon_days == DAYS_PER_YEAR else f"{self.horizon_days}-day periods"


def per_horizon(days: int) -> str:
    """Return how an amount over a horizon is said, ``a year``, ``in 90 days``."""
    return "a year" if days == DAYS_PER_YEAR else f"in {days} days"
