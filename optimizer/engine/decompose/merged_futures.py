"""Futures in which no option of any SKU can lose anything are one scenario: lossless, and fewer."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.scenario import N_WEIGHTS, LostDays
from optimizer.engine.decompose.impacts import Impacts, make_impacts
from optimizer.maths.hats import LAST, add_point
from optimizer.maths.lost_days import days_lost


class MergedFutures(NamedTuple):
    """
    Futures as scenarios.

    Attributes
    ----------
    impacts
        On the scenarios.
    probability
        Shape ``(scenarios,)``. [-]
    scenario
        Scenario of every future.  Shape ``(S,)``.
    share
        Of every future in its scenario's probability.  Shape ``(S,)``. [-]
    """

    impacts: Impacts
    probability: FloatArray
    scenario: IntArray
    share: FloatArray

    def by_future(self, value: FloatArray) -> FloatArray:
        """Return the value of every future for those of the scenarios."""
        return np.asarray(value[self.scenario])

    def weight(self, weight: FloatArray) -> FloatArray:
        """Return the weight of every future for those of the scenarios."""
        return np.asarray(weight[self.scenario] * self.share)

    def merged(self, weight: FloatArray) -> FloatArray:
        """Return the weight of every scenario for those of the futures."""
        n_scenarios = len(self.probability)
        return np.bincount(self.scenario, weight, n_scenarios).astype(np.float64)


def merge_lossless(options: OptionTable, lost: LostDays, probability: FloatArray) -> MergedFutures:
    """
    Return the futures with all of those merged in which no option can lose.

    Parameters
    ----------
    lost
        Of the options' profiles.
    probability
        Of the futures.  Shape ``(S,)``. [-]
    """
    lossy = np.zeros(len(probability), dtype=np.bool_)
    every = make_impacts(lost, np.arange(len(probability)), len(probability))
    _find_lossy(every, _ever_loses(options, len(lost)), lossy)
    scenario = np.where(lossy, np.cumsum(lossy) - 1, int(lossy.sum()))
    merged = np.bincount(scenario, weights=probability).astype(np.float64)
    possible = ~lossy & (merged[scenario] > 0.0)
    share = np.divide(probability, merged[scenario], out=np.ones_like(probability), where=possible)
    return MergedFutures(
        impacts=make_impacts(lost, scenario, len(merged)),
        probability=merged,
        scenario=scenario,
        share=share,
    )


def _ever_loses(options: OptionTable, n_profiles: int) -> BoolArray:
    """Return whether any option of a profile loses at each node, and beyond the last."""
    loses = np.zeros((n_profiles, N_WEIGHTS), dtype=np.bool_)
    profiles = (options.profile_of_set, options.alternate_set)
    curves = (options.curve, options.loss_curves, options.stockout_cost_per_day > 0.0)
    _mark(options.start, profiles, curves, loses)
    loses[np.unique(options.price_profile[options.price_profile >= 0])] = True
    return loses


@numba.njit(nogil=True, cache=True)
def _mark(start, profiles, shapes, loses):  # type: ignore[no-untyped-def]
    profile_of_set, alternate_set = profiles
    curve, curves, slopes = shapes
    for i in range(len(start) - 1):
        for o in range(start[i], start[i + 1]):
            profile = profile_of_set[alternate_set[o]]
            loses[profile, LAST + 1] |= slopes[i]
            for k in range(LAST + 1):
                loses[profile, k] |= curves[curve[o], k] > 0.0


@numba.njit(nogil=True, cache=True)
def _find_lossy(impacts: Impacts, loses: BoolArray, lossy: BoolArray) -> None:
    """Mark the scenarios with an entry that weighs where something can be lost."""
    weight, lost = np.empty(N_WEIGHTS), impacts.lost
    for p in range(len(loses)):
        supply = lost.supply[p]
        for e in range(lost.start[supply], lost.start[supply + 1]):
            strike = lost.strike[e]
            if lossy[impacts.scenario[strike]] or impacts.factor[strike] <= 0.0:
                continue
            days = days_lost(e, p, lost)
            if days == 0.0:
                continue
            weight[:] = 0.0
            add_point(days, 1.0, weight)
            for k in range(N_WEIGHTS):
                if weight[k] > 0.0 and loses[p, k]:
                    lossy[impacts.scenario[strike]] = True
