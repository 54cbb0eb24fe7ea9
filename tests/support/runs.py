"""Small, deterministic runs to write, read and draw; their figures are plausible, not solved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain.manifest import Manifest
from optimizer.domain.run import STRATEGIES, RunTables
from optimizer.domain.scenario import NODES
from optimizer.domain.settings import Budget, Risk, Settings

POLICIES = ("jit", "reorder_point", "vmi", "safety_stock", "forward_buy", "stockpile")

SEGMENTS = ("A-X-low", "A-Y-high", "B-X-low", "B-Z-high", "C-X-low", "C-Z-low")


def make_tables(n_skus: int = 12, n_scenarios: int = 20, **changes: Any) -> RunTables:
    """Build a run; `changes` replace keys of its manifest."""
    rng = np.random.default_rng(7)
    plan = _plan(rng, n_skus)
    scenarios = _scenarios(rng, n_scenarios)
    hit = scenarios.index[scenarios["loss"] > 0.0].to_numpy()
    return RunTables(
        manifest=Manifest(**(_manifest(plan, scenarios) | changes)),
        plan=plan,
        qualifications=pd.DataFrame(
            {
                "sku": plan["sku"].head(3),
                "supplier": "Óbuda Kft",
                "cost": [20_000.0, 12_500.0, 0.1 + 0.2][:n_skus],
            }
        ),
        onboardings=pd.DataFrame({"supplier": ["Óbuda Kft"], "cost": [60_000.0], "skus": [3]}),
        break_even=_break_even(plan, n_skus),
        strategies=make_strategies(),
        scenarios=scenarios,
        curves=_curves(plan),
        strikes=_strikes(rng, hit),
        expected=_expected(plan),
    )


def with_stated(tables: RunTables, **stated: Any) -> RunTables:
    """Give a run other keys of its manifest."""
    return replace(tables, manifest=Manifest(**(dict(tables.manifest) | stated)))


def with_skus(tables: RunTables, names: list[str]) -> RunTables:
    """Give the first SKUs, and everything else that is text of a user, these names."""
    plan = tables.plan.copy()
    plan.loc[: len(names) - 1, "sku"] = names
    plan["segment"] = names[0]
    plan["reason"] = names[0]
    plan["policy"] = names[0]
    return RunTables(
        manifest=with_stated(tables, portfolio=names[0], inputs={names[0]: "0" * 64}).manifest,
        plan=plan,
        qualifications=tables.qualifications.assign(supplier=names[0]),
        onboardings=tables.onboardings.assign(supplier=names[0]),
        scenarios=tables.scenarios,
        curves=tables.curves.assign(sku=np.repeat(plan["sku"].to_numpy(), len(NODES))),
        strikes=tables.strikes.assign(hazard=names[0], target=names[0]),
        expected=tables.expected.assign(sku=names[0], hazard=names[0]),
        break_even=tables.break_even.assign(sku=names[0], supplier=names[0]),
        strategies=tables.strategies.assign(exceeds=f"capital:{names[0]}"),
    )


def make_strategies() -> pd.DataFrame:
    """Build today, just in time, just in case and the plan; round figures, a charge of a half."""
    same = {"purchasing": -5.0, "qualification": 0.0, "onboarding": 0.0, "fill_rate": 0.95}
    same |= {"turns": 6.0, "alternates": 0.0, "qualifications": 0.0, "onboardings": 0.0}
    columns = ("capital", "carrying", "ordering", "routine_stockout")
    tail = ("expected_loss", "var", "cvar", "expected_cost", "risk_charge", "objective")
    figures = {
        "today": (5_200.0, 900.0, 105.0, 300.0, 60.0, 300.0, 500.0, 1_360.0, 120.0, 1_480.0),
        "jit": (1_200.0, 200.0, 305.0, 900.0, 100.0, 400.0, 900.0, 1_500.0, 150.0, 1_650.0),
        "jic": (9_200.0, 1_600.0, 105.0, 100.0, 20.0, 100.0, 200.0, 1_820.0, 40.0, 1_860.0),
        "best": (5_000.0, 800.0, 105.0, 100.0, 40.0, 150.0, 300.0, 1_040.0, 55.0, 1_095.0),
    }
    return pd.DataFrame(
        [
            {"strategy": name, **dict(zip((*columns, *tail), values, strict=True)), **same}
            | {"stand_ins": 3.0 if name == "jic" else 0.0, "exceeds": "", "note": ""}
            for name, values in figures.items()
        ],
        columns=list(STRATEGIES),
    )


def make_scorecard(name: str = "electronics") -> dict[str, Any]:
    """Build the part of a scorecard that the report reads; `name` stands for texts of a user."""
    sums = {"skus": 4, "capital": 30_000.0, "expected_loss": 2_000.0, "tail_loss": 9_000.0}
    return {
        "service": {"fill_rate": 0.9871, "cycle_service_level": 0.951},
        "inventory": {"turns": 5.2, "days_of_supply": 70.2},
        "risk": {"loss_by_return_period": []},
        "resilience": {
            "skus_with_ttr": 10,
            "exposed_skus": 2,
            "exposed_spend_share": 0.3,
            "largest_exposed": [
                {
                    "sku": name,
                    "supplier": name,
                    "region": name,
                    "cover_days": 12.0,
                    "whole_again_days": 45.0,
                    "spend_a_day": 800.0,
                }
            ],
        },
        "hazards": make_hazards(name),
        "suppliers": [
            {
                "supplier": name,
                "region": name,
                "strikes_a_year": 0.105,
                "skus": 4,
                "spend_share": 0.62,
                "expected_loss": 1_500.0,
                "tail_loss": 9_000.0,
            }
        ],
        "demand": [
            {
                "law": law,
                "demand_class": demand_class,
                "skus": 6,
                "capital": 20_000.0,
                "fill_rate": fill_rate,
                "routine_stockout": 1_500.0,
            }
            for law, demand_class, fill_rate in (
                ("gamma", "smooth", 0.98),
                ("discrete", "", None),
            )
        ],
        "spend_share_by_region": {"East Asia": 0.62, "Central Europe": 0.38},
        "categories": {name: sums, "packaging": sums | {"capital": 10_000.0}},
        "regions": {
            name: sums | {"spend_share": 0.62, "tail_loss_by_category": {name: 9_000.0}},
            "Bohemia": sums
            | {"spend_share": 0.38, "tail_loss": 1_000.0}
            | {"tail_loss_by_category": {"packaging": 1_000.0}},
        },
        "build_up": make_build_up(name),
    }


def make_build_up(name: str = "electronics") -> dict[str, Any]:
    """Build the build-ups of a scorecard, all of it one policy and one category."""
    rates = {"capital": 0.1, "storage": 0.04, "insurance": 0.01, "tax": 0.01, "shrink": 0.01}
    rate = {**rates, "obsolescence": 0.05}
    carrying = {part: 100_000.0 * share for part, share in rate.items()} | {"rotation": 250.0}
    short = {"margin": 900.0, "expedite": 80.0, "goodwill": 7.0, "downtime": 600.0}
    costs = {
        "carrying": carrying,
        "routine_stockout": short,
        "expected_loss": short | {"price_shocks": 0.5},
    }
    return {
        "carrying_rate": rate | {"all": 0.22},
        **{
            cost: {"all": parts, "policies": {name: parts}, "categories": {name: parts}}
            for cost, parts in costs.items()
        },
    }


def make_hazards(name: str = "Taiwan quake") -> list[dict[str, Any]]:
    """Build an outage of a user's name, a surge and a price shock, which costs nothing."""
    kinds = {"outage": (name, 1_500.0), "surge": ("boom", 500.0), "price": ("scarcity", 0.0)}
    return [
        {
            "hazard": hazard,
            "kind": kind,
            "scope": "region" if kind == "outage" else "category",
            "target": name,
            "strikes_a_year": 0.105,
            "mean_days": 45.0,
            "skus": 4 if loss else 0,
            "expected_loss": loss,
        }
        for kind, (hazard, loss) in kinds.items()
    ]


