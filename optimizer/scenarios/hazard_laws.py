"""How often hazards strike, how long they last and whom they hit, as the exact means read it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, ranges
from optimizer.domain.portfolio import Portfolio
from optimizer.scenarios.durations import duration_distribution
from optimizer.scenarios.threats import Threat


class HazardLaws(NamedTuple):
    """
    Laws of the threats: T of them, no strike of which lasts longer than D days.

    Attributes
    ----------
    hazard
        Row in the portfolio's hazards.  Shape ``(T,)``.
    daily_rate
        Shape ``(T,)``. [1/day]
    probability
        Of every duration.  Shape ``(T, D + 1)``.  :math:`P(d = k)` [-]
    excess
        Days beyond any day.  Shape ``(T, D + 1)``.  :math:`E(d - b)^+` [day]
    """

    hazard: IntArray
    daily_rate: FloatArray
    probability: FloatArray
    excess: FloatArray


class Reach(NamedTuple):
    """The threats that can hit target j, ascending: ``start[j]:start[j + 1]`` of the columns."""

    start: IntArray
    threat: IntArray
    hit: FloatArray


def laws(portfolio: Portfolio, found: tuple[Threat, ...]) -> HazardLaws:
    r"""
    Return the laws of threats.

    .. math:: E(d - b)^+ = \sum_{k > b} P(d > k - 1) = \sum_{k \ge b} P(d > k)
    """
    longest = portfolio.settings.scenarios.longest_days
    durations = [duration_distribution(t.duration_mean_days, t.duration_cv, longest) for t in found]
    last = max((int(days[-1]) for days, _ in durations), default=0)
    probability = np.zeros((len(found), last + 1))
    for row, (days, share) in enumerate(durations):
        probability[row, days] = share
    longer = _sum_from(probability) - probability
    return HazardLaws(
        hazard=np.array([threat.row for threat in found], dtype=np.int64),
        daily_rate=np.array([threat.daily_rate for threat in found]),
        probability=probability,
        excess=_sum_from(longer),
    )


def reach(found: tuple[Threat, ...], kind: str, n_targets: int) -> Reach:
    """Return which threats of a kind can hit each target."""
    of_kind = [(row, threat) for row, threat in enumerate(found) if threat.kind == kind]
    none = np.zeros(0, dtype=np.int64)
    target = np.concatenate([none, *(threat.target for _, threat in of_kind)])
    threat_of = np.concatenate([none, *(np.full(len(t.target), row) for row, t in of_kind)])
    order = np.argsort(target, kind="stable")
    hit = np.array([threat.hit_probability for threat in found])
    return Reach(
        start=np.searchsorted(target[order], np.arange(n_targets + 1)),
        threat=threat_of[order],
        hit=hit[threat_of[order]],
    )


def rows_reaching(reach: Reach, target: IntArray) -> tuple[IntArray, IntArray]:
    """Return every threat that can hit the targets: (place among the targets, row of `Reach`)."""
    return ranges(reach.start[target], reach.start[target + 1] - reach.start[target])


def hit_probability(reach: Reach, target: IntArray, threat: IntArray) -> FloatArray:
    """Return the probability that a strike of a threat hits a target; target -1 is nobody."""
    n_threats = int(reach.threat.max(initial=0)) + 1
    known = np.repeat(np.arange(len(reach.start) - 1), np.diff(reach.start)) * n_threats
    known += reach.threat
    asked = target * n_threats + threat
    place = np.searchsorted(known, asked)
    hit = np.zeros(len(asked))
    there = np.flatnonzero(place < len(known))
    there = there[known[place[there]] == asked[there]]
    hit[there] = reach.hit[place[there]]
    return hit


def _sum_from(values: FloatArray) -> FloatArray:
    """Return the sum of each row from every column on."""
    return np.ascontiguousarray(np.cumsum(values[:, ::-1], axis=1)[:, ::-1])
