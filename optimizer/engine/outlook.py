r"""
What the scenarios hold in store for any stock: days short, weighed, apart by whose fault they are.

.. math:: A_o = \sum_{s:\,d_s > 0} w_s\,\text{short}(\ell_{os}; a_o, q_o), \qquad
          B_o = \sum_{s:\,d_s = 0} w_s\,\text{short}(\ell_{os}; a_o, q_o)

:math:`d_s` is the outage of the SKU's primary supplier: A comes of its outages, B of surges alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, Int32Array, IntArray
from optimizer.domain.option import AlternateSets
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.engine.knots import Knots, build_knots, half_square, knot_beyond, knot_sums
from optimizer.engine.pricing_model import price_profile


class Outlook(NamedTuple):
    """
    The scenarios as weighed days short are read from them.

    Attributes
    ----------
    profile_of_set
        Outage profile of each set of alternates.  Shape ``(A,)``.
    price_profile
        Profile of the price shocks of each SKU's category, -1 for none.  Shape ``(N,)``.
    out, out_sums
        Knots of the scenarios in which a profile's primary is out, and their weights' sums.
    surge, surge_sums
        The same of the others.  Both end with the knots of the price shocks.
    probability
        That its primary is out within the horizon, of each SKU.  Shape ``(N,)``. [-]
    """

    profile_of_set: IntArray
    price_profile: IntArray
    out: Knots
    out_sums: FloatArray
    surge: Knots
    surge_sums: FloatArray
    probability: FloatArray


class ShortDays(NamedTuple):
    """Weighed days short of some options: by outages (A), by surges (B), of price shocks."""

    outage: FloatArray
    surge: FloatArray
    dearer: FloatArray


def make_outlook(
    portfolio: Portfolio,
    scenarios: ScenarioSet,
    *,
    lost: LostDays,
    sets: AlternateSets,
    profile_of_set: IntArray,
    weight: FloatArray,
) -> Outlook:
    """
    Return what the scenarios hold in store.

    Parameters
    ----------
    lost
        Days lost by every outage profile.
    sets, profile_of_set
        Sets of alternates, and the row of `lost` of each.  Shape ``(A,)``.
    weight
        Of each scenario.  Shape ``(S,)``.  :math:`w_s` [-]
    """
    primary = portfolio.sources.supplier[portfolio.skus.primary]
    is_out = scenarios.outage_days > 0
    primary_of_profile = np.zeros(len(lost), dtype=np.int32)
    primary_of_profile[profile_of_set] = primary[sets.sku]
    profile = np.repeat(np.arange(len(lost), dtype=np.int32), np.diff(lost.start))
    by_outage = is_out[lost.scenario, primary_of_profile[profile]]
    out = build_knots(_only(lost, profile, by_outage), scenarios)
    surge = build_knots(_only(lost, profile, ~by_outage), scenarios)
    return Outlook(
        profile_of_set=profile_of_set,
        price_profile=price_profile(portfolio, scenarios, len(lost)),
        out=out,
        out_sums=knot_sums(out, weight),
        surge=surge,
        surge_sums=knot_sums(surge, weight),
        probability=(scenarios.probability @ is_out)[primary],
    )


def short_days(
    outlook: Outlook,
    sku: IntArray,
    alternate_set: IntArray,
    assured_days: FloatArray,
    lot_days: FloatArray,
) -> ShortDays:
    """Return the weighed days short of options.  Every argument has shape ``(O,)``."""
    profile, shocks = outlook.profile_of_set[alternate_set], outlook.price_profile[sku]
    covers = (assured_days, lot_days)
    return ShortDays(
        outage=_short_days(profile, *covers, outlook.out, outlook.out_sums),
        surge=_short_days(profile, *covers, outlook.surge, outlook.surge_sums),
        dearer=_short_days(shocks, *covers, outlook.surge, outlook.surge_sums),
    )


def _only(lost: LostDays, profile: Int32Array, kept: BoolArray) -> LostDays:
    entries = np.bincount(profile[kept], minlength=len(lost))
    return LostDays(
        start=np.concatenate([[0], np.cumsum(entries)]),
        scenario=lost.scenario[kept],
        days=lost.days[kept],
        n_scenarios=lost.n_scenarios,
    )


@numba.njit(nogil=True, cache=True)
def _short_days(
    profile: IntArray, assured: FloatArray, lot: FloatArray, knots: Knots, sums: FloatArray
) -> FloatArray:
    short = np.empty(len(profile))
    for o in range(len(profile)):
        near, far = assured[o], assured[o] + lot[o]
        beyond = half_square(knot_beyond(profile[o], near, knots), near, sums)
        beyond -= half_square(knot_beyond(profile[o], far, knots), far, sums)
        short[o] = beyond / lot[o]
    return short
