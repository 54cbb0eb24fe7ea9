"""The scenarios that a SKU loses most in."""

from __future__ import annotations

from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import LostDays, ScenarioSet
from optimizer.maths.outage import short_days
from optimizer.options.block import Block
from optimizer.rationale.explanation import Hurt
from optimizer.rationale.view import Futures, View

_SHOWN: Final = 5


def worst_of(view: View, futures: Futures, built: Block, row: int) -> tuple[Hurt, ...]:
    """Return the scenarios in which an option loses most, the worst first."""
    portfolio, prices = view.portfolio, view.prices
    sku = int(built.designs.sku[row])
    lost = _lost(futures.lost, int(futures.profile_of_set[built.alternate_set[row]]))
    covers = (built.costs.assured_days[row], built.costs.lot_days[row])
    short = short_days(lost.astype(np.float64), *covers)
    dearer, shock_days = _shocks(futures.scenarios, str(portfolio.skus.category[sku]))
    loss = prices.stockout_cost[sku] * short
    loss = loss + prices.spend[sku] * (dearer - 1.0) * short_days(shock_days, *covers)
    worst = np.lexsort((np.arange(len(loss)), -loss))[:_SHOWN]
    return tuple(
        Hurt(
            scenario=s,
            probability=float(futures.scenarios.probability[s]),
            weight=float(prices.weight[s]),
            events=_events(portfolio, futures.scenarios, built.designs.take(np.array([row])), s),
            lost_days=int(lost[s]),
            short_days=float(short[s]),
            loss=float(loss[s]),
        )
        for s in worst.tolist()
        if loss[s] > 0.0
    )


def _events(
    portfolio: Portfolio, scenarios: ScenarioSet, design: Designs, scenario: int
) -> tuple[str, ...]:
    """What touches a SKU in a scenario, in words."""
    sku = design.sku[0]
    sources = [portfolio.skus.primary[sku], *design.alternates[design.alternates >= 0]]
    days = scenarios.outage_days[scenario]
    told = [
        f"{portfolio.suppliers.supplier[supplier]} out {days[supplier]} d"
        for supplier in portfolio.sources.supplier[sources]
        if days[supplier]
    ]
    for place in np.flatnonzero(scenarios.categories == portfolio.skus.category[sku]):
        for kind in ("surge", "price"):
            length = getattr(scenarios, f"{kind}_days")[scenario, place]
            times = getattr(scenarios, f"{kind}_multiplier")[scenario, place]
            told += [f"{kind} × {times:.3g} for {length} d"] if length else []
    return tuple(told)


def _lost(lost: LostDays, profile: int) -> IntArray:
    """Days that a profile loses in every scenario.  Shape ``(S,)``."""
    days = np.zeros(lost.n_scenarios, dtype=np.int64)
    own = slice(lost.start[profile], lost.start[profile + 1])
    days[lost.scenario[own]] = lost.days[own]
    return days


def _shocks(scenarios: ScenarioSet, category: str) -> tuple[FloatArray, FloatArray]:
    """Price multiplier and days of a category in every scenario.  Shape ``(S,)`` each."""
    place = np.flatnonzero(scenarios.categories == category)
    if not place.size:
        return np.ones(len(scenarios)), np.zeros(len(scenarios))
    days = scenarios.price_days[:, place[0]].astype(np.float64)
    return scenarios.price_multiplier[:, place[0]], days
