"""Expected hat weights once more, naively: every duration, pattern of hits and day left over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES, Profiles
from optimizer.scenarios.durations import duration_distribution
from optimizer.scenarios.threats import Threat, threats
from tests.support.lost_days import integral, supplied_from


def hats(days: float | FloatArray) -> FloatArray:
    """Return the weights of numbers of lost days.  Shape ``(..., 18)``."""
    at = [np.interp(days, NODES, unit) for unit in np.eye(len(NODES))]
    return np.stack([*at, np.maximum(np.asarray(days) - NODES[-1], 0.0)], axis=-1)


def plain_outage_weights(
    portfolio: Portfolio, profiles: Profiles, profile: int
) -> dict[int, FloatArray]:
    """Return the expected hat weights of one supply by hazard, outages only."""
    found = [threat for threat in threats(portfolio) if threat.kind == "outage"]
    primary = int(profiles.primary[profile])
    places = [n for n in range(2) if profiles.alternate[profile, n] >= 0]
    left_over = list(_left(portfolio, found, profiles, profile, places))
    weight = {}
    for threat in found:
        if primary not in threat.target:
            continue
        often = threat.daily_rate * portfolio.settings.horizon.days * threat.hit_probability
        total = np.zeros(18)
        for days, p_days in _law(portfolio, threat):
            for hit, p_hit in _patterns(threat, profiles, profile, places):
                for left, p_left in left_over:
                    begins = [
                        (
                            supplied_from(
                                float(profiles.ramp_days[profile, n]),
                                float(profiles.extra_lead_days[profile, n]),
                                days * h,
                                rest,
                            ),
                            float(profiles.capacity_share[profile, n]),
                        )
                        for n, h, rest in zip(places, hit, left, strict=True)
                    ]
                    lost = integral(float(days), begins)
                    total += often * p_days * p_hit * p_left * hats(lost)
        weight[threat.row] = total
    return weight


def _law(portfolio: Portfolio, threat: Threat) -> list[tuple[int, float]]:
    days, probability = duration_distribution(
        threat.duration_mean_days,
        threat.duration_cv,
        portfolio.settings.scenarios.longest_days,
    )
    return list(zip(days.tolist(), probability.tolist(), strict=True))


def _reaches(threat: Threat, profiles: Profiles, profile: int, n: int) -> float:
    hit = profiles.alternate[profile, n] in threat.target
    return threat.hit_probability if hit else 0.0


def _patterns(
    threat: Threat, profiles: Profiles, profile: int, places: list[int]
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield who of the alternates is hit, with its probability."""
    chance = [_reaches(threat, profiles, profile, n) for n in places]
    for hit in product((0, 1), repeat=len(places)):
        p = math.prod(c if h else 1.0 - c for c, h in zip(chance, hit, strict=True))
        if p > 0.0:
            yield hit, p


def _left(
    portfolio: Portfolio, found: list[Threat], profiles: Profiles, profile: int, places: list[int]
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield what is left of older outages of the alternates, with its probability."""

    chances = [[_reaches(threat, profiles, profile, n) for n in places] for threat in found]
    laws = [_law(portfolio, threat) for threat in found]

    def at_most(left: tuple[int, ...]) -> float:
        if min(left, default=0) < 0:
            return 0.0
        exponent = 0.0
        for threat, chance, law in zip(found, chances, laws, strict=True):
            for days, p in law:
                beyond = [max(days - b, 0) for b in left]
                met = sum(c * x for c, x in zip(chance, beyond, strict=True))
                if len(places) == 2:
                    met -= math.prod(chance) * min(beyond)
                exponent += threat.daily_rate * p * met
        return math.exp(-exponent)

    longest = portfolio.settings.scenarios.longest_days
    for left in product(range(longest + 1), repeat=len(places)):
        steps = product((0, 1), repeat=len(places))
        p = sum(
            (-1) ** sum(step) * at_most(tuple(a - s for a, s in zip(left, step, strict=True)))
            for step in steps
        )
        yield left, p
