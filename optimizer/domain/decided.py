"""A decided plan, costed afresh in the portfolio's own money: made once, read by all that tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, TextArray
from optimizer.domain.manifest import Forecast
from optimizer.domain.option import Costs, Designs
from optimizer.domain.plan import Outcome
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.resources import Resources
from optimizer.domain.scenario import Futures


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decided:
    """
    A decided plan.

    Attributes
    ----------
    designs, costs
        Of the chosen options, one row per SKU, in the portfolio's own currency.
    loss_curves, price_curves
        Theirs, at `NODES`; price curves before the factor of a shock.  Shape ``(N, 17)``.
        [currency]
    expected
        Columns sku, hazard (rows of the portfolio) and expected_loss, above 0. [currency]
    demand_model
        Law of demand that each was costed with.  Shape ``(N,)``.
    resources
        Use by the chosen options, one column per SKU.
    price
        Price of each resource that the engine priced, by name; the others' is 0.
        [currency per unit of the resource]
    price_expected
        How much of each of them is expected cost; None where that is not known.
    catalogue_gap
        As in the manifest.
    forecast
        On fresh futures; None before it is made, or where it was left out.
    """

    portfolio: Portfolio
    futures: Futures
    outcome: Outcome
    designs: Designs
    costs: Costs
    loss_curves: FloatArray
    price_curves: FloatArray
    expected: pd.DataFrame
    demand_model: TextArray
    resources: Resources
    price: Mapping[str, float]
    price_expected: Mapping[str, float | None]
    forecast: Forecast | None = None
    catalogue_gap: float | None = None

    @property
    def certain_cost(self) -> float:
        """All costs but losses, onboardings included. [currency]"""
        return float(self.costs.total.sum()) + self.onboarding

    @property
    def onboarding(self) -> float:
        """The horizon's share of the onboardings. [currency]"""
        settings, suppliers = self.portfolio.settings, self.portfolio.suppliers
        once = suppliers.onboarding_cost[self.outcome.plan.onboard].sum()
        return float(once * settings.horizon.years / settings.onboarding.life_years)

    @property
    def expected_by_sku(self) -> FloatArray:
        """Expected loss by SKU, over all hazards.  Shape ``(N,)``. [currency]"""
        skus, loss = self.expected["sku"].to_numpy(), self.expected["expected_loss"].to_numpy()
        total = np.bincount(skus, weights=loss, minlength=len(self.portfolio.skus))
        return total.astype(np.float64)
