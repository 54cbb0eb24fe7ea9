"""The hazards of MODEL 4 with dates: each strike begins on a day of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.domain.arrays import IntArray
from optimizer.domain.disruption import Disruptions, Spells
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.combine import combine
from optimizer.scenarios.draw import draw_impacts
from optimizer.scenarios.streams import stream
from optimizer.scenarios.threats import OUTAGE, Threat, shock_categories

Dated = tuple[Threat, IntArray, IntArray]
"""A threat, the days each target is struck ``(K, T)``, and the first of them ``(K,)``."""


def draw_disruptions(
    portfolio: Portfolio, hazards: np.random.SeedSequence, dates: np.random.SeedSequence
) -> tuple[ScenarioSet, Disruptions]:
    """
    Return the same futures twice: as the model sees them, and strike by strike with dates.

    A strike begins on any day of the horizon with the same probability; all suppliers that it
    hits are out from that day.  It may last beyond the horizon.

    Parameters
    ----------
    portfolio
        ``settings.scenarios.count`` is the number of replications.
    hazards, dates
        Seeds of what strikes and of when; every hazard has streams of its own.

    Returns
    -------
    tuple
        The scenarios keep a supplier's longest outage and a category's worst shock (MODEL 4);
        the disruptions keep all.
    """
    n_replications = portfolio.settings.scenarios.count
    impacts = list(draw_impacts(portfolio, hazards, "sampled"))
    probability = np.full(n_replications, 1.0 / n_replications)
    scenarios = combine(portfolio, probability, impacts, "sampled")
    categories = shock_categories(portfolio.hazards)
    days = portfolio.settings.horizon.days
    dated = [
        (threat, struck, stream(dates, threat.hazard).integers(0, days, n_replications))
        for threat, struck in impacts
    ]
    n_suppliers = len(portfolio.suppliers)
    return scenarios, Disruptions(
        n_replications=n_replications,
        n_suppliers=n_suppliers,
        outages=_spells(dated, OUTAGE, n_replications, n_suppliers),
        categories=categories,
        surges=_spells(dated, "surge", n_replications, len(categories)),
        prices=_spells(dated, "price", n_replications, len(categories)),
    )


def _spells(dated: Sequence[Dated], kind: str, n_replications: int, n_targets: int) -> Spells:
    """Sort the strikes of a kind by replication, target and first day."""
    none = np.zeros(0, dtype=np.int64)
    parts = [(none, none, none, np.zeros(0))]
    for threat, struck, first_day in dated:
        if threat.kind == kind:
            replication, hit = np.nonzero(struck)
            first = first_day[replication]
            row = replication * n_targets + threat.target[hit]
            multiplier = np.full(len(row), threat.multiplier if kind != OUTAGE else 1.0)
            parts.append((row, first, first + struck[replication, hit], multiplier))
    row, first, end, multiplier = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((multiplier, end, first, row))
    per_row = np.bincount(row, minlength=n_replications * n_targets)
    return Spells(
        start=np.concatenate([[0], np.cumsum(per_row)]),
        first_day=first[order],
        end_day=end[order],
        multiplier=multiplier[order],
    )
