"""Scenarios drawn at random: stratified, or by plain Monte Carlo (MODEL 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.combine import Impact, combine
from optimizer.scenarios.durations import duration_at
from optimizer.scenarios.streams import stream
from optimizer.scenarios.threats import Threat, threats

Uniforms = Callable[[np.random.Generator, int], FloatArray]


def stratified(rng: np.random.Generator, n_draws: int) -> FloatArray:
    r"""
    Return uniform numbers, exactly one in each of as many equal strata, in random order.

    .. math:: u_s = (\pi(s) + U_s)/S, \qquad \pi \text{ a random permutation of } 0 \dots S - 1

    Parameters
    ----------
    n_draws
        :math:`S \ge 0`

    Returns
    -------
    FloatArray
        Shape ``(S,)``, in [0, 1).  Of them floor or ceil of :math:`S p` are below :math:`p`. [-]
    """
    return (rng.permutation(n_draws) + rng.random(n_draws)) / n_draws


def sampled(rng: np.random.Generator, n_draws: int) -> FloatArray:
    """Return independent uniform numbers in [0, 1).  Shape ``(n_draws,)``. [-]"""
    return rng.random(n_draws)


UNIFORMS: dict[str, Uniforms] = {"stratified": stratified, "sampled": sampled}


def draw(portfolio: Portfolio, seed: np.random.SeedSequence, method: str) -> ScenarioSet:
    """
    Return ``settings.scenarios.count`` scenarios of equal probability.

    Parameters
    ----------
    seed
        Every hazard, and every pair of a regional hazard and a supplier, has its own stream.
    method
        ``stratified`` or ``sampled``.
    """
    n_scenarios = portfolio.settings.scenarios.count
    probability = np.full(n_scenarios, 1.0 / n_scenarios)
    return combine(portfolio, probability, draw_impacts(portfolio, seed, method), method)


def draw_impacts(
    portfolio: Portfolio, seed: np.random.SeedSequence, method: str
) -> Iterator[Impact]:
    """Return what every threat does in every scenario, one after the other; see `draw`."""
    n_scenarios = portfolio.settings.scenarios.count
    horizon_days = portfolio.settings.horizon.days
    for threat in threats(portfolio):
        yield threat, _days(threat, UNIFORMS[method], n_scenarios, horizon_days, seed)


def _days(
    threat: Threat,
    uniforms: Uniforms,
    n_scenarios: int,
    horizon_days: int,
    seed: np.random.SeedSequence,
) -> IntArray:
    """Return the days each target is struck.  One uniform says whether and how long."""
    uniform = uniforms(stream(seed, threat.hazard), n_scenarios)
    struck = np.flatnonzero(uniform < threat.strike_probability)
    duration = duration_at(
        uniform[struck] / threat.strike_probability,
        threat.duration_mean_days,
        threat.duration_cv,
        horizon_days,
    )
    days = np.zeros((n_scenarios, len(threat.target)), dtype=np.int64)
    days[struck] = duration[:, None] * _hits(threat, uniforms, len(struck), seed)
    return days


def _hits(
    threat: Threat, uniforms: Uniforms, n_strikes: int, seed: np.random.SeedSequence
) -> BoolArray:
    """Return which targets each strike hits.  Shape ``(n_strikes, T)``."""
    hits = np.ones((n_strikes, len(threat.target)), dtype=np.bool_)
    if threat.hit_probability < 1.0:
        for column, name in enumerate(threat.target_name):
            uniform = uniforms(stream(seed, threat.hazard, name), n_strikes)
            hits[:, column] = uniform < threat.hit_probability
    return hits
