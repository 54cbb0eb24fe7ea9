"""What the mean over all futures puts on every loss curve, exactly (MODEL 4)."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import MeanWeights, Profiles
from optimizer.scenarios.hazard_laws import HazardLaws, laws, reach, rows_reaching
from optimizer.scenarios.outage_weights import bare_weights, outage_weights
from optimizer.scenarios.supplies import rows_of, supplies
from optimizer.scenarios.threats import OUTAGE, PRICE, SURGE, Threat, shock_categories, threats


def mean_weights(portfolio: Portfolio, profiles: Profiles) -> MeanWeights:
    r"""
    Return the expected hat weights of every profile and hazard over the horizon.

    By Campbell's theorem the mean of a sum over strikes is their number times the mean over one:

    .. math:: W_{phk} = y\,rate_h\,E[\hat w_k(\ell_{ph})]

    over the duration of the strike, whom it hits, and what is left of older outages of the
    alternates, which come from all hazards (see `older_outages`).  All are finite sums.

    Parameters
    ----------
    profiles
        :math:`0 < \kappa_j \le 1`.

    Returns
    -------
    MeanWeights
        For every hazard that can hit a profile's primary, surges its category or shocks its
        price.  Outages that cost nothing are on the first node, where every curve is 0.

    References
    ----------
    .. [1] Campbell, N. (1909). The study of discontinuous phenomena. *Proceedings of the Cambridge
       Philosophical Society* 15:117–136.
    .. [2] Last, G. and Penrose, M. (2018). *Lectures on the Poisson Process*. Theorem 4.1 (Mecke):
       what is older is as it always is, whatever strikes.
    """
    found = threats(portfolio)
    categories = shock_categories(portfolio)
    supply = supplies(profiles, rows_of(profiles.surge_category, categories))
    priced = rows_of(profiles.price_category, categories)
    outages = reach(found, OUTAGE, len(portfolio.suppliers))
    surges = reach(found, SURGE, len(categories) + 1)
    prices = reach(found, PRICE, len(categories) + 1)
    law, horizon_days = laws(portfolio, found), portfolio.settings.horizon.days

    outage_owner, outage = rows_reaching(outages, supply.primary)
    surge_owner, surge = rows_reaching(surges, supply.category)
    price_owner, price = rows_reaching(prices, priced)
    owner = np.concatenate([outage_owner, surge_owner, price_owner + profiles.n_supplies])
    shock = np.concatenate([surges.threat[surge], prices.threat[price]])
    threat = np.concatenate([outages.threat[outage], shock])
    weight = np.concatenate(
        [
            outage_weights(law, outages, supply, horizon_days),
            shock_weights(found, law, horizon_days)[shock],
        ]
    )
    order = np.lexsort((threat, owner))
    return MeanWeights(
        start=np.searchsorted(owner[order], np.arange(len(profiles) + 1)),
        hazard=law.hazard[threat[order]],
        weight=weight[order],
    )


def shock_weights(found: tuple[Threat, ...], laws: HazardLaws, horizon_days: int) -> FloatArray:
    r"""
    Return what surges and price shocks put on a curve.

    .. math:: y\,rate\,\sum_m P(m)\,\hat w_k((g - 1)\,m), \qquad
        y\,rate\,(\pi - 1) \sum_m P(m)\,\hat w_k(m)

    Returns
    -------
    FloatArray
        Shape ``(T, 18)``; of no meaning for outages.
    """
    more = np.array([threat.multiplier - 1.0 for threat in found])
    is_price = np.array([threat.kind == PRICE for threat in found], dtype=np.bool_)
    often = horizon_days * laws.daily_rate * np.where(is_price, more, 1.0)
    return often[:, None] * bare_weights(laws, np.where(is_price, 1.0, more))
