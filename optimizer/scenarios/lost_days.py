"""Days of supply lost by every outage profile in every scenario (MODEL 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.scenario import OutageProfiles, ScenarioSet

CHUNK_CELLS: Final = 4_000_000


def lost_days(scenarios: ScenarioSet, profiles: OutageProfiles) -> IntArray:
    r"""
    Return the whole days of supply lost, everything starting on day 0.

    .. math:: \lceil g\,e + (g - 1)\,m \rceil, \qquad
        e = \int_0^d \Bigl(1 - \sum_j \kappa_j\,[t \ge b_j]\Bigr)^+ dt, \quad
        b_j = \max(ramp_j, outage_j)

    Parameters
    ----------
    scenarios
        Outages :math:`d` and surges :math:`(g, m)`.
    profiles
        Primaries, surge categories and alternates; :math:`0 < \kappa_j \le 1`.  A category on
        which no hazard acts has no surge.

    Returns
    -------
    IntArray
        Shape ``(P, S)``. [whole days].  Rounded to 9 decimals before it is rounded up, and never
        negative.

    Notes
    -----
    Most outages are 0: only cells whose primary is out or whose category surges are computed.
    """
    profiles = _without_absent(profiles)
    outage_days = np.ascontiguousarray(scenarios.outage_days.T)
    surge_multiplier, surge_days = _surges(scenarios)
    primary_out, surging = outage_days > 0, surge_days > 0
    category = _category_row(scenarios, profiles)
    lost = np.zeros((len(profiles), len(scenarios)), dtype=np.int64)
    step = max(1, CHUNK_CELLS // len(scenarios))
    for first in range(0, len(profiles), step):
        chunk = slice(first, first + step)
        touched = primary_out[profiles.primary[chunk]] | surging[category[chunk]]
        profile, scenario = np.nonzero(touched)
        profile += first
        gap = _supply_gap(outage_days, profiles, profile, scenario)
        multiplier = surge_multiplier[category[profile], scenario]
        days = surge_days[category[profile], scenario]
        lost[profile, scenario] = _whole_days(multiplier * gap + (multiplier - 1.0) * days)
    return lost


def _surges(scenarios: ScenarioSet) -> tuple[FloatArray, IntArray]:
    """Return multiplier and days by category, a last row for no surge.  Shape ``(C + 1, S)``."""
    n_scenarios = len(scenarios)
    multiplier = np.vstack([scenarios.surge_multiplier.T, np.ones(n_scenarios)])
    days = np.vstack([scenarios.surge_days.T, np.zeros(n_scenarios, dtype=np.int64)])
    return multiplier, days


def _category_row(scenarios: ScenarioSet, profiles: OutageProfiles) -> IntArray:
    """Return each profile's row of `_surges`.  Shape ``(P,)``."""
    rows = {name: row for row, name in enumerate(scenarios.categories)}
    names = profiles.surge_category
    return np.array([rows.get(name, len(rows)) for name in names], dtype=np.int64)


def _without_absent(profiles: OutageProfiles) -> OutageProfiles:
    """Return the profiles with absent alternates as present ones that supply nothing."""
    present = profiles.alternate >= 0
    return replace(
        profiles,
        ramp_days=np.where(present, profiles.ramp_days, 0.0),
        capacity_share=np.where(present, profiles.capacity_share, 0.0),
    )


def _supply_gap(
    outage_days: IntArray, profiles: OutageProfiles, profile: IntArray, scenario: IntArray
) -> FloatArray:
    r"""
    Return the days of supply missing, for pairs of a profile and a scenario.

    .. math:: e = d - \sum_j \kappa_j\,(d - b_j)^+ + (\kappa_1 + \kappa_2 - 1)^+\,
        \min_j (d - b_j)^+

    The last term takes back what two alternates together would supply beyond the demand.
    """
    out = outage_days[profiles.primary[profile], scenario]
    first_share, second_share = profiles.capacity_share[profile].T
    begin = [
        np.maximum(
            profiles.ramp_days[profile, j],
            outage_days[profiles.alternate[profile, j], scenario],
        )
        for j in (0, 1)
    ]
    first, second = (np.maximum(out - b, 0.0) for b in begin)
    surplus = np.maximum(first_share + second_share - 1.0, 0.0) * np.minimum(first, second)
    gap: FloatArray = out - first_share * first - second_share * second + surplus
    return gap


def _whole_days(days: FloatArray) -> IntArray:
    """Round up to whole days, after rounding to 9 decimals; at least 0."""
    return np.maximum(np.ceil(days.round(9)), 0.0).astype(np.int64)
