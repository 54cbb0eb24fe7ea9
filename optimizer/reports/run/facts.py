"""A run's figures, taken from its manifest once for the summary and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from optimizer.domain.manifest import Forecast
from optimizer.domain.run import RunTables
from optimizer.domain.settings import DAYS_PER_YEAR, Settings
from optimizer.reports.kit.format import ROUNDING, per_horizon, percent
from optimizer.reports.run.limit_words import LimitFacts, read_limits

_STATED: Final = (
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
    The figures used in sentences.  Money in `currency` over the horizon.

    Attributes
    ----------
    objective
        `expected_cost` and `risk_charge` together.
    expected_cost
        `certain_cost` and `expected_loss` together: what the books show on average.
    certain_cost
        Costs that do not depend on disruptions.
    risk_charge
        Cost of holding capital against the unexpected loss.
    expected_loss
        Exact expected loss to disruptions.
    var, cvar
        VaR and CVaR of the loss to disruptions, on the run's futures.
    one_time_cash
        One-time cost of qualifications and onboardings.
    forecast
        What fresh futures say of the plan; None where it was left out.
    n_futures
        How many the plan was made on.
    catalogue_gap
        As in the manifest.
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
    forecast: Forecast | None
    n_futures: int
    catalogue_gap: float | None

    @classmethod
    def of(cls, tables: RunTables) -> Self:
        """Pick the facts out of a run."""
        manifest = tables.manifest
        settings = manifest.settings
        parts = dict(manifest.components)
        tail = {key: parts.pop(key) for key in ("expected_loss", "var", "cvar")}
        return cls(
            currency=settings.currency,
            horizon_days=settings.horizon.days,
            settings=settings,
            **{key: getattr(manifest, key) for key in _STATED},
            certain_cost=sum(parts.values()),
            **tail,
            limits=read_limits(manifest.resources, settings.currency),
            one_time_cash=float(tables.qualifications["cost"].sum())
            + float(tables.onboardings["cost"].sum()),
            forecast=manifest.forecast,
            n_futures=len(tables.scenarios),
            catalogue_gap=manifest.catalogue_gap,
        )

    @property
    def is_exact(self) -> bool:
        """Whether the gap is no more than the rounding of sums."""
        return self.gap <= ROUNDING

    @property
    def cost(self) -> float:
        """The forecast of the objective, or what the run's own futures say without one."""
        return self.forecast.objective.value if self.forecast else self.objective

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
        """Excess of the tail measure over the expected loss, as forecast if it is."""
        var, cvar = self.tail
        tail = var if self.settings.risk.measure == "var" else cvar
        return max(0.0, tail - self.expected_loss)

    @property
    def tail(self) -> tuple[float, float]:
        """VaR and CVaR as forecast, or of the run's own futures without a forecast."""
        if self.forecast is None:
            return self.var, self.cvar
        return self.forecast.var.value, self.forecast.cvar.value

    def a_year(self, amount: float) -> float:
        """Return a year's share of an amount over the horizon."""
        return amount / self.settings.horizon.years

    @property
    def is_a_year(self) -> bool:
        """Whether the horizon is."""
        return self.horizon_days == DAYS_PER_YEAR

    @property
    def per_horizon(self) -> str:
        """The words for an amount over the horizon."""
        return per_horizon(self.horizon_days)

    @property
    def within_horizon(self) -> str:
        """The words for something within the horizon."""
        return "within a year" if self.is_a_year else self.per_horizon

    @property
    def horizons(self) -> str:
        """The words for a number of horizons."""
        return "years" if self.is_a_year else f"{self.horizon_days}-day periods"
