"""What a hazard reaches and how long it lasts (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from optimizer.domain.arrays import BoolArray, FloatArray
from optimizer.domain.portfolio import Hazards, Portfolio

OUTAGE, SURGE, PRICE = "outage", "surge", "price"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardReach:
    """
    The hazards as arrays.

    Attributes
    ----------
    rate
        Strikes a year.  Shape ``(M,)``.
    suppliers
        Whether an outage can hit each supplier.  Shape ``(M, J)``.
    hit
        Probability that a strike hits each supplier, 0 out of reach.  Shape ``(M, J)``.
    lasts
        Probability that a strike lasts k days, k = 0 … longest.  Shape ``(M, longest + 1)``.
    """

    rate: FloatArray
    suppliers: BoolArray
    hit: FloatArray
    lasts: FloatArray

    def strikes_a_year(self) -> FloatArray:
        """Return the rate at which each supplier is hit.  Shape ``(J,)``. [/yr]"""
        return self.rate @ self.hit


def reach_of(portfolio: Portfolio) -> HazardReach:
    """Return reach, probabilities and durations of every hazard."""
    hazards = portfolio.hazards
    suppliers = np.zeros((len(hazards), len(portfolio.suppliers)), dtype=np.bool_)
    for h in np.flatnonzero(hazards.kind == OUTAGE):
        suppliers[h] = _in_scope(portfolio, str(hazards.scope[h]), str(hazards.target[h]))
    return HazardReach(
        rate=hazards.annual_rate.astype(np.float64),
        suppliers=suppliers,
        hit=suppliers * hazards.hit_probability.astype(np.float64)[:, None],
        lasts=durations(hazards, portfolio.settings.scenarios.longest_days),
    )


def durations(hazards: Hazards, longest: int) -> FloatArray:
    """
    Return the probability of every whole number of days up to the longest.  ``(M, longest + 1)``.

    A lognormal duration, rounded up; constant if its coefficient of variation is 0.
    """
    mean, cv = hazards.duration_mean_days, hazards.duration_cv
    lasts = np.zeros((len(hazards), longest + 1))
    with np.errstate(divide="ignore"):
        edges = np.log(np.arange(longest, dtype=np.float64))  # ln 0, ln 1, …
    for h in range(len(hazards)):
        if cv[h] == 0.0:
            days = int(np.ceil(np.round(mean[h], 9)))
            lasts[h, min(max(days, 1), longest)] = 1.0
            continue
        spread = np.sqrt(np.log1p(cv[h] ** 2))
        z = (edges - np.log(mean[h]) + spread**2 / 2.0) / spread
        below, above = np.append(special.ndtr(z), 1.0), np.append(special.ndtr(-z), 0.0)
        lasts[h, 1:] = np.where(below[1:] < 0.5, np.diff(below), -np.diff(above))
    return lasts


def _in_scope(portfolio: Portfolio, scope: str, target: str) -> BoolArray:
    suppliers = portfolio.suppliers
    if scope == "region":
        reached: BoolArray = np.asarray(suppliers.region == target, dtype=np.bool_)
    elif scope == "supplier":
        reached = np.asarray(suppliers.supplier == target, dtype=np.bool_)
    elif scope == "tag":
        tagged = portfolio.tags.supplier[portfolio.tags.tag == target]
        reached = np.isin(np.arange(len(suppliers)), tagged)
    else:
        reached = np.zeros(len(suppliers), dtype=np.bool_)
    return reached
