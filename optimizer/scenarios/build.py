"""A portfolio's scenarios: every state where these are few, else draws (MODEL 4)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.errors import BadInputError, Problem
from optimizer.scenarios.draw import draw
from optimizer.scenarios.enumerate import enumerate_states, outcome_count, state_count
from optimizer.scenarios.threats import threats

MAX_STATES: Final = 100_000


def build(portfolio: Portfolio, seed: np.random.SeedSequence) -> ScenarioSet:
    """
    Return the portfolio's scenarios, as ``settings.scenarios`` asks for them.

    ``exact`` enumerates every state.  ``stratified`` does so where all states number at most
    ``count``, and else draws that many; ``sampled`` always draws.

    Parameters
    ----------
    seed
        Seed of all the scenarios; unused where states are enumerated.

    Returns
    -------
    ScenarioSet
        Its ``method`` says how it came about.

    Raises
    ------
    BadInputError
        If ``exact`` is asked for and there are more than `MAX_STATES` states.
    """
    asked = portfolio.settings.scenarios
    if asked.method == "exact":
        _require_enumerable(portfolio)
        return enumerate_states(portfolio)
    if asked.method == "stratified" and state_count(portfolio) <= asked.count:
        return enumerate_states(portfolio)
    return draw(portfolio, seed, asked.method)


def _require_enumerable(portfolio: Portfolio) -> None:
    n_states = state_count(portfolio)
    if n_states <= MAX_STATES:
        return
    horizon_days = portfolio.settings.horizon.days
    count, hazard = max((outcome_count(t, horizon_days), t.hazard) for t in threats(portfolio))
    problem = Problem(
        file="portfolio.toml",
        column="scenarios.method",
        value="exact",
        rule=f"exact enumerates at most {MAX_STATES:,} states; there are {_number(n_states)}",
        remedy='Use method = "stratified", or make the states fewer: leave hazards out, or set '
        f"duration_cv to 0 or hit_probability to 1 (hazard {hazard!r} alone can end in "
        f"{_number(count)} ways).",
    )
    raise BadInputError([problem])


def _number(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"about 1e{math.log10(count):.0f}"