def _plan(rng: np.random.Generator, n_skus: int) -> pd.DataFrame:
    value = rng.lognormal(8.0, 1.3, n_skus)
    cover = rng.uniform(4.0, 120.0, n_skus)
    cover[0] = np.inf
    tail = np.where(rng.uniform(size=n_skus) < 0.5, value * rng.uniform(0.1, 2.0, n_skus), 0.0)
    return pd.DataFrame(
        {
            "sku": [f"{number:05d}-{'ABCDEFG'[number % 7]}" for number in range(n_skus)],
            "segment": rng.choice(SEGMENTS, n_skus),
            "policy": rng.choice(POLICIES, n_skus, p=[0.2, 0.35, 0.1, 0.2, 0.05, 0.1]),
            "service_level": rng.choice([0.5, 0.9, 0.95, 0.975, 0.999], n_skus),
            "reserve_days": rng.choice([0.0, 7.0, 30.0], n_skus),
            "lot_factor": 1.0,
            "order_quantity": rng.uniform(5.0, 900.0, n_skus),
            "reorder_point": rng.uniform(5.0, 900.0, n_skus),
            "safety_stock": rng.uniform(0.0, 90.0, n_skus),
            "reserve_units": rng.uniform(0.0, 90.0, n_skus),
            "mean_on_hand": rng.uniform(5.0, 900.0, n_skus),
            "lot_days": cover / 2.0,
            "lot_days_min": 0.0,
            "cover_days": cover,
            "alternates": rng.choice(["", "Óbuda Kft", "Chiba KK;Óbuda Kft"], n_skus),
            "demand_mean": value / 365.0,
            "demand_std": value / 730.0,
            "demand_mean_error": 0.0,
            "demand_interval_days": 1.0,
            "capital": value,
            "carrying": 0.17 * value,
            "ordering": 0.02 * value,
            "purchasing": -0.01 * value,
            "routine_stockout": 0.03 * value,
            "qualification": 0.0,
            "expected_loss": 0.4 * tail,
            "tail_contribution": tail,
            "fill_rate": rng.uniform(0.93, 1.0, n_skus),
            "demand_model": np.where(cover < 60.0, "gamma", "discrete").astype(object),
            "description": [f"Part number {number}" for number in range(n_skus)],
            "category": "bearings",
            "region": "Hungary",
            "primary_supplier": "Óbuda Kft",
            "reason": "Its tail loss costs more than the reserve that prevents it.",
            "runner_up": "safety_stock at 97.5 %, 1.2 % dearer",
            "flip_price": np.where(rng.uniform(size=n_skus) < 0.5, np.nan, 0.31),
            "runner_up_gap": 0.01 * value,
            "stockout_cost": 0.1 * value,
            "flip_stockout_cost": np.where(value > 2_000.0, 0.12 * value, np.nan),
            "outage_probability": 0.1,
            "flip_outage_probability": np.where(value > 1_000.0, 0.14, np.nan),
            "time_to_recover": np.where(value > 1_000.0, 45.0, np.nan),
            "waiting_share": 0.01,
        }
    )


