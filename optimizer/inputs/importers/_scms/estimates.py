"""Estimates from the delivery history: demand, prices, lead times, punctuality, volumes."""

from __future__ import annotations

from math import log1p
from typing import Final, NamedTuple

import pandas as pd

from optimizer.inputs.importers._report import ImportLedger
from optimizer.inputs.importers._scms.assumptions import Assumptions

DAYS_PER_MONTH: Final = 365.0 / 12.0
PAIR: Final = ["product", "site"]


def monthly_demand(lines: pd.DataFrame) -> pd.Series[float]:
    """Return what was delivered by `sku` and month, months without a delivery left out. [pack]"""
    months = lines["delivered"].dt.to_period("M").rename("month")
    return lines.groupby(["sku", months])["quantity"].sum()


def daily_demand(monthly: pd.Series[float]) -> pd.DataFrame:
    r"""
    Return the demand columns of the contract by `sku`, from what `monthly_demand` gives.

    .. math::
        D = \bar{X} / m, \qquad \sigma = \sqrt{s_X^2 / m}, \qquad
        \varepsilon = s_X / (m \sqrt{T}), \qquad A = m / {-\ln(1 - P)}, \qquad m = 365/12

    with mean and sample variance of the T monthly quantities X from the first active month to the
    last, empty months counted as 0, days taken as independent; P is the share of active months,
    (n - 1/2)/T, and A at least 1 day.
    """
    moments = {}
    for key, quantities in monthly.groupby(level=0):
        by_month = quantities.droplevel(0)
        span = pd.period_range(by_month.index.min(), by_month.index.max(), freq="M")
        filled = by_month.reindex(span, fill_value=0)
        share = (len(by_month) - 0.5) / len(span)
        moments[key] = (
            filled.mean() / DAYS_PER_MONTH,
            (filled.var() / DAYS_PER_MONTH) ** 0.5,
            filled.std() / DAYS_PER_MONTH / len(span) ** 0.5,
            max(DAYS_PER_MONTH / -log1p(-share), 1.0),
        )
    columns = ["demand_mean", "demand_std", "demand_mean_error", "demand_interval_days"]
    return pd.DataFrame.from_dict(moments, orient="index", columns=columns)


def primary_sites(lines: pd.DataFrame) -> dict[str, str]:
    """Return the site of the largest volume by `sku`; of equals the first by name."""
    volume = lines.groupby(["sku", "site"])["quantity"].sum().reset_index()
    ranked = volume.sort_values(["sku", "quantity", "site"], ascending=[True, False, True])
    first = ranked.drop_duplicates("sku")
    return dict(zip(first["sku"], first["site"], strict=True))


def prices(lines: pd.DataFrame) -> pd.DataFrame:
    """Return `mean` (weighted by volume) and `median` pack price by product and site. [USD]"""
    groups = lines[lines["priced"]].groupby(PAIR)
    totals = groups[["value", "quantity"]].sum()
    mean = totals["value"] / totals["quantity"]
    return pd.DataFrame({"mean": mean, "median": groups["pack_price"].median()})


def product_prices(lines: pd.DataFrame) -> pd.Series[float]:
    """Return the pack price by product over all its sites, weighted by volume. [USD]"""
    totals = lines[lines["priced"]].groupby("product")[["value", "quantity"]].sum()
    return totals["value"] / totals["quantity"]


def price_ledger(lines: pd.DataFrame) -> ImportLedger:
    """Return how many lines gave a price."""
    used = int(lines["priced"].sum())
    aside = {"unit price is zero (glitch)": len(lines) - used}
    return ImportLedger(name="prices", read=len(lines), used=used, set_aside=aside)


class LeadTime(NamedTuple):
    """Mean and standard deviation [day], and what they are from: ``own``, ``site``, ``overall``."""

    mean: float
    std: float
    basis: str


def lead_times(lines: pd.DataFrame, settings: Assumptions) -> dict[tuple[str, str], LeadTime]:
    """
    Return the lead time by product and site, from order to delivery.

    From the pair's own lines; if these are too few, from its site's; if these are too few as well,
    the overall median and standard deviation.
    """
    days = _lead_days(lines)
    usable = lines.assign(days=days)[days > 0]
    of_pair = _moments(usable, PAIR, "own", settings)
    of_site = _moments(usable, ["site"], "site", settings)
    overall = LeadTime(float(usable["days"].median()), float(usable["days"].std()), "overall")
    pairs = lines[PAIR].drop_duplicates().itertuples(index=False, name=None)
    return {
        (product, site): of_pair.get((product, site)) or of_site.get((site,)) or overall
        for product, site in pairs
    }


def lead_time_ledger(lines: pd.DataFrame) -> ImportLedger:
    """Return how many lines gave a lead time."""
    days = _lead_days(lines)
    aside = {
        "no order date (regional depot, or not captured)": int(days.isna().sum()),
        "delivered on or before the day of the order": int((days <= 0).sum()),
    }
    used = int((days > 0).sum())
    return ImportLedger(name="lead times", read=len(lines), used=used, set_aside=aside)


def on_time_rates(lines: pd.DataFrame) -> pd.Series[float]:
    """Return the share of lines delivered on or before schedule, by site."""
    on_time = (lines["delivered"] <= lines["scheduled"]).astype(float)
    return on_time.groupby(lines["site"]).mean()


def volumes(lines: pd.DataFrame, density: float) -> pd.Series[float]:
    """Return the storage volume by product, from its median pack weight. [m³/pack]"""
    return (lines.groupby("product")["kg_per_pack"].median() / density).dropna()


def weight_ledger(lines: pd.DataFrame) -> ImportLedger:
    """Return how many lines gave a weight."""
    used = int(lines["kg_per_pack"].notna().sum())
    aside = {"words instead of a weight, or zero": len(lines) - used}
    return ImportLedger(name="weights", read=len(lines), used=used, set_aside=aside)


def _lead_days(lines: pd.DataFrame) -> pd.Series[int]:
    return (lines["delivered"] - lines["ordered"]).dt.days


def _moments(
    usable: pd.DataFrame, by: list[str], basis: str, settings: Assumptions
) -> dict[tuple[str, ...], LeadTime]:
    table = usable.groupby(by)["days"].agg(["mean", "std", "count"]).reset_index()
    enough = table[table["count"] >= max(settings.lead_time_lines, 2)]
    return {
        tuple(key): LeadTime(mean, std, basis)
        for *key, mean, std, _ in enough.itertuples(index=False, name=None)
    }
