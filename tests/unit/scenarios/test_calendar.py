"""Strikes with dates: the same futures as the model's, and streams that move nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.domain.disruption import Disruptions, Spells
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.scenarios.calendar import draw_disruptions

FIRE = {"target": "Alfa", "annual_rate": 0.5, "duration_cv": 0.7}
STRIKE = {"target": "Alfa", "annual_rate": 2.0, "duration_mean_days": 10.0}
FLOOD = {"scope": "region", "target": "Delta", "annual_rate": 1.0, "hit_probability": 0.5}
SURGE = {"kind": "surge", "scope": "category", "target": "Pumps", "multiplier": 1.5}
SUPPLIERS = {"Alfa": "Delta", "Beta": "Delta"}


def drawn(portfolio: Portfolio) -> tuple[ScenarioSet, Disruptions]:
    hazards, dates = np.random.SeedSequence(7).spawn(2)
    return draw_disruptions(portfolio, hazards, dates)


def spells_of(spells: Spells, row: int) -> list[tuple[int, int]]:
    rows = range(spells.start[row], spells.start[row + 1])
    return [(int(spells.first_day[e]), int(spells.end_day[e])) for e in rows]


def test_the_model_sees_the_longest_of_the_strikes(make_portfolio: Any) -> None:
    """
    Proves: every scenario's outage is the longest dated spell of that supplier, surges likewise.

    Sensitivity: hazards drawn twice, once for each, would agree in no row.
    """
    portfolio = make_portfolio(
        {"Fire": FIRE, "Flood": FLOOD, "Strike": STRIKE, "Surge": SURGE}, SUPPLIERS, count=300
    )
    scenarios, dated = drawn(portfolio)
    several = 0
    for k in range(300):
        for j in range(2):
            days = [end - first for first, end in spells_of(dated.outages, 2 * k + j)]
            assert max(days, default=0) == scenarios.outage_days[k, j]
            several += len(days) > 1
        surges = [end - first for first, end in spells_of(dated.surges, k)]
        assert max(surges, default=0) == scenarios.surge_days[k, 0]
    assert several > 50
    assert set(dated.surges.multiplier.tolist()) == {1.5}
    assert len(dated.prices.first_day) == 0


def test_any_day_may_be_the_first_and_a_region_goes_down_together(make_portfolio: Any) -> None:
    """
    Proves: first days are uniform on 0 … 364 (mean 182 ± 3), the same for both suppliers hit.

    Sensitivity: a date per supplier would agree once in 365.
    """
    portfolio = make_portfolio({"Flood": FLOOD | {"annual_rate": 9.0}}, SUPPLIERS, count=10_000)
    _, dated = drawn(portfolio)
    first = dated.outages.first_day
    assert (first.min(), first.max()) == (0, 364)
    assert abs(first.mean() - 182.0) < 4.0 * 365 / np.sqrt(12 * 10_000)
    both = [
        (spells_of(dated.outages, 2 * k), spells_of(dated.outages, 2 * k + 1))
        for k in range(10_000)
    ]
    together = [(a, b) for a, b in both if a and b]
    assert len(together) > 2_000
    assert all(a == b for a, b in together)


def test_another_hazard_moves_no_date(make_portfolio: Any) -> None:
    """Proves: Fire's spells of Alfa are the same days with and without a flood that hits Beta."""
    flood = {"target": "Beta", "annual_rate": 3.0}
    _, alone = drawn(make_portfolio({"Fire": FIRE}, SUPPLIERS, count=100))
    _, both = drawn(make_portfolio({"Earlier": flood, "Fire": FIRE}, SUPPLIERS, count=100))
    rows = range(0, 200, 2)
    assert [spells_of(alone.outages, k) for k in rows] == [spells_of(both.outages, k) for k in rows]
