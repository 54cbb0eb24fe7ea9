"""What strikes every supply in every future, and how much of it a profile loses (MODEL 4)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import IntArray, ranges
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, LostDays, Profiles
from optimizer.scenarios.outage_losses import (
    Chains,
    StruckOptions,
    strike_supplies,
    strikes_of_supplies,
)
from optimizer.scenarios.spells import spells_by_target
from optimizer.scenarios.supplies import Supplies, rows_of, supplies
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
        Entries of a supply are in the order of (scenario, strike).  1e-9 days are taken off what
        is left of an outage before it is rounded up.
    """
    kind = portfolio.hazards.kind[futures.strikes.hazard]
    n_categories = len(futures.categories) + 1
    outages = spells_by_target(futures.strikes, kind == OUTAGE, len(portfolio.suppliers))
    surges = spells_by_target(futures.strikes, kind == SURGE, n_categories).within_horizon()
    prices = spells_by_target(futures.strikes, kind == PRICE, n_categories).within_horizon()
    supply = supplies(profiles, rows_of(profiles.surge_category, futures.categories))
    chains, chain = _chains(supply)

    priced = rows_of(profiles.price_category, futures.categories)
    n_prices = prices.start[priced + 1] - prices.start[priced]
    _, row = ranges(prices.start[priced], n_prices)

    n_chains = len(chains.primary)
    n_entries = np.concatenate([strikes_of_supplies(outages, surges, chains), n_prices])
    struck = StruckOptions.room(n_entries)
    strike_supplies(outages, surges, chains, struck)
    after = struck.start[n_chains]
    struck.strike[after:] = prices.row[row]
    struck.days[after:] = prices.days[row]

    alone = ((0, len(priced)), (0, 0))
    return LostDays(
        supply=np.concatenate([chain, n_chains + np.arange(len(priced))]),
        start=struck.start,
        strike=struck.strike,
        days=struck.days,
        out=struck.out,
        ramp_days=np.pad(supply.ramp_days, alone),
        extra_lead_days=np.pad(supply.extra_lead_days, alone),
        share=np.pad(supply.share, alone),
        scenario_of_strike=futures.strikes.scenario.astype(np.int32),
        hazard_of_strike=futures.strikes.hazard.astype(np.int32),
        factor_of_strike=np.where(kind == PRICE, futures.strikes.multiplier - 1.0, 1.0),
        n_scenarios=len(futures),
    )


def _chains(supply: Supplies) -> tuple[Chains, IntArray]:
    """Return the distinct supplies of the profiles, and which is whose."""
    columns = (supply.primary, supply.category, supply.alternate[:, 0], supply.alternate[:, 1])
    order = np.lexsort(columns)
    is_new = np.zeros(len(order), dtype=np.bool_)
    is_new[:1] = True
    for column in columns:
        is_new[1:] |= np.diff(column[order]) != 0
    chain = np.empty(len(order), dtype=np.int64)
    chain[order] = np.cumsum(is_new) - 1
    first = order[is_new]
    return Chains(supply.primary[first], supply.category[first], supply.alternate[first]), chain
