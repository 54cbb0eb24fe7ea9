"""Futures: which hazard strikes when, whom, for how long; and what stock makes of it (MODEL 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np

from optimizer.domain.arrays import (
    FloatArray,
    Int32Array,
    IntArray,
    TextArray,
    freeze,
    require_length,
)

NODES: Final = np.array(
    [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365], dtype=np.float64
)
"""Lost days at which a loss curve is known; linear between, a slope of its own beyond."""
N_WEIGHTS: Final = len(NODES) + 1
"""Weights on a curve: one a node, and one for the days beyond the last."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strikes:
    """
    The blows of the hazards in many futures, one row per target hit; sorted by (scenario, strike).

    Attributes
    ----------
    scenario
        Row of the future.  Shape ``(K,)``.
    strike
        Number within its future, the same for all rows of one strike.  Shape ``(K,)``.
    hazard
        Row of the portfolio's hazards.  Shape ``(K,)``.
    target
        Row of the supplier hit by an outage; else row of `Futures.categories`.  Shape ``(K,)``.
    start_day
        In [-longest_days, H), counted from the first day of the horizon.  Shape ``(K,)``. [day]
    days
        At least 1.  Shape ``(K,)``. [whole days]
    multiplier
        Of demand or unit cost; 1 for an outage.  Shape ``(K,)``. [-]
    """

    scenario: IntArray
    strike: IntArray
    hazard: IntArray
    target: IntArray
    start_day: FloatArray
    days: IntArray
    multiplier: FloatArray

    def __post_init__(self) -> None:
        require_length(self, len(self.scenario))
        freeze(self)

    def __len__(self) -> int:
        return len(self.scenario)

    def take(self, rows: IntArray) -> Strikes:
        """Return these rows, in this order."""
        return Strikes(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """
    What futures are drawn from beside the nominal law, which the rest of the shares is.

    Attributes
    ----------
    shares
        Of the laws given that a hazard strikes within the horizon at least once with a duration
        whose uniform is so much or more, by hazard and threshold. [-]
    pilot
        Futures that the shares were found on; 0 where nothing was. [-]
    """

    shares: Mapping[tuple[str, float], float] = field(default_factory=dict)
    pilot: int = 0

    @property
    def nominal(self) -> float:
        """Share of the nominal law. [-]"""
        return 1.0 - sum(self.shares.values())


NOMINAL: Final = Mixture()
"""No law but the nominal one: all futures are equally probable."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """
    Calendars of strikes with their probabilities, which sum to 1.

    Attributes
    ----------
    probability
        Shape ``(S,)``.  :math:`p_s` [-]
    categories
        Categories that any surge or price hazard acts on, sorted.  Shape ``(C,)``.
    strikes
        Those that begin before the horizon, which count for nothing but how long a supplier is
        still out, included.
    mixture
        What they were drawn from.
    """

    probability: FloatArray
    categories: TextArray
    strikes: Strikes
    mixture: Mixture = NOMINAL

    def __post_init__(self) -> None:
        if not np.isclose(self.probability.sum(), 1.0, rtol=0.0, atol=1e-9):
            raise ValueError(f"probabilities must sum to 1; found {self.probability.sum()!r}.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.probability)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """
    Everything that days can be lost by: P distinct supplies, then C categories with price shocks.

    The P supplies are the distinct (primary, surge category, alternates) of all SKUs; the row of a
    price category is P + its place in `price_category`.

    Attributes
    ----------
    primary
        Row of the primary supplier.  Shape ``(P,)``.
    surge_category
        Name of the category whose surges act on it, ``""`` for none.  Shape ``(P,)``.
    alternate
        Rows of the alternate suppliers, ascending, -1 for none.  Shape ``(P, 2)``.
    ramp_days
        Days until each alternate begins, 0 where already qualified.  Shape ``(P, 2)``. [day]
    extra_lead_days
        Its lead time beyond the primary's, which may be negative.  Shape ``(P, 2)``.
        :math:`L_j - L` [day]
    capacity_share
        Share of demand each alternate can supply.  Shape ``(P, 2)``. [-]
    price_category
        Categories that a price hazard acts on, sorted.  Shape ``(C,)``.
    """

    primary: IntArray
    surge_category: TextArray
    alternate: IntArray
    ramp_days: FloatArray
    extra_lead_days: FloatArray
    capacity_share: FloatArray
    price_category: TextArray

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def n_supplies(self) -> int:
        """P."""
        return len(self.primary)

    def of_supplies(self, rows: IntArray) -> Profiles:
        """Return these supplies, in this order, and all price categories."""
        some = {
            f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "price_category"
        }
        return Profiles(price_category=self.price_category, **some)

    def __len__(self) -> int:
        return len(self.primary) + len(self.price_category)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LostDays:
    """
    Strikes within the horizon by supply, and what makes lost days of them (`maths.lost_days`).

    The U supplies are the distinct (primary, surge category, alternates), then the C categories
    with price shocks: profiles that differ in lead times, ramps or shares have one in common.

    Attributes
    ----------
    supply
        Row of every profile's supply.  Shape ``(P + C,)``.
    start
        Entries of supply u are ``start[u]:start[u + 1]``.  Shape ``(U + C + 1,)``.
    strike
        Row of the three columns of strikes, future by future within a supply.  Shape ``(E,)``.
    days
        Of an outage, (g - 1)·m of a surge, m of a price shock.  Shape ``(E,)``. [day]
    out
        How long each alternate is still out when it begins; -1 where none can help.
        Shape ``(E, 2)``.  :math:`\\rho` [whole days]
    ramp_days, extra_lead_days, share
        As of `Profiles`, absent alternates last, with the share 0.  Shape ``(P + C, 2)``.
    scenario_of_strike
        Row of the future.  Shape ``(K,)``.
    hazard_of_strike
        Row of the portfolio's hazards.  Shape ``(K,)``.
    factor_of_strike
        1, for a price shock :math:`\\pi - 1`.  Shape ``(K,)``. [-]
    n_scenarios
        S, those without any lost days included.
    """

    supply: IntArray
    start: IntArray
    strike: Int32Array
    days: FloatArray
    out: Int32Array
    ramp_days: FloatArray
    extra_lead_days: FloatArray
    share: FloatArray
    scenario_of_strike: Int32Array
    hazard_of_strike: Int32Array
    factor_of_strike: FloatArray
    n_scenarios: int

    def __post_init__(self) -> None:
        n_entries = int(self.start[-1])
        if any(len(column) != n_entries for column in (self.strike, self.days, self.out)):
            raise ValueError(f"strike, days and out must have {n_entries} rows, as start says.")
        freeze(self)

    def __len__(self) -> int:
        return len(self.supply)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanWeights:
    r"""
    What the mean over all futures puts on a curve, exactly: by profile and hazard (MODEL 4).

    It adds up over hazards.  The expected loss of an option over the horizon is
    :math:`\sum_k W_{pk}\,\text{curve}_k + W_{p,17}\,\text{slope}`, plus the same of its category's
    price profile with the price curve.

    Attributes
    ----------
    start
        Entries of row p of `Profiles` are ``start[p]:start[p + 1]``.  Shape ``(P + C + 1,)``.
    hazard
        Row of the portfolio's hazards, ascending within a profile.  Shape ``(E,)``.
    weight
        Strikes a horizon that fall on each node, and their days beyond the last; times
        :math:`\pi - 1` for a price shock.  Shape ``(E, 18)``.
    """

    start: IntArray
    hazard: IntArray
    weight: FloatArray

    def __post_init__(self) -> None:
        n_entries = int(self.start[-1])
        if len(self.hazard) != n_entries or self.weight.shape != (n_entries, N_WEIGHTS):
            raise ValueError(f"hazard and weight must have {n_entries} rows, as start says.")
        freeze(self)

    @property
    def total(self) -> FloatArray:
        """Over all hazards, in the order of their rows.  Shape ``(P + C, 18)``."""
        total = np.zeros((len(self.start) - 1, N_WEIGHTS))
        profile = np.repeat(np.arange(len(total)), np.diff(self.start))
        np.add.at(total, profile, self.weight)
        return total
