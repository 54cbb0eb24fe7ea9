"""
Write the sample portfolio: 200 SKUs of an invented machine builder, drawn from a fixed seed.

``python data/generate_sample.py`` writes ``data/sample/``; a folder given as the only argument is
written instead.  Nothing in it describes a real company.  Every distribution is a constant below;
one random stream per table keeps the others still when one of them changes.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Row = dict[str, object]
FloatArray = NDArray[np.float64]

PLAN_COLUMNS: Final = (
    *("sku", "policy", "service_level", "reserve_days", "lot_days_min", "lot_factor"),
    *("reorder_point", "order_quantity", "max_stock", "alternates"),
)

SEED: Final = 20_250_701
SITES: Final = ("Linz", "Brno", "Györ")
SITE_SHARES: Final = (0.5, 0.3, 0.2)

# SKUs.  Cost and daily demand are lognormal and negatively correlated; money in EUR.
COST_DEMAND_CORRELATION: Final = -0.6
DEMAND_SIGMA: Final = 1.1  # of log demand: the largest tenth moves half of all units
SIZE_CV_MEDIAN, SIZE_CV_SIGMA = 0.6, 0.4  # of what is asked for on a day with demand, lognormal
DAILY_SHARE, BATCHED_SHARE = 0.50, 0.32  # asked for every day; in batches; the others lumpy
BATCHED_INTERVAL: Final = (2.0, 6.0)  # mean days from one demand to the next, uniform
LUMPY_INTERVAL, LUMPY_CV = (6.0, 14.0), 0.9  # likewise
SLOW_INTERVAL_MEDIAN, SLOW_INTERVAL_SIGMA = 45.0, 0.7  # days between demands of service parts
PACKS: Final = (5, 10, 25, 50, 100, 250, 500, 1000)  # units
PACK_SHARE, PACK_DAYS = 0.5, 3.0  # who has one; at most so many days of demand
ORDER_COST_MEDIAN, ORDER_COST_SIGMA = 90.0, 0.5  # EUR per order, lognormal
MIN_ORDER_SHARE, MIN_ORDER_DAYS = 0.25, (3.0, 15.0)  # who has one; uniform days of demand
MARGIN_SHARE: Final = (0.15, 0.60)  # unit_margin / unit_cost, uniform
EXPEDITE_SHARE: Final = (0.05, 0.40)  # expedite_cost / unit_cost, uniform
GOODWILL_SHARE: Final = (0.0, 0.20)  # goodwill_cost / unit_cost, uniform
DOWNTIME_SHARE: Final = 0.30  # SKUs whose absence slows a line
DOWNTIME_MEDIAN, DOWNTIME_SIGMA = 1_500.0, 1.2  # EUR per day short, lognormal
LINE_STOPPERS: Final = 8  # cheap parts that stop a whole line
LINE_STOPPER_NOUNS: Final = (
    "Ceramic capacitor",
    "Board connector",
    "Lock nut",
    "Snap ring",
    "Dowel pin",
    "Shaft seal",
    "O-ring",
)
LINE_STOPPER_SEVERITY: Final = 10  # nobody else has it
LINE_STOPPER_COST: Final = (0.02, 1.5)  # EUR, log-uniform
LINE_STOPPER_DOWNTIME: Final = (30_000.0, 150_000.0)  # EUR per day short, log-uniform
ZERO_DEMAND: Final = ("EL-050", "CS-025")  # last-time-buy parts nobody asks for any more
NEVER_ASKED: Final = ("SP-025", "SP-026")  # service parts of machines just sold
NEW: Final = ("EL-012", "DR-004", "SP-007")  # launched in the last half year
MIN_STOCK: Final = ("SP-003", "SP-026")  # promised to a customer: one in stock, come what may
ZERO_LEAD_TIME: Final = ("PK-001", "PK-002")  # made next door, called off by the hour

# History, stock and today's plan.
FIRST_DAY, LAST_DAY = dt.date(2024, 7, 1), dt.date(2026, 6, 30)
LAUNCH_DAY: Final = dt.date(2026, 2, 2)
PLANNING_DAYS: Final = 365  # of history that today's numbers were set from
LOT_DAYS: Final = (21.0, 45.0, 75.0)  # today's lot by spend class, days of demand
SAFETY: Final = (1.5, 1.5, 1.8)  # today's safety factors by spend class
SAFETY_OF_STOPPERS: Final = 0.8  # on top where a line would wait
POLICY_SHARE: Final = 0.08  # SKUs that run by a policy today, line stoppers apart
MAX_STOCK_SHARE: Final = 0.15  # SKUs planned from minimum to maximum
BLOCKED_SHARE: Final = 0.05  # SKUs with some units in quarantine

# Sources.
SINGLE_SOURCED_SHARE: Final = 0.35
ALTERNATES_SHARES: Final = (0.55, 0.30, 0.15)  # of the others: one, two or three alternates
QUALIFIED_SHARE: Final = 0.30  # of the alternates at suppliers already onboarded
LEAD_TIME_SPREAD: Final = (0.7, 1.4)  # of the region's typical lead time, uniform
LEAD_TIME_CV: Final = (0.08, 0.35)  # uniform
PREMIUM_MEAN, PREMIUM_SD, PREMIUM_LEAST = 0.06, 0.09, -0.15  # normal, cut below
CAPACITIES: Final = (0.3, 0.5, 0.6, 0.8, 1.0)  # of the SKU's demand, equally likely
VOLUME_SHARE: Final = (0.05, 0.30)  # kept with an active alternate, at most its capacity; uniform
RAMP_DAYS: Final = (14, 90)  # uniform
QUALIFICATION_SIGMA: Final = 0.5  # of log qualification cost; medians by category below


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What the SKUs of one category have in common."""

    name: str
    prefix: str
    count: int
    cost_median: float  # EUR per unit
    cost_sigma: float  # of log cost
    demand_median: float  # units per day
    volume_median: float  # m³ per unit
    obsolescence_rate: float  # per year
    shelf_lives: tuple[int, ...]  # days, 0 for none, equally likely
    qualification_median: float  # EUR per source
    nouns: tuple[str, ...]
    variants: tuple[str, ...]
    unit_decimals: int = 0
    slow: bool = False  # asked for a few times a year
    packs: bool = field(default=False, kw_only=True)  # bought by the pack


