"""Futures drawn at random: calendars of strikes, stratified or by plain Monte Carlo (MODEL 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Final, Literal, NamedTuple

import numpy as np
from scipy.special import pdtr

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, Strikes
from optimizer.scenarios.durations import duration_at
from optimizer.scenarios.streams import stream
from optimizer.scenarios.threats import Threat, shock_categories, threats

Method = Literal["stratified", "sampled"]
Uniforms = Callable[[np.random.Generator, int], FloatArray]


class Blows(NamedTuple):
    """Strikes of one hazard, one row each, whoever they hit."""

    scenario: IntArray
    start_day: FloatArray
    days: IntArray


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


_NONE: Final = np.zeros(0, dtype=np.int64)
_NO_STRIKES: Final = Strikes(
    scenario=_NONE,
    strike=_NONE,
    hazard=_NONE,
    target=_NONE,
    start_day=np.zeros(0),
    days=_NONE,
    multiplier=np.zeros(0),
)
UNIFORMS: Final[dict[str, Uniforms]] = {"stratified": stratified, "sampled": sampled}


def draw(
    portfolio: Portfolio, seed: np.random.SeedSequence, method: Method = "stratified"
) -> Futures:
    r"""
    Return ``settings.n_futures`` futures of equal probability.

    Hazard h strikes :math:`\text{Poisson}(\lambda_h H/365)` times within the horizon and
    :math:`\text{Poisson}(\lambda_h d_{max}/365)` times in the `longest_days` before it, on days
    that are uniform there.

    Parameters
    ----------
    seed
        Every hazard, and every pair of an outage and a supplier, has its own stream.
    method
        ``sampled`` draws independently.  ``stratified`` takes each hazard's number of strikes (one
        uniform a future; within the horizon and before it apart), its durations (one a strike) and
        its hits of a supplier (one a strike) from stratified uniforms.  Every number alone has the
        same distribution either way.

    Returns
    -------
    Futures
        Of the strikes that begin before the horizon only those that reach into it.  Strikes are
        numbered from 0 within their future in the order of their start; one that hits nobody has
        no row and no number.  Rows are sorted by (scenario, strike, target).
    """
    n_futures = portfolio.settings.n_futures
    found = [_strikes(portfolio, threat, seed, UNIFORMS[method]) for threat in threats(portfolio)]
    return Futures(
        probability=np.full(n_futures, 1.0 / n_futures),
        categories=shock_categories(portfolio),
        strikes=_numbered(found),
    )


def poisson_at(quantile: FloatArray, mean: float) -> IntArray:
    r"""
    Return the Poisson numbers at given quantiles of their distribution.

    .. math:: \min\{k : F(k) > u\}

    Parameters
    ----------
    quantile
        Shape ``(S,)``.  :math:`u \in [0, 1)` [-]
    mean
        :math:`\ge 0` [-]

    Returns
    -------
    IntArray
        Shape ``(S,)``. [-]

    Examples
    --------
    >>> poisson_at(np.array([0.0, 0.36, 0.37, 0.73, 0.74]), 1.0)
    array([0, 0, 1, 1, 2])
    """
    most = int(mean + 40.0 * np.sqrt(mean) + 40.0)
    cumulative = pdtr(np.arange(most, dtype=np.float64), mean)
    number: IntArray = np.searchsorted(cumulative, quantile, side="right")
    return number


def _strikes(
    portfolio: Portfolio, threat: Threat, seed: np.random.SeedSequence, uniforms: Uniforms
) -> Strikes:
    """Return a hazard's strikes, one row per target hit, numbered within the hazard."""
    blows = _blows(portfolio, threat, stream(seed, threat.hazard), uniforms)
    strike, hit = np.nonzero(_hits(threat, uniforms, len(blows.days), seed))
    n_rows = len(strike)
    return Strikes(
        scenario=blows.scenario[strike],
        strike=strike,
        hazard=np.full(n_rows, threat.row),
        target=threat.target[hit],
        start_day=blows.start_day[strike],
        days=blows.days[strike],
        multiplier=np.full(n_rows, threat.multiplier),
    )


def _blows(
    portfolio: Portfolio, threat: Threat, rng: np.random.Generator, uniforms: Uniforms
) -> Blows:
    """Return a hazard's strikes, those over before the horizon begins included."""
    settings = portfolio.settings
    longest, horizon = settings.scenarios.longest_days, settings.horizon.days
    before = poisson_at(uniforms(rng, settings.n_futures), threat.daily_rate * longest)
    within = poisson_at(uniforms(rng, settings.n_futures), threat.daily_rate * horizon)
    future = np.arange(settings.n_futures)
    n_before, n_within = int(before.sum()), int(within.sum())
    days = duration_at(
        uniforms(rng, n_before + n_within), threat.duration_mean_days, threat.duration_cv, longest
    )
    start_before = (rng.random(n_before) - 1.0) * longest
    start_within = rng.random(n_within) * horizon
    return Blows(
        scenario=np.concatenate([np.repeat(future, before), np.repeat(future, within)]),
        start_day=np.concatenate([start_before, start_within]),
        days=days,
    )


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


def _numbered(found: list[Strikes]) -> Strikes:
    """Return the strikes that reach into the horizon, sorted, numbered within their futures."""
    strikes = _joined(found)
    strikes = strikes.take(np.flatnonzero(strikes.start_day + strikes.days > 0.0))
    order = np.lexsort(
        (strikes.target, strikes.strike, strikes.hazard, strikes.start_day, strikes.scenario)
    )
    strikes = strikes.take(order)
    return replace(strikes, strike=_numbers(strikes))


def _joined(found: list[Strikes]) -> Strikes:
    found = [_NO_STRIKES, *found]
    return Strikes(
        **{
            field.name: np.concatenate([getattr(strikes, field.name) for strikes in found])
            for field in fields(Strikes)
        }
    )


def _numbers(strikes: Strikes) -> IntArray:
    """Return the number of each row's strike within its future, of rows in order."""
    same_future = np.diff(strikes.scenario, prepend=-1) == 0
    same_strike = same_future.copy()
    for column in (strikes.hazard, strikes.strike):
        same_strike &= np.diff(column, prepend=-1) == 0
    number = np.cumsum(~same_strike) - 1
    first = np.flatnonzero(~same_future)
    within: IntArray = number - np.repeat(number[first], np.diff(first, append=len(number)))
    return within
