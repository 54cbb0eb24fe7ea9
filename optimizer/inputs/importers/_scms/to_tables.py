"""Evidence and assumptions → the tables of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from optimizer.inputs.importers._scms.assumptions import Assumptions
from optimizer.inputs.importers._scms.evidence import Evidence
from optimizer.inputs.importers._scms.site_hazards import Row, hazard_rows
from optimizer.inputs.importers._scms.sites import locate


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Rows of the contract's tables, the fallbacks used, and the value of lead times."""

    skus: list[Row]
    suppliers: list[Row]
    sources: list[Row]
    hazards: list[Row]
    demand: list[Row]
    deliveries: list[Row]
    fallbacks: Mapping[str, int]
    lead_time_demand_value: float


def lay_out(
    lines: pd.DataFrame,
    evidence: Evidence,
    relative: Mapping[str, float],
    settings: Assumptions,
) -> Tables:
    """Return the tables of a portfolio; a line whose `sku` is ``""`` is no delivery of its."""
    fallbacks: Counter[str] = Counter()
    skus = [sku_row(sku, evidence, settings, fallbacks) for sku in evidence.primary]
    sources = [
        source_row(sku, site, evidence, settings, fallbacks)
        for sku in evidence.primary
        for site in evidence.sites[evidence.product[sku]]
    ]
    sites = sorted({str(source["supplier"]) for source in sources})
    regions = sorted({locate(site).country for site in sites})
    fallbacks["hazard: mean of all countries (region)"] = len(set(regions) - set(relative))
    return Tables(
        skus=skus,
        suppliers=[supplier_row(site, evidence, settings) for site in sites],
        sources=sources,
        hazards=hazard_rows(regions, sites, relative, settings),
        demand=demand_rows(evidence),
        deliveries=delivery_rows(lines[lines["sku"] != ""]),
        fallbacks={name: count for name, count in sorted(fallbacks.items()) if count},
        lead_time_demand_value=lead_time_demand_value(evidence, skus),
    )


def sku_row(sku: str, evidence: Evidence, settings: Assumptions, fallbacks: Counter[str]) -> Row:
    """Return a row of `skus`; its unit cost is the primary site's price."""
    product = evidence.product[sku]
    unit_cost = evidence.mean_price.get((product, evidence.primary[sku]))
    if unit_cost is None:
        fallbacks["unit cost: all sites of the SKU (row)"] += 1
        unit_cost = evidence.product_price[product]
    if product not in evidence.volume:
        fallbacks["volume: the documented default (row)"] += 1
    return {
        "sku": sku,
        "description": ", ".join(part for part in product.split("|") if part),
        "category": evidence.category[sku],
        "site": evidence.country[sku] if settings.by == "destination" else "",
        "unit_cost": unit_cost,
        **{str(name): value for name, value in evidence.demand.loc[sku].items()},
        "order_cost": settings.order_cost,
        "unit_margin": unit_cost * settings.unit_margin_share,
        "expedite_cost": unit_cost * settings.expedite_share,
        "goodwill_cost": unit_cost * settings.goodwill_share,
        "downtime_cost": settings.downtime_cost,
        "obsolescence_rate": settings.obsolescence_rate,
        "shelf_life_days": settings.shelf_life_days,
        "volume": evidence.volume.get(product, settings.volume),
    }


def source_row(
    sku: str, site: str, evidence: Evidence, settings: Assumptions, fallbacks: Counter[str]
) -> Row:
    """Return a row of `sources`; a site that delivered the product elsewhere is a candidate."""
    time = evidence.lead_time[evidence.product[sku], site]
    if time.basis != "own":
        fallbacks[f"lead time: {time.basis} (source)"] += 1
    role = evidence.role(sku, site)
    candidate, alternate = role == "candidate", role != "primary"
    return {
        "sku": sku,
        "supplier": site,
        "role": role,
        "lead_time_mean": time.mean,
        "lead_time_std": time.std,
        "price_premium": price_premium(sku, site, evidence, fallbacks) if alternate else 0.0,
        "qualification_cost": settings.qualification_cost if candidate else 0.0,
        "ramp_days": settings.ramp_days if candidate else 0.0,
        "capacity_share": settings.capacity_share if alternate else 1.0,
        "volume_share": settings.volume_share if alternate else 0.0,
    }


def price_premium(sku: str, site: str, evidence: Evidence, fallbacks: Counter[str]) -> float:
    """Return the site's median pack price over the primary's, minus 1."""
    product = evidence.product[sku]
    own = evidence.median_price.get((product, site))
    of_primary = evidence.median_price.get((product, evidence.primary[sku]))
    if own is None or of_primary is None:
        fallbacks["price premium: none, a price is missing (source)"] += 1
        return 0.0
    return own / of_primary - 1.0


def supplier_row(site: str, evidence: Evidence, settings: Assumptions) -> Row:
    """Return a row of `suppliers`: every site has delivered, so every site is onboarded."""
    return {
        "supplier": site,
        "region": locate(site).country,
        "otif": evidence.on_time[site],
        "ttr_days": settings.outage_days,
        "onboarded": "true",
    }


def demand_rows(evidence: Evidence) -> list[Row]:
    """Return the rows of `demand`, one per month."""
    months = evidence.monthly.reset_index()
    return [
        {"sku": sku, "date": f"{month}-01", "quantity": int(quantity)}
        for sku, month, quantity in months.itertuples(index=False, name=None)
    ]


def delivery_rows(lines: pd.DataFrame) -> list[Row]:
    """Return a row of `deliveries` per line; the day of an order after its delivery is no day."""
    ordered = lines["ordered"].where(
        lines["ordered"] <= lines[["delivered", "scheduled"]].min(axis=1)
    )
    days = [
        column.dt.strftime("%Y-%m-%d").fillna("")
        for column in (ordered, lines["scheduled"], lines["delivered"])
    ]
    columns = (lines["sku"], lines["site"], *days, lines["quantity"])
    return [
        {
            "sku": sku,
            "supplier": site,
            "ordered": order,
            "promised": promised,
            "received": received,
            "quantity_received": int(quantity),
        }
        for sku, site, order, promised, received, quantity in zip(*columns, strict=True)
    ]


def lead_time_demand_value(evidence: Evidence, skus: list[Row]) -> float:
    """Return the value of one lead time of demand from the primaries. [USD]"""
    total = 0.0
    for row in skus:
        sku = str(row["sku"])
        days = evidence.lead_time[evidence.product[sku], evidence.primary[sku]].mean
        total += float(str(row["unit_cost"])) * float(str(row["demand_mean"])) * days
    return total