CATEGORIES: Final = (
    Category(
        name="electronics",
        prefix="EL",
        count=50,
        cost_median=9.0,
        cost_sigma=1.4,
        demand_median=22.0,
        volume_median=0.0004,
        obsolescence_rate=0.08,
        shelf_lives=(0, 0, 0, 730),
        qualification_median=14_000.0,
        nouns=(
            "Microcontroller",
            "Power module",
            "Gate driver",
            "CAN transceiver",
            "Ceramic capacitor",
            "Encoder board",
            "Hall sensor",
            "Pressure sensor",
            "Board connector",
        ),
        variants=("type A", "type B", "type C", "high temp", "low power", "automotive"),
    ),
    Category(
        name="castings",
        prefix="CS",
        count=25,
        cost_median=65.0,
        cost_sigma=0.9,
        demand_median=5.0,
        volume_median=0.02,
        obsolescence_rate=0.02,
        shelf_lives=(0,),
        qualification_median=22_000.0,
        nouns=("Gear housing", "Pump body", "Bearing block", "Motor flange", "Valve body"),
        variants=("size 1", "size 2", "size 3", "size 4", "heavy duty"),
    ),
    Category(
        name="machined parts",
        prefix="MP",
        count=22,
        cost_median=28.0,
        cost_sigma=1.0,
        demand_median=9.0,
        volume_median=0.004,
        obsolescence_rate=0.03,
        shelf_lives=(0,),
        qualification_median=9_000.0,
        nouns=("Spindle", "Pinion", "Guide rail", "Clamp ring", "Coupling hub", "Piston"),
        variants=("20 mm", "32 mm", "40 mm", "63 mm", "80 mm"),
    ),
    Category(
        name="drives",
        prefix="DR",
        count=15,
        cost_median=420.0,
        cost_sigma=0.8,
        demand_median=1.5,
        volume_median=0.03,
        obsolescence_rate=0.05,
        shelf_lives=(0,),
        qualification_median=30_000.0,
        nouns=("Servo motor", "Planetary gearbox", "Frequency inverter"),
        variants=("0.4 kW", "0.75 kW", "1.5 kW", "3 kW", "7.5 kW"),
    ),
    Category(
        name="chemicals",
        prefix="CH",
        count=20,
        cost_median=12.0,
        cost_sigma=0.9,
        demand_median=14.0,
        volume_median=0.0015,
        obsolescence_rate=0.05,
        shelf_lives=(120, 180, 365, 540),
        qualification_median=12_000.0,
        nouns=("Epoxy resin", "Thread sealant", "Gear oil", "Cleaning agent", "Casting compound"),
        variants=("1 kg", "5 kg", "fast cure", "food grade"),
        unit_decimals=1,
    ),
    Category(
        name="packaging",
        prefix="PK",
        count=18,
        cost_median=1.4,
        cost_sigma=0.8,
        demand_median=60.0,
        volume_median=0.006,
        obsolescence_rate=0.02,
        shelf_lives=(0, 0, 0, 720),
        qualification_median=2_500.0,
        nouns=("Folding box", "Foam insert", "Pallet crate", "Barrier bag", "Edge protector"),
        variants=("S", "M", "L", "XL", "export"),
        packs=True,
    ),
    Category(
        name="fasteners",
        prefix="FA",
        count=14,
        cost_median=0.25,
        cost_sigma=0.9,
        demand_median=300.0,
        volume_median=0.0001,
        obsolescence_rate=0.02,
        shelf_lives=(0,),
        qualification_median=2_000.0,
        nouns=("Hex screw", "Lock nut", "Dowel pin", "Snap ring", "Spring washer"),
        variants=("M4", "M6", "M8", "M12"),
        packs=True,
    ),
    Category(
        name="seals",
        prefix="SE",
        count=10,
        cost_median=3.5,
        cost_sigma=1.0,
        demand_median=35.0,
        volume_median=0.0002,
        obsolescence_rate=0.03,
        shelf_lives=(0, 1095),
        qualification_median=6_000.0,
        nouns=("Shaft seal", "O-ring", "Rod wiper", "Flat gasket", "Bellows"),
        variants=("NBR", "FKM", "PTFE"),
        packs=True,
    ),
    Category(
        name="service parts",
        prefix="SP",
        count=26,
        cost_median=160.0,
        cost_sigma=1.1,
        demand_median=1.3,  # units each time
        volume_median=0.01,
        obsolescence_rate=0.06,
        shelf_lives=(0, 0, 0, 1095),
        qualification_median=8_000.0,
        nouns=(
            "Spindle unit",
            "Control panel",
            "Hydraulic pump",
            "Tool changer arm",
            "Light curtain",
            "Measuring probe",
        ),
        variants=("series 3", "series 4", "series 5", "series 6", "refit"),
        slow=True,
    ),
)

