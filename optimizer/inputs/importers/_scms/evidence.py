"""All estimates from the delivery history, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

from optimizer.inputs.importers._scms import estimates
from optimizer.inputs.importers._scms.assumptions import Assumptions
from optimizer.inputs.importers._scms.estimates import LeadTime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """
    The estimates, by portfolio row (`sku`), by product, by site or by (product, site).

    `monthly` is by (sku, month).  `product`, `country` and `category` describe a row; `sites` holds
    every site that delivered a product; `last_delivery` is by (sku, site); `recent` is the day
    since which a delivery counts as recent.
    """

    primary: dict[str, str]
    product: dict[str, str]
    country: dict[str, str]
    category: dict[str, str]
    monthly: pd.Series[float]
    demand: pd.DataFrame
    sites: dict[str, list[str]]
    mean_price: dict[tuple[str, str], float]
    median_price: dict[tuple[str, str], float]
    product_price: dict[str, float]
    volume: dict[str, float]
    lead_time: dict[tuple[str, str], LeadTime]
    last_delivery: dict[tuple[str, str], pd.Timestamp]
    recent: pd.Timestamp
    on_time: dict[str, float]

    @classmethod
    def gather(cls, lines: pd.DataFrame, settings: Assumptions) -> Self:
        """Return the estimates; a line whose `sku` is ``""`` counts for its site only."""
        rows = lines[lines["sku"] != ""]
        first = rows.drop_duplicates("sku").set_index("sku")
        prices = estimates.prices(lines)
        monthly = estimates.monthly_demand(rows)
        window = pd.DateOffset(months=settings.qualified_months)
        return cls(
            primary=estimates.primary_sites(rows),
            product=_by_key(first["product"]),
            country=_by_key(first["country"]),
            category=_by_key(first["category"]),
            monthly=monthly,
            demand=estimates.daily_demand(monthly),
            sites=_by_key(lines.groupby("product")["site"].agg(lambda sites: sorted(set(sites)))),
            mean_price=_by_key(prices["mean"]),
            median_price=_by_key(prices["median"]),
            product_price=_by_key(estimates.product_prices(lines)),
            volume=_by_key(estimates.volumes(lines, settings.density)),
            lead_time=estimates.lead_times(lines, settings),
            last_delivery=_by_key(rows.groupby(["sku", "site"])["delivered"].max()),
            recent=lines["delivered"].max() - window,
            on_time=_by_key(estimates.on_time_rates(lines)),
        )

    def role(self, sku: str, site: str) -> str:
        """Return the role of a site for a row."""
        if site == self.primary[sku]:
            return "primary"
        last = self.last_delivery.get((sku, site))
        return "qualified" if last is not None and last >= self.recent else "candidate"


def _by_key(column: pd.Series[Any]) -> Any:
    return column.to_dict()
