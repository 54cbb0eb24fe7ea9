"""The futures in which a SKU loses most."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import NODES, Futures, Strikes
from optimizer.maths.lost_days import StrikeLosses, losses
from optimizer.options.block import Block
from optimizer.options.loss_curves import price_curves
from optimizer.sensitivity.explanation import WorstFuture
from optimizer.sensitivity.view import View

_SHOWN: Final = 5


def worst_of(
    view: View, tail_weight: FloatArray, built: Block, row: int
) -> tuple[WorstFuture, ...]:
    """
    Return the futures in which an option loses most, the worst first.

    Parameters
    ----------
    tail_weight
        Tail weight of every future.  Shape ``(S,)``. [-]
    built, row
        The options of the SKU, and the row of one of them.
    """
    portfolio, futures = view.portfolio, view.prospects.futures
    profile = int(view.prospects.profile_of_set[built.alternate_set[row]])
    loss = _stockouts(view, built, row, profile) + _dearer(view, built, row)
    strikes = losses(view.prospects.lost, np.array([profile]))
    lost = _by_future(view, strikes, strikes.days)
    worst = np.lexsort((np.arange(len(loss)), -loss))[:_SHOWN]
    touches = _touching(portfolio, futures, built.designs.take(np.array([row])))
    return tuple(
        WorstFuture(
            scenario=s,
            probability=float(futures.probability[s]),
            weight=float(tail_weight[s]),
            strikes=_in_order(portfolio, futures, touches & (futures.strikes.scenario == s)),
            lost_days=float(lost[s]),
            loss=float(loss[s]),
        )
        for s in worst.tolist()
        if loss[s] > 0.0
    )


def curve_at(days: FloatArray, curve: FloatArray, slope: float) -> FloatArray:
    """
    Interpolate a curve linearly between its nodes, with its slope beyond the last.

    Parameters
    ----------
    days
        Shape ``(E,)``. [day]
    curve, slope
        Values at `NODES`, shape ``(17,)`` [currency]; slope beyond the last [currency/day].
    """
    beyond = np.maximum(days - NODES[-1], 0.0)
    return np.asarray(np.interp(days, NODES, curve) + slope * beyond)


def _stockouts(view: View, built: Block, row: int, profile: int) -> FloatArray:
    """Return the losses to outages and surges in every future.  Shape ``(S,)``."""
    lost = losses(view.prospects.lost, np.array([profile]))
    slope = float(view.prices.stockout_cost[built.designs.sku[row]])
    curve = built.curves[built.curve[row]]
    return _by_future(view, lost, lost.factor * curve_at(lost.days, curve, slope))


def _dearer(view: View, built: Block, row: int) -> FloatArray:
    """Return the losses to price shocks in every future.  Shape ``(S,)``."""
    sku = built.designs.sku[row : row + 1]
    profile = int(view.prospects.price_profile[sku[0]])
    if profile < 0:
        return np.zeros(view.prospects.lost.n_scenarios)
    lost = losses(view.prospects.lost, np.array([profile]))
    curve = price_curves(view.portfolio, sku, built.costs.lot_days[row : row + 1])[0]
    paid = curve_at(lost.days, curve, float(view.spend[sku[0]]))
    return _by_future(view, lost, lost.factor * paid)


def _by_future(view: View, strikes: StrikeLosses, amount: FloatArray) -> FloatArray:
    """Add up the amounts of a profile's strikes by future.  Shape ``(S,)``."""
    n_futures = view.prospects.lost.n_scenarios
    return np.bincount(strikes.scenario, amount, minlength=n_futures).astype(np.float64)


def _touching(portfolio: Portfolio, futures: Futures, design: Designs) -> BoolArray:
    """
    Return whether each strike hits the SKU's primary supplier, an alternate or its category.

    Strikes before the horizon count only if they keep an alternate out within it.
    """
    sku, strikes = design.sku[0], futures.strikes
    supplier = portfolio.sources.supplier
    alternates = supplier[design.alternates[design.alternates >= 0]]
    is_outage = portfolio.hazards.kind[strikes.hazard] == "outage"
    category = np.flatnonzero(futures.categories == portfolio.skus.category[sku])
    on_alternate = is_outage & np.isin(strikes.target, alternates)
    on_primary = is_outage & (strikes.target == supplier[portfolio.skus.primary[sku]])
    on_category = ~is_outage & np.isin(strikes.target, category)
    still_out = on_alternate & (strikes.start_day + strikes.days > 0.0)
    within = (on_primary | on_category) & (strikes.start_day >= 0.0)
    return np.asarray(still_out | within)


def _in_order(portfolio: Portfolio, futures: Futures, kept: BoolArray) -> tuple[str, ...]:
    """Return strikes in words, the earliest first."""
    strikes = futures.strikes.take(np.flatnonzero(kept))
    rows = np.argsort(strikes.start_day, kind="stable").tolist()
    return tuple(_in_words(portfolio, strikes, row) for row in rows)


def _in_words(portfolio: Portfolio, strikes: Strikes, row: int) -> str:
    """
    Return one strike in words.

    ``day 120: Port strike, Alfa out 45 d``, ``day 7: Boom, demand × 1.5 for 30 d``.
    """
    hazard, target = int(strikes.hazard[row]), int(strikes.target[row])
    days, times = int(strikes.days[row]), float(strikes.multiplier[row])
    name, kind = portfolio.hazards.hazard[hazard], portfolio.hazards.kind[hazard]
    when = when_it_begins(float(strikes.start_day[row]))
    if kind == "outage":
        return f"{when}: {name}, {portfolio.suppliers.supplier[target]} out {days} d"
    what = {"surge": "demand", "price": "price"}[kind]
    return f"{when}: {name}, {what} × {times:.3g} for {days} d"


def when_it_begins(start_day: float) -> str:
    """
    Return the day of the horizon on which a strike begins, the first being day 1.

    Examples
    --------
    >>> when_it_begins(0.4), when_it_begins(119.9), when_it_begins(-3.2)
    ('day 1', 'day 120', '4 days before')
    """
    day = math.floor(start_day)
    return f"day {day + 1}" if day >= 0 else f"{-day} {'day' if day == -1 else 'days'} before"
