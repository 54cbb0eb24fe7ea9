"""What every threat does in every scenario, put together into one `ScenarioSet` (MODEL 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.threats import OUTAGE, Threat, shock_categories

Impact = tuple[Threat, IntArray]
"""A threat and the days each target is struck, 0 for none.  Shape ``(S, T)``. [whole days]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shocks:
    """The most severe shock so far.  Both columns have shape ``(S, C)``."""

    multiplier: FloatArray
    days: IntArray


def combine(
    portfolio: Portfolio, probability: FloatArray, impacts: Iterable[Impact], method: str
) -> ScenarioSet:
    """
    Return the scenarios in which all impacts happen side by side.

    A supplier's outage is the longest of its outages.  A category's shock is the most severe of
    its shocks of that kind: the greatest (multiplier - 1) × days (to 9 decimals), then the
    greatest multiplier, then the longest.  The order of the impacts does not matter.

    Parameters
    ----------
    probability
        Shape ``(S,)``. [-]
    impacts
        One per threat.
    method
        How the scenarios came about.
    """
    n_scenarios = len(probability)
    categories = shock_categories(portfolio.hazards)
    outage_days = np.zeros((n_scenarios, len(portfolio.suppliers)), dtype=np.int64)
    shocks = {kind: _no_shocks(n_scenarios, len(categories)) for kind in ("surge", "price")}
    for threat, days in impacts:
        if threat.kind == OUTAGE:
            outage_days[:, threat.target] = np.maximum(outage_days[:, threat.target], days)
        else:
            _keep_worst(shocks[threat.kind], threat, days[:, 0])
    return ScenarioSet(
        probability=probability,
        outage_days=outage_days,
        categories=categories,
        surge_multiplier=shocks["surge"].multiplier,
        surge_days=shocks["surge"].days,
        price_multiplier=shocks["price"].multiplier,
        price_days=shocks["price"].days,
        method=method,
    )


def _no_shocks(n_scenarios: int, n_categories: int) -> _Shocks:
    shape = (n_scenarios, n_categories)
    return _Shocks(multiplier=np.ones(shape), days=np.zeros(shape, dtype=np.int64))


def _keep_worst(shocks: _Shocks, threat: Threat, days: IntArray) -> None:
    """Put the threat's shock in place of the known one wherever it is more severe."""
    (category,) = threat.target
    known_multiplier, known_days = shocks.multiplier[:, category], shocks.days[:, category]
    severity = ((threat.multiplier - 1.0) * days).round(9)
    known_severity = ((known_multiplier - 1.0) * known_days).round(9)
    longer = (threat.multiplier == known_multiplier) & (days > known_days)
    wins_tie = (threat.multiplier > known_multiplier) | longer
    worse = (severity > known_severity) | ((severity == known_severity) & wins_tie)
    worse = (days > 0) & (worse | (known_days == 0))
    known_multiplier[worse] = threat.multiplier
    known_days[worse] = days[worse]
