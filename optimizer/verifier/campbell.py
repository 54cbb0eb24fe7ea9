r"""
The expected loss by Campbell's theorem (MODEL 4), summed over whole days.

.. math:: E\,\mathrm{loss}_i = y \sum_h \mathrm{rate}_h\,\mathrm{hit}_h
          \sum_d P(d_h = d) \sum_\rho P(\rho)\,\mathrm{loss}_i(\ell(d, \rho))

where :math:`\rho`, the whole days for which alternates are still out, is enumerated and the loss
of every pair is read from the curve; no hat weights are used.

Why another method: the solver adds up hat weights on nodes; enumerating days checks these, too.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import DAYS_PER_YEAR
from optimizer.verifier.hazard_reach import PRICE, SURGE, HazardReach
from optimizer.verifier.node_curves import Curves
from optimizer.verifier.outage_means import Alternate, mean_loss_by_days
from optimizer.verifier.sourcing import Sourcing

CELLS = 2_000_000
"""Losses looked up at a time."""
_AT_ONCE = 64  # SKUs per task


def expected_losses(
    portfolio: Portfolio, sourcing: Sourcing, curves: Curves, reach: HazardReach
) -> FloatArray:
    """Return the expected loss of every SKU by every hazard over the horizon.  ``(N, M)``."""
    years = portfolio.settings.horizon.years
    expected = np.zeros((len(sourcing.primary), len(reach.rate)))
    _add_outages(sourcing, curves, reach, expected)
    _add_shocks(portfolio, curves, reach, expected)
    expected *= years * reach.rate
    return expected


def _add_outages(
    sourcing: Sourcing, curves: Curves, reach: HazardReach, expected: FloatArray
) -> None:
    days = np.arange(1.0, reach.lasts.shape[1])
    outages = np.flatnonzero(reach.suppliers.any(axis=1))
    lasts = reach.lasts[outages, 1:]
    loses = curves.loss_slope > 0.0
    alone = np.flatnonzero(loses & (sourcing.supplier < 0).all(axis=1))
    hit = reach.hit[outages]
    step = max(1, CELLS // len(days))
    for start in range(0, len(alone), step):
        rows = alone[start : start + step]
        mean = curves.losses(rows, days) @ lasts.T
        expected[np.ix_(rows, outages)] = mean * hit[:, sourcing.primary[rows]].T
    beside = _BesideAlternates(sourcing=sourcing, curves=curves, out=_Out(reach))

    def strike(skus: IntArray) -> None:
        for i in skus.tolist():
            mean = beside.loss_of_a_strike(i, hit, lasts)
            expected[i, outages] = mean * hit[:, sourcing.primary[i]]

    helped = np.flatnonzero(loses & (sourcing.supplier >= 0).any(axis=1))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(strike, np.split(helped, range(_AT_ONCE, len(helped), _AT_ONCE))))


def _add_shocks(
    portfolio: Portfolio, curves: Curves, reach: HazardReach, expected: FloatArray
) -> None:
    hazards, days = portfolio.hazards, np.arange(reach.lasts.shape[1], dtype=np.float64)
    for h in np.flatnonzero((hazards.kind == SURGE) | (hazards.kind == PRICE)).tolist():
        rows = np.flatnonzero(portfolio.skus.category == hazards.target[h])
        more = float(hazards.multiplier[h]) - 1.0
        for start in range(0, len(rows), max(1, CELLS // len(days))):
            part = rows[start : start + max(1, CELLS // len(days))]
            if hazards.kind[h] == SURGE:
                expected[part, h] = curves.losses(part, more * days) @ reach.lasts[h]
            else:
                expected[part, h] = more * (curves.prices(part, days) @ reach.lasts[h])


class _Out:
    """Days for which suppliers are still out from older strikes when a new one begins."""

    def __init__(self, reach: HazardReach) -> None:
        self.reach = reach
        longer = np.cumsum(reach.lasts[:, ::-1], axis=1)[:, ::-1]  # P(d >= k)
        beyond = np.append(longer[:, 1:], np.zeros((len(longer), 1)), axis=1)  # P(d > k)
        self.overhang = np.cumsum(beyond[:, ::-1], axis=1)[:, ::-1]  # E(d - b)+
        self.days = np.arange(self.overhang.shape[1])
        self.cache: dict[tuple[int, ...], FloatArray] = {}

    def chance(self, *suppliers: int) -> FloatArray:
        """Return the joint probability of the days for which one or two suppliers are still out."""
        if suppliers not in self.cache:
            hits = [self.reach.hit[:, supplier] for supplier in suppliers]
            older = self._older(hits[0])
            if len(hits) == 2:
                shared = self._older(hits[0] * hits[1])
                older = older[:, None] + self._older(hits[1])
                older = older - shared[np.maximum(self.days[:, None], self.days)]
            chance = np.exp(-older)
            for axis in range(len(hits)):
                chance = np.diff(chance, axis=axis, prepend=0.0)
            self.cache[suppliers] = chance
        return self.cache[suppliers]

    def _older(self, hit: FloatArray) -> FloatArray:
        older: FloatArray = (self.reach.rate / DAYS_PER_YEAR * hit) @ self.overhang
        return older


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _BesideAlternates:
    """Mean loss of a strike on the primary supplier when alternates may step in."""

    sourcing: Sourcing
    curves: Curves
    out: _Out

    def loss_of_a_strike(self, i: int, hit: FloatArray, lasts: FloatArray) -> FloatArray:
        """Return the mean loss by hazard, averaged over which alternates are hit too.  ``(M,)``."""
        places = np.flatnonzero(self.sourcing.supplier[i] >= 0).tolist()
        others = self.sourcing.supplier[i, places].tolist()
        mean = np.zeros(len(lasts))
        for too in product((False, True), repeat=len(places)):
            chance = np.ones(len(lasts))
            for other, is_hit in zip(others, too, strict=True):
                chance *= hit[:, other] if is_hit else 1.0 - hit[:, other]
            if chance.any():
                mean += chance * (lasts @ self._by_days(i, places, too))
        return mean

    def _by_days(self, i: int, places: list[int], too: tuple[bool, ...]) -> FloatArray:
        """Return the mean loss of 1, 2, … days, averaged over how long alternates are still out."""
        sourcing, curves = self.sourcing, self.curves
        chance = self.out.chance(*sourcing.supplier[i, places].tolist())
        alternates = [
            Alternate(
                ramp_days=float(sourcing.ramp_days[i, place]),
                later=float(sourcing.later[i, place]),
                share=float(sourcing.share[i, place]),
                is_hit=is_hit,
            )
            for place, is_hit in zip(places, too, strict=True)
        ]
        return mean_loss_by_days(curves.loss[i], float(curves.loss_slope[i]), alternates, chance)