def _curves(plan: pd.DataFrame) -> pd.DataFrame:
    n_skus, nodes = len(plan), len(NODES)
    days = np.tile(NODES, n_skus)
    return pd.DataFrame(
        {
            "sku": np.repeat(plan["sku"].to_numpy(), nodes),
            "node": days,
            "loss": np.repeat(plan["stockout_cost"].to_numpy(), nodes) * np.maximum(days - 5, 0),
            "price": np.repeat(plan["demand_mean"].to_numpy(), nodes) * days,
        }
    )


def _strikes(rng: np.random.Generator, hit: np.ndarray) -> pd.DataFrame:
    """Two suppliers hit by one strike in every future with a loss; a surge and a price shock."""
    both, two = np.repeat(hit, 2), hit[:2]
    outages = {
        "scenario": both,
        "hazard": "Taiwan quake",
        "strike": 0,
        "target": np.tile(["Chiba KK", "Taipei Semi"], len(hit)),
        "start_day": np.repeat(rng.uniform(-300.0, 365.0, len(hit)), 2),
        "days": np.repeat(rng.integers(3, 90, len(hit)), 2),
        "multiplier": 1.0,
    }
    shocks = {
        "scenario": two,
        "hazard": ["boom", "scarcity"][: len(two)],
        "strike": 1,
        "target": "electronics",
        "start_day": 12.5,
        "days": 30,
        "multiplier": [1.5, 1.2][: len(two)],
    }
    table = pd.concat([pd.DataFrame(outages), pd.DataFrame(shocks)], ignore_index=True)
    return table.sort_values(["scenario", "strike"], kind="stable", ignore_index=True)