# Typical lead time of each region, door to door. [days]
REGION_LEAD_TIME: Final = {
    "Taiwan": 70.0,
    "East China": 62.0,
    "Japan Kanto": 66.0,
    "South India": 55.0,
    "Northern Italy": 16.0,
    "Upper Austria": 8.0,
    "Bohemia": 11.0,
    "US Gulf Coast": 42.0,
}

# supplier, region, categories, onboarded, onboarding cost [EUR], VMI, OTIF, TTR [days], fin. risk
SUPPLIERS: Final = (
    ("Formosa Silicon", "Taiwan", "electronics", True, 0, False, 0.94, 120, 0.05),
    ("Hsinchu Power Devices", "Taiwan", "electronics", True, 0, False, 0.91, 90, 0.10),
    ("Keelung Sensors", "Taiwan", "electronics", True, 0, False, 0.93, 75, 0.15),
    ("Taichung Drives", "Taiwan", "drives", False, 60_000, False, 0.90, 90, 0.20),
    ("Ningbo Castings", "East China", "castings", True, 0, False, 0.86, 60, 0.25),
    ("Suzhou Circuits", "East China", "electronics", True, 0, False, 0.88, 60, 0.20),
    (
        "Wuxi Motion",
        "East China",
        "drives;machined parts;service parts",
        True,
        0,
        False,
        0.89,
        70,
        0.15,
    ),
    ("Hangzhou Fasteners", "East China", "fasteners;seals", True, 0, False, 0.90, 40, 0.20),
    ("Shaoxing Polymers", "East China", "chemicals", False, 35_000, False, 0.87, 60, 0.30),
    ("Kawasaki Microdevices", "Japan Kanto", "electronics", True, 0, False, 0.97, 110, 0.05),
    ("Yokohama Seal Works", "Japan Kanto", "seals", True, 0, False, 0.98, 60, 0.05),
    ("Chiba Servo", "Japan Kanto", "drives;service parts", True, 0, False, 0.97, 90, 0.05),
    ("Chennai Foundry", "South India", "castings", False, 45_000, False, 0.84, 55, 0.25),
    ("Coimbatore Precision", "South India", "machined parts", True, 0, False, 0.87, 45, 0.20),
    ("Bengaluru Electronics", "South India", "electronics", False, 50_000, False, 0.88, 60, 0.20),
    ("Hosur Fastening", "South India", "fasteners", False, 20_000, False, 0.86, 35, 0.25),
    ("Fonderia Brescia", "Northern Italy", "castings", True, 0, False, 0.92, 50, 0.20),
    (
        "Meccanica Modena",
        "Northern Italy",
        "machined parts;service parts",
        True,
        0,
        False,
        0.93,
        40,
        0.15,
    ),
    ("Guarnizioni Bergamo", "Northern Italy", "seals", True, 0, True, 0.94, 30, 0.15),
    ("Padana Chimica", "Northern Italy", "chemicals", True, 0, False, 0.93, 60, 0.15),
    ("Traunsee Papier", "Upper Austria", "packaging", True, 0, True, 0.98, 20, 0.10),
    (
        "Steyr Dreherei",
        "Upper Austria",
        "machined parts;service parts",
        True,
        0,
        False,
        0.96,
        30,
        0.10,
    ),
    ("Welser Schrauben", "Upper Austria", "fasteners", True, 0, True, 0.98, 20, 0.05),
    ("Donau Elektronik", "Upper Austria", "electronics", True, 0, False, 0.96, 45, 0.10),
    ("Brno Obaly", "Bohemia", "packaging", True, 0, True, 0.95, 20, 0.15),
    ("Plzen Foundry", "Bohemia", "castings;machined parts", True, 0, False, 0.92, 45, 0.20),
    ("Kolin Chemie", "Bohemia", "chemicals", True, 0, True, 0.94, 50, 0.15),
    ("Baytown Resins", "US Gulf Coast", "chemicals", True, 0, False, 0.91, 80, 0.10),
    ("Houston Gear", "US Gulf Coast", "drives;castings", False, 55_000, False, 0.92, 60, 0.10),
    ("Galveston Packaging", "US Gulf Coast", "packaging", False, 15_000, False, 0.93, 40, 0.15),
)

