"""How many SKU-days a minute a core plays: `make bench-simulation`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

import numpy as np

from benchmarks.machine import describe
from optimizer.domain.disruption import Disruptions, Spells
from optimizer.domain.scenario import NODES, LostDays
from optimizer.simulator import ModelView, Plant, simulate

CASES: dict[str, dict[str, Any]] = {
    "steady demand, certain lead time": {"cv": 0.2, "lead_time_std": 0.0},
    "varied demand, varied lead time": {"cv": 0.8, "lead_time_std": 6.0},
    "lumpy demand, varied lead time": {"cv": 5.0, "lead_time_std": 30.0, "interval": 5.0},
    "the same in whole units": {"cv": 5.0, "lead_time_std": 30.0, "interval": 5.0, "whole": True},
}


def plant(
    n_skus: int, cv: float, lead_time_std: float, interval: float = 1.0, whole: bool = False
) -> Plant:
    """Return SKUs of 10 units a day, 30 days of lead time, lots of 20 days, some with a reserve."""
    ones, row = np.ones(n_skus), np.zeros(n_skus, dtype=np.int64)
    return Plant(
        horizon_days=365,
        sku=np.array([f"S{i}" for i in range(n_skus)], dtype=object),
        demand_mean=10.0 * ones,
        demand_std=10.0 * cv * ones,
        demand_mean_error=0.5 * ones,
        demand_interval_days=interval * ones,
        whole_units=np.full(n_skus, whole),
        lead_time_mean=30.0 * ones,
        lead_time_std=lead_time_std * ones,
        reorder_point=400.0 * ones,
        order_quantity=200.0 * ones,
        reserve_units=np.where(np.arange(n_skus) % 4 == 0, 150.0, 0.0),
        ring_fenced=np.arange(n_skus) % 8 == 0,
        primary=row,
        alternate=np.full((n_skus, 2), -1),
        ramp_days=np.zeros((n_skus, 2)),
        extra_lead_days=np.zeros((n_skus, 2)),
        capacity_share=np.zeros((n_skus, 2)),
        category=row - 1,
        unit_cost=ones,
        own_books=ones,
        order_cost=ones,
        holding_cost=ones,
        rotation_cost=ones,
        unit_short_cost=ones,
        downtime_cost=ones,
    )


def disruptions(n_replications: int) -> Disruptions:
    """Return an outage of 30 days in every fourth replication."""
    struck = np.arange(n_replications) % 4 == 0
    first_day = (np.flatnonzero(struck) * 37) % 365
    none = np.zeros(0, dtype=np.int64)
    shocks = Spells(
        start=np.zeros(1, dtype=np.int64), first_day=none, end_day=none, multiplier=np.zeros(0)
    )
    return Disruptions(
        n_replications=n_replications,
        n_suppliers=1,
        outages=Spells(
            start=np.concatenate([[0], np.cumsum(struck)]),
            first_day=first_day,
            end_day=first_day + 30,
            multiplier=np.ones(len(first_day)),
        ),
        categories=np.zeros(0, dtype=object),
        surges=shocks,
        prices=shocks,
    )


def view(n_skus: int, n_replications: int) -> ModelView:
    """Return a model's view without losses."""
    none, row = np.zeros(0), np.zeros(n_skus, dtype=np.int64)
    flat = np.zeros((n_skus, len(NODES)))
    return ModelView(
        lost=LostDays(
            supply=np.zeros(1, dtype=np.int64),
            start=np.zeros(2, dtype=np.int64),
            strike=none.astype(np.int32),
            days=none,
            out=np.zeros((0, 2), dtype=np.int32),
            ramp_days=np.zeros((1, 2)),
            extra_lead_days=np.zeros((1, 2)),
            share=np.zeros((1, 2)),
            scenario_of_strike=none.astype(np.int32),
            hazard_of_strike=none.astype(np.int32),
            factor_of_strike=none,
            n_scenarios=n_replications,
        ),
        profile=row,
        price_profile=row - 1,
        curves=flat,
        price_curves=flat,
        slope=np.zeros(n_skus),
        price_slope=np.zeros(n_skus),
    )


def stream(*names: str) -> np.random.Generator:
    """Return the generator of these names."""
    return np.random.default_rng(list("|".join(names).encode()))


def measured(case: Plant, n_replications: int, n_threads: int) -> tuple[float, float, float]:
    """
    Return millions of SKU-days a minute and core.

    Of the horizon by the clock; of the horizon, and of all days played, by processor time, which
    other work on the machine slows less.
    """
    began, spent = time.perf_counter(), time.process_time()
    simulated = simulate(
        case,
        disruptions(n_replications),
        view(len(case), n_replications),
        stream,
        group=np.zeros(len(case), dtype=np.int64),
        n_groups=1,
        n_threads=n_threads,
    )
    clock = (time.perf_counter() - began) / 60.0 * n_threads
    processor = (time.process_time() - spent) / 60.0
    horizon = len(case) * n_replications * case.horizon_days / 1e6
    return horizon / clock, horizon / processor, simulated.sku_days / 1e6 / processor


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--skus", type=int, default=200)
    words.add_argument("--replications", type=int, default=500)
    asked = words.parse_args()
    measured(plant(2, 0.8, 6.0), 4, 1)  # compiles
    say = sys.stdout.write
    say(f"{asked.skus} SKUs, {asked.replications} replications of 365 days, a quarter struck\n")
    say("millions of SKU-days a minute and core: of the horizon by the clock;\n")
    say("by processor time of the horizon, and of all days played\n")
    for name, numbers in CASES.items():
        for n_threads in sorted({1, os.cpu_count() or 1}):
            paces = measured(plant(asked.skus, **numbers), asked.replications, n_threads)
            say(f"{name:34} {n_threads} core(s)" + "".join(f"{pace:6.0f}" for pace in paces) + "\n")
    machine = describe()
    say(f"{machine['processor']}, {machine['cores']} cores, {machine['date']}\n")


if __name__ == "__main__":
    main()
