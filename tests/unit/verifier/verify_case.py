"""A small portfolio written out by hand, and MODEL 2-5 in plain loops, one number at a time."""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from optimizer.domain.manifest import Components, Manifest, ResourceUse
from optimizer.domain.portfolio import Portfolio, Skus
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Settings
from tests.support.portfolios import make_portfolio

SETTINGS: dict[str, Any] = {
    "max_alternates": 2,
    "horizon": {"days": 180},
    "budget": {"capital": 200_000.0, "category": {"chemicals": 150_000.0}},
    "risk": {"measure": "cvar", "level": 0.8, "weight": 0.4},
    "scenarios": {"longest_days": 24},
    "limits": {"storage": 500.0, "qualifications": 3, "onboardings": 2, "changes": 9},
    "policies": {
        "fenced": {"service_levels": [0.9], "reserve_days": [20.0], "ring_fenced": True},
    },
}

SUPPLIERS: list[dict[str, Any]] = [
    {"supplier": "delta", "region": "mouth", "onboarded": False, "onboarding_cost": 100.0},
    {"supplier": "east", "region": "hills", "onboarded": False, "onboarding_cost": 9000.0},
    {"supplier": "north", "region": "hills", "offers_vmi": True},
    {"supplier": "south", "region": "coast", "onboarding_cost": 700.0},
]
TAGS = [(0, "port"), (1, "port"), (3, "port")]

SKUS: list[dict[str, Any]] = [
    # two alternates, one with ramp, capacities below demand, one faster than the primary; surges
    {"sku": "A", "category": "metals", "unit_cost": 20.0, "demand_mean": 40.0, "demand_std": 15.0,
     "demand_mean_error": 2.0, "order_cost": 120.0, "unit_margin": 8.0, "goodwill_cost": 1.0,
     "volume": 0.01, "unit_decimals": 1.0, "order_multiple": 0.1},
    # lumpy, sold by weight, somebody waits; price shocks
    {"sku": "B", "category": "chemicals", "unit_cost": 5.0, "demand_mean": 12.0,
     "demand_std": 30.0, "demand_interval_days": 1.5, "order_cost": 60.0, "unit_margin": 3.0,
     "expedite_cost": 2.0, "downtime_cost": 400.0, "obsolescence_rate": 0.08, "volume": 0.002,
     "unit_decimals": 2.0, "order_multiple": 0.25},
    # no demand, nothing kept
    {"sku": "C", "category": "metals", "unit_cost": 90.0, "demand_mean": 0.0, "order_cost": 10.0,
     "unit_margin": 50.0, "downtime_cost": 999.0, "min_order_qty": 5.0},
    # the supplier's stock, in packs of 60
    {"sku": "D", "category": "metals", "unit_cost": 2.0, "demand_mean": 100.0, "demand_std": 10.0,
     "order_cost": 30.0, "unit_margin": 0.5, "min_order_qty": 1000.0, "volume": 0.001,
     "order_multiple": 60.0},
    # lean, one candidate alternate that is dearer and slower
    {"sku": "E", "category": "chemicals", "unit_cost": 11.0, "demand_mean": 30.0,
     "demand_std": 12.0, "order_cost": 900.0, "unit_margin": 4.0, "downtime_cost": 50.0},
    # bought forward, no more than outlasts its shelf life
    {"sku": "F", "category": "chemicals", "unit_cost": 3.0, "demand_mean": 25.0, "demand_std": 5.0,
     "order_cost": 20.0, "unit_margin": 1.0, "shelf_life_days": 91.0, "max_cover_days": 100.0,
     "order_multiple": 100.0},
    # asked for every fifty days, two at a time; somebody waits
    {"sku": "G", "category": "spares", "unit_cost": 800.0, "demand_mean": 0.04, "demand_std": 0.3,
     "demand_mean_error": 0.01, "demand_interval_days": 50.0, "order_cost": 90.0,
     "unit_margin": 300.0, "downtime_cost": 2500.0, "min_stock": 4.0},
    # a reserve kept apart
    {"sku": "H", "category": "metals", "unit_cost": 7.0, "demand_mean": 9.0, "demand_std": 6.0,
     "order_cost": 40.0, "unit_margin": 6.0, "demand_model": "gamma"},
    # ordered when somebody asks
    {"sku": "I", "category": "spares", "unit_cost": 4000.0, "demand_mean": 0.01,
     "demand_std": 0.1, "demand_interval_days": 100.0, "order_cost": 50.0, "unit_margin": 100.0,
     "downtime_cost": 30.0, "min_order_qty": 2.0},
    # no demand, insured
    {"sku": "J", "category": "spares", "unit_cost": 50.0, "demand_mean": 0.0, "min_stock": 3.0,
     "volume": 0.02, "min_order_qty": 2.0},
    # demand as certain as lead time
    {"sku": "K", "category": "metals", "unit_cost": 1.0, "demand_mean": 5.0, "demand_std": 0.0,
     "order_cost": 8.0, "unit_margin": 2.0, "downtime_cost": 10.0},
]  # fmt: skip

