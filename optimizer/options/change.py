"""Which designs differ from the plan in force."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import BoolArray, FloatArray, IntArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import PlanInForce, Portfolio
from optimizer.options.holding import Stock, stock

UNKNOWN = -2
_CHOICES = ("service_level", "reserve_days", "lot_days_min", "lot_factor")
_NUMBERS = ("reorder_point", "order_quantity")
_SAME = 1e-9


def change(portfolio: Portfolio, designs: Designs) -> FloatArray:
    """
    Return 1 where a design differs from the plan in force.

    Parameters
    ----------
    portfolio
        Its plan in force, if any.
    designs
        Any designs of its SKUs.

    Returns
    -------
    FloatArray
        Shape ``(O,)``, 0 or 1.  Compared are policy, service level, reserve, lot and alternates;
        if the plan in force states numbers and no policy, reorder point, lot, reserve and
        alternates.  A SKU without a decision in force counts as changed; without a plan in force
        none does.

    References
    ----------
    .. [1] The model contract, section 5.
    """
    return change_of_stock(portfolio, designs, stock(portfolio, designs))


def change_of_stock(portfolio: Portfolio, designs: Designs, held: Stock) -> FloatArray:
    """
    Return 1 where a design differs from the plan in force, given its stock.

    Parameters
    ----------
    portfolio
        Its plan in force, if any.
    designs
        Any designs of its SKUs.
    held
        Their stock, from `stock`.

    Returns
    -------
    FloatArray
        As `change`.

    References
    ----------
    .. [1] The model contract, section 5.
    """
    if portfolio.plan_in_force is None:
        return np.zeros(len(designs))
    same = held_alike(portfolio, designs, held) & sources_alike(portfolio, designs)
    return np.where(same, 0.0, 1.0)


def held_alike(portfolio: Portfolio, designs: Designs, held: Stock) -> BoolArray:
    """Return whether all of a design but its alternates is as in the plan in force.  ``(O,)``"""
    in_force, sku = portfolio.plan_in_force, designs.sku
    if in_force is None:
        return np.ones(len(designs), dtype=np.bool_)
    has_policy = in_force.policy[sku] != ""
    chosen_alike = policy_in_force(portfolio, in_force, sku) == designs.policy
    for name in _CHOICES:
        chosen_alike &= _same(getattr(in_force, name)[sku], getattr(designs, name))
    alike = designs.reserve_days == 0.0
    for name in _NUMBERS:
        alike &= _same(getattr(in_force, name)[sku], getattr(held, name))
    return np.asarray(np.where(has_policy, chosen_alike, alike))


def sources_alike(portfolio: Portfolio, designs: Designs) -> BoolArray:
    """Return whether a design's alternates are those of the plan in force.  ``(O,)``"""
    in_force = portfolio.plan_in_force
    if in_force is None:
        return np.ones(len(designs), dtype=np.bool_)
    before = _alternates_in_force(portfolio, in_force.alternates[designs.sku])
    return np.asarray(np.all(before == _alternate_suppliers(portfolio, designs), axis=1))


def may_be_in_force(portfolio: Portfolio, sku: IntArray, policy: IntArray) -> BoolArray:
    """Return whether designs of these SKUs and policies may be as in the plan in force."""
    in_force = portfolio.plan_in_force
    if in_force is None:
        return np.ones(len(sku), dtype=np.bool_)
    stated = in_force.policy[sku] != ""
    return np.asarray(~stated | (policy_in_force(portfolio, in_force, sku) == policy))


def _same(these: FloatArray, those: FloatArray) -> BoolArray:
    """Return which numbers are equal up to rounding; NaN equals nothing."""
    return np.asarray(np.abs(these - those) <= _SAME * np.maximum(1.0, np.abs(those)))


def policy_in_force(portfolio: Portfolio, in_force: PlanInForce, sku: IntArray) -> IntArray:
    """Return the position of the SKUs' policies, `UNKNOWN` if missing or not offered."""
    positions = {name: row for row, name in enumerate(portfolio.settings.policies)}
    codes, names = pd.factorize(in_force.policy[sku])
    return np.array([positions.get(name, UNKNOWN) for name in names], dtype=np.int64)[codes]


def _alternates_in_force(portfolio: Portfolio, alternates: TextArray) -> IntArray:
    """Return the suppliers' rows, descending, -1 for none; shape ``(N, 2)``."""
    rows = {name: row for row, name in enumerate(portfolio.suppliers.supplier)}
    codes, texts = pd.factorize(alternates)
    return np.array([_pair(text, rows) for text in texts], dtype=np.int64).reshape(-1, 2)[codes]


def _pair(text: str, rows: dict[str, int]) -> tuple[int, int]:
    """Return two suppliers' rows, descending; both `UNKNOWN` if no option can match them."""
    suppliers = sorted((rows.get(name, UNKNOWN) for name in text.split(";") if name), reverse=True)
    if len(suppliers) > 2 or UNKNOWN in suppliers:
        return UNKNOWN, UNKNOWN
    first, second = [*suppliers, -1, -1][:2]
    return first, second


def _alternate_suppliers(portfolio: Portfolio, designs: Designs) -> IntArray:
    """Return the alternates' suppliers, descending, -1 for none; shape ``(O, 2)``."""
    chosen = designs.alternates
    supplier = np.where(chosen >= 0, portfolio.sources.supplier[chosen], -1)
    return -np.sort(-supplier, axis=1)
