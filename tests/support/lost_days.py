"""Lost days once more, naively: strike by strike, the integral piece by piece."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, LostDays, Profiles
from optimizer.maths.lost_days import losses

Entry = tuple[int, int, float, float]
"""Scenario, hazard, days, factor."""


def plain_lost_days(
    portfolio: Portfolio, futures: Futures, profiles: Profiles
) -> list[list[Entry]]:
    """Return the entries of every profile, those that cost nothing included."""
    categories = list(futures.categories)
    found: list[list[Entry]] = [[] for _ in range(len(profiles))]
    for row in _rows_within(futures):
        hazard = int(futures.strikes.hazard[row])
        kind, target = portfolio.hazards.kind[hazard], int(futures.strikes.target[row])
        scenario, days = int(futures.strikes.scenario[row]), float(futures.strikes.days[row])
        more = float(futures.strikes.multiplier[row]) - 1.0
        for profile in range(len(profiles)):
            priced = profile - profiles.n_supplies
            if priced >= 0:
                if kind == "price" and profiles.price_category[priced] == categories[target]:
                    found[profile].append((scenario, hazard, days, more))
            elif kind == "surge" and profiles.surge_category[profile] == categories[target]:
                found[profile].append((scenario, hazard, more * days, 1.0))
            elif kind == "outage" and profiles.primary[profile] == target:
                lost = _uncovered(portfolio, futures, profiles, profile, row)
                found[profile].append((scenario, hazard, lost, 1.0))
    return found


def entries(lost: LostDays) -> list[list[Entry]]:
    """Return the entries of every profile."""
    rows: list[list[Entry]] = [[] for _ in range(len(lost))]
    columns = losses(lost, np.arange(len(lost)))
    for owner, *entry in zip(*(column.tolist() for column in columns), strict=True):
        rows[owner].append(tuple(entry))
    return rows


def by_entry(
    start: IntArray,
    scenario: IntArray,
    days: FloatArray,
    factor: FloatArray,
    n_scenarios: int,
) -> LostDays:
    """Return lost days in which every entry is a strike of its own, of the first hazard."""
    alone = np.zeros((len(start) - 1, 2))
    return LostDays(
        supply=np.arange(len(start) - 1),
        start=start,
        strike=np.arange(len(days), dtype=np.int32),
        days=days,
        out=np.full((len(days), 2), -1, dtype=np.int32),
        ramp_days=alone,
        extra_lead_days=alone,
        share=alone,
        scenario_of_strike=scenario.astype(np.int32),
        hazard_of_strike=np.zeros(len(days), dtype=np.int32),
        factor_of_strike=factor,
        n_scenarios=n_scenarios,
    )


def dense(lost: LostDays) -> FloatArray:
    """Return the days lost by profile and scenario, summed over strikes.  Shape ``(P + C, S)``."""
    days = np.zeros((len(lost), lost.n_scenarios))
    found = losses(lost, np.arange(len(lost)))
    np.add.at(days, (found.owner, found.scenario), found.days * found.factor)
    return days


def supplied_from(
    ramp_days: float, extra_lead_days: float, hit_days: int, left_days: float
) -> float:
    """Return the day of an outage on which an alternate begins to deliver."""
    out = max(float(hit_days), float(math.ceil(left_days - 1e-9)))
    return max(0.0, max(ramp_days, out) + extra_lead_days)


def integral(days: float, begins: list[tuple[float, float]]) -> float:
    """Return what (day, share) alternates leave uncovered of so many days."""
    knots = sorted({0.0, days, *(day for day, _ in begins if day < days)})
    lost = 0.0
    for left, right in pairwise(knots):
        covered = sum(share for day, share in begins if day <= left)
        lost += (right - left) * max(0.0, 1.0 - covered)
    return lost


def _rows_within(futures: Futures) -> list[int]:
    return [int(row) for row in np.flatnonzero(futures.strikes.start_day >= 0.0)]


def _uncovered(
    portfolio: Portfolio, futures: Futures, profiles: Profiles, profile: int, row: int
) -> float:
    begins = []
    for n in range(2):
        alternate = int(profiles.alternate[profile, n])
        if alternate >= 0:
            hit, left = _out(portfolio, futures, alternate, row)
            begin = supplied_from(
                float(profiles.ramp_days[profile, n]),
                float(profiles.extra_lead_days[profile, n]),
                hit,
                left,
            )
            begins.append((begin, float(profiles.capacity_share[profile, n])))
    return integral(float(futures.strikes.days[row]), begins)


def _out(portfolio: Portfolio, futures: Futures, supplier: int, row: int) -> tuple[int, float]:
    """Return the days that a strike hits a supplier, and what is left of its older outages."""
    strikes, hit, left = futures.strikes, 0, 0.0
    for other in range(len(strikes)):
        same_future = strikes.scenario[other] == strikes.scenario[row]
        if not same_future or strikes.target[other] != supplier:
            continue
        if portfolio.hazards.kind[strikes.hazard[other]] != "outage":
            continue
        if strikes.strike[other] == strikes.strike[row]:
            hit = int(strikes.days[other])
        elif strikes.strike[other] < strikes.strike[row]:
            ends = float(strikes.start_day[other] + strikes.days[other])
            left = max(left, ends - float(strikes.start_day[row]))
    return hit, left
