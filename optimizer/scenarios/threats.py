"""The hazards that can strike, one by one, with what each of them can hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import FloatArray, IntArray, TextArray, freeze
from optimizer.domain.portfolio import Hazards, Portfolio, Suppliers

OUTAGE: Final = "outage"

Targets = dict[tuple[bool, str], tuple[TextArray, TextArray]]
"""By (whether an outage, scope): what a hazard's target is compared with, and the names hit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Threat:
    """
    A hazard that can strike.

    Attributes
    ----------
    hazard
        Its name.
    kind
        ``outage``, ``surge`` or ``price``.
    target
        What it can hit: rows of the suppliers for an outage, else the one row of
        `shock_categories`.  Shape ``(T,)``.
    target_name
        Names of the targets.  Shape ``(T,)``.
    strike_probability
        Probability that it strikes within the horizon.  :math:`p \\in (0, 1]` [-]
    hit_probability
        Probability that a target is hit when it strikes, in (0, 1]. [-]
    duration_mean_days, duration_cv
        Duration, :math:`> 0`, before it is rounded up. [day], [-]
    multiplier
        Of demand (surge) or unit cost (price). [-]
    """

    hazard: str
    kind: str
    target: IntArray
    target_name: TextArray
    strike_probability: float
    hit_probability: float
    duration_mean_days: float
    duration_cv: float
    multiplier: float

    def __post_init__(self) -> None:
        freeze(self)


def threats(portfolio: Portfolio) -> tuple[Threat, ...]:
    """
    Return the hazards that can change anything, in the order of the table.

    A hazard of rate, duration or hit probability 0, or of a region without suppliers, is left
    out.  `hit_probability` counts for regions only.

    Raises
    ------
    ValueError
        If a hazard's kind does not go with its scope.
    """
    hazards = portfolio.hazards
    probability = strike_probability(hazards.annual_rate, portfolio.settings.horizon.years)
    possible = (probability > 0.0) & (hazards.duration_mean_days > 0.0)
    targets = _targets_by_scope(hazards, portfolio.suppliers)
    found = [
        _threat(hazards, int(row), float(probability[row]), targets)
        for row in np.flatnonzero(possible)
    ]
    return tuple(t for t in found if len(t.target) and t.hit_probability > 0.0)


def strike_probability(annual_rate: FloatArray, years: float) -> FloatArray:
    r"""
    Return the probability that hazards strike within the horizon.

    .. math:: p = 1 - e^{-\lambda y}

    Parameters
    ----------
    annual_rate
        Shape ``(M,)``.  :math:`\lambda \ge 0` [1/year]
    years
        :math:`y` [year]

    Returns
    -------
    FloatArray
        Shape ``(M,)``. [-]

    Examples
    --------
    >>> strike_probability(np.array([0.0, 1.0]), 1.0).round(6)
    array([0.      , 0.632121])
    """
    return -np.expm1(-annual_rate * years)


def shock_categories(hazards: Hazards) -> TextArray:
    """Return the categories that any surge or price hazard acts on, sorted."""
    return np.array(sorted(set(hazards.target[hazards.kind != OUTAGE])), dtype=object)


def _targets_by_scope(hazards: Hazards, suppliers: Suppliers) -> Targets:
    categories = shock_categories(hazards)
    return {
        (True, "region"): (suppliers.region, suppliers.supplier),
        (True, "supplier"): (suppliers.supplier, suppliers.supplier),
        (False, "category"): (categories, categories),
    }


def _threat(hazards: Hazards, row: int, probability: float, targets: Targets) -> Threat:
    kind, scope = hazards.kind[row], hazards.scope[row]
    if (kind == OUTAGE, scope) not in targets:
        raise ValueError(f"hazard {hazards.hazard[row]!r}: no {kind} acts on a {scope}.")
    key, names = targets[kind == OUTAGE, scope]
    target = np.flatnonzero(key == hazards.target[row])
    return Threat(
        hazard=hazards.hazard[row],
        kind=kind,
        target=target,
        target_name=names[target],
        strike_probability=probability,
        hit_probability=float(hazards.hit_probability[row]) if scope == "region" else 1.0,
        duration_mean_days=float(hazards.duration_mean_days[row]),
        duration_cv=float(hazards.duration_cv[row]),
        multiplier=float(hazards.multiplier[row]),
    )