def _expected(plan: pd.DataFrame) -> pd.DataFrame:
    """Three quarters by one hazard, the rest by another; SKUs without loss have no rows."""
    loses = plan[plan["expected_loss"] > 0.0]
    parts = [
        pd.DataFrame(
            {"sku": loses["sku"], "hazard": name, "expected_loss": share * loses["expected_loss"]}
        )
        for name, share in (("Taiwan quake", 0.75), ("boom", 0.25))
    ]
    return pd.concat(parts).sort_values(["sku", "hazard"], ignore_index=True)


def _break_even(plan: pd.DataFrame, n_skus: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": ["source", "supplier", "reserve"][:n_skus],
            "sku": [plan["sku"].iloc[0], "", plan["sku"].iloc[-1]][:n_skus],
            "supplier": ["Óbuda Kft", "Óbuda Kft", ""][:n_skus],
            "cost": [20_000.0, 60_000.0, 1_234.5][:n_skus],
            "saving": [8_000.0, -1_500.0, np.nan][:n_skus],
            "outage_rate": [0.105, 0.105, 0.2][:n_skus],
            "break_even_rate": [0.06, 0.19, np.nan][:n_skus],
        }
    )


def _scenarios(rng: np.random.Generator, n_scenarios: int) -> pd.DataFrame:
    loss = np.where(
        rng.uniform(size=n_scenarios) < 0.55, 0.0, rng.lognormal(12.6, 0.9, n_scenarios)
    )
    loss[0] = 0.0
    loss[-1] = 2.1e6
    return pd.DataFrame(
        {
            "scenario": np.arange(n_scenarios),
            "probability": 1.0 / n_scenarios,
            "loss": loss,
            "weight": 1.0 / n_scenarios,
        }
    )


def _manifest(plan: pd.DataFrame, scenarios: pd.DataFrame) -> dict[str, Any]:
    settings = Settings(budget=Budget(capital=5e6), risk=Risk(weight=0.5)).resolved
    parts = ("carrying", "ordering", "purchasing", "routine_stockout", "qualification")
    components = {part: float(plan[part].sum()) for part in parts} | {"onboarding": 12_000.0}
    certain = sum(components.values())
    expected = float(plan["expected_loss"].sum())
    var = float(np.quantile(scenarios["loss"], 0.95, method="inverted_cdf"))
    tail = {"expected_loss": expected, "var": var, "cvar": max(1.3 * var, 1.7e6)}
    charge = 0.5 * max(0.0, var - expected)
    objective = certain + expected + charge
    return {
        "run": "2026-11-22-1",
        "command": "ballast solve data/sample",
        "format": 2,
        "created": "2026-11-22T08:15:00+00:00",
        "portfolio": "../data/sample",
        "overrides": [],
        "ballast": "0.1.0",
        "status": "optimal",
        "stopped_by": "gap",
        "objective": objective,
        "expected_cost": certain + expected,
        "risk_charge": charge,
        "bound": objective * (1.0 - 7.61e-5),
        "gap": 7.61e-5,
        "components": components | tail,
        "resources": {
            "capital": {"used": 4_983_112.0, "limit": 5e6, "price": 0.2345},
            "capital:electronics": {"used": 1.2e6, "limit": 2e6, "price": 0.0},
            "qualifications": {"used": 3.0, "limit": 3.0, "price": 4_210.0},
            "storage": {"used": 812.0, "limit": None, "price": 0.0},
            "changes": {"used": 5.0, "limit": None, "price": 0.0},
        },
        "settings": settings,
        "seed": 1,
        "inputs": {"skus.csv": "c9ca95" * 10 + "cdef", "suppliers.csv": "ab" * 32},
        "versions": {"python": "3.11.7", "highspy": "1.16.0"},
        "seconds": 12.34,
        "peak_memory_mb": 412.0,
        "method": "exact",
        "method_reason": "asked for",
        "parent": None,
        "files": {},
    }
