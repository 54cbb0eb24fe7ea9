"""Every SKU's demand and its standard error, estimated from history (MODEL 1a)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray, freeze
from optimizer.inputs.estimates.demand_history import DAYS_PER_PERIOD, Period
from optimizer.inputs.estimates.priors import (
    ALONE,
    ALONE_SIZE,
    rate_prior,
    size_prior,
)

DEMAND_CLASSES: Final = np.array(["smooth", "erratic", "intermittent", "lumpy"], dtype=object)
FEWEST_TO_POOL: Final = 20
"""A category with fewer SKUs borrows from the whole portfolio."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """
    The record of every SKU, by period.  Every column ``(N,)``.

    Attributes
    ----------
    periods, events
        Periods that its rate is estimated from, and those with demand.  :math:`T, n`
    count, mean, variance
        Of the periods with demand: number, mean demand [unit], sample variance [unit²] (0 for
        fewer than two).
    demand_class
        Syntetos and Boylan's, ``""`` without demand.
    """

    periods: IntArray
    events: IntArray
    count: IntArray
    mean: FloatArray
    variance: FloatArray
    demand_class: TextArray

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandEstimates:
    """Columns of `Skus` by the same names.  Every column ``(N,)``."""

    demand_mean: FloatArray
    demand_std: FloatArray
    demand_mean_error: FloatArray
    demand_interval_days: FloatArray

    def __post_init__(self) -> None:
        freeze(self)


def record(
    sku: IntArray,
    number: IntArray,
    quantity: FloatArray,
    *,
    first: IntArray,
    last: IntArray,
    launched: BoolArray,
    limits: tuple[float, float],
) -> Record:
    """
    Return the record of every SKU.

    Parameters
    ----------
    sku, number, quantity
        The demands, sorted by SKU and period: at most one per period.  Those outside a SKU's
        periods do not count.
    first, last
        First and last period of each SKU; the last may be the earlier one.  Shape ``(N,)``.
    launched
        Whether the first period is stated rather than taken from the first row.  Shape ``(N,)``.
    limits
        Of the classes: periods between demands, and squared variation of their sizes. [-]

    Notes
    -----
    If a record begins with the SKU's first demand, that demand would overstate the rate by one
    (n in T periods, whatever T): it is left out of the rate, with its period, but counted among the
    sizes.
    """
    n_skus = len(first)
    inside = (number >= first[sku]) & (number <= last[sku])
    sku, number, quantity = sku[inside], number[inside], quantity[inside]
    count = np.bincount(sku, minlength=n_skus)
    mean = np.bincount(sku, quantity, n_skus) / np.maximum(count, 1)
    squares = np.bincount(sku, (quantity - mean[sku]) ** 2, n_skus)
    variance = squares / np.maximum(count - 1, 1)
    began = np.bincount(sku[(number == first[sku]) & ~launched[sku]], minlength=n_skus)
    seen = np.maximum(last - first + 1, 0)
    return Record(
        periods=seen - began,
        events=count - began,
        count=count,
        mean=mean,
        variance=variance,
        demand_class=_demand_class(seen, count, mean, variance, limits),
    )


def _demand_class(
    seen: IntArray,
    count: IntArray,
    mean: FloatArray,
    variance: FloatArray,
    limits: tuple[float, float],
) -> TextArray:
    """Return the class of Syntetos and Boylan, from the periods with demand only."""
    some = np.maximum(count, 1)
    rare = seen / some >= limits[0]
    varied = variance >= limits[1] * mean**2
    classes: TextArray = np.where(count > 0, DEMAND_CLASSES[2 * rare + varied], "")
    return classes


def estimates(
    seen: Record,
    unit_cost: FloatArray,
    group: IntArray,
    of_use: BoolArray,
    period: Period,
    *,
    pooled: bool,
) -> DemandEstimates:
    r"""
    Return the demand columns of every SKU.

    With the share p of periods with demand and the mean m and variance s² of its sizes, both
    shrunk to those of the SKU's group, and periods of τ days,

    .. math::
        D = \frac{pm}{\tau}, \qquad
        \sigma^2 = \frac{p\,s^2 + p(1-p)\,m^2}{\tau}, \qquad
        \varepsilon^2 = \frac{m^2\,\mathrm{Var}\,p + p^2\,\mathrm{Var}\,m}{\tau^2}.

    The second is the variance of a period's demand, with days assumed independent: the sample
    variance if there is demand in every period, that of compound Poisson demand if it is rare.
    Within a week or month, demand events form a Poisson process with at least one event per period
    with probability p: the mean interval is A = τ/(−ln(1 − p)) days.  By day: A = 1/p.

    Parameters
    ----------
    seen
        The record of every SKU.
    unit_cost
        Of every SKU; demand for expensive ones comes in small sizes.  Shape ``(N,)``.
        [currency/unit]
    group
        Category of every SKU, as a number.  Shape ``(N,)``.
    of_use
        Which SKUs inform the priors: those without rows and with stated demand do not.
        Shape ``(N,)``.
    pooled
        Whether estimates are pooled at all.

    Returns
    -------
    DemandEstimates
        All 0, with intervals of 1, if there is no demand for any SKU.
    """
    if not seen.count.any():
        nothing = np.zeros(len(seen.count))
        return DemandEstimates(
            demand_mean=nothing,
            demand_std=nothing,
            demand_mean_error=nothing,
            demand_interval_days=nothing + 1.0,
        )
    a, b = _rates(seen, group, of_use, pooled=pooled)
    share = (a + seen.events) / (b + seen.periods)
    share_variance = share * (1.0 - share) / (b + seen.periods + 1.0)
    mean, mean_variance, variance = _sizes(seen, unit_cost, group, of_use, pooled=pooled)
    days = DAYS_PER_PERIOD[period]
    error = mean**2 * share_variance + share**2 * mean_variance
    spread = share * variance + share * (1.0 - share) * mean**2
    return DemandEstimates(
        demand_mean=share * mean / days,
        demand_std=np.sqrt(spread / days),
        demand_mean_error=np.sqrt(error) / days,
        demand_interval_days=_interval(share, period),
    )


def _interval(share: FloatArray, period: Period) -> FloatArray:
    """Return the mean days from one demand to the next, at least 1."""
    if period == "day":
        return 1.0 / share
    days = DAYS_PER_PERIOD[period]
    rate = -np.log1p(-np.minimum(share, -np.expm1(-days))) / days
    interval: FloatArray = np.maximum(1.0 / rate, 1.0)
    return interval


def _rates(
    seen: Record, group: IntArray, of_use: BoolArray, *, pooled: bool
) -> tuple[FloatArray, FloatArray]:
    """Return the parameters a and b of every SKU's prior."""
    if not pooled:
        return np.full(len(group), ALONE.events), np.full(len(group), ALONE.periods)

    def fitted(rows: IntArray) -> tuple[float, ...]:
        return astuple(rate_prior(seen.events[rows], seen.periods[rows]))

    a, b = _by_group(fitted, group, of_use & (seen.periods > 0))
    return a, b


