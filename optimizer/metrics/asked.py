"""What the history of demand says of every SKU, period by period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze, require_length
from optimizer.domain.portfolio import Portfolio
from optimizer.inputs.estimates.demand_history import DAYS_PER_PERIOD, period_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """
    The demands of every SKU within its own time.  Every column ``(N,)``.

    A SKU's time begins where it was launched, or after the period of its first demand: that one
    would count too much.

    Attributes
    ----------
    periods, demands
        Periods of its time, and how many of them had a demand.
    total, squares
        Sum of the demands [unit], and of their squares [unit²].
    idle_days
        From its last demand, wherever that was, to the end of the history; ``inf`` without one.
    days_per_period
        The same for all.
    """

    periods: IntArray
    demands: IntArray
    total: FloatArray
    squares: FloatArray
    idle_days: FloatArray
    days_per_period: float

    def __post_init__(self) -> None:
        require_length(self, len(self.periods))
        freeze(self)


def asked(portfolio: Portfolio) -> Asked | None:
    """Return what was asked for; None without a history."""
    history, skus = portfolio.history, portfolio.skus
    if history is None or not len(history):
        return None
    period, origin, n_skus = portfolio.settings.demand.period, history.first_day, len(skus)
    number = period_of(history.day, period, origin)
    begins, ends = (int(period_of(day, period, origin)) for day in (origin, history.last_day))
    first_row = np.full(n_skus, ends + 1)
    np.minimum.at(first_row, history.sku, number)
    last_row = np.full(n_skus, begins - 1)
    np.maximum.at(last_row, history.sku, number)
    first = _stated(skus.launched, portfolio, otherwise=first_row + 1).clip(min=begins)
    last = _stated(skus.ends, portfolio, otherwise=np.full(n_skus, ends)).clip(max=ends)
    counts = (number >= first[history.sku]) & (number <= last[history.sku])
    sku, quantity = history.sku[counts], history.quantity[counts]
    days = DAYS_PER_PERIOD[period]
    return Asked(
        periods=np.maximum(last - first + 1, 0),
        demands=np.bincount(sku, minlength=n_skus),
        total=np.bincount(sku, quantity, n_skus).astype(np.float64),
        squares=np.bincount(sku, quantity**2, n_skus).astype(np.float64),
        idle_days=np.where(last_row < begins, np.inf, (ends - last_row) * days),
        days_per_period=days,
    )


def _stated(day: FloatArray, portfolio: Portfolio, otherwise: IntArray) -> IntArray:
    """Return the period of a stated day, of each SKU."""
    history, period = portfolio.history, portfolio.settings.demand.period
    assert history is not None  # noqa: S101  the caller has one
    known = ~np.isnan(day)
    number = period_of(np.where(known, day, history.first_day), period, history.first_day)
    return np.where(known, number, otherwise)