PORT: Final = "Port of Koper"
BY_SEA: Final = ("Taiwan", "East China", "Japan Kanto", "South India")  # regions that land there

# hazard, kind, scope, target, annual rate, mean days, cv, hit probability, multiplier
HAZARDS: Final = (
    ("Taiwan earthquake", "outage", "region", "Taiwan", 0.05, 60, 0.8, 0.60, 1),
    ("Taiwan typhoon", "outage", "region", "Taiwan", 0.45, 6, 0.7, 0.30, 1),
    ("Taiwan drought", "outage", "region", "Taiwan", 0.06, 35, 0.6, 0.40, 1),
    ("Yangtze flood", "outage", "region", "East China", 0.15, 18, 0.8, 0.35, 1),
    ("East China port closure", "outage", "region", "East China", 0.12, 24, 0.6, 0.85, 1),
    ("Kanto earthquake", "outage", "region", "Japan Kanto", 0.04, 75, 0.7, 0.70, 1),
    ("Kanto typhoon", "outage", "region", "Japan Kanto", 0.30, 5, 0.6, 0.25, 1),
    ("Tamil Nadu flood", "outage", "region", "South India", 0.20, 14, 0.7, 0.35, 1),
    ("South India power cuts", "outage", "region", "South India", 0.40, 6, 0.5, 0.50, 1),
    ("Po valley flood", "outage", "region", "Northern Italy", 0.08, 16, 0.8, 0.30, 1),
    ("Italian general strike", "outage", "region", "Northern Italy", 0.35, 4, 0.4, 0.80, 1),
    ("Danube flood", "outage", "region", "Upper Austria", 0.05, 12, 0.7, 0.35, 1),
    ("Bohemian metal strike", "outage", "region", "Bohemia", 0.10, 12, 0.5, 0.50, 1),
    ("Gulf hurricane", "outage", "region", "US Gulf Coast", 0.22, 28, 0.9, 0.50, 1),
    ("Gulf port strike", "outage", "region", "US Gulf Coast", 0.10, 15, 0.5, 0.90, 1),
    ("Koper port strike", "outage", "tag", PORT, 0.20, 12, 0.6, 0.80, 1),
    ("Formosa Silicon fab fire", "outage", "supplier", "Formosa Silicon", 0.02, 110, 0.6, 1, 1),
    ("Hsinchu gas leak", "outage", "supplier", "Hsinchu Power Devices", 0.03, 60, 0.7, 1, 1),
    ("Kawasaki fab fire", "outage", "supplier", "Kawasaki Microdevices", 0.02, 120, 0.6, 1, 1),
    ("Ningbo furnace failure", "outage", "supplier", "Ningbo Castings", 0.08, 40, 0.7, 1, 1),
    ("Brescia furnace failure", "outage", "supplier", "Fonderia Brescia", 0.05, 35, 0.6, 1, 1),
    ("Suzhou insolvency", "outage", "supplier", "Suzhou Circuits", 0.04, 90, 0.5, 1, 1),
    ("Wuxi fire", "outage", "supplier", "Wuxi Motion", 0.03, 70, 0.7, 1, 1),
    ("Baytown explosion", "outage", "supplier", "Baytown Resins", 0.03, 90, 0.8, 1, 1),
    ("Padana quality stop", "outage", "supplier", "Padana Chimica", 0.06, 30, 0.6, 1, 1),
    ("Traunsee mill fire", "outage", "supplier", "Traunsee Papier", 0.02, 45, 0.6, 1, 1),
    ("Electronics surge", "surge", "category", "electronics", 0.15, 60, 0.5, 1, 1.3),
    ("Drives surge", "surge", "category", "drives", 0.10, 45, 0.5, 1, 1.4),
    ("Packaging surge", "surge", "category", "packaging", 0.20, 30, 0.5, 1, 1.25),
    ("Chip price shock", "price", "category", "electronics", 0.12, 120, 0.5, 1, 1.4),
    ("Metal price shock", "price", "category", "castings", 0.20, 90, 0.5, 1, 1.2),
    ("Resin price shock", "price", "category", "chemicals", 0.20, 75, 0.6, 1, 1.35),
)

