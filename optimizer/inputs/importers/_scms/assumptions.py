"""Assumptions that the delivery history cannot supply: default, unit, reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from optimizer.inputs.importers._assumed import assumed, check_numbers

CUTS: Final = ("sku", "destination")
MEASURES: Final = ("emdat_events_per_year", "inform_natural")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Assumptions of the `scms` importer; every field has its unit and reason as metadata."""

    by: str = assumed("sku", "sku | destination", "one row per SKU, or per SKU and destination")
    active_months: int = assumed(12, "months", "a SKU delivered in fewer has no usable demand")
    destination_active_months: int = assumed(
        8, "months", "the same for a SKU at one destination: some 280 rows, each with a history"
    )
    qualified_months: int = assumed(
        24, "months", "a site that delivered within them still holds its registration"
    )
    lead_time_lines: int = assumed(3, "lines", "fewer give no useful standard deviation: fall back")
    order_cost: float = assumed(
        500.0, "USD/order", "a purchase order, its inspection and customs papers"
    )
    unit_margin_share: float = assumed(
        0.0, "fraction of unit_cost", "programmes distribute the goods for free"
    )
    expedite_share: float = assumed(
        0.25, "fraction of unit_cost", "air instead of sea freight on the emergency order"
    )
    goodwill_share: float = assumed(
        5.0,
        "fraction of unit_cost",
        "interrupted treatment breeds resistance; a second-line regimen costs several packs",
    )
    downtime_cost: float = assumed(0.0, "USD/day", "no production line stops")
    obsolescence_rate: float = assumed(
        0.05, "1/yr", "regimens change about twice in the ten years of the data"
    )
    shelf_life_days: float = assumed(
        540.0, "days", "24 months from manufacture, three quarters left on arrival"
    )
    density: float = assumed(
        167.0, "kg/m³", "air freight's volumetric convention, turns pack weight into volume"
    )
    volume: float = assumed(
        0.001,
        "m³/pack",
        "a pack of 60 tablets with its share of carton, for packs without a weight",
    )
    qualification_cost: float = assumed(
        50_000.0, "USD/source", "dossier, site audit and sample lots of one product at one site"
    )
    ramp_days: float = assumed(90.0, "days", "first commercial lot of a newly qualified site")
    capacity_share: float = assumed(
        0.5, "fraction of demand", "a site can replace half of another one's output"
    )
    volume_share: float = assumed(
        0.10, "fraction of demand", "keeps an alternate's line and registration alive"
    )
    hazard_measure: str = assumed(
        "emdat_events_per_year",
        "emdat_events_per_year | inform_natural",
        "relative hazard of a country; national event counts are not plant outage rates",
    )
    outage_scale: float = assumed(
        0.02,
        "1/yr",
        "rate of a plant-hitting event in a country of mean relative hazard: once in 50 years",
    )
    hit_probability: float = assumed(
        0.144, "fraction", "share of ports hit by a passing cyclone, assumed for plants"
    )
    outage_days: float = assumed(
        30.0, "days", "ports reopen after 2.5 days; a plant must also repair, clean and revalidate"
    )
    outage_cv: float = assumed(1.0, "fraction", "outages are skewed: most short, a few very long")
    plant_stop_rate: float = assumed(
        0.03, "1/yr", "fire, quality or regulatory stop of one site, whatever its country"
    )
    plant_stop_days: float = assumed(
        90.0, "days", "a warning letter or a rebuilt line takes a quarter"
    )
    budget_multiple: float = assumed(
        2.5,
        "times",
        "capital budget in lead-time demand values of all rows, rounded down to two digits: "
        "orders are rare and large, so 1 leaves mostly shortages; by SKU, 3 no longer binds",
    )

    def __post_init__(self) -> None:
        if self.by not in CUTS:
            raise ValueError(f"by must be one of {CUTS}; found {self.by!r}.")
        if self.hazard_measure not in MEASURES:
            raise ValueError(
                f"hazard_measure must be one of {MEASURES}; found {self.hazard_measure!r}."
            )
        check_numbers(self)
        if not (0 < self.hit_probability <= 1 and 0 < self.capacity_share <= 1):
            raise ValueError("hit_probability and capacity_share must be > 0 and <= 1.")
        if self.density <= 0 or self.volume_share > self.capacity_share:
            raise ValueError("density must be > 0 and volume_share <= capacity_share.")
        if not min(self.outage_days, self.plant_stop_days, self.shelf_life_days) >= 1:
            raise ValueError("outage_days, plant_stop_days and shelf_life_days must be >= 1.")
