"""What was promised beside what was played: the document and the table of a simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, TextArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.run import RunTables
from optimizer.maths.intervals import mean_interval
from optimizer.maths.risk import cvar, value_at_risk
from optimizer.reports.run.simulation_reasons import reasons
from optimizer.simulator import Measures, Simulated
from optimizer.simulator.measures import NAMES, centres, loss, measure, modelled_loss

ENOUGH: Final = 10
"""Replications in which something happened, below which an interval is not trusted."""
_MOST_MISLED: Final = 10
_ADDED: Final = (
    "waiting_days",
    "stock",
    "carrying",
    "ordering",
    "routine_stockout",
    "loss",
    "cost",
)
_TESTED: Final = ("fill_rate", "routine_stockout", "stock")
"""Measures that every SKU also has by convention."""
_UNDISTURBED: Final = ("carrying", "ordering", "routine_stockout")


def build_simulation(
    portfolio: Portfolio,
    tables: RunTables,
    simulated: Simulated,
    policies: TextArray,
    about: Mapping[str, Any],
) -> tuple[dict[str, Any], pd.DataFrame]:
    """
    Return ``simulation.json`` and ``simulation.parquet``.

    Parameters
    ----------
    simulated
        Covers the first SKUs only if the play was stopped; promises are limited to them, too, and
        the tail has none.
    policies
        Names of the groups that were played.
    about
        Replications, seed, confidence.
    """
    n_played, n_skus = len(simulated.centre), len(tables.plan)
    tables = replace(tables, plan=tables.plan.iloc[:n_played])
    promised = _promised(portfolio, tables)
    table = _table(tables, simulated, promised)
    table["reason"] = reasons(portfolio, table)
    n_conventions, confidence = len(simulated.by_convention), about["confidence"]
    everything = simulated.groups.sum(axis=0)
    by_policy = [
        {
            "policy": name,
            "skus": int(chosen.sum()),
            "measures": _compared(lines, _sum(promised[chosen]), confidence, n_conventions),
        }
        for name, lines in zip(policies, simulated.groups, strict=True)
        for chosen in [(tables.plan["policy"] == name).to_numpy()]
        if chosen.any()
    ]
    settings = portfolio.settings
    document = {
        "run": tables.manifest.run,
        "currency": settings.currency,
        "horizon_days": settings.horizon.days,
        **about,
        "sku_days": simulated.sku_days,
        "skus": len(table),
        "left_out": n_skus - n_played,
        "measures": _compared(everything, _sum(promised), confidence, n_conventions),
        "tail": {
            **_tail(everything, settings.risk.level, confidence),
            "promised": _promised_tail(tables) if n_played == n_skus else None,
        },
        "policies": by_policy,
        "promise_outside": _outside(table),
        "most_misled": _most_misled(table),
    }
    return document, table


def _promised(portfolio: Portfolio, tables: RunTables) -> pd.DataFrame:
    """One row per SKU, and the value of its demand, by which its fill rate counts."""
    plan, days = tables.plan, portfolio.settings.horizon.days
    unit_cost, demand = (
        column[: len(plan)] for column in (portfolio.skus.unit_cost, portfolio.skus.demand_mean)
    )
    value = np.where(unit_cost > 0.0, unit_cost, 1.0)
    held = np.where(demand > 0.0, plan["mean_on_hand"], 0.0)
    table = pd.DataFrame(
        {
            "fill_rate": plan["fill_rate"],
            "waiting_days": plan["waiting_share"] * days,
            "stock": value * held,
            **{name: plan[name] for name in _UNDISTURBED},
            "loss": plan["expected_loss"],
            "value": value * demand,
        }
    )
    table["cost"] = table[[*_UNDISTURBED, "loss"]].sum(axis=1)
    return table


def _sum(promised: pd.DataFrame) -> dict[str, float]:
    sums = dict(zip(_ADDED, promised[list(_ADDED)].to_numpy().sum(axis=0).tolist(), strict=True))
    total = float(promised["value"].sum())
    served = float(promised["fill_rate"].to_numpy() @ promised["value"].to_numpy())
    return {"fill_rate": served / total if total else 1.0, **sums}


def _compared(
    lines: FloatArray, promised: Mapping[str, float], confidence: float, n_conventions: int
) -> dict[str, dict[str, Any]]:
    apart = [centres(lines[:, c::n_conventions]) for c in range(n_conventions)]
    measures: Measures = measure(lines, confidence)
    return {
        name: _record(
            promised.get(name),
            float(interval.centre),
            float(interval.half_width),
            [float(centre[column]) for centre in apart],
        )
        for column, (name, interval) in enumerate(measures.items())
    }


def _record(
    promised: float | None, centre: float, half_width: float, apart: Sequence[float]
) -> dict[str, Any]:
    """Return a promise beside its interval, and whether the interval or the conventions hold it."""
    record = {"simulated": centre, "half_width": half_width, "by_convention": list(apart)}
    if promised is None:
        return {**record, "promised": None, "difference": None, "promise_inside": None}
    difference = centre - promised
    between = min(apart) <= promised <= max(apart)
    return {
        **record,
        "promised": promised,
        "difference": difference,
        "promise_inside": between or abs(difference) <= half_width,
    }


def _promised_tail(tables: RunTables) -> dict[str, float]:
    return tables.manifest.components.model_dump(include={"var", "cvar"})


def _tail(lines: FloatArray, tail_level: float, confidence: float) -> dict[str, Any]:
    """Return VaR and CVaR of the loss: by the model on these futures, and played."""
    tail: dict[str, Any] = {"level": tail_level}
    for name, losses in (("modelled", modelled_loss(lines)), ("simulated", loss(lines))):
        equal = np.full(len(losses), 1.0 / len(losses))
        var = value_at_risk(losses, equal, tail_level)
        beyond = var + np.maximum(losses - var, 0.0) / (1.0 - tail_level)
        interval = mean_interval(beyond, confidence)
        tail[name] = {
            "var": var,
            "cvar": cvar(losses, equal, tail_level),
            "cvar_half_width": float(interval.half_width),
        }
    return tail


def _table(tables: RunTables, simulated: Simulated, promised: pd.DataFrame) -> pd.DataFrame:
    """One row per SKU: promised, simulated, half width of every measure, and the evidence."""
    columns: dict[str, Any] = {"sku": tables.plan["sku"], "policy": tables.plan["policy"]}
    for name in ("fill_rate", *_ADDED):
        columns[f"{name}_promised"] = promised[name]
    for column, name in enumerate(NAMES):
        columns[f"{name}_simulated"] = simulated.centre[:, column]
        columns[f"{name}_half_width"] = simulated.half_width[:, column]
    for name in _TESTED:
        apart = simulated.by_convention[:, :, NAMES.index(name)]
        columns[f"{name}_least"], columns[f"{name}_most"] = apart.min(axis=0), apart.max(axis=0)
    table = pd.DataFrame(columns)
    undisturbed = sum(promised[name] for name in _UNDISTURBED)
    table["misled_by"] = table.pop("cost_net_of_modelled_loss_simulated") - undisturbed
    table["misled_by_half_width"] = table.pop("cost_net_of_modelled_loss_half_width")
    table["stockouts_seen"] = simulated.stockouts_seen
    table["losses_seen"] = simulated.losses_seen
    table["mean_owed"] = simulated.mean_owed
    return table


def _outside(table: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Count the SKUs whose promise lies outside the interval, of those seen often enough."""
    counted = {}
    seen_enough = table["stockouts_seen"] >= ENOUGH
    for name in _TESTED:
        promised = table[f"{name}_promised"]
        off = (table[f"{name}_simulated"] - promised).abs() > table[f"{name}_half_width"]
        beyond = (promised < table[f"{name}_least"]) | (promised > table[f"{name}_most"])
        counted[name] = {
            "told": int(seen_enough.sum()),
            "outside": int((seen_enough & off & beyond).sum()),
        }
    seen_enough = table["losses_seen"] >= ENOUGH
    off = table["loss_beyond_model_simulated"].abs() > table["loss_beyond_model_half_width"]
    counted["loss"] = {"told": int(seen_enough.sum()), "outside": int((seen_enough & off).sum())}
    return counted


def _most_misled(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the SKUs whose cost the model misses by most."""
    certain = table["misled_by"].abs() > table["misled_by_half_width"]
    seen = table[["stockouts_seen", "losses_seen"]].max(axis=1) >= ENOUGH
    worst = table[certain & seen].sort_values("misled_by", key=abs, ascending=False, kind="stable")
    columns = ["sku", "policy", "misled_by", "misled_by_half_width", "cost_promised"]
    columns += ["fill_rate_promised", "fill_rate_simulated", "reason"]
    return [
        {str(name): value for name, value in row.items()}
        for row in worst.head(_MOST_MISLED)[columns].to_dict("records")
    ]
