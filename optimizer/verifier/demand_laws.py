r"""
Demand over days (MODEL 3): its law and its first two moments.

.. math:: E X_t = D t, \qquad \mathrm{Var} X_t = t \sigma^2 + D^2 \sigma_L^2 + t^2 \varepsilon^2

and V, what earlier units of a unit's own lump have taken from the stock.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.verifier.areas import Areas, areas_of_gamma, areas_of_whole_units

CELLS: Final = 16_384
"""Laws integrated at a time."""
MOST_WHOLE: Final = 20.0
"""Mean lead-time demand from which whole units are treated as a continuous quantity."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandLaws:
    """
    The law of every SKU's demand.  Every column ``(N,)``.

    `discrete` is whether units are whole and counted one by one; `lead_time` and `lead_time_sd`
    are the primary supplier's [day]; `lump` is the mean lump m; `step` is the unit in which stock
    is counted, :math:`\\delta`. [unit]
    """

    discrete: BoolArray
    demand: FloatArray
    deviation: FloatArray
    error: FloatArray
    lead_time: FloatArray
    lead_time_sd: FloatArray
    lump: FloatArray
    step: FloatArray

    def __len__(self) -> int:
        return len(self.demand)

    def take(self, rows: IntArray) -> DemandLaws:
        """Return only these rows."""
        return DemandLaws(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def mean(self, days: FloatArray) -> FloatArray:
        """Return the mean demand over these days."""
        return self.demand * days

    def variance(self, days: FloatArray) -> FloatArray:
        """Return the variance of demand over these days."""
        of_law = days * self.deviation**2 + (self.demand * self.lead_time_sd) ** 2
        return of_law + (days * self.error) ** 2

    def met_by_a_unit(self) -> tuple[FloatArray, FloatArray]:
        """
        Return mean and variance of lead-time demand as a unit demanded meets it.

        With a true mean of gamma shape k = (mean/error)², more units are demanded the higher it is;
        a unit meets shape k + 1 at the same scale: moments (k + 1)/k and (k + 1)/k² of the mean.
        """
        active = self.demand > 0.0
        per_shape = np.where(active, self.error, 0.0) ** 2 / np.where(active, self.demand, 1.0) ** 2
        rate = self.demand * (1.0 + per_shape)
        spread = self.lead_time * self.deviation**2 * (1.0 + per_shape)
        spread = spread + (rate * self.lead_time_sd) ** 2
        unsure = per_shape * (1.0 + per_shape) * (self.demand * self.lead_time) ** 2
        return rate * self.lead_time, spread + unsure

    def own_lump(self) -> tuple[FloatArray, FloatArray]:
        """Return mean and variance of the stock taken by earlier units of a unit's own lump."""
        per_unit = self.deviation**2 / np.where(self.demand > 0.0, self.demand, 1.0)
        size = np.maximum(per_unit, self.lump)
        spread = size * (5.0 * size - 4.0 * self.lump)
        whole = self.discrete * 1.0
        mean = np.maximum((per_unit - whole) / 2.0, 0.0)
        return mean, np.maximum((spread - whole) / 12.0, 0.0)


def laws_of(portfolio: Portfolio) -> DemandLaws:
    """Return the law of every SKU's demand."""
    skus, sources = portfolio.skus, portfolio.sources
    lead_time = sources.lead_time_mean[skus.primary]
    whole = skus.unit_decimals == 0.0
    few = whole & (skus.demand_mean * lead_time < MOST_WHOLE)
    lump = skus.demand_mean * skus.demand_interval_days
    return DemandLaws(
        discrete=(skus.demand_model == "discrete") | ((skus.demand_model == "auto") & few),
        demand=skus.demand_mean,
        deviation=skus.demand_std,
        error=skus.demand_mean_error,
        lead_time=lead_time,
        lead_time_sd=sources.lead_time_std[skus.primary],
        lump=np.where(whole, np.maximum(lump, 1.0), lump),
        step=10.0**-skus.unit_decimals,
    )


def areas(laws: DemandLaws, stock_level: FloatArray, lot: FloatArray, days: FloatArray) -> Areas:
    """
    Return the areas under the tail of demand over a number of days.

    Parameters
    ----------
    laws
        N laws.
    stock_level, lot
        Stock s below the lot, and the lot.  Shape ``(N,)``. [unit]
    days
        Shape ``(N, T)``. [day]

    Returns
    -------
    Areas
        Shapes ``(N, T)``.
    """
    n_days = days.shape[1]
    areas_of_days = Areas(waiting=np.zeros(days.shape), backorders=np.zeros(days.shape))
    step = max(1, CELLS // n_days)

    def fill(start: int) -> None:
        rows = np.arange(start, min(start + step, len(laws)))
        part = laws.take(np.repeat(rows, n_days))
        levels, lots = np.repeat(stock_level[rows], n_days), np.repeat(lot[rows], n_days)
        over = days[rows].ravel()
        area = _areas(part, levels, lots, part.mean(over), part.variance(over))
        areas_of_days.waiting[rows] = area.waiting.reshape(len(rows), n_days)
        areas_of_days.backorders[rows] = area.backorders.reshape(len(rows), n_days)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(fill, range(0, len(laws), step)))
    return areas_of_days


def units_short(laws: DemandLaws, stock_level: FloatArray, lot: FloatArray) -> FloatArray:
    """
    Return the units short per cycle, accounting for earlier units of the same lump.

    With an uncertain mean, demand is as a unit meets it (`met_by_a_unit`).  0 if lead-time demand
    is certain and covered, or if delivery takes no time.
    """
    mean, variance = laws.mean(laws.lead_time), laws.variance(laws.lead_time)
    certain = ~laws.discrete & is_certain(mean, variance)
    met, varied = laws.met_by_a_unit()
    earlier, spread = laws.own_lump()
    below = stock_level - laws.discrete  # P(X >= k) = P(X > k - 1)
    lumpy = _areas(
        laws,
        below,
        lot,
        np.where(certain, mean, met + earlier),
        np.where(certain, variance, varied + spread),
    )
    return np.where(laws.lead_time > 0.0, lumpy.waiting, 0.0)


def is_certain(mean: FloatArray, variance: FloatArray) -> BoolArray:
    """Return where demand is treated as constant."""
    certain: BoolArray = np.sqrt(variance) < 1e-5 * mean
    return certain | (mean <= 0.0)


def _areas(
    laws: DemandLaws,
    stock_level: FloatArray,
    lot: FloatArray,
    mean: FloatArray,
    variance: FloatArray,
) -> Areas:
    result = Areas(waiting=np.zeros(len(laws)), backorders=np.zeros(len(laws)))
    certain = ~laws.discrete & is_certain(mean, variance)
    low = stock_level + np.where(laws.discrete, 0.0, laws.step / 2.0)
    for rows, of_law in (
        (np.flatnonzero(certain), _areas_of_certain),
        (np.flatnonzero(laws.discrete), areas_of_whole_units),
        (np.flatnonzero(~certain & ~laws.discrete), areas_of_gamma),
    ):
        if rows.size:
            area = of_law(low[rows], lot[rows], mean[rows], variance[rows])
            result.waiting[rows], result.backorders[rows] = area.waiting, area.backorders
    return result


def _areas_of_certain(
    low: FloatArray, lot: FloatArray, mean: FloatArray, variance: FloatArray
) -> Areas:
    """Return the areas of demand that equals its mean."""
    first, last = np.maximum(mean - low, 0.0), np.maximum(mean - low - lot, 0.0)
    return Areas(waiting=first - last, backorders=(first - last) * (first + last) / 2.0)
