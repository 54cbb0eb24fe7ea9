"""Every plan of a small portfolio, priced by the plainest arithmetic there is."""

from __future__ import annotations

import itertools
import math

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet
from optimizer.options.resources import resources
from optimizer.segments.allowed import allowed_policies
from tests.support.options import EveryOption, every_option


def least_objective(portfolio: Portfolio, scenarios: ScenarioSet) -> float:
    """Return the least objective of all plans within the limits, ``inf`` where there is none."""
    options = every_option(portfolio, allowed_policies(portfolio))
    plans = every_plan(options)
    onboard = onboarded_by(portfolio, options, plans)
    limits = resources(portfolio, options.designs, options.costs)
    used = [
        use[plans].sum(axis=1) + onboard @ opening
        for use, opening in zip(limits.option_use, limits.onboard_use, strict=True)
    ]
    allowed = np.all(np.array(used) <= limits.limit[:, None] * (1.0 + 1e-9), axis=0)
    if not allowed.any():
        return math.inf
    settings = portfolio.settings
    written_off = settings.horizon.days / 365.0 / settings.onboarding.life_years
    cost = options.costs.total[plans].sum(axis=1)
    cost += onboard @ portfolio.suppliers.onboarding_cost * written_off
    loss = loss_matrix(portfolio, options, scenarios)[plans].sum(axis=1)
    weight = settings.risk.weight if settings.risk.measure != "expected" else 0.0
    cost += (1.0 - weight) * (loss @ scenarios.probability)
    if weight:
        cost += weight * _tail(
            loss, scenarios.probability, settings.risk.measure, settings.risk.level
        )
    return float(cost[allowed].min())


def every_plan(options: EveryOption) -> np.ndarray:
    ranges = [range(a, b) for a, b in itertools.pairwise(options.start)]
    return np.array(list(itertools.product(*ranges)))


def onboarded_by(portfolio: Portfolio, options: EveryOption, plans: np.ndarray) -> FloatArray:
    opened = np.zeros((len(options), len(portfolio.suppliers)))
    for option, sources in enumerate(options.designs.alternates):
        for source in sources[sources >= 0]:
            supplier = portfolio.sources.supplier[source]
            opened[option, supplier] = not portfolio.suppliers.onboarded[supplier]
    return opened[plans].max(axis=1)


def loss_matrix(portfolio: Portfolio, options: EveryOption, scenarios: ScenarioSet) -> FloatArray:
    """Loss of every option in every scenario, MODEL 4 read aloud.  Shape ``(O, S)``."""
    return np.array(
        [
            [_loss(portfolio, options, scenarios, option, s) for s in range(len(scenarios))]
            for option in range(len(options))
        ]
    )


def _loss(
    portfolio: Portfolio, options: EveryOption, scenarios: ScenarioSet, option: int, s: int
) -> float:
    skus, sources = portfolio.skus, portfolio.sources
    i = options.designs.sku[option]
    a, q = options.costs.assured_days[option], options.costs.lot_days[option]
    shocks = list(scenarios.categories)
    c = shocks.index(skus.category[i]) if skus.category[i] in shocks else None
    g, m = (1.0, 0) if c is None else (scenarios.surge_multiplier[s, c], scenarios.surge_days[s, c])
    outage = scenarios.outage_days[s]
    alternates = [j for j in options.designs.alternates[option] if j >= 0]
    gap = 0.0
    for day in range(int(outage[sources.supplier[skus.primary[i]]])):
        supplied = sum(
            sources.capacity_share[j]
            for j in alternates
            if day
            >= max(
                sources.ramp_days[j] if sources.role[j] == 2 else 0.0, outage[sources.supplier[j]]
            )
        )
        gap += max(0.0, 1.0 - supplied)
    lost = math.ceil(round(g * gap + (g - 1.0) * m, 9))
    demand = skus.demand_mean[i]
    per_day = demand * (skus.unit_margin[i] + skus.expedite_cost[i] + skus.goodwill_cost[i])
    loss = (per_day + skus.downtime_cost[i]) * _short(lost, a, q)
    if c is not None and scenarios.price_days[s, c]:
        dearer = skus.unit_cost[i] * demand * (scenarios.price_multiplier[s, c] - 1.0)
        loss += dearer * _short(scenarios.price_days[s, c], a, q)
    return loss


def _short(lost: float, a: float, q: float) -> float:
    return (max(lost - a, 0.0) ** 2 - max(lost - a - q, 0.0) ** 2) / (2.0 * q)


def _tail(loss: FloatArray, probability: FloatArray, measure: str, level: float) -> FloatArray:
    """VaR or CVaR of every row of losses, by sorting."""
    order = np.argsort(-loss, axis=1, kind="stable")
    worst_first = np.take_along_axis(loss, order, axis=1)
    mass = probability[order]
    if measure == "var":
        beyond = np.cumsum(mass, axis=1)
        first_kept = (beyond <= 1.0 - level + 1e-9).sum(axis=1)
        return worst_first[np.arange(len(loss)), np.minimum(first_kept, loss.shape[1] - 1)]
    before = np.cumsum(mass, axis=1) - mass
    in_tail = np.clip(1.0 - level - before, 0.0, mass)
    return (in_tail * worst_first).sum(axis=1) / (1.0 - level)
