"""What plans side by side say of themselves, budgets and what-ifs alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from optimizer.domain.manifest import Forecast, Manifest
from optimizer.domain.option import CERTAIN

PARTS: Final = (*CERTAIN, "onboarding")
"""The parts of a plan's cost but losses."""
RARE_YEARS: Final = (10, 20, 50, 100)
"""Return periods whose losses are told of every plan. [year]"""
RETURN_LOSSES: Final = tuple(f"loss_{years}" for years in RARE_YEARS)
"""What is lost once in so many years."""
OVER_TIME: Final = ("stock_mean", "stock_percentile_95", "with_pipeline")
"""Capital in stock over the year."""
FORECAST: Final = (
    *("catalogue_gap", "forecast", "forecast_low", "forecast_high"),
    *RETURN_LOSSES,
    *OVER_TIME,
)
"""How far the catalogue was refined, what fresh futures say, and how much is in stock."""
_OF_PLAN: Final = (
    *("run", "status", "stopped_by"),
    *("objective", "expected_cost", "risk_charge", "bound", "gap"),
)


@dataclass(frozen=True, kw_only=True)
class PlanFigures:
    """
    The figures of one plan; money in the portfolio's currency, over the horizon where it is a cost.

    Attributes
    ----------
    run, status, stopped_by, objective, expected_cost, risk_charge, bound, gap
        As in the manifest of its run.
    capital_price
        What the next unit of money would save of the objective, by the relaxation.
    capital_price_expected
        How much of that is expected cost; None where that is not known.
    carrying, …, onboarding
        `PARTS`; with `expected_loss` they add up to `expected_cost`, and `risk_charge` makes it the
        `objective`.
    fill_rate, turns
        As in the scorecard; None where nothing is asked for or nothing is held.
    catalogue_gap
        As in the manifest.
    forecast, forecast_low, forecast_high
        Of the objective on fresh futures, with its 95 % interval; None where it was left out.
    loss_10, …, loss_100
        `RETURN_LOSSES`, on fresh futures too.
    stock_mean, stock_percentile_95, with_pipeline
        As in the scorecard; None in those of older runs.
    """

    run: str
    status: str
    stopped_by: str
    objective: float
    expected_cost: float
    risk_charge: float
    bound: float
    gap: float
    capital_used: float
    capital_price: float
    carrying: float
    ordering: float
    purchasing: float
    routine_stockout: float
    qualification: float
    onboarding: float
    expected_loss: float
    var: float
    cvar: float
    fill_rate: float | None
    turns: float | None
    capital_price_expected: float | None = None
    catalogue_gap: float | None = None
    forecast: float | None = None
    forecast_low: float | None = None
    forecast_high: float | None = None
    loss_10: float | None = None
    loss_20: float | None = None
    loss_50: float | None = None
    loss_100: float | None = None
    stock_mean: float | None = None
    stock_percentile_95: float | None = None
    with_pipeline: float | None = None


def figures_of(manifest: Manifest, scorecard: Mapping[str, Any]) -> PlanFigures:
    """Return the figures of a run's plan."""
    capital, components = manifest.resources["capital"], manifest.components
    return PlanFigures(
        **{key: getattr(manifest, key) for key in _OF_PLAN},
        **dict(components),
        capital_used=capital.used,
        capital_price=capital.price,
        capital_price_expected=capital.price_expected,
        fill_rate=scorecard["service"]["fill_rate"],
        turns=scorecard["inventory"]["turns"],
        catalogue_gap=manifest.catalogue_gap,
        **_forecast(manifest.forecast),
        **{name: scorecard["capital"].get(name) for name in OVER_TIME},
    )


def _forecast(forecast: Forecast | None) -> dict[str, Any]:
    """Return what fresh futures say of the objective and of the rarer losses."""
    if forecast is None:
        return {}
    value, half = forecast.objective.value, forecast.objective.half_width
    stated = {f"loss_{one.years}": one.value for one in forecast.return_periods}
    return {
        "forecast": value,
        "forecast_low": value - half,
        "forecast_high": value + half,
        **{name: stated.get(name) for name in RETURN_LOSSES},
    }
