"""What appetite for risk costs: one point a weight of risk, against a plan that charges none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from optimizer.domain.manifest import About
from optimizer.domain.plan_figures import FORECAST, PARTS, PlanFigures
from optimizer.domain.tail_premium import tail_premium

COLUMNS: Final = (
    *("risk_weight", "run", "status", "stopped_by", "objective", "expected_cost", "risk_charge"),
    *("bound", "gap", "capital_used", "capital_price", "capital_price_expected"),
    *(*PARTS, "expected_loss", "var", "cvar"),
    *("premium", "cvar_less", "rate_on_line", "fill_rate", "turns", "own_weight", "weight_of"),
    *FORECAST,
)
"""Of ``risk_weights.csv``."""


@dataclass(frozen=True, kw_only=True)
class RiskPoint(PlanFigures):
    """
    The plan at one weight.

    Attributes
    ----------
    risk_weight
        ω, what a year of risk capital costs. [/yr]
    premium
        Expected cost more than at ω = 0. [currency/yr]
    cvar_less
        CVaR less than at ω = 0. [currency]
    rate_on_line
        `premium` / `cvar_less`; None where CVaR is not smaller. [/yr]
    own_weight
        Whether this is the portfolio's own.
    weight_of
        Weight at which this plan was found: a smaller one's where none cheaper was found here.
    """

    risk_weight: float
    premium: float = 0.0
    cvar_less: float = 0.0
    rate_on_line: float | None = None
    own_weight: bool = False
    weight_of: float


def flat_risk_point(point: RiskPoint) -> dict[str, Any]:
    """Return all `COLUMNS` of a point."""
    stated = asdict(point)
    return {name: stated[name] for name in COLUMNS}


def against_none(points: Sequence[RiskPoint], years: float, own: float) -> tuple[RiskPoint, ...]:
    """
    Return the points with the premium that each pays for its tail against the first, of ω = 0.

    Parameters
    ----------
    years
        What their costs are over.
    own
        The portfolio's own weight.
    """
    return tuple(_against(point, points[0], years, own) for point in points)


def _against(point: RiskPoint, none: RiskPoint, years: float, own: float) -> RiskPoint:
    paid = tail_premium((point.expected_cost, point.cvar), (none.expected_cost, none.cvar), years)
    return replace(
        point,
        premium=paid.premium,
        cvar_less=paid.cvar_less,
        rate_on_line=paid.rate_on_line,
        own_weight=point.risk_weight == own,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskSweep:
    """
    The points by ascending weight, the first at ω = 0.

    Attributes
    ----------
    about
        What all its runs share; the settings have the portfolio's own weight.
    left_out
        How many weights were not reached before Ctrl-C.
    """

    folder: Path
    currency: str
    points: tuple[RiskPoint, ...]
    about: About
    left_out: int = 0

    def __fspath__(self) -> str:
        """Return its folder: what takes a path takes it."""
        return str(self.folder)