SOURCES: list[dict[str, Any]] = [
    {"sku": "A", "supplier": "north", "role": "primary", "lead_time_mean": 21.0,
     "lead_time_std": 4.0},
    {"sku": "A", "supplier": "south", "role": "qualified", "lead_time_mean": 9.0,
     "price_premium": 0.1, "ramp_days": 20.0, "capacity_share": 0.5, "volume_share": 0.2,
     "qualification_cost": 5000.0},
    {"sku": "A", "supplier": "east", "role": "candidate", "lead_time_mean": 18.5,
     "price_premium": -0.03, "ramp_days": 6.0, "capacity_share": 0.3, "volume_share": 0.1,
     "qualification_cost": 2500.0},
    {"sku": "B", "supplier": "south", "role": "primary", "lead_time_mean": 10.0,
     "lead_time_std": 7.0},
    {"sku": "C", "supplier": "north", "role": "primary", "lead_time_mean": 10.0,
     "lead_time_std": 1.0},
    {"sku": "D", "supplier": "north", "role": "primary", "lead_time_mean": 5.0,
     "lead_time_std": 0.5},
    {"sku": "E", "supplier": "south", "role": "primary", "lead_time_mean": 14.0,
     "lead_time_std": 2.0},
    {"sku": "E", "supplier": "delta", "role": "candidate", "lead_time_mean": 14.0},
    {"sku": "E", "supplier": "east", "role": "candidate", "lead_time_mean": 16.0,
     "price_premium": 0.05, "ramp_days": 3.0, "capacity_share": 0.75, "volume_share": 0.3,
     "qualification_cost": 1200.0},
    {"sku": "F", "supplier": "south", "role": "primary", "lead_time_mean": 8.0},
    {"sku": "G", "supplier": "north", "role": "primary", "lead_time_mean": 30.0,
     "lead_time_std": 9.0},
    {"sku": "G", "supplier": "south", "role": "qualified", "lead_time_mean": 20.0},
    {"sku": "H", "supplier": "south", "role": "primary", "lead_time_mean": 45.0},
    {"sku": "I", "supplier": "north", "role": "primary", "lead_time_mean": 60.0},
    {"sku": "J", "supplier": "north", "role": "primary", "lead_time_mean": 60.0},
    {"sku": "K", "supplier": "south", "role": "primary", "lead_time_mean": 12.3},
]  # fmt: skip

HAZARDS: list[dict[str, Any]] = [
    {"hazard": "dearth", "kind": "price", "scope": "category", "target": "chemicals",
     "annual_rate": 0.4, "duration_mean_days": 18.0, "duration_cv": 0.3, "multiplier": 1.4},
    {"hazard": "fever", "kind": "surge", "scope": "category", "target": "metals",
     "annual_rate": 0.6, "duration_mean_days": 12.0, "duration_cv": 0.6, "multiplier": 1.7},
    {"hazard": "fire", "kind": "outage", "scope": "supplier", "target": "south",
     "annual_rate": 0.3, "duration_mean_days": 15.5, "duration_cv": 0.0},
    {"hazard": "flood", "kind": "outage", "scope": "region", "target": "hills",
     "annual_rate": 1.2, "duration_mean_days": 9.0, "duration_cv": 0.9, "hit_probability": 0.8},
    {"hazard": "panic", "kind": "surge", "scope": "category", "target": "spares",
     "annual_rate": 0.05, "duration_mean_days": 20.0, "duration_cv": 0.0, "multiplier": 25.0},
    {"hazard": "strike", "kind": "outage", "scope": "tag", "target": "port",
     "annual_rate": 2.0, "duration_mean_days": 6.0, "duration_cv": 1.1, "hit_probability": 0.6},
]  # fmt: skip

CHOICES: dict[str, dict[str, Any]] = {
    "A": {"policy": "stockpile", "service_level": 0.95, "reserve_days": 14.0,
          "alternates": "south;east"},
    "B": {"policy": "safety_stock", "service_level": 0.99},
    "C": {"policy": "reorder_point", "service_level": 0.9},
    "D": {"policy": "vmi", "service_level": 0.95},
    "E": {"policy": "jit", "service_level": 0.5, "alternates": "east"},
    "F": {"policy": "forward_buy", "service_level": 0.99, "lot_days_min": 90.0},
    "G": {"policy": "reorder_point", "service_level": 0.95, "alternates": "south"},
    "H": {"policy": "fenced", "service_level": 0.9, "reserve_days": 20.0},
    "I": {"policy": "on_demand", "service_level": 0.0},
    "J": {"policy": "reorder_point", "service_level": 0.9},
    "K": {"policy": "safety_stock", "service_level": 0.999},
}  # fmt: skip