PORTFOLIO_TOML: Final = """\
# An invented machine builder; data/README.md tells how it was drawn.
currency = "EUR"

[budget]
capital = 2_400_000            # binds: a little less than today's plan ties up

[risk]
measure = "cvar"
level = 0.95

[scenarios]
seed = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """How a SKU is asked for: with a chance of 1 / interval a day, in gamma sizes."""

    interval: float  # days
    size: float  # units
    size_cv: float
    decimals: int
    first_day: dt.date

    @property
    def mean(self) -> float:
        """Mean demand of one day. [unit]"""
        return self.size / self.interval


def main(folder: Path) -> None:
    """Write the files of the sample portfolio into a folder."""
    sku_stream, source_stream, demand_stream, plan_stream = (
        np.random.default_rng(child) for child in np.random.SeedSequence(SEED).spawn(4)
    )
    drawn = [pair for category in CATEGORIES for pair in category_skus(category, sku_stream)]
    skus, laws = [sku for sku, _ in drawn], [law for _, law in drawn]
    make_line_stoppers(skus, sku_stream)
    sources = [row for sku in skus for row in sku_sources(sku, source_stream)]
    history = [sku_history(sku, law, demand_stream) for sku, law in drawn]
    plan = plan_in_force(skus, laws, sources, history, plan_stream)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "skus.csv", skus)
    write(folder / "suppliers.csv", supplier_rows())
    write(folder / "tags.csv", tag_rows())
    write(folder / "sources.csv", sources)
    write(folder / "hazards.csv", hazard_rows())
    write(folder / "demand.csv", demand_rows(skus, laws, history))
    write(folder / "plan.csv", plan)
    write(folder / "stock.csv", stock_today(skus, laws, sources, plan, plan_stream))
    (folder / "portfolio.toml").write_text(PORTFOLIO_TOML, encoding="utf-8", newline="\n")


def category_skus(category: Category, rng: np.random.Generator) -> list[tuple[Row, Law]]:
    """Draw the SKUs of one category, and how each is asked for."""
    names = [f"{noun}, {variant}" for noun, variant in product(category.nouns, category.variants)]
    chosen = sorted(rng.choice(len(names), size=category.count, replace=False))
    return [
        sku_row(category, f"{category.prefix}-{number:03d}", names[name], rng)
        for number, name in enumerate(chosen, start=1)
    ]


def sku_row(
    category: Category, key: str, description: str, rng: np.random.Generator
) -> tuple[Row, Law]:
    """Draw one SKU.  Its demand is left to the history, but where nobody asks any more."""
    z_cost, z_own = rng.standard_normal(2)
    z_demand = COST_DEMAND_CORRELATION * z_cost + np.sqrt(1.0 - COST_DEMAND_CORRELATION**2) * z_own
    unit_cost = category.cost_median * np.exp(category.cost_sigma * z_cost)
    law = demand_law(category, key, float(z_demand), rng)
    gone = key in ZERO_DEMAND
    row: Row = {
        "sku": key,
        "description": description,
        "category": category.name,
        "site": str(rng.choice(SITES, p=SITE_SHARES)),
        "unit_cost": short(unit_cost),
        "demand_mean": 0 if gone else "",
        "demand_std": 0 if gone else "",
        "launched": law.first_day.isoformat() if key in (*NEW, *NEVER_ASKED) else "",
        "order_cost": short(lognormal(rng, ORDER_COST_MEDIAN, ORDER_COST_SIGMA), digits=2),
        "min_order_qty": min_order_quantity(law.mean, rng),
        "order_multiple": pack(category, law.mean, rng),
        "unit_decimals": category.unit_decimals,
        "min_stock": 1 if key in MIN_STOCK else 0,
        "unit_margin": short(unit_cost * rng.uniform(*MARGIN_SHARE), digits=3),
        "expedite_cost": short(unit_cost * rng.uniform(*EXPEDITE_SHARE), digits=3),
        "goodwill_cost": short(unit_cost * rng.uniform(*GOODWILL_SHARE), digits=3),
        "downtime_cost": downtime_cost(rng),
        "obsolescence_rate": category.obsolescence_rate,
        "shelf_life_days": int(rng.choice(category.shelf_lives)) or "",
        "volume": short(max(lognormal(rng, category.volume_median, 0.6), 1e-4), digits=2),
        "severity": int(rng.integers(2, 9)),
        "detection": int(rng.integers(2, 8)),
    }
    return row, law


def demand_law(category: Category, key: str, z_demand: float, rng: np.random.Generator) -> Law:
    """Draw how one SKU is asked for: every day, in batches, in lumps, or a few times a year."""
    cv = lognormal(rng, SIZE_CV_MEDIAN, SIZE_CV_SIGMA)
    kind, batched, lumpy = (
        rng.random(),
        rng.uniform(*BATCHED_INTERVAL),
        rng.uniform(*LUMPY_INTERVAL),
    )
    slow = lognormal(rng, SLOW_INTERVAL_MEDIAN, SLOW_INTERVAL_SIGMA)
    amount = category.demand_median * float(np.exp(DEMAND_SIGMA * z_demand))
    if category.slow:
        interval, amount = slow, max(amount, 1.0) / slow
    elif kind < DAILY_SHARE:
        interval = 1.0
    elif kind < DAILY_SHARE + BATCHED_SHARE:
        interval = batched
    else:
        interval, cv = lumpy, LUMPY_CV
    is_new = key in (*NEW, *NEVER_ASKED)
    return Law(
        interval=interval,
        size=amount * interval * (key not in ZERO_DEMAND),
        size_cv=cv,
        decimals=category.unit_decimals,
        first_day=LAUNCH_DAY if is_new else FIRST_DAY,
    )


def min_order_quantity(demand: float, rng: np.random.Generator) -> int:
    """Draw a minimum order of some days of demand, or none."""
    days = rng.uniform(*MIN_ORDER_DAYS)
    return round(demand * days) if rng.random() < MIN_ORDER_SHARE else 0


def pack(category: Category, demand: float, rng: np.random.Generator) -> int | str:
    """Draw a pack size, the largest of some days of demand, or none."""
    has_pack = rng.random() < PACK_SHARE
    fitting = [size for size in PACKS if size <= PACK_DAYS * demand]
    return fitting[-1] if category.packs and has_pack and fitting else ""


def sku_history(sku: Row, law: Law, rng: np.random.Generator) -> FloatArray:
    """Draw what was asked for on every day from the first to the last."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    asked = rng.random(days) < 1.0 / law.interval
    sizes = rng.gamma(1.0 / law.size_cv**2, law.size * law.size_cv**2, days)
    unit = 10.0**-law.decimals
    whole = np.round(sizes / unit) * unit
    least = unit if law.interval > 1.0 else 0.0
    known = np.arange(days) >= (law.first_day - FIRST_DAY).days
    silent = sku["sku"] in (*ZERO_DEMAND, *NEVER_ASKED)
    return np.where(asked & known, np.maximum(whole, least), 0.0) * (not silent)