def _sizes(
    seen: Record, unit_cost: FloatArray, group: IntArray, of_use: BoolArray, *, pooled: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean [unit], variance of that mean, and variance of every SKU's sizes [unit²]."""
    asked = seen.count > 0
    own = seen.variance / np.where(asked, seen.mean, 1.0) ** 2
    log_cost = _log_cost(unit_cost)

    def fitted(rows: IntArray) -> tuple[float, ...]:
        return astuple(size_prior(seen.count[rows], seen.mean[rows], own[rows], log_cost[rows]))

    level, slope, spread, weight, variation, variation_weight = (
        _by_group(fitted, group, of_use & asked)
        if pooled
        else np.repeat(np.array([astuple(ALONE_SIZE)]).T, len(group), axis=1)
    )
    others = np.exp(level + slope * log_cost + spread / 2.0)
    sizes = np.maximum(seen.count, 1)
    credibility = np.where(asked, sizes / (sizes + weight), 0.0)
    mean = np.where(asked, seen.mean, 1.0) ** credibility * others ** (1.0 - credibility)
    degrees = np.maximum(seen.count - 1, 0)
    relative = (degrees * own + variation_weight * variation) / (degrees + variation_weight)
    of_mean = np.where(asked, relative / (sizes + weight), spread)
    return mean, mean**2 * of_mean, mean**2 * relative


def _log_cost(unit_cost: FloatArray) -> FloatArray:
    """Return the logarithm; for a cost of 0, the mean logarithm of the others."""
    priced = unit_cost > 0.0
    logs = np.log(unit_cost[priced])
    log_cost = np.full(len(unit_cost), logs.mean() if len(logs) else 0.0)
    log_cost[priced] = logs
    return log_cost


def _by_group(
    fitted: Callable[[IntArray], tuple[float, ...]], group: IntArray, of_use: BoolArray
) -> FloatArray:
    """Return the fit to each SKU's group, or to all SKUs for a small group; columns ``(N,)``."""
    rows = np.flatnonzero(of_use)
    rows = rows[np.argsort(group[rows], kind="stable")]
    members = np.bincount(group[rows], minlength=int(group.max(initial=-1)) + 1)
    of_all = fitted(np.flatnonzero(of_use)) if (members < FEWEST_TO_POOL).any() else ()
    priors = [
        fitted(of_group) if len(of_group) >= FEWEST_TO_POOL else of_all
        for of_group in np.split(rows, np.cumsum(members)[:-1])
    ]
    columns: FloatArray = np.array(priors, dtype=np.float64).T[:, group]
    return columns
