r"""
Days lost to a strike, by what a profile makes of its supply's (MODEL 4).

Which alternate is still out when a strike begins is a matter of the suppliers; when it could
deliver then, and how much, is one of the profile, a formula that is cheaper to read than to keep.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray, ranges
from optimizer.domain.scenario import LostDays


class Terms(NamedTuple):
    """What the compiled loops read of `LostDays`, whose columns these are."""

    supply: IntArray
    start: IntArray
    strike: Int32Array
    days: FloatArray
    out: Int32Array
    ramp_days: FloatArray
    extra_lead_days: FloatArray
    share: FloatArray


class Entries(NamedTuple):
    """
    Strikes that cost some profiles any days, profile by profile.

    `owner` is the place of the profile among those asked for, `strike` a row of the columns of
    strikes.  Shape ``(E,)``.
    """

    owner: IntArray
    strike: Int32Array
    days: FloatArray


class StrikeLosses(NamedTuple):
    """The same with what is known of every strike; see `LostDays`.  Shape ``(E,)``."""

    owner: IntArray
    scenario: Int32Array
    hazard: Int32Array
    days: FloatArray
    factor: FloatArray


ROUNDING: Final = 1e-9
"""Lost days that are none."""


def terms(lost: LostDays) -> Terms:
    """Return the columns that days are worked out from."""
    return Terms(**{name: getattr(lost, name) for name in Terms._fields})


@numba.njit(nogil=True, cache=True)
def days_lost(e: int, profile: int, of: Terms) -> float:
    r"""
    Return the days that entry e of a profile's supply costs it; none up to 1e-9.

    .. math:: \ell = d - \sum_j \kappa_j\,(d - b_j)^+ + (\kappa_1 + \kappa_2 - 1)^+\,
        \min_j (d - b_j)^+, \qquad b_j = \max(0, \max(ramp_j, \rho_j) + L_j - L)

    The last term takes back what two alternates together would supply beyond the demand.
    """
    days = of.days[e]
    if of.out[e, 0] < 0:
        return float(days)
    lost, supplied, least = days, 0.0, days
    for n in range(2):
        share = of.share[profile, n]
        if share == 0.0:
            least = 0.0
            continue
        begin = max(of.ramp_days[profile, n], float(of.out[e, n])) + of.extra_lead_days[profile, n]
        served = max(days - max(begin, 0.0), 0.0)
        lost -= share * served
        supplied += share
        least = min(least, served)
    lost += max(supplied - 1.0, 0.0) * least
    return float(lost) if lost > ROUNDING else 0.0


def entries(of: Terms, profiles: IntArray) -> Entries:
    """Return what strikes cost some profiles, entry by entry."""
    supply = of.supply[profiles]
    owner, entry = ranges(of.start[supply], of.start[supply + 1] - of.start[supply])
    days = np.empty(len(entry))
    _work_out(entry, profiles[owner], of, days)
    some = np.flatnonzero(days > 0.0)
    return Entries(owner[some], of.strike[entry[some]], days[some])


def losses(lost: LostDays, profiles: IntArray) -> StrikeLosses:
    """Return the same with scenario, hazard and factor."""
    owner, strike, days = entries(terms(lost), profiles)
    return StrikeLosses(
        owner=owner,
        scenario=lost.scenario_of_strike[strike],
        hazard=lost.hazard_of_strike[strike],
        days=days,
        factor=lost.factor_of_strike[strike],
    )


@numba.njit(nogil=True, cache=True)
def _work_out(entry: IntArray, profile: IntArray, of: Terms, days: FloatArray) -> None:
    for n in range(len(entry)):
        days[n] = days_lost(entry[n], profile[n], of)
