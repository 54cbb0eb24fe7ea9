"""Days of supply lost by every profile in every future, strike by strike (MODEL 4)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import ranges
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, LostDays, Profiles
from optimizer.scenarios.outage_losses import Entries, lose_by_supply
from optimizer.scenarios.spells import spells_by_target
from optimizer.scenarios.supplies import rows_of, supplies
from optimizer.scenarios.threats import OUTAGE, PRICE, SURGE


def lost_days(portfolio: Portfolio, futures: Futures, profiles: Profiles) -> LostDays:
    r"""
    Return what every strike within the horizon costs every profile.

    .. math:: \ell = \int_0^d \Bigl(1 - \sum_j \kappa_j\,[t \ge b_j]\Bigr)^+ dt, \qquad
        b_j = \max(0, \max(ramp_j, \rho_j) + L_j - L)

    for an outage of the primary of d days, :math:`\rho_j` the longest of d, if the strike hits j
    too, and what is left of older outages of j, rounded up to whole days; :math:`(g - 1)\,m` for a
    surge, and m with the factor :math:`\pi - 1` for a price shock.

    Parameters
    ----------
    portfolio
        Says of what kind every hazard is.
    futures
        Strikes that begin before the horizon cost nothing, but an alternate may still be out.
        Older is what has a smaller number in its future.
    profiles
        :math:`0 < \kappa_j \le 1`.  A category on which no hazard acts has no strikes.

    Returns
    -------
    LostDays
        Entries of a profile are in the order of (scenario, strike).  Losses of at most 1e-9 days
        are left out, and as much is taken off what is left of an outage before it is rounded up.
    """
    kind = portfolio.hazards.kind[futures.strikes.hazard]
    n_categories = len(futures.categories) + 1
    outages = spells_by_target(futures.strikes, kind == OUTAGE, len(portfolio.suppliers))
    surges = spells_by_target(futures.strikes, kind == SURGE, n_categories).within_horizon()
    prices = spells_by_target(futures.strikes, kind == PRICE, n_categories).within_horizon()
    supply = supplies(profiles, rows_of(profiles.surge_category, futures.categories))

    priced = rows_of(profiles.price_category, futures.categories)
    n_prices = prices.start[priced + 1] - prices.start[priced]
    _, row = ranges(prices.start[priced], n_prices)

    counted = Entries.room(np.zeros(len(profiles), dtype=np.int64))
    lose_by_supply(outages, surges, supply, counted)
    counted.found[profiles.n_supplies :] = n_prices
    entries = Entries.room(counted.found)
    lose_by_supply(outages, surges, supply, entries)
    after = entries.start[profiles.n_supplies]
    entries.strike[after:] = prices.row[row]
    entries.days[after:] = prices.days[row]
    return LostDays(
        start=entries.start,
        strike=entries.strike,
        days=entries.days,
        scenario_of_strike=futures.strikes.scenario.astype(np.int32),
        hazard_of_strike=futures.strikes.hazard.astype(np.int32),
        factor_of_strike=np.where(kind == PRICE, futures.strikes.multiplier - 1.0, 1.0),
        n_scenarios=len(futures),
    )
