"""How far stated demand is off: bias told apart from spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, TextArray, freeze
from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.asked import Asked

_FEWEST: Final = 6
"""Periods from which a record is told."""
TOO_HIGH: Final = "too high"
TOO_LOW: Final = "too low"
NEITHER: Final = "within its error"
ESTIMATED: Final = "estimated"
TOO_SHORT: Final = "record too short"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastError:
    r"""
    Stated demand against what was asked for.  Every column ``(N,)``, NaN where it is not known.

    Attributes
    ----------
    actual
        Mean demand of the record. [unit/day]
    bias
        Stated demand less that. [unit/day]
    standard_error
        Of `actual`. [unit/day]
    bias_share
        How much of the mean squared error of a period is bias, the rest is spread:
        :math:`b^2 / (b^2 + \sigma^2)`. [-]
    verdict
        Whether the stated demand is too high or too low, by ``audit.bias_limit`` standard errors.
    """

    actual: FloatArray
    bias: FloatArray
    standard_error: FloatArray
    bias_share: FloatArray
    verdict: TextArray

    def __post_init__(self) -> None:
        freeze(self)


def forecast_error(portfolio: Portfolio, seen: Asked) -> ForecastError:
    """
    Return how far the stated demand of every SKU is off.

    A demand that was estimated from the same history has no bias in it: only `actual` and the
    error are told.

    Parameters
    ----------
    seen
        From `asked`.
    """
    stated, told = _stated(portfolio), seen.periods >= _FEWEST
    periods, days = np.where(told, seen.periods, 2), seen.days_per_period
    mean = seen.total / periods
    variance = np.maximum(seen.squares - periods * mean**2, 0.0) / (periods - 1)
    known = told & stated
    error = np.sqrt(variance / periods)
    bias = portfolio.skus.demand_mean * days - mean
    mean_square = bias**2 + variance
    limit = portfolio.settings.audit.bias_limit * error
    verdict = np.where(bias > limit, TOO_HIGH, np.where(bias < -limit, TOO_LOW, NEITHER))
    verdict = np.where(known, verdict, np.where(stated, TOO_SHORT, ESTIMATED))
    share = np.divide(bias**2, mean_square, out=np.zeros_like(bias), where=mean_square > 0.0)
    return ForecastError(
        actual=np.where(told, mean / days, np.nan),
        bias=np.where(known, bias / days, np.nan),
        standard_error=np.where(told, error / days, np.nan),
        bias_share=np.where(known, share, np.nan),
        verdict=verdict.astype(object),
    )


def _stated(portfolio: Portfolio) -> BoolArray:
    every: BoolArray = np.ones(len(portfolio.skus), dtype=np.bool_)
    return every if portfolio.stated_demand is None else portfolio.stated_demand
