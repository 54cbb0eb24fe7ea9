r"""
Losses of the plan in every scenario (MODEL 4), strike by strike.

.. math:: L_s = \sum_i \Big[\sum_{\text{outages, surges}} \mathrm{loss}_i(\ell)
          + \sum_{\text{price shocks}} (\pi - 1)\,\mathrm{price}_i(m)\Big]

Only strikes that begin within the horizon cause losses; older ones keep alternates out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.verifier.drawn_strikes import DrawnBlows, DrawnFutures
from optimizer.verifier.hazard_reach import OUTAGE, PRICE, SURGE
from optimizer.verifier.node_curves import Curves
from optimizer.verifier.sourcing import Sourcing, lost_days


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Losing:
    """
    SKUs that lose the same days in the same scenarios.

    `rows` are the SKUs; `scenario`, `days` and `factor` have one entry per strike; `of_price` says
    that the days are bought at a shocked price instead of lost.
    """

    rows: IntArray
    scenario: IntArray
    days: FloatArray
    factor: FloatArray
    of_price: bool


def losing(portfolio: Portfolio, sourcing: Sourcing, futures: DrawnFutures) -> Iterator[Losing]:
    """Yield groups of SKUs with the days they lose; a SKU may be in several groups."""
    blows, demand = futures.blows, portfolio.skus.demand_mean > 0.0
    is_outage = (portfolio.hazards.kind == OUTAGE)[blows.hazard]
    outages = blows.take(is_outage)
    yield from _shocked(portfolio, blows.take(~is_outage & (blows.start_day >= 0.0)), demand)
    has_alternate = (sourcing.supplier >= 0).any(axis=1)
    out = _StillOut(outages)
    for supplier in np.unique(sourcing.primary[demand]).tolist():
        struck = outages.take((outages.target == supplier) & (outages.start_day >= 0.0))
        of_supplier = demand & (sourcing.primary == supplier)
        alone = np.flatnonzero(of_supplier & ~has_alternate)
        yield _losing(alone, struck, struck.days)
        for i in np.flatnonzero(of_supplier & has_alternate).tolist():
            yield _losing(np.array([i]), struck, _beside_alternates(i, sourcing, struck, out))


def losses_by_scenario(
    portfolio: Portfolio, sourcing: Sourcing, curves: Curves, futures: DrawnFutures
) -> FloatArray:
    """Return the plan's loss in every scenario.  Shape ``(S,)``. [currency]"""
    total = np.zeros(len(futures.probability))
    for part in losing(portfolio, sourcing, futures):
        together = _curves_together(curves, part.rows)
        lost = part.factor * _lost(together, np.array([0]), part)[0]
        total += np.bincount(part.scenario, weights=lost, minlength=len(total))
    return total


def weighted_losses(
    portfolio: Portfolio,
    sourcing: Sourcing,
    curves: Curves,
    futures: DrawnFutures,
    weight: FloatArray,
) -> FloatArray:
    """Return every SKU's weighted sum of losses over the scenarios.  ``(N,)`` [currency]"""
    total = np.zeros(len(sourcing.primary))
    for part in losing(portfolio, sourcing, futures):
        days, place = np.unique(part.days, return_inverse=True)
        weights = np.bincount(place, weights=part.factor * weight[part.scenario])
        weighing = np.flatnonzero(weights)
        look = curves.prices if part.of_price else curves.losses
        if weighing.size:
            total[part.rows] += look(part.rows, days[weighing]) @ weights[weighing]
    return total


def _losing(rows: IntArray, struck: DrawnBlows, days: FloatArray) -> Losing:
    factor = np.ones(len(days))
    return Losing(rows=rows, scenario=struck.scenario, days=days, factor=factor, of_price=False)


def _shocked(
    portfolio: Portfolio, blows: DrawnBlows, demand: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> Iterator[Losing]:
    """Yield the effects of demand surges and price shocks, hazard by hazard."""
    hazards = portfolio.hazards
    for h in np.unique(blows.hazard).tolist():
        struck = blows.take(blows.hazard == h)
        rows = np.flatnonzero(demand & (portfolio.skus.category == hazards.target[h]))
        more = float(hazards.multiplier[h]) - 1.0
        if hazards.kind[h] == SURGE:
            yield _losing(rows, struck, more * struck.days)
        elif hazards.kind[h] == PRICE:
            factor = np.full(len(struck.days), more)
            scenario, days = struck.scenario, struck.days
            yield Losing(rows=rows, scenario=scenario, days=days, factor=factor, of_price=True)


def _beside_alternates(
    i: int, sourcing: Sourcing, struck: DrawnBlows, out: _StillOut
) -> FloatArray:
    places = np.flatnonzero(sourcing.supplier[i] >= 0).tolist()
    primary = int(sourcing.primary[i])
    begins = [
        sourcing.begins(i, place, out.days(int(sourcing.supplier[i, place]), primary, struck))
        for place in places
    ]
    return lost_days(struck.days, begins, [float(sourcing.share[i, place]) for place in places])


class _StillOut:
    """Days for which an alternate is still out when its primary is struck, pair by pair."""

    def __init__(self, outages: DrawnBlows) -> None:
        self.outages = outages
        self.cache: dict[tuple[int, int], FloatArray] = {}

    def days(self, supplier: int, primary: int, struck: DrawnBlows) -> FloatArray:
        """Return the whole days for which a supplier is out after each strike on the primary."""
        if (supplier, primary) not in self.cache:
            outages = self.outages.take(self.outages.target == supplier)
            older = np.ceil(np.maximum(_latest_end(outages, struck) - struck.start_day, 0.0))
            same = np.where(np.isin(struck.strike, outages.strike), struck.days, 0.0)
            self.cache[supplier, primary] = np.maximum(older, same)
        return self.cache[supplier, primary]


def _latest_end(outages: DrawnBlows, struck: DrawnBlows) -> FloatArray:
    """Return the latest end of a supplier's older outages in the same scenario, else -inf."""
    n_outages, n_struck = len(outages.days), len(struck.days)
    end = outages.start_day + outages.days
    scenario = np.concatenate([outages.scenario, struck.scenario])
    asked = np.repeat([1, 0], [n_outages, n_struck])  # a strike at the same moment is not older
    order = np.lexsort((asked, np.concatenate([outages.start_day, struck.start_day]), scenario))
    by_end = np.lexsort((end, outages.scenario))
    rank = np.full(n_outages + n_struck, -1, dtype=np.int64)
    rank[by_end] = np.arange(n_outages)
    latest = np.maximum.accumulate(rank[order])
    place = np.empty(n_outages + n_struck, dtype=np.int64)
    place[order] = latest
    at_strike = place[n_outages:]
    ends = np.append(end[by_end], -np.inf)[at_strike]
    same_scenario = np.append(outages.scenario[by_end], -1)[at_strike] == struck.scenario
    return np.where(same_scenario, ends, -np.inf)


def _curves_together(curves: Curves, rows: IntArray) -> Curves:
    """Return the sum of these SKUs' curves, as of a single SKU."""
    return Curves(
        loss=curves.loss[rows].sum(axis=0, keepdims=True),
        price=curves.price[rows].sum(axis=0, keepdims=True),
        loss_slope=curves.loss_slope[rows].sum(keepdims=True),
        price_slope=curves.price_slope[rows].sum(keepdims=True),
    )


def _lost(curves: Curves, rows: IntArray, part: Losing) -> FloatArray:
    return curves.prices(rows, part.days) if part.of_price else curves.losses(rows, part.days)
