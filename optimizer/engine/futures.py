"""Futures in which no option of any SKU can lose anything are one scenario: lossless, and fewer."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray
from optimizer.domain.option import OptionTable
from optimizer.domain.scenario import N_WEIGHTS, LostDays
from optimizer.engine.curves import LAST, Impacts, make_impacts


class MergedFutures(NamedTuple):
    """
    Futures as scenarios.

    Attributes
    ----------
    impacts
        On the scenarios, those that cost nothing left out.
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
    impacts = make_impacts(lost)
    hurts = _hurts(impacts, _ever_loses(options, len(lost)))
    lossy = np.zeros(len(probability), dtype=np.bool_)
    lossy[impacts.scenario[hurts]] = True
    scenario = np.where(lossy, np.cumsum(lossy) - 1, int(lossy.sum()))
    merged = np.bincount(scenario, weights=probability).astype(np.float64)
    profile = np.repeat(np.arange(len(lost)), np.diff(impacts.start))
    possible = ~lossy & (merged[scenario] > 0.0)
    share = np.divide(probability, merged[scenario], out=np.ones_like(probability), where=possible)
    return MergedFutures(
        impacts=Impacts(
            start=np.searchsorted(profile[hurts], np.arange(len(lost) + 1)),
            scenario=scenario[impacts.scenario[hurts]].astype(np.int32),
            node=impacts.node[hurts],
            beyond=impacts.beyond[hurts],
            factor=impacts.factor[hurts],
            n_scenarios=len(merged),
        ),
        probability=merged,
        scenario=scenario,
        share=share,
    )


def _ever_loses(options: OptionTable, n_profiles: int) -> BoolArray:
    """Return whether any option of a profile loses at each node, and beyond the last."""
    loses = np.zeros((n_profiles, N_WEIGHTS), dtype=np.bool_)
    profile = options.profile_of_set[options.alternate_set]
    _mark(profile, options.curve, options.loss_curves, loses)
    np.logical_or.at(loses[:, -1], profile, options.stockout_cost_per_day[options.sku] > 0.0)
    loses[np.unique(options.price_profile[options.price_profile >= 0])] = True
    return loses


@numba.njit(nogil=True, cache=True)
def _mark(profile: IntArray, curve: Int32Array, curves: FloatArray, loses: BoolArray) -> None:
    for o in range(len(profile)):
        for k in range(LAST + 1):
            if curves[curve[o], k] > 0.0:
                loses[profile[o], k] = True


def _hurts(impacts: Impacts, loses: BoolArray) -> BoolArray:
    """Return which entries weigh on a node, or beyond it, where something can be lost."""
    profile = np.repeat(np.arange(len(loses)), np.diff(impacts.start))
    on_node = loses[profile, impacts.node] & ((impacts.node == LAST) | (impacts.beyond < 1.0))
    onwards = loses[profile, impacts.node + 1] & (impacts.beyond > 0.0)
    return np.asarray((on_node | onwards) & (impacts.factor > 0.0))
