"""What a size's cells prove together."""

from __future__ import annotations

from typing import Any

_ARITHMETIC = 1e-6  # relative: a bound may lie so far above a plan


def best_plan(size: dict[str, Any]) -> float | None:
    """Return the least objective of any plan."""
    plans = [cell["objective"] for cell in _cells(size) if cell.get("objective") is not None]
    return min(plans, default=None)


def best_bound(size: dict[str, Any]) -> float | None:
    """Return the highest bound that no plan contradicts."""
    plan = best_plan(size)
    bounds = [cell["bound"] for cell in _cells(size) if cell.get("bound") is not None]
    credible = [b for b in bounds if plan is None or b <= plan + _ARITHMETIC * abs(plan)]
    return max(credible, default=None)


def proven_gap(cell: dict[str, Any]) -> float | None:
    """Return the distance of a cell's plan to its own bound, relative to the plan."""
    objective, bound = cell.get("objective"), cell.get("bound")
    if objective is None or bound is None:
        return None
    return float(max((objective - bound) / abs(objective), 0.0))


def _cells(size: dict[str, Any]) -> list[dict[str, Any]]:
    return list(size["methods"].values())
