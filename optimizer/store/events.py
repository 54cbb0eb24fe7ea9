"""What happens in the scenarios → the tables of outages and shocks (MODEL 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import ScenarioSet


def outages(portfolio: Portfolio, scenarios: ScenarioSet) -> pd.DataFrame:
    """Return whatever is out, in the order of the scenarios."""
    scenario, supplier = np.nonzero(scenarios.outage_days)
    return pd.DataFrame(
        {
            "scenario": scenario,
            "supplier": portfolio.suppliers.supplier[supplier],
            "days": scenarios.outage_days[scenario, supplier],
        }
    )


def shocks(scenarios: ScenarioSet) -> pd.DataFrame:
    """Return surges and price shocks, in the order of the scenarios."""
    kinds: dict[str, tuple[FloatArray, IntArray]] = {
        "surge": (scenarios.surge_multiplier, scenarios.surge_days),
        "price": (scenarios.price_multiplier, scenarios.price_days),
    }
    parts = []
    for kind, (multiplier, days) in kinds.items():
        happens: BoolArray = days > 0
        scenario, category = np.nonzero(happens)
        parts.append(
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "category": scenarios.categories[category],
                    "kind": kind,
                    "multiplier": multiplier[happens],
                    "days": days[happens],
                }
            )
        )
    joined = pd.concat(parts, ignore_index=True)
    return joined.sort_values(["scenario", "category", "kind"], ignore_index=True)
