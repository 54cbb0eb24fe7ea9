"""Every state that can come, each with its probability (MODEL 4)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, freeze
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.combine import Impact, combine
from optimizer.scenarios.durations import duration_distribution
from optimizer.scenarios.threats import Threat, threats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Outcomes:
    """What one threat can do: days each target is struck ``(K, T)``, probability ``(K,)``."""

    threat: Threat
    days: IntArray
    probability: FloatArray

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.probability)


def state_count(portfolio: Portfolio) -> int:
    """Return how many states there are before equal ones are merged."""
    return math.prod(outcome_count(t, portfolio.settings.horizon.days) for t in threats(portfolio))


def outcome_count(threat: Threat, horizon_days: int) -> int:
    """Return in how many ways a threat can end: not at all, or any duration and any hits."""
    durations, _ = duration_distribution(
        threat.duration_mean_days, threat.duration_cv, horizon_days
    )
    hits = 2 ** len(threat.target) if threat.hit_probability < 1.0 else 1
    return int(threat.strike_probability < 1.0) + len(durations) * hits


def enumerate_states(portfolio: Portfolio) -> ScenarioSet:
    """
    Return every state of the hazards as a scenario, equal ones merged, impossible ones dropped.

    The caller makes sure by `state_count` that the states are few.
    """
    horizon_days = portfolio.settings.horizon.days
    outcomes = [_outcomes(threat, horizon_days) for threat in threats(portfolio)]
    probability = np.ones(1)
    for outcome in outcomes:
        probability = np.outer(probability, outcome.probability).ravel()
    return _merged(combine(portfolio, probability, _impacts(outcomes), "exact"))


def _outcomes(threat: Threat, horizon_days: int) -> _Outcomes:
    durations, duration_probability = duration_distribution(
        threat.duration_mean_days, threat.duration_cv, horizon_days
    )
    hits, hits_probability = _hits(threat)
    struck_days = (durations[:, None, None] * hits).reshape(-1, len(threat.target))
    struck = np.outer(duration_probability, hits_probability).ravel() * threat.strike_probability
    days = np.vstack([np.zeros_like(struck_days[:1]), struck_days])
    probability = np.concatenate([[1.0 - threat.strike_probability], struck])
    possible = probability > 0.0
    return _Outcomes(threat=threat, days=days[possible], probability=probability[possible])


def _hits(threat: Threat) -> tuple[IntArray, FloatArray]:
    """Return every pattern of hits, 1 for a hit, and its probability when the threat strikes."""
    n_targets, chance = len(threat.target), threat.hit_probability
    if chance == 1.0:
        return np.ones((1, n_targets), dtype=np.int64), np.ones(1)
    hits = (np.arange(2**n_targets)[:, None] >> np.arange(n_targets)) & 1
    return hits, np.where(hits == 1, chance, 1.0 - chance).prod(axis=1)


def _impacts(outcomes: Sequence[_Outcomes]) -> Iterator[Impact]:
    """Yield each threat's days in the product of all outcomes, the last one varying fastest."""
    state = np.arange(math.prod(len(outcome) for outcome in outcomes))
    period = len(state)
    for outcome in outcomes:
        period //= len(outcome)
        yield outcome.threat, outcome.days[state // period % len(outcome)]


def _merged(scenarios: ScenarioSet) -> ScenarioSet:
    """Return the distinct scenarios of positive probability."""
    columns = {
        field.name: getattr(scenarios, field.name)
        for field in fields(scenarios)
        if field.name not in ("probability", "categories", "method")
    }
    varying = [column[:, (column != column[0]).any(axis=0)] for column in columns.values()]
    _, first, same = np.unique(np.hstack(varying), axis=0, return_index=True, return_inverse=True)
    probability = np.zeros(len(first))
    np.add.at(probability, same, scenarios.probability)
    kept = probability > 0.0
    distinct = {name: column[first[kept]] for name, column in columns.items()}
    return replace(scenarios, probability=probability[kept], **distinct)
