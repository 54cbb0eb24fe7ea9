"""What the run claims of itself: objective, bound, gap, status, settings, inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import Settings
from optimizer.engine.verify.ledger import RELATIVE, Ledger, as_number, shown

CERTAIN = (
    "carrying",
    "ordering",
    "purchasing",
    "routine_stockout",
    "qualification",
    "onboarding",
)


def objective_of(components: Mapping[str, float], settings: Settings) -> float:
    """Return certain cost plus the loss, weighed between its mean and its tail."""
    weight = settings.risk.tail_weight
    tail = components["cvar" if settings.risk.measure == "cvar" else "var"]
    certain = sum(components[name] for name in CERTAIN)
    return certain + (1.0 - weight) * components["expected_loss"] + weight * tail


def check_objective(
    manifest: Mapping[str, Any],
    components: Mapping[str, float],
    sizes: Mapping[str, float],
    settings: Settings,
    ledger: Ledger,
) -> float:
    """Compare every component and the objective; ``sizes`` are the sums of absolute values."""
    stated = manifest.get("components") or {}
    for name, expected in components.items():
        ledger.number(f"components.{name}", stated.get(name), expected, scale=sizes[name])
    objective = objective_of(components, settings)
    ledger.number("objective", manifest.get("objective"), objective, scale=sum(sizes.values()))
    return objective


def check_proof(
    manifest: Mapping[str, Any], objective: float, settings: Settings, ledger: Ledger
) -> None:
    """Check bound and status against the recomputed objective, the gap against the stated one."""
    bound = as_number(manifest.get("bound"))
    ledger.require(
        bool(np.isfinite(bound)) and bound <= objective + RELATIVE * abs(objective),
        f"bound: found {shown(manifest.get('bound'))}, "
        f"expected a number not above the objective {shown(objective)}",
    )
    gap = _gap(as_number(manifest.get("objective")), bound)
    ledger.number("gap", manifest.get("gap"), gap, scale=1.0)
    status = manifest.get("status")
    ledger.require(
        status in ("optimal", "feasible"),
        f'status: found {shown(status)}, expected "optimal" or "feasible"',
    )
    ledger.require(
        status != "optimal" or gap <= settings.gap + RELATIVE,
        f'status: found "optimal" at gap {shown(gap)}, expected a gap of {settings.gap} at most',
    )


def check_settings(manifest: Mapping[str, Any], settings: Settings, ledger: Ledger) -> None:
    """Compare the manifest's settings with the portfolio's, key by key."""
    solver = settings.solver.model_copy(update={"gap": settings.gap})
    resolved = settings.model_copy(update={"solver": solver}).model_dump(mode="json")
    _check_same("settings", manifest.get("settings"), resolved, ledger)


def check_inputs(manifest: Mapping[str, Any], portfolio: Portfolio, ledger: Ledger) -> None:
    """Compare the fingerprints of the files the run read with those read now."""
    then, now = manifest.get("inputs"), portfolio.inputs
    if not isinstance(then, Mapping):
        ledger.require(False, "inputs: the run does not say which files it read")
        return
    for file in dict.fromkeys([*now, *then]):
        ledger.require(file in now, f"inputs: {file} was read by this run and is gone")
        ledger.require(file in then, f"inputs: {file} was not there when this run was made")
        same = then.get(file) == now.get(file) or file not in now or file not in then
        ledger.require(same, f"inputs: {file} has changed since this run")


def _gap(objective: float, bound: float) -> float:
    distance = objective - bound
    if distance == 0.0:
        return 0.0
    return distance / abs(objective) if objective else float(np.copysign(np.inf, distance))


def _check_same(where: str, found: object, expected: object, ledger: Ledger) -> None:
    """Compare two trees of tables, lists and values."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in dict.fromkeys([*expected, *found]):
            ledger.require(
                key in expected, f"{where}.{key}: found {shown(found.get(key))}, expected nothing"
            )
            if key in expected:
                _check_same(f"{where}.{key}", found.get(key), expected[key], ledger)
        return
    same = type(found) is type(expected) or {type(found), type(expected)} == {int, float}
    ledger.require(
        same and found == expected, f"{where}: found {shown(found)}, expected {shown(expected)}"
    )
