"""The hazards that can strike, one by one, with what each of them can hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from optimizer.domain.arrays import IntArray, TextArray, freeze
from optimizer.domain.portfolio import Portfolio, Tags
from optimizer.domain.settings import DAYS_PER_YEAR

OUTAGE: Final = "outage"
SURGE: Final = "surge"
PRICE: Final = "price"

_Reach = tuple[TextArray, IntArray]
"""What a hazard's target is compared with, and the row of the target that it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Threat:
    """
    A hazard that can change anything.

    Attributes
    ----------
    row, hazard
        Its row in the portfolio's hazards, and its name.
    kind
        ``outage``, ``surge`` or ``price``.
    target
        What it can hit, ascending: rows of the suppliers for an outage, else the one row of
        `shock_categories`.  Shape ``(T,)``.
    target_name
        Names of the targets.  Shape ``(T,)``.
    daily_rate
        Strikes a day, above 0. [1/day]
    hit_probability
        Probability that a target is hit when it strikes, in (0, 1]. [-]
    duration_mean_days, duration_cv
        Duration, :math:`> 0`, before it is rounded up. [day], [-]
    multiplier
        Of demand (surge) or unit cost (price), above 1; 1 for an outage. [-]
    """

    row: int
    hazard: str
    kind: str
    target: IntArray
    target_name: TextArray
    daily_rate: float
    hit_probability: float
    duration_mean_days: float
    duration_cv: float
    multiplier: float

    def __post_init__(self) -> None:
        freeze(self)


def threats(portfolio: Portfolio) -> tuple[Threat, ...]:
    """
    Return the hazards that can change anything, in the order of the table.

    Left out are a hazard of rate, duration or hit probability 0, a shock of multiplier 1, and a
    hazard of a region, supplier or tag without suppliers.

    Raises
    ------
    ValueError
        If a hazard's kind does not go with its scope.
    """
    reaches = _reaches(portfolio)
    found = (_threat(portfolio, row, reaches) for row in range(len(portfolio.hazards)))
    return tuple(threat for threat in found if _matters(threat))


def shock_categories(portfolio: Portfolio) -> TextArray:
    """Return the categories that any surge or price hazard acts on, sorted."""
    hazards = portfolio.hazards
    return np.array(sorted(set(hazards.target[hazards.kind != OUTAGE])), dtype=object)


def _matters(threat: Threat) -> bool:
    return (
        threat.daily_rate > 0.0
        and threat.duration_mean_days > 0.0
        and threat.hit_probability > 0.0
        and len(threat.target) > 0
        and (threat.kind == OUTAGE or threat.multiplier != 1.0)
    )


def _reaches(portfolio: Portfolio) -> dict[tuple[bool, str], _Reach]:
    """Return every scope's reach, by (whether an outage, scope)."""
    suppliers = portfolio.suppliers
    rows, categories = np.arange(len(suppliers)), shock_categories(portfolio)
    return {
        (True, "region"): (suppliers.region, rows),
        (True, "supplier"): (suppliers.supplier, rows),
        (True, "tag"): _by_supplier(portfolio.tags),
        (False, "category"): (categories, np.arange(len(categories))),
    }


def _by_supplier(tags: Tags) -> _Reach:
    order = np.argsort(tags.supplier, kind="stable")
    return tags.tag[order], tags.supplier[order]


def _threat(portfolio: Portfolio, row: int, reaches: dict[tuple[bool, str], _Reach]) -> Threat:
    hazards = portfolio.hazards
    kind, scope = hazards.kind[row], hazards.scope[row]
    is_outage = kind == OUTAGE
    if (is_outage, scope) not in reaches:
        raise ValueError(f"hazard {hazards.hazard[row]!r}: no {kind} acts on a {scope}.")
    key, rows = reaches[is_outage, scope]
    target = rows[key == hazards.target[row]]
    names = portfolio.suppliers.supplier if is_outage else shock_categories(portfolio)
    return Threat(
        row=row,
        hazard=hazards.hazard[row],
        kind=kind,
        target=target,
        target_name=names[target],
        daily_rate=float(hazards.annual_rate[row]) / DAYS_PER_YEAR,
        hit_probability=float(hazards.hit_probability[row]) if is_outage else 1.0,
        duration_mean_days=float(hazards.duration_mean_days[row]),
        duration_cv=float(hazards.duration_cv[row]),
        multiplier=1.0 if is_outage else float(hazards.multiplier[row]),
    )
