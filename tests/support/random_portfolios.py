"""Small random portfolios with everything in them that the model knows."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.domain.portfolio import Portfolio
from tests.support.portfolios import make_portfolio

FEW_OPTIONS = {
    "jit": {"service_levels": [0.5]},
    "reorder_point": {"service_levels": []},
    "vmi": {"service_levels": [0.95]},
    "safety_stock": {"service_levels": [0.99]},
    "forward_buy": {"service_levels": []},
    "on_demand": {"reorder_point": None},
    "stockpile": {"service_levels": [0.95], "reserve_days": [30.0]},
}


def random_portfolio(seed: int, measure: str, *, max_skus: int = 6) -> Portfolio:
    """
    Return a portfolio of up to `max_skus` SKUs and four options each, its budget binding or not.

    Alternates with ramps, capacities and onboarding; outages that share regions; surges; price
    shocks; a category budget, a limit on qualifications.
    """
    rng = np.random.default_rng(seed)
    n_skus = int(rng.integers(1, max_skus + 1))
    skus = [_sku(rng, row) for row in range(n_skus)]
    sources = [source for row in range(n_skus) for source in _sources(rng, row)]
    return make_portfolio(
        skus,
        sources,
        suppliers=[_supplier(rng, name) for name in ("Alfa", "Beta", "Gamma")],
        hazards=_hazards(rng),
        policies=FEW_OPTIONS,
        risk={
            "measure": measure,
            "level": float(rng.choice([0.5, 0.8, 0.9])),
            "weight": float(rng.choice([0.2, 0.5, 1.0])),
        },
        scenarios={"count": int(rng.integers(4, 13))},
        budget=_budget(rng, skus),
        limits={"qualifications": int(rng.integers(0, 3))} if rng.random() < 0.3 else {},
        solver={"gap": 0.0},
    )


def _sku(rng: np.random.Generator, row: int) -> dict[str, Any]:
    mean = round(float(rng.lognormal(1.0, 1.0)), 2)
    return {
        "sku": f"S{row}",
        "category": str(rng.choice(["metal", "glass"])),
        "unit_cost": round(float(rng.lognormal(2.0, 1.0)), 2),
        "demand_mean": mean,
        "demand_std": round(mean * float(rng.uniform(0.0, 1.5)), 2),
        "order_cost": round(float(rng.uniform(5.0, 80.0)), 2),
        "unit_margin": round(float(rng.uniform(0.0, 40.0)), 2),
        "downtime_cost": float(rng.choice([0.0, 500.0])),
        "volume": 0.01,
    }


def _sources(rng: np.random.Generator, row: int) -> list[dict[str, Any]]:
    names = rng.permutation(3)
    sources = [{"sku": row, "supplier": int(names[0]), "lead_time_std": 3.0}]
    if rng.random() < 0.5:
        sources.append(
            {
                "sku": row,
                "supplier": int(names[1]),
                "role": str(rng.choice(["qualified", "candidate"])),
                "price_premium": round(float(rng.uniform(-0.02, 0.1)), 3),
                "qualification_cost": float(rng.integers(10, 500)),
                "ramp_days": float(rng.integers(0, 40)),
                "capacity_share": float(rng.choice([0.5, 1.0])),
                "volume_share": float(rng.choice([0.0, 0.2])),
            }
        )
    return sources


def _supplier(rng: np.random.Generator, name: str) -> dict[str, Any]:
    new = bool(rng.random() < 0.4)
    return {
        "supplier": name,
        "region": str(rng.choice(["East", "West"])),
        "onboarded": not new,
        "onboarding_cost": float(rng.integers(50, 1500)) if new else 0.0,
        "offers_vmi": bool(rng.random() < 0.3),
    }


def _hazards(rng: np.random.Generator) -> list[dict[str, Any]]:
    outage = {"kind": "outage", "duration_cv": 0.7}
    rate = float(rng.uniform(0.1, 1.0))
    return [
        {"hazard": "fire", "scope": "supplier", "target": "Alfa", "annual_rate": rate,
         "duration_mean_days": 40.0, **outage},
        {"hazard": "glut", "kind": "surge", "scope": "category", "target": "metal",
         "annual_rate": 0.4, "duration_mean_days": 30.0, "multiplier": 1.5},
        {"hazard": "quake", "scope": "region", "target": "East", "annual_rate": rate,
         "duration_mean_days": 25.0, "hit_probability": 0.7, **outage},
        {"hazard": "rally", "kind": "price", "scope": "category", "target": "glass",
         "annual_rate": 0.3, "duration_mean_days": 60.0, "multiplier": 1.3},
        {"hazard": "strike", "scope": "region", "target": "West", "annual_rate": rate,
         "duration_mean_days": 15.0, **outage},
    ]  # fmt: skip


def _budget(rng: np.random.Generator, skus: list[dict[str, Any]]) -> dict[str, Any]:
    """Days of spend that sometimes bind, sometimes are too few and sometimes plenty."""
    spend = sum(sku["unit_cost"] * sku["demand_mean"] for sku in skus)
    budget: dict[str, Any] = {"capital": round(spend * float(rng.uniform(3.0, 40.0)), 2) + 1.0}
    if rng.random() < 0.3:
        metal = sum(s["unit_cost"] * s["demand_mean"] for s in skus if s["category"] == "metal")
        budget["category"] = {"metal": round(metal * float(rng.uniform(5.0, 30.0)), 2) + 1.0}
    return budget
