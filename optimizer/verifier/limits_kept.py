"""The plan's use of every resource, and whether it keeps the limits (MODEL 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray
from optimizer.domain.portfolio import Portfolio
from optimizer.domain.settings import Settings
from optimizer.verifier.certain_costs import Money
from optimizer.verifier.decisions import Decisions
from optimizer.verifier.held import Held, stock_of
from optimizer.verifier.ledger import RELATIVE, Ledger, as_number, shown
from optimizer.verifier.purchases import qualified
from optimizer.verifier.table_form import texts
from optimizer.verifier.todays_stock import stock_by_quarter


def resources_used(
    portfolio: Portfolio, decisions: Decisions, stock: Held, money: Money, onboarded: IntArray
) -> dict[str, float]:
    """Return the plan's use of each resource."""
    with_cash = portfolio.settings.budget.includes_qualification
    tied_up = money.capital + (money.qualification_cash if with_cash else 0.0)
    onboarding = portfolio.suppliers.onboarding_cost[onboarded].sum() if with_cash else 0.0
    used = {
        "capital": float(tied_up.sum() + onboarding),
        "storage": float(portfolio.skus.volume @ stock.mean_on_hand),
        "qualifications": float(qualified(portfolio, decisions).sum()),
        "onboardings": float(len(onboarded)),
        "changes": float(_changed(portfolio, decisions, stock).sum()),
    }
    if portfolio.stock_on_hand is not None:
        cash = (float(money.qualification_cash.sum()) + onboarding) if with_cash else 0.0
        path = stock_by_quarter(portfolio, decisions, stock)
        used |= {f"capital_q{k + 1}": held + cash for k, held in enumerate(path)}
    for category in portfolio.settings.budget.category:
        of_category = portfolio.skus.category == category
        used[f"capital:{category}"] = float(tied_up[of_category].sum())
    return used | _short(portfolio, stock)


def _short(portfolio: Portfolio, stock: Held) -> dict[str, float]:
    """Return the percentage of each floor's demand, at unit cost, that is short."""
    skus, floors = portfolio.skus, portfolio.settings.limits.service
    if not floors:
        return {}
    table = pd.DataFrame(
        {
            "category": skus.category,
            "supplier": portfolio.suppliers.supplier[portfolio.sources.supplier[skus.primary]],
            "value": skus.unit_cost * skus.demand_mean,
            "served": skus.unit_cost * skus.demand_mean * stock.fill_rate,
            "classes": _classes(portfolio),
        }
    )
    short = {}
    for floor in floors:
        by, name = next((by, name) for by, name in floor if by != "fill_rate" and name)
        of_floor = (
            [set(name.split("-")) <= classes for classes in table["classes"]]
            if by == "segment"
            else table[by] == name
        )
        sums = table.loc[of_floor, ["value", "served"]].sum()
        part = 1.0 - sums["served"] / sums["value"] if sums["value"] else 0.0
        short[f"service:{by}:{name}"] = float(100.0 * part)
    return short


def _classes(portfolio: Portfolio) -> list[set[str]]:
    """Return value class and variability class of every SKU, counted one after the other."""
    skus, (first, second) = portfolio.skus, portfolio.settings.segments.value_shares
    value = (skus.unit_cost * skus.demand_mean).tolist()
    by_value, total, passed = [""] * len(value), sum(value), 0.0
    for i in sorted(range(len(value)), key=lambda i: -value[i]):
        of_total = passed / total if total and value[i] else 1.0
        by_value[i] = "A" if of_total < first else "B" if of_total < second else "C"
        passed += value[i]
    steady, erratic = portfolio.settings.segments.variation_limits
    ratio = [
        std / mean if mean else np.inf
        for mean, std in zip(skus.demand_mean, skus.demand_std, strict=True)
    ]
    variability = ["X" if r <= steady else "Y" if r <= erratic else "Z" for r in ratio]
    return [{one, other} for one, other in zip(by_value, variability, strict=True)]


