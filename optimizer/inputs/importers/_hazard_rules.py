"""
Rules of thumb for hazards where nothing is known but what a supplier table says.

docs/hazards.md gives each with its reason, and what being wrong by two costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from optimizer.inputs.importers._assumed import assumed, check_numbers
from optimizer.inputs.importers._scms.assumptions import MEASURES

Row = dict[str, object]
ALIASES: Final = {
    "bolivia, plurinational state of": "Bolivia",
    "cape verde": "Cabo Verde",
    "czechia": "Czech Republic",
    "democratic republic of the congo": "Congo DR",
    "great britain": "United Kingdom",
    "ivory coast": "C\u00f4te d'Ivoire",
    "korea": "Korea Republic of",
    "laos": "Lao PDR",
    "moldova": "Moldova Republic of",
    "north korea": "Korea DPR",
    "republic of korea": "Korea Republic of",
    "russia": "Russian Federation",
    "south korea": "Korea Republic of",
    "swaziland": "Eswatini",
    "t\u00fcrkiye": "Turkey",
    "uae": "United Arab Emirates",
    "uk": "United Kingdom",
    "us": "United States of America",
    "usa": "United States of America",
    "united states": "United States of America",
    "vietnam": "Viet Nam",
}
"""Other names of countries, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRules:
    """The rules' numbers; every field has its unit and reason as metadata."""

    hazard_measure: str = assumed(
        "emdat_events_per_year",
        " | ".join(MEASURES),
        "relative hazard of a country; national event counts are not plant outage rates",
    )
    region_rate: float = assumed(
        0.02, "1/yr", "a site where the relative hazard is 1 is hit once in 50 years"
    )
    hit_probability: float = assumed(
        0.144, "fraction", "share of ports hit by a passing cyclone, assumed for plants"
    )
    region_days: float = assumed(
        30.0, "days", "ports reopen after 2.5 days; a plant must also repair, clean and revalidate"
    )
    duration_cv: float = assumed(1.0, "fraction", "most outages are short, a few very long")
    fire_rate: float = assumed(
        0.03, "1/yr", "fire, quality or regulatory stop of one site, whatever its country"
    )
    fire_days: float = assumed(
        60.0, "days", "for a supplier without ttr_days; a rebuilt line takes a quarter"
    )
    failure_days: float = assumed(
        180.0, "days", "after an insolvency: until another source delivers, at least ttr_days"
    )
    failure_cv: float = assumed(0.5, "fraction", "insolvencies take months, seldom days or years")
    otif_normal: float = assumed(
        0.95, "fraction", "deliveries on time and in full of a supplier without trouble"
    )
    otif_most: float = assumed(
        3.0, "times", "late deliveries raise the rate of a stop up to this: the link is weak"
    )

    def __post_init__(self) -> None:
        check_numbers(self)
        if self.hazard_measure not in MEASURES:
            raise ValueError(f"hazard_measure must be one of {', '.join(MEASURES)}")
        if not (0 < self.hit_probability <= 1 and 0 < self.otif_normal < 1):
            raise ValueError("hit_probability must be in (0, 1], otif_normal in (0, 1)")
        if min(self.region_days, self.fire_days, self.failure_days, self.otif_most) < 1:
            raise ValueError("durations and otif_most must be at least 1")


def region_hazard(region: str, relative: float, rules: HazardRules) -> Row:
    r"""Return a region's disasters: :math:`\lambda` = region_rate × relative / hit_probability."""
    rate = rules.region_rate * relative / rules.hit_probability
    scope = {"scope": "region", "target": region}
    return _outage(f"{region} disaster", scope, rate, rules.region_days, rules.duration_cv) | {
        "hit_probability": rules.hit_probability
    }


def stop_hazard(supplier: str, otif: float, ttr_days: float, rules: HazardRules) -> Row:
    """
    Return a supplier's stops: as long as its ttr_days, more often the less it delivers in time.

    The rate is fire_rate × min(otif_most, max(1, (1 − otif) / (1 − otif_normal))).
    """
    late = (1.0 - otif) / (1.0 - rules.otif_normal)
    rate = rules.fire_rate * min(rules.otif_most, max(1.0, late))
    scope = {"scope": "supplier", "target": supplier}
    days = ttr_days or rules.fire_days
    return _outage(f"{supplier} stop", scope, rate, days, rules.duration_cv)


def failure_hazard(
    supplier: str, financial_risk: float, ttr_days: float, rules: HazardRules
) -> Row | None:
    """Return a supplier's insolvency, financial_risk times a year; None where that is 0."""
    if not financial_risk:
        return None
    scope = {"scope": "supplier", "target": supplier}
    days = max(rules.failure_days, ttr_days)
    return _outage(f"{supplier} insolvency", scope, financial_risk, days, rules.failure_cv)


def country_of(region: str, countries: Sequence[str]) -> str | None:
    """Return the country of the table that a region is, whatever its case; None for none."""
    folded = {country.casefold(): country for country in countries}
    name = region.strip().casefold()
    return folded.get(name) or folded.get(ALIASES.get(name, "").casefold())


def relative_of(region: str, relative: Mapping[str, float]) -> float | None:
    """Return the relative hazard of a region, None where the table does not have it."""
    country = country_of(region, list(relative))
    return None if country is None else relative[country]


def _outage(name: str, scope: Mapping[str, object], rate: float, days: float, spread: float) -> Row:
    return {
        "hazard": name,
        "kind": "outage",
        **scope,
        "annual_rate": rate,
        "duration_mean_days": days,
        "duration_cv": spread,
        "hit_probability": 1.0,
        "multiplier": "",
    }
