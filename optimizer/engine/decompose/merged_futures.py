"""
Futures in which no option of any SKU can lose anything become one scenario.

Why: they are indistinguishable to every plan, so merging them changes nothing, and it cuts the
number of scenarios several-fold where hazards are rare (ALGORITHMS 5c).
"""

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
    The scenarios that the futures were merged into.

    Attributes
    ----------
    impacts
        Lost days by scenario.
    probability
        Probability of each scenario.  Shape ``(scenarios,)``. [-]
    scenario
        Scenario of each future.  Shape ``(S,)``.
    share
        Each future's share of its scenario's probability.  Shape ``(S,)``. [-]
    """

    impacts: Impacts
    probability: FloatArray
    scenario: IntArray
    share: FloatArray

    def by_future(self, value: FloatArray) -> FloatArray:
        """Return values of scenarios as values of futures."""
        return np.asarray(value[self.scenario])

    def weight(self, weight: FloatArray) -> FloatArray:
        """Return weights of scenarios as weights of futures."""
        return np.asarray(weight[self.scenario] * self.share)

    def merged(self, weight: FloatArray) -> FloatArray:
        """Return weights of futures as weights of scenarios."""
        n_scenarios = len(self.probability)
        return np.bincount(self.scenario, weight, n_scenarios).astype(np.float64)


def merge_lossless(options: OptionTable, lost: LostDays, probability: FloatArray) -> MergedFutures:
    """
    Merge all futures in which no option can lose.

    Parameters
    ----------
    lost
        Lost days of the options' profiles.
    probability
        Probability of each future.  Shape ``(S,)``. [-]
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
    """Return whether any option of a profile has a loss at each node, and beyond the last."""
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
    """Mark the scenarios in which a strike puts weight on a node with a loss."""
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