IN_FORCE: dict[str, dict[str, Any]] = {
    **CHOICES,
    "A": {"policy": "stockpile", "service_level": 0.95, "reserve_days": 14.0,
          "alternates": "east;south"},
    "B": {"policy": "safety_stock", "service_level": 0.95},
    "D": {"policy": "", "service_level": 0.0},
    "I": {"policy": "", "service_level": 0.0, "reorder_point": -1.0, "order_quantity": 2.0},
    "K": {"policy": "", "service_level": 0.0, "reorder_point": 62.0, "order_quantity": 999.0},
}  # fmt: skip

PROBABILITY = [0.3, 0.05, 0.1, 0.15, 0.05, 0.02, 0.03, 0.3]
STRIKES: list[tuple[int, str, int, str, float, int]] = [
    # scenario, hazard, strike, target, start, days: one that is over and one that is not
    (0, "flood", 0, "east", -23.75, 24), (0, "strike", 1, "south", -20.5, 3),
    (1, "flood", 0, "north", 90.25, 20), (1, "flood", 0, "east", 90.25, 20),
    (1, "fever", 1, "metals", 99.5, 13),
    (2, "fire", 3, "south", 12.0625, 16), (2, "dearth", 5, "chemicals", 3.5, 22),
    (3, "strike", 0, "south", 70.125, 9), (3, "flood", 1, "north", 75.75, 24),
    (3, "strike", 2, "east", 80.5, 4),
    (4, "flood", 0, "north", 5.5, 24), (4, "flood", 1, "north", 40.0, 2),
    (4, "strike", 2, "east", -3.75, 18), (4, "fire", 3, "south", -1.5, 16),
    (5, "fire", 0, "south", 100.5, 16), (5, "strike", 1, "south", 101.25, 24),
    (5, "strike", 1, "east", 101.25, 24), (5, "strike", 1, "delta", 101.25, 24),
    (5, "dearth", 2, "chemicals", 120.0, 6),
    (6, "panic", 0, "spares", 179.5, 20), (6, "fever", 1, "metals", 10.0, 24),
    (6, "strike", 2, "delta", 30.0, 15),
]  # fmt: skip
NODES = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365]


def build_portfolio(
    settings: dict[str, Any] | None = None, skus: dict[str, dict[str, Any]] | None = None
) -> Portfolio:
    """Return the portfolio, with other settings or other columns of some SKUs."""
    changed = skus or {}
    names = [row["sku"] for row in SKUS]
    suppliers = [row["supplier"] for row in SUPPLIERS]
    portfolio = make_portfolio(
        [{**row, **changed.get(row["sku"], {})} for row in SKUS],
        [
            {**row, "sku": names.index(row["sku"]), "supplier": suppliers.index(row["supplier"])}
            for row in SOURCES
        ],
        suppliers=SUPPLIERS,
        hazards=HAZARDS,
        tags=TAGS,
        plan=[IN_FORCE[name] for name in names],
        **{**SETTINGS, **(settings or {})},
    )
    return replace(portfolio, inputs={"skus.csv": "aa", "portfolio.toml": "bb"})


@cache
def honest_run() -> RunTables:
    """Return the run of the portfolio as it is; nobody may write into its tables."""
    return build_run(build_portfolio())


def build_run(portfolio: Portfolio) -> RunTables:
    """Return the run folder an honest solver would write for `CHOICES`."""
    rows = [_plan_row(portfolio, i) for i in range(len(portfolio.skus))]
    curves = [_curves(portfolio, row, i) for i, row in enumerate(rows)]
    loss_of = [
        [_loss(portfolio, rows[i], curves[i], i, s) for i in range(len(rows))] for s in _scenarios()
    ]
    losses = [sum(of_skus) for of_skus in loss_of]
    weight = _tail_weights(losses, portfolio.settings.risk.level)
    expected = []
    for i, row in enumerate(rows):
        by_hazard = _expected(portfolio, row, curves[i], i)
        expected += [{"sku": row["sku"], "hazard": h, "expected_loss": loss}
                     for h, loss in by_hazard.items() if loss]  # fmt: skip
        row["expected_loss"] = sum(by_hazard.values())
        row["tail_contribution"] = sum(weight[s] * loss_of[s][i] for s in _scenarios())
    qualifications = [
        {"sku": row["sku"], "supplier": source["supplier"], "cost": source["qualification_cost"]}
        for row in rows
        for source in _alternates(row)
        if source["role"] == "candidate"
    ]
    return RunTables(
        manifest=_manifest(portfolio, rows, losses, weight),
        plan=pd.DataFrame(rows),
        curves=pd.DataFrame(
            [
                {"sku": row["sku"], "node": node, "loss": loss, "price": price}
                for row, curve in zip(rows, curves, strict=True)
                for node, loss, price in zip(NODES, *curve[:2], strict=True)
            ]
        ),
        qualifications=pd.DataFrame(qualifications, columns=["sku", "supplier", "cost"]),
        onboardings=pd.DataFrame(_onboardings(rows), columns=["supplier", "cost", "skus"]),
        scenarios=pd.DataFrame(
            {"scenario": _scenarios(), "probability": PROBABILITY, "loss": losses}
        ),
        strikes=pd.DataFrame(
            [(*strike, _strength(strike[1])) for strike in STRIKES],
            columns=["scenario", "hazard", "strike", "target", "start_day", "days", "multiplier"],
        ),
        expected=pd.DataFrame(expected, columns=["sku", "hazard", "expected_loss"]),
    )


