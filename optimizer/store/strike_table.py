"""The strikes of the futures → the table of strikes (MODEL 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.scenario import Futures


def strikes_table(portfolio: Portfolio, futures: Futures) -> pd.DataFrame:
    """Return one row per target hit, in the order of the futures, by name."""
    strikes, hazards = futures.strikes, portfolio.hazards
    is_outage = (hazards.kind == "outage")[strikes.hazard]
    target = np.empty(len(strikes), dtype=np.object_)
    target[is_outage] = portfolio.suppliers.supplier[strikes.target[is_outage]]
    target[~is_outage] = futures.categories[strikes.target[~is_outage]]
    return pd.DataFrame(
        {
            "scenario": strikes.scenario,
            "hazard": hazards.hazard[strikes.hazard],
            "strike": strikes.strike,
            "target": target,
            "start_day": strikes.start_day,
            "days": strikes.days,
            "multiplier": strikes.multiplier,
        }
    )
