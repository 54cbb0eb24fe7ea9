"""Futures drawn at random: calendars of strikes from a mixture of laws (MODEL 4)."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Final, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.domain.arrays import IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NOMINAL, Futures, Mixture, Strikes
from optimizer.scenarios.blows import Blows, Drawing, draw_blows, draw_hits
from optimizer.scenarios.mixture import allot, likelihood_ratio, likelihoods
from optimizer.scenarios.threats import Threat, shock_categories, threats
from optimizer.scenarios.uniforms import UNIFORMS, Method


class Drawn(NamedTuple):
    """Futures, and how likely each component's event makes them (`mixture.likelihoods`)."""

    futures: Futures
    likelihood: sparse.csr_array


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


def draw(
    portfolio: Portfolio,
    seed: np.random.SeedSequence,
    method: Method = "stratified",
    mixture: Mixture = NOMINAL,
) -> Futures:
    r"""
    Return ``settings.n_futures`` futures with their probabilities.

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
        its hits of a supplier (one a strike) from uniforms that are stratified among the futures of
        one component.  Every number alone has the same distribution either way.
    mixture
        What is drawn more often than it happens, and weighs less for that; without one all
        futures are equally probable.

    Returns
    -------
    Futures
        Of the strikes that begin before the horizon only those that reach into it.  Strikes are
        numbered from 0 within their future in the order of their start; one that hits nobody has
        no row and no number.  Rows are sorted by (scenario, strike, target).
    """
    return draw_with_likelihood(portfolio, seed, method, mixture).futures


def draw_with_likelihood(
    portfolio: Portfolio, seed: np.random.SeedSequence, method: Method, mixture: Mixture
) -> Drawn:
    """Return the same with what their probabilities were made from."""
    found, settings = threats(portfolio), portfolio.settings
    allotment = allot(mixture, found, settings.horizon.days, settings.n_futures)
    drawing = Drawing(settings, seed, UNIFORMS[method], allotment)
    rows, longest_uniform = [], {}
    for threat in found:
        blows = draw_blows(threat, drawing)
        longest_uniform[threat.hazard] = blows.longest_uniform(settings.n_futures)
        rows.append(_strikes(threat, blows, drawing))
    likelihood = likelihoods(allotment, longest_uniform)
    ratio = likelihood_ratio(allotment, likelihood)
    futures = Futures(
        probability=ratio / ratio.sum(),
        categories=shock_categories(portfolio),
        strikes=_numbered(rows),
        mixture=mixture,
    )
    return Drawn(futures, likelihood)


def hits_a_future(portfolio: Portfolio) -> float:
    """Return how many targets are hit in a future on average, one blow of a component more."""
    settings, found = portfolio.settings, threats(portfolio)
    days = settings.horizon.days + settings.scenarios.longest_days
    hits = [threat.hit_probability * len(threat.target) for threat in found]
    blows = [threat.daily_rate * days for threat in found]
    return float(np.dot(hits, blows)) + max(hits, default=0.0)


def _strikes(threat: Threat, blows: Blows, drawing: Drawing) -> Strikes:
    """Return a hazard's strikes, one row per target hit, numbered within the hazard."""
    strike, hit = np.nonzero(draw_hits(threat, blows, drawing))
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
