"""Which differences of inputs reach which SKU."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from optimizer.domain.portfolio import Portfolio
from optimizer.metrics.input_differences import BETWEEN, IN_FORCE, SETTINGS, STOCK

_Reach = Callable[[str], Iterable[str]]
_EVERY: Final = "budget.category."
_TOLD_ONLY: Final = ("description", "site", "severity", "detection", "demand_class")


def causes(
    differences: pd.DataFrame, worlds: tuple[Portfolio, Portfolio], used: Mapping[str, set[str]]
) -> dict[str, list[int]]:
    """
    Return the groups of differences that reach each SKU, those of its own before the settings.

    A row of `skus` or `sources` reaches its SKU, one of the plan in force does where changes or
    moves are limited, one of today's stock where capital by quarter is; a supplier, and a hazard
    that can strike it, the SKUs that buy from it; a surge or a price shock its category; a setting
    every SKU.  What no decision reads reaches none: descriptions, ratings, settings of an audit,
    and histories, whose estimates stand in `skus`.

    Parameters
    ----------
    differences
        From `numbered`.
    worlds
        Both portfolios.
    used
        The suppliers that each SKU buys from in either plan: its primary and its alternates.
    """
    buyers: dict[str, set[str]] = defaultdict(set)
    for sku, suppliers in used.items():
        for supplier in suppliers:
            buyers[supplier].add(sku)
    reach: Mapping[str, _Reach] = {
        "suppliers": lambda row: buyers[row],
        "tags": lambda row: buyers[row.split(BETWEEN)[0]],
        "hazards": lambda row: _struck(row, worlds, buyers),
        SETTINGS: lambda row: _of_setting(row, worlds, used),
    }
    found: dict[str, dict[int, bool]] = defaultdict(dict)
    read = {
        IN_FORCE: any(_holds_to_plan(portfolio) for portfolio in worlds),
        STOCK: any(portfolio.settings.budget.quarters for portfolio in worlds),
    }
    for table, row, column, change in zip(
        *(differences[name] for name in ("table", "row", "column", "change")), strict=True
    ):
        if _is_idle(table, row, column) or not read.get(table, True):
            continue
        reached = reach[table](row) if table in reach else [row.split(BETWEEN)[0]]
        for sku in reached:
            found[sku][int(change)] = table == SETTINGS
    return {
        sku: sorted(of_sku, key=lambda one, own=of_sku: (own[one], one))  # type: ignore[misc]
        for sku, of_sku in found.items()
    }


def _is_idle(table: str, row: str, column: str) -> bool:
    """Return whether no decision reads a value."""
    is_audit = table == SETTINGS and row.startswith("audit.")
    return table == "demand" or is_audit or (table == "skus" and column in _TOLD_ONLY)


def _holds_to_plan(portfolio: Portfolio) -> bool:
    """Return whether what may be decided depends on the plan in force."""
    settings, in_force = portfolio.settings, portfolio.plan_in_force
    is_kept = in_force is not None and bool(in_force.keep.any())
    return settings.limits.changes is not None or settings.stability.binds or is_kept


def _struck(
    hazard: str, worlds: tuple[Portfolio, Portfolio], buyers: Mapping[str, set[str]]
) -> set[str]:
    """Return the SKUs that a hazard can strike in either portfolio."""
    struck: set[str] = set()
    for portfolio in worlds:
        hazards, suppliers = portfolio.hazards, portfolio.suppliers
        for at in np.flatnonzero(hazards.hazard == hazard).tolist():
            scope, target = hazards.scope[at], hazards.target[at]
            if scope == "category":
                struck |= set(portfolio.skus.sku[portfolio.skus.category == target])
                continue
            tags = portfolio.tags
            hit = {
                "region": np.flatnonzero(suppliers.region == target),
                "supplier": np.flatnonzero(suppliers.supplier == target),
                "tag": tags.supplier[tags.tag == target],
            }[scope]
            for name in suppliers.supplier[hit]:
                struck |= buyers.get(name, set())
    return struck


def _of_setting(
    key: str, worlds: tuple[Portfolio, Portfolio], used: Mapping[str, set[str]]
) -> set[str]:
    """Return the SKUs that a setting concerns: of a category's budget its own, else all."""
    if not key.startswith(_EVERY):
        return set(used)
    category = key.removeprefix(_EVERY)
    return {
        str(sku) for one in worlds for sku in one.skus.sku[one.skus.category == category]
    } & set(used)
