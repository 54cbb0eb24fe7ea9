"""What a run says, picked out of its manifest once for the summary and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR, Settings
from optimizer.reports.kit.format import ROUNDING, per_horizon, percent
from optimizer.reports.run.limit_words import LimitFacts, read_limits

_TOLD: Final = (
    "status",
    "stopped_by",
    "method",
    "objective",
    "expected_cost",
    "risk_charge",
    "bound",
    "gap",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    The figures every sentence is made of.  Money in `currency` over the horizon.

    Attributes
    ----------
    objective
        `expected_cost` and `risk_charge` together.
    expected_cost
        `certain_cost` and `expected_loss` together: what the books show on average.
    certain_cost
        What is paid whatever strikes.
    risk_charge
        What holding capital against the unexpected loss costs.
    expected_loss
        To disruptions, exact.
    var, cvar
        Of the loss to disruptions, on the run's futures.
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
    expected_cost: float
    risk_charge: float
    bound: float
    gap: float
    certain_cost: float
    expected_loss: float
    var: float
    cvar: float
    limits: tuple[LimitFacts, ...]
    one_time_cash: float

    @classmethod
    def of(cls, tables: RunTables) -> Self:
        """Pick the facts out of a run."""
        manifest = tables.manifest
        settings = Settings.model_validate(manifest["settings"])
        parts = dict(manifest["components"])
        tail = {key: parts.pop(key) for key in ("expected_loss", "var", "cvar")}
        return cls(
            currency=settings.currency,
            horizon_days=settings.horizon.days,
            settings=settings,
            **{key: manifest[key] for key in _TOLD},
            certain_cost=sum(parts.values()),
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
        return self.method == "exact" and self.settings.risk.measure == "var" and self.has_charge

    @property
    def has_charge(self) -> bool:
        """Whether unexpected loss costs anything."""
        return self.settings.tail_charge > 0.0

    @property
    def measured(self) -> str:
        """How the tail is measured, ``VaR at 95 %``."""
        risk = self.settings.risk
        return f"{'VaR' if risk.measure == 'var' else 'CVaR'} at {percent(risk.level)}"

    @property
    def unexpected_loss(self) -> float:
        """What the tail measure exceeds the expected loss by."""
        tail = self.var if self.settings.risk.measure == "var" else self.cvar
        return max(0.0, tail - self.expected_loss)

    def a_year(self, amount: float) -> float:
        """Return a year's share of an amount over the horizon."""
        return amount / self.settings.horizon.years

    @property
    def is_a_year(self) -> bool:
        """Whether the horizon is."""
        return self.horizon_days == DAYS_PER_YEAR

    @property
    def per_horizon(self) -> str:
        """How an amount over the horizon is said."""
        return per_horizon(self.horizon_days)

    @property
    def within_horizon(self) -> str:
        """When something happens at all."""
        return "within a year" if self.is_a_year else self.per_horizon

    @property
    def horizons(self) -> str:
        """How many horizons are said."""
        return "years" if self.is_a_year else f"{self.horizon_days}-day periods"