def _strength(hazard: str) -> float:
    return float(_hazard(hazard).get("multiplier", 1.0))


def _hazard(name: str) -> dict[str, Any]:
    return next(row for row in HAZARDS if row["hazard"] == name)


def _onboardings(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bought = []
    for supplier in SUPPLIERS:
        served = sum(supplier["supplier"] in row["alternates"].split(";") for row in rows)
        if served and not supplier.get("onboarded", True):
            name, cost = supplier["supplier"], supplier["onboarding_cost"]
            bought.append({"supplier": name, "cost": cost, "skus": served})
    return bought


def _differs(row: dict[str, Any]) -> bool:
    """Return whether a decision differs from the one in force."""
    now = {"reserve_days": 0.0, "lot_days_min": 0.0, "alternates": "", **IN_FORCE[row["sku"]]}
    if sorted(now.pop("alternates").split(";")) != sorted(row["alternates"].split(";")):
        return True
    if not now["policy"]:
        return any(row[name] != now.get(name) for name in ("reorder_point", "order_quantity"))
    return any(row[name] != value for name, value in now.items())


def _scenarios() -> list[int]:
    return list(range(len(PROBABILITY)))


# MODEL 3 ------------------------------------------------------------------------------------


def _plan_row(portfolio: Portfolio, i: int) -> dict[str, Any]:
    """Stock and money of one SKU."""
    settings, name = portfolio.settings, str(portfolio.skus.sku[i])
    sku = {f.name: getattr(portfolio.skus, f.name)[i] for f in fields(Skus)}
    row = {"sku": name, "reserve_days": 0.0, "lot_days_min": 0.0, "alternates": "",
           "lot_factor": 1.0, **CHOICES[name]}  # fmt: skip
    primary = SOURCES[int(sku["primary"])]
    lead = primary["lead_time_mean"]
    row["demand_model"] = sku["demand_model"]
    if row["demand_model"] == "auto":
        few = sku["unit_decimals"] == 0.0 and sku["demand_mean"] * lead < 20.0
        row["demand_model"] = "discrete" if few else "gamma"
    for column in ("demand_mean", "demand_std", "demand_mean_error", "demand_interval_days"):
        row[column] = float(sku[column])
    policy = settings.policies[row["policy"]]
    days, years = settings.horizon.days, settings.horizon.days / 365.0
    holding = settings.carrying.rate + float(sku["obsolescence_rate"])
    demand, cost = float(sku["demand_mean"]), float(sku["unit_cost"])
    if demand == 0.0:
        kept = float(sku["min_stock"])
        lot = max(sku["min_order_qty"], 1.0) if kept else 0.0
        zero = ("reserve_units lot_days waiting_share ordering purchasing routine_stockout "
                "qualification")  # fmt: skip
        money = cost * kept
        return {
            **row,
            **dict.fromkeys(zero.split(), 0.0),
            "order_quantity": lot,
            "reorder_point": kept - lot,
            "safety_stock": kept - lot,
            "mean_on_hand": kept,
            "cover_days": math.inf,
            "fill_rate": 1.0,
            "capital": money,
            "carrying": years * holding * money,
        }
    lot = _lot(sku, row, policy, holding)
    law = Law(sku, row["demand_model"], primary)
    step = 10.0 ** -float(sku["unit_decimals"])
    point = -1.0 if row["policy"] == "on_demand" else _up(law.quantile(row["service_level"]), step)
    point = max(point, float(sku["min_stock"]) - lot)
    reserve = _up(row["reserve_days"] * demand, step)
    routine = point + (0.0 if policy.ring_fenced else reserve)
    short, waiting = law.short(routine, lot), law.waiting(routine, lot, lead)
    backorders = law.backorders(routine, lot, lead)
    on_hand = point + reserve + (lot + step) / 2.0 - demand * lead + backorders
    per_unit = float(sku["unit_margin"] + sku["expedite_cost"] + sku["goodwill_cost"])
    cash = sum(a["qualification_cost"] for a in _alternates(row) if a["role"] == "candidate")
    premium = sum(
        a.get("volume_share", 0.0) * a.get("price_premium", 0.0) for a in _alternates(row)
    )
    return {
        **row,
        "order_quantity": lot,
        "reorder_point": point,
        "safety_stock": point + reserve - demand * lead,
        "reserve_units": reserve,
        "mean_on_hand": on_hand,
        "lot_days": lot / demand,
        "cover_days": on_hand / demand,
        "fill_rate": 1.0 - short / lot,
        "waiting_share": waiting,
        "capital": cost * on_hand * policy.own_books,
        "carrying": years * holding * cost * on_hand * policy.holding_factor
        + years * policy.rotation * cost * reserve,
        "ordering": sku["order_cost"] * policy.order_cost_factor * demand * days / lot,
        "purchasing": demand * days * cost * (policy.fee - policy.discount + premium),
        "routine_stockout": per_unit * short * demand * days / lot
        + float(sku["downtime_cost"]) * days * waiting,
        "qualification": cash * years / settings.qualification.life_years,
    }


def _lot(sku: dict[str, Any], row: dict[str, Any], policy: Any, holding: float) -> float:
    demand = float(sku["demand_mean"])
    if policy.lot == "min_order_qty":
        lot = float(sku["min_order_qty"])
    else:
        lot = math.sqrt(2.0 * sku["order_cost"] * 365.0 * demand / (holding * sku["unit_cost"]))
        lot = min(lot, 365.0 * demand)
    if policy.lot_days_max is not None:
        lot = min(lot, policy.lot_days_max * demand)
    lot = max(lot, row["lot_days_min"] * demand)
    lot = max(min(lot, sku["shelf_life_days"] * demand), demand)
    pack = float(sku["order_multiple"])
    packs = math.ceil(lot / pack - 1e-9)
    if packs * pack > sku["shelf_life_days"] * demand:
        packs = math.floor(lot / pack)
    return max(packs * pack, math.ceil(max(sku["min_order_qty"], pack) / pack) * pack)


def _up(value: float, step: float) -> float:
    return math.ceil(value / step - 1e-9 * max(1.0, value / step)) * step


class Law:
    """Demand of one SKU over days, by scipy's distributions and closed forms."""

    def __init__(self, sku: dict[str, Any], model: str, primary: dict[str, Any]) -> None:
        self.whole = model == "discrete"
        self.demand, self.sd = float(sku["demand_mean"]), float(sku["demand_std"])
        self.error = float(sku["demand_mean_error"])
        self.lead, self.lead_sd = primary["lead_time_mean"], primary.get("lead_time_std", 0.0)
        self.half = 10.0 ** -float(sku["unit_decimals"]) / 2.0
        lump = self.demand * float(sku["demand_interval_days"])
        self.lump = max(lump, 1.0) if sku["unit_decimals"] == 0.0 else lump

    def moments(self, days: float) -> tuple[float, float]:
        """Return mean and variance."""
        variance = days * self.sd**2 + (self.demand * self.lead_sd) ** 2 + (days * self.error) ** 2
        return self.demand * days, variance

    def constant(self, days: float) -> bool:
        """Return whether demand of these days counts as certain."""
        mean, variance = self.moments(days)
        return not self.whole and math.sqrt(variance) < 1e-5 * mean

    def quantile(self, level: float) -> float:
        """Return the quantile of lead-time demand."""
        mean, variance = self.moments(self.lead)
        if self.constant(self.lead):
            return mean
        if self.whole:
            return float(np.argmax(_whole(mean, variance).cdf(np.arange(1000)) >= level - 1e-12))
        return float(stats.gamma.ppf(level, mean**2 / variance, scale=variance / mean))

    def short(self, level: float, lot: float) -> float:
        """Return the units short per cycle."""
        if self.constant(self.lead):
            return 0.0
        more = 1.0 + (self.error / self.demand) ** 2  # of the true mean, the higher the more units
        mean = self.demand * more * self.lead
        variance = more * (self.lead * self.sd**2 + (self.lead * self.error) ** 2)
        variance += (self.demand * more * self.lead_sd) ** 2
        per_unit = self.sd**2 / self.demand
        u = max(per_unit, self.lump)
        whole = 1.0 if self.whole else 0.0
        mean += max(0.0, (per_unit - whole) / 2.0)
        variance += max(0.0, (u * (5.0 * u - 4.0 * self.lump) - whole) / 12.0)
        if self.whole:
            return float(_whole(mean, variance).sf(np.arange(level, level + lot)).sum())
        x = level + self.half
        return _first(mean, variance, x) - _first(mean, variance, x + lot)

    def waiting(self, level: float, lot: float, days: float) -> float:
        """Return the share of time that somebody waits."""
        mean, variance = self.moments(days)
        if self.whole:
            return float(_whole(mean, variance).sf(np.arange(level, level + lot) + 1).sum() / lot)
        x = level + self.half
        if self.constant(days):
            return (max(mean - x, 0.0) - max(mean - x - lot, 0.0)) / lot
        return (_first(mean, variance, x) - _first(mean, variance, x + lot)) / lot

    def backorders(self, level: float, lot: float, days: float) -> float:
        """Return what is owed."""
        mean, variance = self.moments(days)
        if self.whole:
            tail = _whole(mean, variance).sf(np.arange(level + lot + 1))
            beyond = [mean - tail[: int(k)].sum() for k in np.arange(level, level + lot) + 1]
            return float(sum(beyond) / lot)
        x = level + self.half
        if self.constant(days):
            return (max(mean - x, 0.0) ** 2 - max(mean - x - lot, 0.0) ** 2) / 2.0 / lot
        return (_second(mean, variance, x) - _second(mean, variance, x + lot)) / lot


def _whole(mean: float, variance: float) -> Any:
    if variance <= (1.0 + 1e-8) * mean:
        return stats.poisson(mean)
    return stats.nbinom(mean**2 / (variance - mean), mean / variance)


def _first(mean: float, variance: float, x: float) -> float:
    """Return E(X - x)+ of a gamma."""
    k, scale = mean**2 / variance, variance / mean
    return float(mean * stats.gamma.sf(x, k + 1.0, scale=scale)
                 - x * stats.gamma.sf(x, k, scale=scale))  # fmt: skip


def _second(mean: float, variance: float, x: float) -> float:
    """Return half of E((X - x)+)^2 of a gamma."""
    k, scale = mean**2 / variance, variance / mean
    square = (mean**2 + variance) * stats.gamma.sf(x, k + 2.0, scale=scale)
    cross = 2.0 * x * mean * stats.gamma.sf(x, k + 1.0, scale=scale)
    return float(square - cross + x * x * stats.gamma.sf(x, k, scale=scale)) / 2.0


Curves = tuple[list[float], list[float], float, float]
"""Loss and price at the nodes, and their slopes beyond."""


def _curves(portfolio: Portfolio, row: dict[str, Any], i: int) -> Curves:
    sku = {f.name: getattr(portfolio.skus, f.name)[i] for f in fields(Skus)}
    demand = float(sku["demand_mean"])
    if demand == 0.0:
        return [0.0] * 17, [0.0] * 17, 0.0, 0.0
    per_day = demand * float(sku["unit_margin"] + sku["expedite_cost"] + sku["goodwill_cost"])
    downtime, spend = float(sku["downtime_cost"]), demand * float(sku["unit_cost"])
    primary = SOURCES[int(sku["primary"])]
    law, lead = Law(sku, row["demand_model"], primary), primary["lead_time_mean"]
    level, lot = row["reorder_point"] + row["reserve_units"], row["order_quantity"]
    before = law.backorders(level, lot, lead)
    routine = law.waiting(level, lot, lead)
    waited, loss, price = [0.0], [], []
    for left, right in pairwise(NODES):
        middle, half = (left + right) / 2.0, (right - left) / 2.0
        over = 0.0
        for place, share in ((-math.sqrt(0.6), 5.0), (0.0, 8.0), (math.sqrt(0.6), 5.0)):
            at = law.waiting(level, lot, lead + middle + half * place)
            over += half * share / 9.0 * max(0.0, at - routine)
        waited.append(waited[-1] + over)
    for node, wait in zip(NODES, waited, strict=True):
        beyond = law.backorders(level, lot, lead + node) - before
        short = max(0.0, beyond / demand - node * (1.0 - row["fill_rate"]))
        loss.append(per_day * short + downtime * wait)
        q = lot / demand
        price.append(spend * (node**2 / (2.0 * q) if node < q else node - q / 2.0))
    return loss, price, per_day + downtime, spend


# MODEL 4 ------------------------------------------------------------------------------------


def _read(curve: list[float], slope: float, days: float) -> float:
    if days >= 365.0:
        return curve[-1] + slope * (days - 365.0)
    n = bisect(NODES, days) - 1
    return curve[n] + (curve[n + 1] - curve[n]) * (days - NODES[n]) / (NODES[n + 1] - NODES[n])


def _alternates(row: dict[str, Any]) -> list[dict[str, Any]]:
    chosen = row["alternates"].split(";") if row["alternates"] else []
    return [s for s in SOURCES if s["sku"] == row["sku"] and s["supplier"] in chosen]


def _lost(days: int, primary: dict[str, Any], others: list[dict[str, Any]],
          out: list[int]) -> float:  # fmt: skip
    """Return the days lost, counted in steps between all that happens."""
    begins = []
    for other, still in zip(others, out, strict=True):
        ramp = 0.0 if other["role"] == "qualified" else other.get("ramp_days", 0.0)
        later = other["lead_time_mean"] - primary["lead_time_mean"]
        begins.append(max(0.0, max(ramp, still) + later))
    lost, cuts = 0.0, sorted({0.0, float(days), *(b for b in begins if b < days)})
    for left, right in pairwise(cuts):
        supplied = sum(
            other.get("capacity_share", 1.0)
            for other, begin in zip(others, begins, strict=True)
            if begin <= left
        )
        lost += max(0.0, 1.0 - supplied) * (right - left)
    return lost


def _loss(
    portfolio: Portfolio, row: dict[str, Any], curves: Curves, i: int, scenario: int
) -> float:
    """Return what one SKU loses in one scenario, strike by strike."""
    loss, price, slope, spend = curves
    category = str(portfolio.skus.category[i])
    primary, others = SOURCES[int(portfolio.skus.primary[i])], _alternates(row)
    strikes = [strike for strike in STRIKES if strike[0] == scenario]
    total = 0.0
    for _, name, number, target, start, days in strikes:
        kind, more = _hazard(name)["kind"], _strength(name) - 1.0
        if start < 0.0 or target not in (primary["supplier"], category):
            continue
        if kind == "surge":
            total += _read(loss, slope, more * days)
        elif kind == "price":
            total += more * _read(price, spend, float(days))
        else:
            out = []
            for other in others:
                still = [0]
                for _, _, n, hit, begun, lasts in strikes:
                    if hit == other["supplier"] and n == number:
                        still.append(days)
                    elif hit == other["supplier"] and begun < start:
                        still.append(math.ceil(begun + lasts - start))
                out.append(max(still))
            total += _read(loss, slope, _lost(days, primary, others, out))
    return total


@cache
def lasts(name: str, longest: int) -> list[float]:
    """Return the probability of 0, 1, … days."""
    hazard = _hazard(name)
    mean, cv = hazard["duration_mean_days"], hazard["duration_cv"]
    if cv == 0.0:
        return [float(k == min(math.ceil(mean), longest)) for k in range(longest + 1)]
    s = math.sqrt(math.log(1.0 + cv**2))
    law = stats.lognorm(s, scale=mean / math.sqrt(1.0 + cv**2))
    below = [float(law.cdf(k)) for k in range(longest)] + [1.0]
    return [0.0] + [high - low for low, high in pairwise(below)]


@cache
def hit(name: str, supplier: str) -> float:
    """Return the chance that a strike of a hazard hits a supplier."""
    hazard = _hazard(name)
    row = next(n for n, s in enumerate(SUPPLIERS) if s["supplier"] == supplier)
    reached = {
        "region": SUPPLIERS[row]["region"] == hazard["target"],
        "supplier": supplier == hazard["target"],
        "tag": (row, hazard["target"]) in TAGS,
        "category": False,
    }
    return float(hazard.get("hit_probability", 1.0)) if reached[hazard["scope"]] else 0.0


def _expected(
    portfolio: Portfolio, row: dict[str, Any], curves: Curves, i: int
) -> dict[str, float]:
    """Return the expected loss of one SKU over the horizon, hazard by hazard."""
    loss, price, slope, spend = curves
    years = portfolio.settings.horizon.days / 365.0
    longest = portfolio.settings.scenarios.longest_days
    primary, others = SOURCES[int(portfolio.skus.primary[i])], _alternates(row)
    out = _still_out([other["supplier"] for other in others], longest)
    expected = {}
    for hazard in HAZARDS:
        chance, more = lasts(hazard["hazard"], longest), float(hazard.get("multiplier", 1.0)) - 1.0
        reached = hazard["target"] == portfolio.skus.category[i]
        mean = 0.0
        if hazard["kind"] == "surge" and reached:
            mean = sum(p * _read(loss, slope, more * k) for k, p in enumerate(chance))
        elif hazard["kind"] == "price" and reached:
            mean = sum(p * more * _read(price, spend, float(k)) for k, p in enumerate(chance))
        elif hazard["kind"] == "outage" and slope:
            struck = hit(hazard["hazard"], primary["supplier"])
            for days in range(1, longest + 1) if struck else ():
                for still, too, p in _met(hazard, others, out):
                    at = [max(s, days) if h else s for s, h in zip(still, too, strict=True)]
                    lost = _lost(days, primary, others, at)
                    mean += struck * chance[days] * p * _read(loss, slope, lost)
        expected[hazard["hazard"]] = years * hazard["annual_rate"] * mean
    return expected


def _met(
    hazard: dict[str, Any],
    others: list[dict[str, Any]],
    out: dict[tuple[int, ...], float],
) -> list[tuple[tuple[int, ...], tuple[bool, ...], float]]:
    """Return how long alternates are still out and whether they are hit too, with the chance."""
    met = []
    for too in product((False, True), repeat=len(others)):
        chance = 1.0
        for other, is_hit in zip(others, too, strict=True):
            struck = hit(hazard["hazard"], other["supplier"])
            chance *= struck if is_hit else 1.0 - struck
        if chance:
            met += [(still, too, chance * p) for still, p in out.items()]
    return met


def _still_out(suppliers: list[str], longest: int) -> dict[tuple[int, ...], float]:
    """Return the chance of every combination of whole days that suppliers are still out."""
    if not suppliers:
        return {(): 1.0}

    def older(names: list[str], beyond: int) -> float:
        return sum(
            hazard["annual_rate"] / 365.0
            * math.prod(hit(hazard["hazard"], name) for name in names)
            * sum(p * max(0, k - beyond) for k, p in enumerate(lasts(hazard["hazard"], longest)))
            for hazard in HAZARDS
        )  # fmt: skip

    if len(suppliers) == 1:
        within = [math.exp(-older(suppliers, b)) for b in range(longest + 1)]
        return {(b,): w - (within[b - 1] if b else 0.0) for b, w in enumerate(within)}
    one = [older(suppliers[:1], b) for b in range(longest + 1)]
    two = [older(suppliers[1:], b) for b in range(longest + 1)]
    both = [older(suppliers, b) for b in range(longest + 1)]

    def within(a: int, b: int) -> float:
        return 0.0 if min(a, b) < 0 else math.exp(-one[a] - two[b] + both[max(a, b)])

    days = range(longest + 1)
    return {
        (a, b): within(a, b) - within(a - 1, b) - within(a, b - 1) + within(a - 1, b - 1)
        for a in days
        for b in days
    }


# MODEL 5 and 6 ------------------------------------------------------------------------------


def _tail_weights(losses: list[float], level: float) -> list[float]:
    """Give the worst 1 - level to the worst losses (no two of these are equal)."""
    left, weight = 1.0 - level, [0.0] * len(losses)
    for s in sorted(_scenarios(), key=lambda s: -losses[s]):
        weight[s] = min(left, PROBABILITY[s]) / (1.0 - level)
        left -= min(left, PROBABILITY[s])
    return weight


def value_at_risk(losses: list[float], level: float) -> float:
    """Return the least loss that is not exceeded with the probability of the level."""
    so_far = 0.0
    for s in sorted(_scenarios(), key=lambda s: losses[s]):
        so_far += PROBABILITY[s]
        if so_far >= level - 1e-9:
            return losses[s]
    raise AssertionError("probabilities must sum to 1")


def _manifest(
    portfolio: Portfolio, rows: list[dict[str, Any]], losses: list[float], weight: list[float]
) -> Manifest:
    settings = portfolio.settings
    years = settings.horizon.days / 365.0
    names = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
    components = {name: sum(row[name] for row in rows) for name in names}
    components["onboarding"] = sum(row["cost"] for row in _onboardings(rows)) * years / 5.0
    components["expected_loss"] = sum(row["expected_loss"] for row in rows)
    expected_cost = sum(components.values())
    components["var"] = value_at_risk(losses, settings.risk.level)
    components["cvar"] = sum(weight[s] * losses[s] for s in _scenarios())
    omega = 0.0 if settings.risk.measure == "expected" else settings.risk.weight
    tail = components["var" if settings.risk.measure == "var" else "cvar"]
    risk_charge = omega * years * max(0.0, tail - components["expected_loss"])
    objective = expected_cost + risk_charge
    bound = objective * (1.0 - 5e-5)
    stated = settings.model_dump(mode="json")
    stated["solver"]["gap"] = settings.gap
    if stated["scenarios"]["count"] == "auto":
        stated["scenarios"]["count"] = 300 if settings.risk.measure == "var" else 2000
    return Manifest(
        run="honest",
        command="by hand",
        created=datetime(2026, 11, 22, 8, 15, tzinfo=UTC),
        overrides=(),
        portfolio="nowhere",
        ballast="0.1.0",
        versions={},
        seconds=0.0,
        peak_memory_mb=0.0,
        parent=None,
        format=2,
        status="optimal",
        stopped_by="gap",
        objective=objective,
        expected_cost=expected_cost,
        risk_charge=risk_charge,
        bound=bound,
        gap=(objective - bound) / objective,
        components=Components(**components),
        resources=_resources(portfolio, rows),
        settings=Settings.model_validate(stated),
        seed=settings.scenarios.seed,
        inputs=dict(portfolio.inputs),
        method="exact",
        method_reason="by hand",
        files={},
    )


def _resources(portfolio: Portfolio, rows: list[dict[str, Any]]) -> dict[str, ResourceUse]:
    cash = {
        row["sku"]: [a["qualification_cost"] for a in _alternates(row) if a["role"] == "candidate"]
        for row in rows
    }
    onboarding = sum(row["cost"] for row in _onboardings(rows))
    chemicals = [row for row in rows if row["sku"] in "BEF"]
    volume = portfolio.skus.volume
    used = {
        "capital": sum(row["capital"] + sum(cash[row["sku"]]) for row in rows) + onboarding,
        "capital:chemicals": sum(row["capital"] + sum(cash[row["sku"]]) for row in chemicals),
        "storage": sum(float(volume[i]) * row["mean_on_hand"] for i, row in enumerate(rows)),
        "qualifications": sum(len(costs) for costs in cash.values()),
        "onboardings": len(_onboardings(rows)),
        "changes": sum(_differs(row) for row in rows),
    }
    budget, limits = portfolio.settings.budget, portfolio.settings.limits
    limit = {
        "capital": budget.capital,
        "capital:chemicals": budget.category.get("chemicals"),
        **{name: getattr(limits, name) for name in list(used)[2:]},
    }
    if not budget.category:
        del used["capital:chemicals"]
    for floor in limits.service:
        name = f"service:category:{floor.category}"
        served = {
            row["sku"]: sku["unit_cost"] * sku["demand_mean"] * row["fill_rate"]
            for row, sku in zip(rows, SKUS, strict=True)
            if sku["category"] == floor.category
        }
        asked = sum(s["unit_cost"] * s["demand_mean"] for s in SKUS if s["sku"] in served)
        used[name] = 100.0 * (1.0 - sum(served.values()) / asked)
        limit[name] = round(100.0 - 100.0 * floor.fill_rate, 10)
    return {name: ResourceUse(used=used[name], limit=limit[name], price=0.0) for name in used}