def downtime_cost(rng: np.random.Generator) -> float:
    """Draw what a day short costs the line, mostly nothing."""
    cost = lognormal(rng, DOWNTIME_MEDIAN, DOWNTIME_SIGMA)
    return short(cost, digits=2) if rng.random() < DOWNTIME_SHARE else 0


def make_line_stoppers(skus: list[Row], rng: np.random.Generator) -> None:
    """Turn a few SKUs into cheap parts without which a line stands still."""
    eligible = [row for row in skus if str(row["description"]).startswith(LINE_STOPPER_NOUNS)]
    for index in sorted(rng.choice(len(eligible), size=LINE_STOPPERS, replace=False)):
        unit_cost = short(log_uniform(rng, LINE_STOPPER_COST), digits=2)
        eligible[index].update(
            unit_cost=unit_cost,
            unit_margin=short(unit_cost * rng.uniform(*MARGIN_SHARE), digits=3),
            expedite_cost=short(unit_cost * rng.uniform(*EXPEDITE_SHARE), digits=3),
            goodwill_cost=short(unit_cost * rng.uniform(*GOODWILL_SHARE), digits=3),
            downtime_cost=short(log_uniform(rng, LINE_STOPPER_DOWNTIME), digits=2),
            shelf_life_days="",
            severity=LINE_STOPPER_SEVERITY,
        )


