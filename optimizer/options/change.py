"""Which designs differ from the plan in force."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain.arrays import FloatArray, IntArray, TextArray
from optimizer.domain.option import Designs
from optimizer.domain.portfolio import PlanInForce, Portfolio

UNKNOWN = -2


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
        Shape ``(O,)``, 0 or 1.  A SKU without a decision in force counts as changed; without any
        plan in force nothing does.

    References
    ----------
    .. [1] The model contract, section 5.
    """
    in_force = portfolio.plan_in_force
    if in_force is None:
        return np.zeros(len(designs))
    same = _policy_in_force(portfolio, in_force)[designs.sku] == designs.policy
    for name in ("service_level", "reserve_days", "lot_days_min"):
        before: FloatArray = getattr(in_force, name)[designs.sku]
        same &= np.abs(before - getattr(designs, name)) <= 1e-9
    before_suppliers = _alternates_in_force(portfolio, in_force.alternates)[designs.sku]
    same &= np.all(before_suppliers == _alternate_suppliers(portfolio, designs), axis=1)
    return np.where(same, 0.0, 1.0)


def _policy_in_force(portfolio: Portfolio, in_force: PlanInForce) -> IntArray:
    """Return the position of every SKU's policy, `UNKNOWN` for none or one not offered."""
    positions = {name: row for row, name in enumerate(portfolio.settings.policies)}
    codes, names = pd.factorize(in_force.policy)
    return np.array([positions.get(name, UNKNOWN) for name in names], dtype=np.int64)[codes]


def _alternates_in_force(portfolio: Portfolio, alternates: TextArray) -> IntArray:
    """Return the suppliers' rows, descending, -1 for none; shape ``(N, 2)``."""
    rows = {name: row for row, name in enumerate(portfolio.suppliers.supplier)}
    codes, texts = pd.factorize(alternates)
    return np.array([_pair(text, rows) for text in texts], dtype=np.int64).reshape(-1, 2)[codes]


def _pair(text: str, rows: dict[str, int]) -> tuple[int, int]:
    """Return two suppliers' rows, descending; both `UNKNOWN` where no option can equal them."""
    found = sorted((rows.get(name, UNKNOWN) for name in text.split(";") if name), reverse=True)
    if len(found) > 2 or UNKNOWN in found:
        return UNKNOWN, UNKNOWN
    first, second = [*found, -1, -1][:2]
    return first, second


def _alternate_suppliers(portfolio: Portfolio, designs: Designs) -> IntArray:
    """Return the alternates' suppliers, descending, -1 for none; shape ``(O, 2)``."""
    chosen = designs.alternates
    supplier = np.where(chosen >= 0, portfolio.sources.supplier[chosen], -1)
    return -np.sort(-supplier, axis=1)