def limits_of(settings: Settings) -> dict[str, float | None]:
    """Return the limit of each resource, ``None`` if it has none."""
    limits = settings.limits
    quarters = settings.budget.quarters or (None,) * 4
    on_losses = {"expected_loss": limits.expected_loss, "cvar": limits.cvar}
    return {
        "capital": settings.budget.capital,
        "storage": limits.storage,
        "qualifications": limits.qualifications,
        "onboardings": limits.onboardings,
        "changes": limits.changes,
        **{f"capital:{name}": amount for name, amount in settings.budget.category.items()},
        **{f"capital_q{k + 1}": amount for k, amount in enumerate(quarters)},
        **{name: limit for name, limit in on_losses.items() if limit is not None},
        **{floor.resource: floor.most_short for floor in limits.service},
    }


def losses_used(expected: float, cvar: float, settings: Settings) -> dict[str, float]:
    """Return what a plan loses a year, which a limit may bound."""
    return {
        "expected_loss": expected / settings.horizon.years,
        "cvar": cvar / settings.horizon.years,
    }


def check_limits(
    manifest: Mapping[str, Any], used: dict[str, float], settings: Settings, ledger: Ledger
) -> None:
    """Check the figures stated of every resource, and that no limit is exceeded."""
    stated = manifest.get("resources") or {}
    limits = {name: limit for name, limit in limits_of(settings).items() if name in used}
    for name in stated:
        ledger.require(name in used, f"resources.{name}: found it, expected no such resource")
    for name, limit in limits.items():
        needed = name == "capital" or limit is not None
        if name in stated:
            _check_resource(name, stated[name], used[name], limit, ledger)
            _check_expected_part(name, stated[name], settings, ledger)
        else:
            ledger.require(not needed, f"resources.{name}: found nothing, expected it")
        ledger.require(
            limit is None or used[name] <= limit * (1.0 + RELATIVE),
            f"resources.{name}: the plan uses {shown(used[name])}, over its limit {shown(limit)}",
        )


def _check_resource(
    name: str, stated: Mapping[str, Any], used: float, limit: float | None, ledger: Ledger
) -> None:
    scale = 100.0 if name.startswith("service:") else 0.0
    ledger.number(f"resources.{name}.used", stated.get("used"), used, scale=scale)
    stated_limit = stated.get("limit")
    ledger.require(
        stated_limit is None if limit is None else as_number(stated_limit) == limit,
        f"resources.{name}.limit: found {shown(stated_limit)}, expected {shown(limit)} (settings)",
    )
    price = stated.get("price")
    ledger.require(
        price is None or bool(np.isfinite(as_number(price))),
        f"resources.{name}.price: found {shown(price)}, expected a number",
    )


def _check_expected_part(
    name: str, stated: Mapping[str, Any], settings: Settings, ledger: Ledger
) -> None:
    """Check the part of a price that is expected cost: all of it where no risk is charged."""
    if stated.get("price_expected") is None:
        return
    part, price = as_number(stated["price_expected"]), as_number(stated.get("price"))
    is_all = price == 0.0 or settings.tail_charge == 0.0
    ledger.require(
        part == price if is_all else bool(np.isfinite(part)),
        f"resources.{name}.price_expected: found {shown(stated['price_expected'])}, expected "
        + (f"{shown(price)}, the whole price" if is_all else "a number"),
    )


def _changed(portfolio: Portfolio, decisions: Decisions, stock: Held) -> FloatArray:
    """
    Return 1 for every decision that differs from the plan in force.  Shape ``(N,)``.

    If the plan in force states numbers and no policy, numbers are compared, without a reserve.
    """
    current = portfolio.plan_in_force
    if current is None:
        return np.zeros(len(decisions.names))
    alternates = [";".join(sorted(a.split(";"))) for a in texts(decisions.rows, "alternates")]
    same = _alike(portfolio, decisions, stock)
    same &= np.array(alternates, dtype=object) == current.alternates
    return np.where(same, 0.0, 1.0)


