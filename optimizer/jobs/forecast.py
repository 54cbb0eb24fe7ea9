"""What a plan costs on fresh futures, drawn once for all plans of a job (ALGORITHMS 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.decided import Decided
from optimizer.domain.manifest import Estimate, Forecast, ReturnPeriod
from optimizer.domain.observer import SILENT, Observer, step
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import N_WEIGHTS, Futures, Mixture, Profiles
from optimizer.domain.stop import Stop
from optimizer.domain.validation import Interval
from optimizer.engine.decompose.impacts import losses_on_curves
from optimizer.engine.evaluate import Evaluation
from optimizer.engine.forecast import forecast, loss_by_return_period
from optimizer.jobs.fresh import fresh_futures
from optimizer.jobs.prepare import Prepared
from optimizer.maths.threads import in_threads
from optimizer.options.costs import spend_per_day, stockout_cost_per_day
from optimizer.scenarios.strikes_by_supply import lost_days

FUTURES: Final = 20_000
_PURPOSE: Final = b"forecast"


def futures_ahead(portfolio: Portfolio, mixture: Mixture) -> list[Futures]:
    """Return independent batches of futures that no plan is made on, from the run's own seed."""
    seed = portfolio.settings.scenarios.seed
    return list(fresh_futures(portfolio, FUTURES, seed, _PURPOSE, mixture))


def with_forecast(
    decided: Decided,
    prepared: Prepared,
    ahead: Sequence[Futures],
    observer: Observer = SILENT,
    stop: Stop | None = None,
) -> Decided:
    """Return a decided plan with what fresh futures say of it; without where it is to stop."""
    with step(observer, "forecast") as tell:
        found = (stop or Stop()).unless_asked(lambda: _forecast(decided, prepared, ahead))
        tell(_told(found, decided.portfolio.settings.currency) if found else "left out")
    return replace(decided, forecast=found)


def _told(found: Forecast, currency: str) -> str:
    cost = found.objective
    return (
        f"{cost.value:,.0f} ± {cost.half_width:,.0f} {currency} on {found.futures:,} fresh futures"
    )


def _forecast(decided: Decided, prepared: Prepared, ahead: Sequence[Futures]) -> Forecast:
    batches, settings = _evaluations(decided, prepared, ahead), decided.portfolio.settings
    figures = forecast(batches, settings)
    periods = loss_by_return_period(batches, settings)
    return Forecast(
        **{name: _estimate(figures[name]) for name in ("objective", "var", "cvar")},
        return_periods=tuple(
            ReturnPeriod(years=years, **dict(_estimate(loss))) for years, loss in periods.items()
        ),
        futures=sum(len(batch) for batch in ahead),
    )


def _estimate(interval: Interval) -> Estimate:
    return Estimate(value=interval.estimate, half_width=interval.half_width)


def _evaluations(
    decided: Decided, prepared: Prepared, ahead: Sequence[Futures]
) -> list[Evaluation]:
    """Return what the plan costs on every batch. [currency]"""
    curves, used = _curves_by_profile(decided, prepared)
    certain, expected = decided.certain_cost, float(decided.expected_by_sku.sum())

    def evaluation(futures: Futures) -> Evaluation:
        return Evaluation(
            certain=certain,
            expected=expected,
            loss=losses_on_curves(lost_days(decided.portfolio, futures, used), curves),
            probability=futures.probability,
        )

    return in_threads(evaluation, ahead)


def _curves_by_profile(decided: Decided, prepared: Prepared) -> tuple[FloatArray, Profiles]:
    """Return the plan's curves added up by the profiles that strike them, and those profiles."""
    portfolio, options = decided.portfolio, prepared.case.options
    every = np.arange(len(decided.designs))
    used, supply = np.unique(options.profile(decided.outcome.plan.option), return_inverse=True)
    profiles = prepared.profiles.of_supplies(used)
    shocked = np.flatnonzero(options.price_profile >= 0)
    shock = options.price_profile[shocked] - prepared.profiles.n_supplies
    loss = (decided.loss_curves, stockout_cost_per_day(portfolio, every))
    price = (decided.price_curves[shocked], spend_per_day(portfolio, shocked))
    by_supply = _sums(supply, *loss, len(used))
    by_shock = _sums(shock, *price, len(profiles.price_category))
    return np.concatenate([by_supply, by_shock]), profiles


def _sums(row: IntArray, curves: FloatArray, slope: FloatArray, count: int) -> FloatArray:
    """Return the sums of curves and slopes by row.  Shape ``(count, 18)``."""
    sums = np.empty((count, N_WEIGHTS))
    for node, column in enumerate([*curves.T, slope]):
        sums[:, node] = np.bincount(row, weights=column, minlength=count)
    return sums