def sku_sources(sku: Row, rng: np.random.Generator) -> list[Row]:
    """Draw the primary source of a SKU and its alternates."""
    able = [row for row in SUPPLIERS if sku["category"] in str(row[2]).split(";")]
    onboarded = [row for row in able if row[3]]
    primary = onboarded[rng.integers(len(onboarded))]
    others = [row for row in able if row is not primary]
    wanted = 1 + int(rng.choice(3, p=ALTERNATES_SHARES))
    wanted = 0 if rng.random() < SINGLE_SOURCED_SHARE else min(wanted, len(others))
    chosen = rng.choice(len(others), size=wanted, replace=False)
    rows = [source_row(sku, primary, "primary", rng)]
    rows += [alternate_row(sku, others[index], rng) for index in sorted(chosen)]
    return rows


def source_row(sku: Row, supplier: Sequence[object], role: str, rng: np.random.Generator) -> Row:
    """Draw the lead time of a source; the terms are those of the primary."""
    mean = REGION_LEAD_TIME[str(supplier[1])] * rng.uniform(*LEAD_TIME_SPREAD)
    mean *= not (role == "primary" and sku["sku"] in ZERO_LEAD_TIME)
    return {
        "sku": sku["sku"],
        "supplier": supplier[0],
        "role": role,
        "lead_time_mean": short(mean, digits=2),
        "lead_time_std": short(mean * rng.uniform(*LEAD_TIME_CV), digits=2),
        "price_premium": 0,
        "qualification_cost": 0,
        "ramp_days": 0,
        "capacity_share": 1,
        "volume_share": 0,
    }


def alternate_row(sku: Row, supplier: Sequence[object], rng: np.random.Generator) -> Row:
    """Draw an alternate source: what it costs to qualify, to ramp up and to buy from."""
    category = next(c for c in CATEGORIES if c.name == sku["category"])
    qualified = rng.random() < QUALIFIED_SHARE and bool(supplier[3])
    cost = lognormal(rng, category.qualification_median, QUALIFICATION_SIGMA)
    capacity = float(rng.choice(CAPACITIES))
    premium = max(rng.normal(PREMIUM_MEAN, PREMIUM_SD), PREMIUM_LEAST)
    return source_row(sku, supplier, "qualified" if qualified else "candidate", rng) | {
        "price_premium": round(premium, 3),
        "qualification_cost": 0 if qualified else short(cost, digits=2),
        "ramp_days": 0 if qualified else int(rng.integers(RAMP_DAYS[0], RAMP_DAYS[1] + 1)),
        "capacity_share": capacity,
        "volume_share": round(min(rng.uniform(*VOLUME_SHARE), capacity), 2),
    }


def supplier_rows() -> list[Row]:
    """Lay out the suppliers as the contract's table."""
    return [
        {
            "supplier": name,
            "region": region,
            "otif": otif,
            "ttr_days": ttr,
            "onboarded": str(onboarded).lower(),
            "onboarding_cost": cost,
            "offers_vmi": str(vmi).lower(),
            "financial_risk": risk,
        }
        for name, region, _, onboarded, cost, vmi, otif, ttr, risk in SUPPLIERS
    ]


def hazard_rows() -> list[Row]:
    """Lay out the hazards as the contract's table."""
    columns = "hazard kind scope target annual_rate duration_mean_days duration_cv"
    names = [*columns.split(), "hit_probability", "multiplier"]
    return [dict(zip(names, row, strict=True)) for row in HAZARDS]


def tag_rows() -> list[Row]:
    """Return who lands at the port."""
    return [{"supplier": row[0], "tag": PORT} for row in SUPPLIERS if row[1] in BY_SEA]


def demand_rows(skus: list[Row], laws: list[Law], history: list[FloatArray]) -> list[Row]:
    """Lay out the days with demand as the contract's table."""
    return [
        {
            "sku": sku["sku"],
            "date": (FIRST_DAY + dt.timedelta(days=int(day))).isoformat(),
            "quantity": round(float(asked[day]), law.decimals),
        }
        for sku, law, asked in zip(skus, laws, history, strict=True)
        for day in np.flatnonzero(asked)
    ]


def plan_in_force(
    skus: list[Row],
    laws: list[Law],
    sources: list[Row],
    history: list[FloatArray],
    rng: np.random.Generator,
) -> list[Row]:
    """Decide as most planners do: by spend class, from the last year, rounded."""
    last_year = [
        asked[max(len(asked) - PLANNING_DAYS, (law.first_day - FIRST_DAY).days) :]
        for law, asked in zip(laws, history, strict=True)
    ]
    spend = [float(str(s["unit_cost"])) * x.mean() for s, x in zip(skus, last_year, strict=True)]
    rank = np.argsort(np.argsort(-np.array(spend))) / len(skus)
    primary = {row["sku"]: row for row in sources if row["role"] == "primary"}
    return [
        today(sku, law, asked, source=primary[sku["sku"]], share=share, rng=rng)
        for sku, law, asked, share in zip(skus, laws, last_year, rank, strict=True)
    ]


