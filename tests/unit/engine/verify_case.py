"""A small portfolio written out by hand, and MODEL 2-5 in plain loops, one number at a time."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from optimizer.domain.portfolio import (
    CANDIDATE,
    PRIMARY,
    QUALIFIED,
    Hazards,
    PlanInForce,
    Portfolio,
    Skus,
    Sources,
    Suppliers,
)
from optimizer.domain.run import RunTables
from optimizer.domain.settings import Settings

SETTINGS: dict[str, Any] = {
    "max_alternates": 2,
    "horizon": {"days": 180},
    "budget": {"capital": 200_000.0, "category": {"chemicals": 150_000.0}},
    "risk": {"measure": "cvar", "level": 0.8, "weight": 0.4},
    "limits": {"storage": 500.0, "qualifications": 3, "onboardings": 2, "changes": 5},
}

SUPPLIERS: list[dict[str, Any]] = [
    {"supplier": "delta", "onboarded": False, "onboarding_cost": 100.0, "offers_vmi": False},
    {"supplier": "east", "onboarded": False, "onboarding_cost": 9000.0, "offers_vmi": False},
    {"supplier": "north", "onboarded": True, "onboarding_cost": 0.0, "offers_vmi": True},
    {"supplier": "south", "onboarded": True, "onboarding_cost": 700.0, "offers_vmi": False},
]

SKUS: list[dict[str, Any]] = [
    # two alternates, one of them with ramp, both with capacity below demand; surges
    {"sku": "A", "category": "metals", "unit_cost": 20.0, "demand_mean": 40.0, "demand_std": 15.0,
     "order_cost": 120.0, "unit_margin": 8.0, "goodwill_cost": 1.0, "volume": 0.01},
    # lead-time demand too uncertain for a normal: gamma; price shocks
    {"sku": "B", "category": "chemicals", "unit_cost": 5.0, "demand_mean": 12.0,
     "demand_std": 30.0, "order_cost": 60.0, "unit_margin": 3.0, "expedite_cost": 2.0,
     "downtime_cost": 400.0, "obsolescence_rate": 0.08, "volume": 0.002},
    # no demand at all
    {"sku": "C", "category": "metals", "unit_cost": 90.0, "demand_mean": 0.0, "demand_std": 0.0,
     "order_cost": 10.0, "unit_margin": 50.0, "downtime_cost": 999.0, "min_order_qty": 5.0},
    # the supplier's stock
    {"sku": "D", "category": "metals", "unit_cost": 2.0, "demand_mean": 100.0, "demand_std": 10.0,
     "order_cost": 30.0, "unit_margin": 0.5, "min_order_qty": 1000.0, "volume": 0.001},
    # lean, one candidate alternate, dearer
    {"sku": "E", "category": "chemicals", "unit_cost": 11.0, "demand_mean": 30.0,
     "demand_std": 12.0, "order_cost": 900.0, "unit_margin": 4.0, "downtime_cost": 50.0},
    # bought forward, kept within its shelf life
    {"sku": "F", "category": "chemicals", "unit_cost": 3.0, "demand_mean": 25.0, "demand_std": 5.0,
     "order_cost": 20.0, "unit_margin": 1.0, "shelf_life_days": 120.0, "max_cover_days": 100.0},
]  # fmt: skip

SOURCES: list[dict[str, Any]] = [
    {"sku": "A", "supplier": "north", "role": PRIMARY, "lead_time_mean": 21.0,
     "lead_time_std": 4.0},
    {"sku": "A", "supplier": "south", "role": QUALIFIED, "lead_time_mean": 9.0,
     "price_premium": 0.1, "ramp_days": 20.0, "capacity_share": 0.5, "volume_share": 0.2,
     "qualification_cost": 5000.0},
    {"sku": "A", "supplier": "east", "role": CANDIDATE, "lead_time_mean": 9.0,
     "price_premium": -0.03, "ramp_days": 12.0, "capacity_share": 0.3, "volume_share": 0.1,
     "qualification_cost": 2500.0},
    {"sku": "B", "supplier": "south", "role": PRIMARY, "lead_time_mean": 10.0,
     "lead_time_std": 7.0},
    {"sku": "C", "supplier": "north", "role": PRIMARY, "lead_time_mean": 10.0,
     "lead_time_std": 1.0},
    {"sku": "D", "supplier": "north", "role": PRIMARY, "lead_time_mean": 5.0,
     "lead_time_std": 0.5},
    {"sku": "E", "supplier": "south", "role": PRIMARY, "lead_time_mean": 14.0,
     "lead_time_std": 2.0},
    {"sku": "E", "supplier": "delta", "role": CANDIDATE, "lead_time_mean": 14.0},
    {"sku": "E", "supplier": "east", "role": CANDIDATE, "lead_time_mean": 30.0,
     "price_premium": 0.05, "ramp_days": 8.0, "capacity_share": 0.75, "volume_share": 0.3,
     "qualification_cost": 1200.0},
    {"sku": "F", "supplier": "south", "role": PRIMARY, "lead_time_mean": 8.0,
     "lead_time_std": 0.0},
]  # fmt: skip

CHOICES: dict[str, dict[str, Any]] = {
    "A": {"policy": "stockpile", "service_level": 0.95, "reserve_days": 14.0,
          "alternates": "south;east"},
    "B": {"policy": "safety_stock", "service_level": 0.99},
    "C": {"policy": "reorder_point", "service_level": 0.9},
    "D": {"policy": "vmi", "service_level": 0.95},
    "E": {"policy": "jit", "service_level": 0.5, "alternates": "east"},
    "F": {"policy": "forward_buy", "service_level": 0.99, "lot_days_min": 90.0},
}  # fmt: skip

IN_FORCE: dict[str, dict[str, Any]] = {
    **CHOICES,
    "A": {"policy": "stockpile", "service_level": 0.95, "reserve_days": 14.0,
          "alternates": "east;south"},
    "B": {"policy": "safety_stock", "service_level": 0.95},
    "D": {"policy": "", "service_level": 0.0},
}  # fmt: skip

PROBABILITY = [0.3, 0.05, 0.1, 0.15, 0.05, 0.02, 0.03, 0.3]
OUTAGES: list[tuple[int, str, int]] = [
    (1, "north", 90), (1, "east", 25), (2, "south", 60), (3, "north", 30), (4, "north", 180),
    (4, "south", 40), (5, "south", 120), (5, "east", 180), (6, "delta", 15),
]  # fmt: skip
SHOCKS: list[tuple[int, str, str, float, int]] = [
    (1, "metals", "surge", 1.7, 33), (2, "chemicals", "price", 1.4, 150),
    (5, "chemicals", "price", 1.25, 60), (6, "chemicals", "surge", 2.5, 50),
    (6, "metals", "price", 1.1, 180),
]  # fmt: skip

TEXT = {"sku", "description", "category", "site", "demand_class", "lock_policy"}
DEFAULTS: dict[str, Any] = {"shelf_life_days": math.inf, "max_cover_days": math.inf,
                            "capacity_share": 1.0, "severity": 5.0, "detection": 5.0}  # fmt: skip


def build_portfolio(
    settings: dict[str, Any] | None = None, skus: dict[str, dict[str, Any]] | None = None
) -> Portfolio:
    """Return the portfolio, with other settings or other columns of some SKUs."""
    changed = skus or {}
    sku_rows = [{**row, **changed.get(row["sku"], {})} for row in SKUS]
    names = [row["sku"] for row in SKUS]
    supplier_names = [row["supplier"] for row in SUPPLIERS]
    source_rows = [
        {**row, "sku": names.index(row["sku"]), "supplier": supplier_names.index(row["supplier"])}
        for row in SOURCES
    ]
    primary = [i for i, row in enumerate(SOURCES) if row["role"] == PRIMARY]
    nothing = {f.name: np.array([], dtype=object) for f in fields(Hazards)}
    return Portfolio(
        source="by hand",
        settings=Settings.model_validate({**SETTINGS, **(settings or {})}),
        skus=Skus(primary=np.array(primary), **_columns(Skus, sku_rows, skip="primary")),
        suppliers=Suppliers(
            **{
                **_columns(Suppliers, SUPPLIERS),
                "supplier": np.array(supplier_names, dtype=object),
                "region": np.array(["here"] * len(SUPPLIERS), dtype=object),
            }
        ),
        sources=Sources(**_columns(Sources, source_rows)),
        hazards=Hazards(**nothing),
        plan_in_force=PlanInForce(**_columns(PlanInForce, [IN_FORCE[name] for name in names])),
        inputs={"skus.csv": "aa", "portfolio.toml": "bb"},
        ledger={"skus": len(names)},
    )


def _columns(kind: type, rows: list[dict[str, Any]], skip: str = "") -> dict[str, Any]:
    """Return the rows as the columns of a domain type."""
    columns: dict[str, Any] = {}
    for name in [f.name for f in fields(kind) if f.name != skip]:
        text = name in TEXT | {"policy", "alternates"} and kind is not Sources
        default = "" if text else DEFAULTS.get(name, 0.0)
        values = [row.get(name, default) for row in rows]
        columns[name] = np.array(values, dtype=object) if text else np.array(values)
    return columns


def build_run(portfolio: Portfolio) -> RunTables:
    """Return the run folder an honest solver would write for `CHOICES`."""
    rows = [_plan_row(portfolio, i) for i in range(len(portfolio.skus))]
    loss_of = [[_loss(portfolio, rows[i], i, s) for i in range(len(rows))] for s in _scenarios()]
    losses = [sum(of_skus) for of_skus in loss_of]
    weight = _tail_weights(losses, portfolio.settings.risk.level)
    for i, row in enumerate(rows):
        row["expected_loss"] = sum(PROBABILITY[s] * loss_of[s][i] for s in _scenarios())
        row["tail_contribution"] = sum(weight[s] * loss_of[s][i] for s in _scenarios())
    qualifications = [
        {"sku": row["sku"], "supplier": source["supplier"], "cost": source["qualification_cost"]}
        for row in rows
        for source in _alternates(row)
        if source["role"] == CANDIDATE
    ]
    return RunTables(
        manifest=_manifest(portfolio, rows, losses, weight),
        plan=pd.DataFrame(rows),
        qualifications=pd.DataFrame(qualifications, columns=["sku", "supplier", "cost"]),
        onboardings=pd.DataFrame(_onboardings(rows), columns=["supplier", "cost", "skus"]),
        scenarios=pd.DataFrame(
            {"scenario": _scenarios(), "probability": PROBABILITY, "loss": losses}
        ),
        outages=pd.DataFrame(OUTAGES, columns=["scenario", "supplier", "days"]),
        shocks=pd.DataFrame(SHOCKS, columns=["scenario", "category", "kind", "multiplier", "days"]),
    )


def _onboardings(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bought = []
    for supplier in SUPPLIERS:
        served = sum(supplier["supplier"] in row["alternates"].split(";") for row in rows)
        if served and not supplier["onboarded"]:
            name, cost = supplier["supplier"], supplier["onboarding_cost"]
            bought.append({"supplier": name, "cost": cost, "skus": served})
    return bought


def _differs(row: dict[str, Any]) -> bool:
    """Return whether a decision differs from the one in force."""
    now = {"reserve_days": 0.0, "lot_days_min": 0.0, "alternates": "", **IN_FORCE[row["sku"]]}
    if sorted(now.pop("alternates").split(";")) != sorted(row["alternates"].split(";")):
        return True
    return any(row[name] != value for name, value in now.items())


def _scenarios() -> list[int]:
    return list(range(len(PROBABILITY)))


def _plan_row(portfolio: Portfolio, i: int) -> dict[str, Any]:
    """MODEL 3 for one SKU."""
    settings, name = portfolio.settings, str(portfolio.skus.sku[i])
    sku = {f.name: getattr(portfolio.skus, f.name)[i] for f in fields(Skus)}
    row = {"sku": name, "reserve_days": 0.0, "lot_days_min": 0.0, "alternates": "", **CHOICES[name]}
    demand, cost = float(sku["demand_mean"]), float(sku["unit_cost"])
    if demand == 0.0:
        zero = ("order_quantity reorder_point safety_stock reserve_units mean_on_hand lot_days "
                "capital carrying ordering purchasing routine_stockout qualification")  # fmt: skip
        idle = {"assured_days": 1e6, "cover_days": math.inf, "fill_rate": 1.0}
        return {**row, **dict.fromkeys(zero.split(), 0.0), **idle}
    policy = settings.policies[row["policy"]]
    days, years = settings.horizon.days, settings.horizon.days / 365.0
    holding = settings.carrying.rate + float(sku["obsolescence_rate"])
    eoq = math.sqrt(2.0 * sku["order_cost"] * 365.0 * demand / (holding * cost))
    if policy.lot_days_max is not None:
        eoq = min(eoq, policy.lot_days_max * demand)
    lot = max(eoq, row["lot_days_min"] * demand, sku["min_order_qty"], demand)
    lot = min(lot, sku["shelf_life_days"] * demand)
    primary = SOURCES[int(sku["primary"])]
    lead, lead_sd = primary["lead_time_mean"], primary["lead_time_std"]
    mean = demand * lead
    sd = math.sqrt(lead * sku["demand_std"] ** 2 + demand**2 * lead_sd**2)
    buffer, short = _buffer_and_shortage(mean, sd, row["service_level"], lot)
    reserve = row["reserve_days"] * demand
    on_hand = lot / 2.0 + buffer + reserve
    kappa = _kappa(portfolio, i)
    cash = sum(a["qualification_cost"] for a in _alternates(row) if a["role"] == CANDIDATE)
    premium = sum(a["volume_share"] * a["price_premium"] for a in _alternates(row))
    return {
        **row,
        "order_quantity": lot,
        "reorder_point": mean + buffer,
        "safety_stock": buffer,
        "reserve_units": reserve,
        "mean_on_hand": on_hand,
        "assured_days": (buffer + reserve) / demand,
        "lot_days": lot / demand,
        "cover_days": (buffer + reserve) / demand + lot / demand / 2.0,
        "fill_rate": 1.0 - short / lot,
        "capital": cost * on_hand * policy.own_books,
        "carrying": years * holding * cost * on_hand * policy.holding_factor
        + years * policy.rotation * cost * reserve,
        "ordering": sku["order_cost"] * policy.order_cost_factor * demand * days / lot,
        "purchasing": demand * days * cost * (policy.fee - policy.discount + premium),
        "routine_stockout": kappa * (short / demand) * (demand * days / lot),
        "qualification": cash * years / settings.qualification.life_years,
    }


def _buffer_and_shortage(mean: float, sd: float, level: float, lot: float) -> tuple[float, float]:
    if sd == 0.0 or mean == 0.0:
        return 0.0, 0.0
    if sd <= mean / 2.0:
        buffer = max(0.0, sd * float(stats.norm.ppf(level)))

        def beyond(x: float) -> float:
            z = (x - mean) / sd
            return float(sd * (stats.norm.pdf(z) - z * stats.norm.sf(z)))

    else:
        shape, scale = (mean / sd) ** 2, sd**2 / mean
        buffer = max(0.0, float(stats.gamma.ppf(level, shape, scale=scale)) - mean)

        def beyond(x: float) -> float:
            more = stats.gamma.sf(x, shape + 1.0, scale=scale)
            return float(mean * more - x * stats.gamma.sf(x, shape, scale=scale))

    point = mean + buffer
    return buffer, beyond(point) - beyond(point + lot)


def _kappa(portfolio: Portfolio, i: int) -> float:
    skus = portfolio.skus
    per_unit = skus.unit_margin[i] + skus.expedite_cost[i] + skus.goodwill_cost[i]
    return float(skus.demand_mean[i] * per_unit + skus.downtime_cost[i])


def _alternates(row: dict[str, Any]) -> list[dict[str, Any]]:
    chosen = row["alternates"].split(";") if row["alternates"] else []
    return [s for s in SOURCES if s["sku"] == row["sku"] and s["supplier"] in chosen]


def _outage(scenario: int, supplier: str) -> int:
    return sum(days for s, name, days in OUTAGES if (s, name) == (scenario, supplier))


def _shock(scenario: int, category: str, kind: str) -> tuple[float, int]:
    for s, name, what, multiplier, days in SHOCKS:
        if (s, name, what) == (scenario, category, kind):
            return multiplier, days
    return 1.0, 0


def _loss(portfolio: Portfolio, row: dict[str, Any], i: int, scenario: int) -> float:
    """MODEL 4 for one SKU in one scenario, counted day by day: every ramp is whole days here."""
    skus = portfolio.skus
    if skus.demand_mean[i] == 0.0:
        return 0.0
    outage = _outage(scenario, SOURCES[int(skus.primary[i])]["supplier"])
    gap = 0.0
    for day in range(outage):
        supplied = 0.0
        for other in _alternates(row):
            ramp = 0.0 if other["role"] == QUALIFIED else other["ramp_days"]
            if day >= max(ramp, _outage(scenario, other["supplier"])):
                supplied += other["capacity_share"]
        gap += max(0.0, 1.0 - supplied)
    g, m = _shock(scenario, str(skus.category[i]), "surge")
    lost = math.ceil(round(g * gap + (g - 1.0) * m, 9))
    pi, m_pi = _shock(scenario, str(skus.category[i]), "price")
    spend = float(skus.unit_cost[i] * skus.demand_mean[i])
    a, q = row["assured_days"], row["lot_days"]
    return _kappa(portfolio, i) * _short(lost, a, q) + spend * (pi - 1.0) * _short(m_pi, a, q)


def _short(lost: float, a: float, q: float) -> float:
    return float((max(0.0, lost - a) ** 2 - max(0.0, lost - a - q) ** 2) / (2.0 * q))


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
) -> dict[str, Any]:
    settings = portfolio.settings
    years = settings.horizon.days / 365.0
    names = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
    components = {name: sum(row[name] for row in rows) for name in names}
    components["onboarding"] = sum(row["cost"] for row in _onboardings(rows)) * years / 5.0
    certain = sum(components.values())
    components["expected_loss"] = sum(PROBABILITY[s] * losses[s] for s in _scenarios())
    components["var"] = value_at_risk(losses, settings.risk.level)
    components["cvar"] = sum(weight[s] * losses[s] for s in _scenarios())
    omega = 0.0 if settings.risk.measure == "expected" else settings.risk.weight
    tail = components["var" if settings.risk.measure == "var" else "cvar"]
    objective = certain + (1.0 - omega) * components["expected_loss"] + omega * tail
    bound = objective * (1.0 - 5e-5)
    stated = settings.model_dump(mode="json")
    stated["solver"]["gap"] = settings.gap
    return {
        "status": "optimal",
        "objective": objective,
        "bound": bound,
        "gap": (objective - bound) / objective,
        "components": components,
        "resources": _resources(portfolio, rows),
        "settings": stated,
        "inputs": dict(portfolio.inputs),
    }


def _resources(portfolio: Portfolio, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    cash = {
        row["sku"]: [a["qualification_cost"] for a in _alternates(row) if a["role"] == CANDIDATE]
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
    return {name: {"used": used[name], "limit": limit[name], "price": 0.0} for name in used}