def _alike(portfolio: Portfolio, decisions: Decisions, stock: Held) -> BoolArray:
    """Return whether all of a decision but its alternates is as in force.  Shape ``(N,)``."""
    current = portfolio.plan_in_force
    assert current is not None  # noqa: S101  the caller looked
    by_policy = np.array(texts(decisions.rows, "policy"), dtype=object) == current.policy
    for column in ("service_level", "reserve_days", "lot_days_min", "lot_factor"):
        by_policy &= _same(getattr(current, column), getattr(decisions, column))
    by_numbers = decisions.reserve_days == 0.0
    by_numbers &= _same(current.reorder_point, stock.reorder_point)
    by_numbers &= _same(current.order_quantity, stock.order_quantity)
    alike: BoolArray = np.where(current.policy == "", by_numbers, by_policy).astype(np.bool_)
    return alike


def check_stability(
    portfolio: Portfolio, decisions: Decisions, stock: Held, ledger: Ledger
) -> None:
    """Check that decisions stay where they must, and move within dead band and cap (MODEL 2)."""
    current, allowed = portfolio.plan_in_force, portfolio.settings.stability
    if current is None:
        return
    names, idle = decisions.names, portfolio.skus.demand_mean == 0.0
    differs = _changed(portfolio, decisions, stock) > 0.0
    stated = texts(decisions.rows, "policy")
    stays = ~(differs & current.keep) | idle
    ledger.require_all("plan, SKU", names, stays, stated, "the decision in force (keep)")
    if not allowed.binds:
        return
    move = _moves(portfolio, decisions, stock)
    within = np.array(stated, dtype=object) == current.policy
    most = np.inf if allowed.max_change_percent is None else allowed.max_change_percent
    moved = ~_alike(portfolio, decisions, stock) & ~idle & ~np.isnan(move)
    for holds, rule in (
        (~(moved & (move > most + RELATIVE)), f"at most {most} % from the decision in force"),
        (
            ~(moved & within & (move < allowed.min_change_percent - RELATIVE)),
            f"at least {allowed.min_change_percent} % from the decision in force",
        ),
    ):
        ledger.require_all("plan, move of SKU", names, holds, [f"{m} %" for m in move], rule)


def _moves(portfolio: Portfolio, decisions: Decisions, stock: Held) -> FloatArray:
    """Return by how much stock level and lot move from those in force; NaN without them. [%]"""
    current, policies = portfolio.plan_in_force, portfolio.settings.policies
    assert current is not None  # noqa: S101  the caller looked
    known = np.array([name in policies for name in current.policy])
    numbers = (current.policy == "") & ~np.isnan(current.reorder_point)
    columns = {
        name: np.where(known, getattr(current, name), getattr(decisions, name))
        for name in ("service_level", "reserve_days", "lot_days_min", "lot_factor")
    }
    columns["reserve_days"] = np.where(numbers, 0.0, columns["reserve_days"])
    policy = [
        policies[name] if is_known else own
        for name, is_known, own in zip(current.policy, known, decisions.policy, strict=True)
    ]
    before = stock_of(
        portfolio,
        replace(
            decisions,
            policy=policy,
            reorder_point=current.reorder_point,
            order_quantity=current.order_quantity,
            **columns,
        ),
    )
    step = stock.laws.step
    level = np.abs(stock.outage_level - before.outage_level)
    lot = np.abs(stock.order_quantity - before.order_quantity)
    move = 100.0 * np.maximum(
        level / np.maximum(np.abs(before.outage_level), step),
        lot / np.maximum(before.order_quantity, step),
    )
    return np.where(known | numbers, move, np.nan)


def _same(stated: FloatArray, recomputed: FloatArray) -> BoolArray:
    same: BoolArray = np.abs(stated - recomputed) <= RELATIVE * np.maximum(1.0, np.abs(recomputed))
    return same