def today(
    sku: Row,
    law: Law,
    asked: FloatArray,
    *,
    source: Row,
    share: float,
    rng: np.random.Generator,
) -> Row:
    """Return what is done today for one SKU, given the share of SKUs that spend more."""
    by_policy, by_maximum = rng.random() < POLICY_SHARE, rng.random() < MAX_STOCK_SHARE
    row: Row = dict.fromkeys(PLAN_COLUMNS, "") | {"sku": sku["sku"]}
    if sku["severity"] == LINE_STOPPER_SEVERITY:
        return row | {"policy": "stockpile", "service_level": 0.95, "reserve_days": 14}
    if by_policy:
        return row | {"policy": "safety_stock", "service_level": 0.95}
    spend_class = int(share >= 0.2) + int(share >= 0.5)
    unit = 10.0**-law.decimals
    lot = todays_lot(sku, asked.mean() * LOT_DAYS[spend_class], unit)
    safety = SAFETY[spend_class] + SAFETY_OF_STOPPERS * bool(sku["downtime_cost"])
    point = todays_point(sku, asked, source, safety, unit)
    row |= {"reorder_point": round(point, law.decimals)}
    if by_maximum:
        return row | {"max_stock": round(point + lot, law.decimals)}
    return row | {"order_quantity": round(lot, law.decimals)}


def todays_lot(sku: Row, wanted: float, unit: float) -> float:
    """Return the lot, rounded up to packs."""
    multiple = float(str(sku["order_multiple"] or unit))
    least = max(wanted, float(str(sku["min_order_qty"])), multiple)
    return float(np.ceil(least / multiple - 1e-9)) * multiple


def todays_point(sku: Row, asked: FloatArray, source: Row, safety: float, unit: float) -> float:
    """Return the reorder point: demand over the lead time and a multiple of its deviation."""
    lead_time, scatter = (float(str(source[f"lead_time_{part}"])) for part in ("mean", "std"))
    deviation = np.sqrt(lead_time * asked.var() + (asked.mean() * scatter) ** 2)
    wanted = asked.mean() * lead_time + safety * deviation
    least = float(str(sku["min_stock"])) - unit
    return float(np.ceil(max(wanted, least, 0.0) / unit - 1e-9)) * unit + 0.0  # no negative zero


def stock_today(
    skus: list[Row],
    laws: list[Law],
    sources: list[Row],
    plan: list[Row],
    rng: np.random.Generator,
) -> list[Row]:
    """Draw what is there: a position between reorder point and maximum, less what is due."""
    as_of = (LAST_DAY + dt.timedelta(days=1)).isoformat()
    primary = {row["sku"]: row for row in sources if row["role"] == "primary"}
    rows: list[Row] = []
    for sku, law, decision in zip(skus, laws, plan, strict=True):
        lead_time = float(str(primary[sku["sku"]]["lead_time_mean"]))
        point = float(str(decision["reorder_point"] or law.mean * lead_time * 1.5))
        most = float(str(decision["max_stock"] or 0.0))
        lot = float(str(decision["order_quantity"] or max(most - point, law.mean * 30.0)))
        position = point + rng.random() * lot
        due = np.floor(rng.random() * 2.0 * law.mean * lead_time / lot) * lot if lot else 0.0
        due = min(float(due), position)
        blocked = position * 0.1 if rng.random() < BLOCKED_SHARE else 0.0
        rows.append(
            {
                "sku": sku["sku"],
                "on_hand": round(position - due, law.decimals),
                "on_order": round(due, law.decimals),
                "blocked": round(min(blocked, position - due), law.decimals),
                "as_of": as_of,
            }
        )
    return rows


def lognormal(rng: np.random.Generator, median: float, sigma: float) -> float:
    """Draw a lognormal value by its median and the standard deviation of its logarithm."""
    return float(median * np.exp(sigma * rng.standard_normal()))


def log_uniform(rng: np.random.Generator, bounds: tuple[float, float]) -> float:
    """Draw a value whose logarithm is uniform between the bounds."""
    return float(np.exp(rng.uniform(*np.log(bounds))))


def short(value: float, digits: int = 4) -> float:
    """Round to so many significant digits."""
    return float(f"{value:.{digits}g}")


def write(path: Path, rows: list[Row]) -> None:
    """Write rows as CSV, numbers in plain decimals."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([plain(value) for value in row.values()] for row in rows)


def plain(value: object) -> str:
    """Return a cell's text: shortest decimals that read back the same."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "sample")
