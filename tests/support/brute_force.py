"""Every plan of a small portfolio, priced by the plainest arithmetic there is."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES
from optimizer.jobs.prepare import Prepared
from optimizer.metrics.allowed import allowed_policies
from optimizer.options.resource_use import resources
from tests.support.cases import tail_of
from tests.support.lost_days import plain_lost_days
from tests.support.options import EveryOption, every_option


def least_objective(
    portfolio: Portfolio,
    prepared: Prepared,
    offered: Callable[[EveryOption], BoolArray] | None = None,
) -> float:
    """
    Return the least objective of all plans within the limits, ``inf`` where there is none.

    `offered` says which options may be chosen; all of them when left out.

    The futures are the prepared ones, and so are the weights of the exact mean; everything else is
    made anew.
    """
    options = every_option(portfolio, allowed_policies(portfolio))
    plans = every_plan(options)
    onboard = onboarded_by(portfolio, options, plans)
    limits = resources(portfolio, options.designs, options.costs)
    used = [
        use[plans].sum(axis=1) + onboard @ opening
        for use, opening in zip(limits.option_use, limits.onboard_use, strict=True)
    ]
    allowed = np.all(np.array(used) <= limits.limit[:, None] * (1.0 + 1e-9), axis=0)
    if offered is not None:
        allowed &= offered(options)[plans].all(axis=1)
    if not allowed.any():
        return math.inf
    settings = portfolio.settings
    years = settings.horizon.days / 365.0
    mean = mean_losses(portfolio, options, prepared)[plans].sum(axis=1)
    cost = options.costs.total[plans].sum(axis=1) + mean
    cost += onboard @ portfolio.suppliers.onboarding_cost * years / settings.onboarding.life_years
    risk = settings.risk
    if risk.measure != "expected" and risk.weight:
        loss = loss_matrix(portfolio, options, prepared)[plans].sum(axis=1)
        tail = tail_of(loss, prepared.futures.probability, risk.measure, risk.level)
        cost += risk.weight * years * np.maximum(tail - mean, 0.0)
    return float(cost[allowed].min())


def every_plan(options: EveryOption) -> IntArray:
    """Every choice of an option for every SKU.  Shape ``(plans, N)``."""
    ranges = [range(a, b) for a, b in itertools.pairwise(options.start)]
    return np.array(list(itertools.product(*ranges)))


def onboarded_by(portfolio: Portfolio, options: EveryOption, plans: IntArray) -> FloatArray:
    """Which suppliers every plan onboards.  Shape ``(plans, J)``."""
    opened = np.zeros((len(options), len(portfolio.suppliers)))
    for option, sources in enumerate(options.designs.alternates):
        for source in sources[sources >= 0]:
            supplier = portfolio.sources.supplier[source]
            opened[option, supplier] = not portfolio.suppliers.onboarded[supplier]
    return np.asarray(opened[plans].max(axis=1))


def loss_matrix(portfolio: Portfolio, options: EveryOption, prepared: Prepared) -> FloatArray:
    """Loss of every option in every future, strike by strike.  Shape ``(O, S)``."""
    struck = plain_lost_days(portfolio, prepared.futures, options.profiles)
    loss = np.zeros((len(options), len(prepared.futures)))
    for o in range(len(options)):
        i = options.designs.sku[o]
        for scenario, _, days, _ in struck[options.profile[o]]:
            loss[o, scenario] += _read(options.curves[o], options.stockout_cost_per_day[i], days)
        if options.price_profile[i] >= 0:
            curve = _price_curve(options, o)
            for scenario, _, days, factor in struck[options.price_profile[i]]:
                loss[o, scenario] += factor * _read(curve, options.spend_per_day[i], days)
    return loss


def mean_losses(portfolio: Portfolio, options: EveryOption, prepared: Prepared) -> FloatArray:
    """Expected loss of every option by the weights of the exact mean.  Shape ``(O,)``."""
    weights = prepared.mean.total
    found = np.zeros(len(options))
    for o in range(len(options)):
        i = options.designs.sku[o]
        own = weights[_row(portfolio, options, prepared, o)]
        found[o] = own[:-1] @ options.curves[o] + own[-1] * options.stockout_cost_per_day[i]
        if options.price_profile[i] >= 0:
            dear = weights[options.price_profile[i]]
            found[o] += dear[:-1] @ _price_curve(options, o) + dear[-1] * options.spend_per_day[i]
    return found


def _row(portfolio: Portfolio, options: EveryOption, prepared: Prepared, option: int) -> int:
    """Return the prepared profile of an option, which must be the plainly made one."""
    profile = int(options.profile[option])
    mine, theirs = options.profiles, prepared.profiles
    assert mine.primary[profile] == theirs.primary[profile]
    assert (mine.alternate[profile] == theirs.alternate[profile]).all()
    return profile


def _price_curve(options: EveryOption, option: int) -> FloatArray:
    i = options.designs.sku[option]
    q, spend = options.costs.lot_days[option], options.spend_per_day[i]
    return np.array([spend * (x - q / 2 if x > q else x * x / (2 * q)) for x in NODES])


def _read(curve: FloatArray, slope: float, days: float) -> float:
    beyond = max(days - float(NODES[-1]), 0.0)
    return float(np.interp(days, NODES, curve)) + slope * beyond
