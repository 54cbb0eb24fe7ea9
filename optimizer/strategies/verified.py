"""Has the independent verifier recompute the strategies of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.domain.option import Designs
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.store.words import alternate_names
from optimizer.strategies.fixed import Strategy
from optimizer.verifier import verify_strategies


def check_strategies(
    portfolio: Portfolio, tables: RunTables, strategies: Sequence[Strategy]
) -> None:
    """
    Have the verifier recompute every fixed strategy, and compare the plan's row with the run.

    Raises
    ------
    VerificationError
        Lists every difference.
    """
    decisions = {
        strategy.name: _decisions(portfolio, strategy.designs)
        for strategy in strategies
        if strategy.designs is not None
    }
    verify_strategies(portfolio, tables, decisions)


def _decisions(portfolio: Portfolio, designs: Designs) -> pd.DataFrame:
    """Return decisions in the columns of a run's plan; numbers only if they are stated."""
    policies = np.array(list(portfolio.settings.policies), dtype=np.object_)
    return pd.DataFrame(
        {
            "sku": portfolio.skus.sku,
            "policy": policies[designs.policy],
            "service_level": designs.service_level,
            "reserve_days": designs.reserve_days,
            "lot_days_min": designs.lot_days_min,
            "lot_factor": designs.lot_factor,
            "reorder_point": designs.reorder_point,
            "order_quantity": designs.order_quantity,
            "alternates": alternate_names(portfolio, designs),
        }
    )
