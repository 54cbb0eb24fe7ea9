"""Portfolios with the hazards and suppliers a test names, and profiles of what they supply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures, Profiles, Strikes
from tests.support.portfolios import make_portfolio

HAZARD = {
    "kind": "outage",
    "scope": "supplier",
    "annual_rate": 1.0,
    "duration_mean_days": 30.0,
    "duration_cv": 0.0,
    "hit_probability": 1.0,
    "multiplier": 1.0,
}
NOBODY = (-1, 0.0, 0.0, 1.0)

Alternate = tuple[int, float, float, float]
"""Supplier, ramp days, lead time beyond the primary's, capacity share."""
Supply = tuple[int, Sequence[Alternate]] | tuple[int, Sequence[Alternate], str]
"""Primary, alternates, and the category whose surges act on it."""


def hazard_portfolio(
    hazards: Mapping[str, Mapping[str, Any]],
    suppliers: Mapping[str, str],
    *,
    tags: Sequence[tuple[int, str]] = (),
    horizon_days: int = 365,
    **scenarios: Any,
) -> Portfolio:
    """Return a portfolio of hazards by name and suppliers with their region."""
    return make_portfolio(
        [{"sku": "S"}],
        [{"sku": 0, "supplier": 0}],
        suppliers=[{"supplier": name, "region": region} for name, region in suppliers.items()],
        hazards=[{"hazard": name, **HAZARD, **row} for name, row in hazards.items()],
        tags=tags,
        horizon={"days": horizon_days},
        scenarios=scenarios,
    )


def make_profiles(supplies: Sequence[Supply], prices: Sequence[str] = ()) -> Profiles:
    """Return the profiles of supplies and of price categories."""
    padded = [(*tuple(supply[1]), NOBODY, NOBODY)[:2] for supply in supplies]
    columns = np.array(padded, dtype=np.float64).reshape(len(supplies), 2, 4)
    category = [supply[2] if len(supply) > 2 else "" for supply in supplies]
    return Profiles(
        primary=np.array([supply[0] for supply in supplies], dtype=np.int64),
        surge_category=np.array(category, dtype=object),
        alternate=columns[:, :, 0].astype(np.int64),
        ramp_days=columns[:, :, 1].copy(),
        extra_lead_days=columns[:, :, 2].copy(),
        capacity_share=columns[:, :, 3].copy(),
        price_category=np.array(prices, dtype=object),
    )


def make_futures(
    strikes: Sequence[Mapping[str, Any]], *, n: int = 1, categories: Sequence[str] = ()
) -> Futures:
    """
    Return futures of equal probability from strikes in order of scenario and start.

    A strike names its `hazard` and its `targets` (rows), `start`, `days`, perhaps its `scenario`
    and `multiplier`.
    """
    number = [
        sum(other.get("scenario", 0) == strike.get("scenario", 0) for other in strikes[:row])
        for row, strike in enumerate(strikes)
    ]
    rows = [
        (strike.get("scenario", 0), number[row], strike["hazard"], target)
        for row, strike in enumerate(strikes)
        for target in strike["targets"]
    ]
    of = [row for row, strike in enumerate(strikes) for _ in strike["targets"]]
    scenario, strike, hazard, target = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Futures(
        probability=np.full(n, 1.0 / n),
        categories=np.array(categories, dtype=object),
        strikes=Strikes(
            scenario=scenario.copy(),
            strike=strike.copy(),
            hazard=hazard.copy(),
            target=target.copy(),
            start_day=np.array([strikes[row]["start"] for row in of], dtype=np.float64),
            days=np.array([strikes[row]["days"] for row in of], dtype=np.int64),
            multiplier=np.array(
                [strikes[row].get("multiplier", 1.0) for row in of], dtype=np.float64
            ),
        ),
    )
