"""Futures: which supplier is out for how long, which category surges or is dearer (MODEL 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.arrays import FloatArray, Int32Array, IntArray, TextArray, freeze


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioSet:
    """
    The scenarios, whose probabilities sum to 1.

    Attributes
    ----------
    probability
        Shape ``(S,)``.  :math:`p_s` [-]
    outage_days
        Longest outage of each supplier, 0 for none.  Shape ``(S, J)``, aligned with the
        portfolio's suppliers. [whole days]
    categories
        Categories that any surge or price hazard acts on, sorted.  Shape ``(C,)``.
    surge_multiplier, price_multiplier
        1 for none.  Shape ``(S, C)``.  :math:`g, \\pi` [-]
    surge_days, price_days
        0 for none.  Shape ``(S, C)``. [whole days]
    method
        How they came about: ``exact``, ``stratified`` or ``sampled``; ``mean`` for their mean.
    """

    probability: FloatArray
    outage_days: IntArray
    categories: TextArray
    surge_multiplier: FloatArray
    surge_days: IntArray
    price_multiplier: FloatArray
    price_days: IntArray
    method: str

    def __post_init__(self) -> None:
        n_scenarios, n_categories = len(self.probability), len(self.categories)
        shocks = (self.surge_multiplier, self.surge_days, self.price_multiplier, self.price_days)
        if any(shock.shape != (n_scenarios, n_categories) for shock in shocks):
            raise ValueError(f"shocks must have shape ({n_scenarios}, {n_categories}).")
        if self.outage_days.shape[0] != n_scenarios:
            raise ValueError(f"outage_days must have {n_scenarios} rows.")
        if not np.isclose(self.probability.sum(), 1.0, rtol=0.0, atol=1e-9):
            raise ValueError(f"probabilities must sum to 1; found {self.probability.sum()!r}.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.probability)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutageProfiles:
    """
    The distinct (primary, surge category, alternates) for which lost days are counted.

    Attributes
    ----------
    primary
        Row of the primary supplier.  Shape ``(P,)``.
    surge_category
        Name of the category whose surges act on it, ``""`` for none.  Shape ``(P,)``.
    alternate
        Rows of the alternate suppliers, ascending, -1 for none.  Shape ``(P, 2)``.
    ramp_days
        Days until each alternate delivers, 0 where already qualified.  Shape ``(P, 2)``. [day]
    capacity_share
        Share of demand each alternate can supply.  Shape ``(P, 2)``. [-]
    """

    primary: IntArray
    surge_category: TextArray
    alternate: IntArray
    ramp_days: FloatArray
    capacity_share: FloatArray

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.primary)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LostDays:
    """
    Days of supply lost by every outage profile: only the scenarios in which any are lost.

    Attributes
    ----------
    start
        Profile p's entries are rows ``start[p]:start[p + 1]``.  Shape ``(P + 1,)``.
    scenario
        Row of the scenario, ascending within a profile.  Shape ``(E,)``.
    days
        At least 1.  Shape ``(E,)``.  :math:`\\ell_{ps}` [whole days]
    n_scenarios
        S, those without any lost days included.
    """

    start: IntArray
    scenario: Int32Array
    days: Int32Array
    n_scenarios: int

    def __post_init__(self) -> None:
        n_entries = int(self.start[-1])
        if len(self.scenario) != n_entries or len(self.days) != n_entries:
            raise ValueError(f"scenario and days must have {n_entries} rows, as start says.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.start) - 1
