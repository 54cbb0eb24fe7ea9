"""Whether critical SKUs survive an outage of their supplier (MODEL 2), stretch by stretch."""

from __future__ import annotations

import numpy as np

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.portfolio import Portfolio
from optimizer.verifier.ledger import RELATIVE, Ledger
from optimizer.verifier.sourcing import Sourcing, lost_days


def check_survival(
    portfolio: Portfolio, sourcing: Sourcing, cover_days: FloatArray, ledger: Ledger
) -> None:
    """Check that the stock of every critical SKU lasts until its primary has recovered."""
    if portfolio.settings.limits.tts_covers_ttr is None:
        return
    needed = days_without_supply(portfolio, sourcing)
    ledger.require_all(
        "cover, SKU",
        [str(sku) for sku in portfolio.skus.sku],
        survivors(portfolio, needed, cover_days),
        [f"{days} days" for days in cover_days],
        "what lasts until its supplier has recovered (tts_covers_ttr)",
    )


def survivors(portfolio: Portfolio, needed: FloatArray, cover_days: FloatArray) -> BoolArray:
    """Return which SKUs survive, or need not.  Shape ``(N,)``."""
    from_severity = portfolio.settings.limits.tts_covers_ttr
    skus = portfolio.skus
    exempt = np.isin(skus.demand_mean, 0.0)
    if from_severity is not None:
        exempt |= skus.severity < from_severity
    else:
        exempt[:] = True
    return np.asarray(exempt | (cover_days * (1.0 + RELATIVE) + RELATIVE >= needed))


def days_without_supply(portfolio: Portfolio, sourcing: Sourcing) -> FloatArray:
    """Return the days of demand that nobody supplies while each primary alone is out.  ``(N,)``"""
    assumed, ttr = portfolio.settings.audit.ttr_days, portfolio.suppliers.ttr_days
    needed = np.zeros(len(portfolio.skus))
    for i, primary in enumerate(sourcing.primary.tolist()):
        days = np.array([ttr[primary] or assumed])
        places = np.flatnonzero(sourcing.supplier[i] >= 0).tolist()
        begins = [sourcing.begins(i, place, np.zeros(1)) for place in places]
        share = [float(sourcing.share[i, place]) for place in places]
        needed[i] = (lost_days(days, begins, share) if places else days)[0]
    return needed
