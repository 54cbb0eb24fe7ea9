"""Small plants to play, and disruptions from lists of spells."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from optimizer.domain.disruption import Disruptions, Spells
from optimizer.simulator.plant import Plant
from optimizer.simulator.replicate import BOTH, Played, gather, replicate


class Spell(NamedTuple):
    """Something that strikes a target of replication `k` on days first to end - 1."""

    k: int
    target: int
    first: int
    end: int
    multiplier: float = 1.0


NONE: tuple[Spell, ...] = ()


def make_plant(n_skus: int = 1, horizon_days: int = 365, **columns: Any) -> Plant:
    """Build a plant; a number stands for every SKU, the rest are defaults."""
    defaults: dict[str, Any] = {
        "demand_mean": 10.0,
        "demand_std": 2.0,
        "demand_mean_error": 0.0,
        "demand_interval_days": 1.0,
        "lead_time_mean": 20.0,
        "lead_time_std": 0.0,
        "reorder_point": 210.0,
        "order_quantity": 100.0,
        "reserve_units": 0.0,
        "unit_cost": 1.0,
        "own_books": 1.0,
        "order_cost": 1.0,
        "holding_cost": 1.0,
        "rotation_cost": 0.0,
        "unit_short_cost": 1.0,
        "downtime_cost": 0.0,
    }
    whole = {"primary": 0, "category": -1, "whole_units": False, "ring_fenced": False}
    pairs = {
        "alternate": (-1, -1),
        "ramp_days": (0.0, 0.0),
        "extra_lead_days": (0.0, 0.0),
        "capacity_share": (0.0, 0.0),
    }
    names = np.array([f"S{i}" for i in range(n_skus)], dtype=object)
    filled = {
        name: np.broadcast_to(np.asarray(columns.pop(name, value), dtype=type(value)), n_skus)
        for name, value in (defaults | whole).items()
    }
    paired = {
        name: np.broadcast_to(np.asarray(columns.pop(name, value)), (n_skus, 2))
        for name, value in pairs.items()
    }
    every = {name: np.array(column) for name, column in (filled | paired).items()}
    return Plant(horizon_days=horizon_days, sku=columns.pop("sku", names), **every)


def make_disruptions(
    n_replications: int,
    outages: Sequence[Spell] = NONE,
    surges: Sequence[Spell] = NONE,
    prices: Sequence[Spell] = NONE,
    *,
    n_suppliers: int = 1,
    n_categories: int = 0,
) -> Disruptions:
    """Build disruptions from spells."""
    return Disruptions(
        n_replications=n_replications,
        n_suppliers=n_suppliers,
        outages=_spells(outages, n_replications * n_suppliers, n_suppliers),
        categories=np.array([f"C{c}" for c in range(n_categories)], dtype=object),
        surges=_spells(surges, n_replications * n_categories, n_categories),
        prices=_spells(prices, n_replications * n_categories, n_categories),
    )


def stream(*names: str) -> np.random.Generator:
    """Return the generator that belongs to these names."""
    return seeded(0)(*names)


def seeded(seed: int) -> Any:
    """Return streams by name, of a seed."""

    def named(*names: str) -> np.random.Generator:
        digest = hashlib.sha256("|".join((str(seed), *names)).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16], "little"))

    return named


def play_one(
    plant: Plant,
    n_replications: int,
    disruptions: Disruptions | None = None,
    seed: int = 0,
    conventions: Sequence[int] = BOTH,
) -> Played:
    """Play the first SKU."""
    struck = disruptions or make_disruptions(n_replications)
    return replicate(plant, 0, gather(struck), seeded(seed), conventions)


def _spells(spells: Sequence[Spell], n_rows: int, n_targets: int) -> Spells:
    ordered = sorted(spells)
    row = np.array([spell.k * n_targets + spell.target for spell in ordered], dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n_rows))])
    return Spells(
        start=start.astype(np.int64),
        first_day=np.array([spell.first for spell in ordered], dtype=np.int64),
        end_day=np.array([spell.end for spell in ordered], dtype=np.int64),
        multiplier=np.array([spell.multiplier for spell in ordered], dtype=np.float64),
    )
