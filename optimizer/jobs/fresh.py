"""Futures that no plan was made on, and seeds of their own for every purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NOMINAL, Futures, Mixture
from optimizer.scenarios.draw import draw

BATCHES: Final = 20


def fresh_futures(
    portfolio: Portfolio,
    total: int,
    seed: int,
    purpose: bytes = b"fresh",
    mixture: Mixture = NOMINAL,
) -> Iterator[Futures]:
    """Yield independent batches of futures, `total` in all; no two purposes share a draw."""
    sized = with_scenarios(portfolio, count=-(-total // BATCHES))
    for batch in range(BATCHES):
        yield draw(sized, seed_of(seed, purpose, batch), mixture=mixture)


def with_scenarios(portfolio: Portfolio, **keys: Any) -> Portfolio:
    """Return the portfolio with some of the settings of its futures changed."""
    return replace(portfolio, settings=portfolio.settings.having(scenarios=keys))


def seed_of(seed: int, purpose: bytes, number: int = 0) -> np.random.SeedSequence:
    """Return a seed of its own for every purpose and number; no run draws from any of them."""
    return np.random.SeedSequence(seed, spawn_key=(*purpose, number))


def number_of(seed: int, purpose: bytes, number: int = 0) -> int:
    """Return the same as a number that a portfolio's settings can state."""
    return int(seed_of(seed, purpose, number).generate_state(1, np.uint64)[0] >> 1)
